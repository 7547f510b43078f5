import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.errors import AftermoveError, TranscriptError
from aftermove.parsing import parse, read
from aftermove.parsing.annotated import ANNOTATED
from aftermove.parsing.decoding import Source
from aftermove.parsing.forms import Given
from aftermove.parsing.tiers import Piece, Tier, transcript_of

FIXTURES = Path(__file__).parent / "fixtures" / "annotated"
FILES = sorted(FIXTURES.glob("*.[eT]*"))
EXPECTED = tomllib.loads((FIXTURES / "expected.toml").read_text("utf-8"))


def time(value: float | None) -> float:
    """
    The time as the fixtures write it.
    """
    return -1 if value is None else value


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_annotated_recordings_are_read(name: str, encoding: str, tmp_path: Path) -> None:
    """
    Each file gives its turns, metadata and problems, in whatever encoding it is kept.
    """
    (case,) = EXPECTED[name]
    place = tmp_path / "session.xyz"
    place.write_bytes((FIXTURES / name).read_text("utf-8").encode(encoding))
    session = read(place)
    assert [
        [turn.role.value, turn.speaker.name, turn.text, time(turn.start), time(turn.end)]
        for turn in session
    ] == case["turns"]
    assert [[each.code, each.line or -1] for each in session.problems] == case["problems"]
    assert dict(session.metadata) == case["metadata"]


def test_every_fixture_has_its_expectation() -> None:
    """
    No file lies among the fixtures that no case reads.
    """
    assert {path.name for path in FILES} == set(EXPECTED)


def test_pieces_stay_apart_where_asked() -> None:
    """
    Without joining, each annotation is a turn, with the line where its label stands.
    """
    text = (FIXTURES / "long.TextGrid").read_text("utf-8")
    assert len(parse(text, join=False)) == 3
    (transcript,) = ANNOTATED.read(Source.from_text(text), Given({}, {}))
    assert [said.line for said in transcript.said] == [22, 40, 45]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<ANNOTATION_DOCUMENT><TIER", "well formed"),
        ('<ANNOTATION_DOCUMENT a="', "well formed"),
        ("<ANNOTATION_DOCUMENT/>", "no tier holds talk"),
        ("<TRANS/>", "no annotation document"),
        ('"Praat chronological TextGrid text file"\n0 2\n', "chronological"),
        ('"ooTextFile"\n"TextGrid"\n0 2\n<exists>\n0', "no tier holds talk"),
        ("a kestrel", "no tier holds talk"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><ANNOTATION_DOCUMENT/>', "line 1: .*entities"),
    ],
)
def test_what_holds_no_talk_is_refused(text: str, reason: str) -> None:
    """
    Torn XML, other XML, entities, and files without talk are refused with the reason alone.
    """
    with pytest.raises(TranscriptError, match=reason) as refusal:
        parse(text, format="annotated")
    assert "kestrel" not in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    [
        "T: I read <ANNOTATION_DOCUMENT> once.\nP: Oh.",
        'T: He wrote "ooTextFile" and "TextGrid".\nP: Oh.',
        "<p>T: So?</p>",
        "",
    ],
)
def test_other_text_is_not_taken_for_it(text: str) -> None:
    """
    Talk that mentions the signs of these files isn't taken for one.
    """
    assert ANNOTATED.sniff(Source.from_text(text)) == 0


def grid(*tiers: tuple[str, str, list[str]]) -> str:
    """
    A short TextGrid of tiers of a class, a name and labels, a second each.
    """
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "0", "9", "<exists>"]
    lines.append(str(len(tiers)))
    for kind, name, labels in tiers:
        lines += [f'"{kind}"', f'"{name}"', "0", "9", str(len(labels))]
        for place, label in enumerate(labels):
            times = [str(place), str(place + 1)] if kind == "IntervalTier" else [str(place)]
            lines += [*times, '"' + label.replace('"', '""') + '"']
    return "\n".join(lines) + "\n"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), max_size=5))
def test_labels_are_read_as_praat_writes_them(labels: list[str]) -> None:
    """
    Whatever the labels hold, quotation marks and class names too, each is read as it is.
    """
    labels = [
        " ".join(label.split()).replace("\u2028", "").replace("\u2029", "") for label in labels
    ]
    labels.append("IntervalTier")
    text = grid(("IntervalTier", "T", labels), ("IntervalTier", "P", ["Oh."]))
    session = parse(text, join=False)
    silent = {"", "sil", "sp", "<sil>", "<sp>", "<p>", "<p:>", "#", "<#>", "pau"}
    spoken = [label for label in labels if label.strip().casefold() not in silent]
    assert [turn.text for turn in session if turn.speaker.name == "T"] == spoken
    assert session.problems == ()


def test_words_are_talk_where_nothing_better_is() -> None:
    """
    A tier of words is talk for a speaker without utterances, and metadata for one with them.
    """
    text = grid(
        ("IntervalTier", "T", ["And what then?"]),
        ("IntervalTier", "words", ["and", "what"]),
        ("IntervalTier", "P words", ["I", "left"]),
        ("IntervalTier", "P words", ["again"]),
        ("IntervalTier", "", ["Excuse me."]),
        ("TextTier", "", ["bell"]),
    )
    session = parse(text)
    told = {(turn.speaker.name, turn.text) for turn in session}
    assert told == {("T", "And what then?"), ("P", "I"), ("P", "left"), ("tier 5", "Excuse me.")}
    assert list(session.metadata) == ["tier words", "tier P words", "tier"]
    assert [turn.text for turn in parse(grid(("IntervalTier", "words", ["so", "so"])))] == ["so so"]


def test_times_outside_of_a_recording_are_left_out() -> None:
    """
    Negative and infinite times, and labels with too few, cost the times and not the talk.
    """
    text = grid(("IntervalTier", "T", ["So?", "And?"]), ("IntervalTier", "P", ["Oh."]))
    session = parse(
        text.replace('\n0\n1\n"So?"', '\n-5\n1e999\n"So?"').replace('1\n2\n"And?"', '"And?"')
    )
    assert [(turn.text, turn.start) for turn in session] == [("So? And?", None), ("Oh.", 0.0)]
    assert [each.code for each in session.problems] == ["unread-time", "unread-time"]


def test_a_file_that_ends_before_a_label_tells_so() -> None:
    """
    Times behind which the file ends are kept in a problem.
    """
    text = grid(("IntervalTier", "T", ["So?"]), ("IntervalTier", "P", ["Oh.", "Yes."]))
    session = parse(text.removesuffix('"Yes."\n'))
    assert [(each.code, each.text) for each in session.problems] == [("torn", "1 2")]


def test_strings_before_the_first_tier_are_kept() -> None:
    """
    A string that belongs to no tier is kept in a problem, and an empty one is nothing.
    """
    text = grid(("IntervalTier", "P", ["Oh."])).replace("<exists>", '"" "by hand"\n<exists>')
    (problem,) = parse(text).problems
    assert (problem.code, problem.line, problem.text) == ("unplaced", 6, "by hand")


@given(st.sampled_from(FILES), st.integers(0, 5_000), st.integers(0, 60), st.text(max_size=9))
def test_torn_files_are_read_or_refused(path: Path, start: int, length: int, new: str) -> None:
    """
    Whatever is cut out of a file or put into it, it is read, or refused by our error.
    """
    text = path.read_text("utf-8")
    text = text[:start] + new.encode(errors="replace").decode() + text[start + length :]
    for torn in (text, text[:start]):
        for format_ in ("annotated", None):
            try:
                session = parse(torn, format=format_)
            except AftermoveError as refusal:
                assert "week" not in str(refusal)  # noqa: PT017  # what it must not say is tested
            else:
                assert len(session) > 0


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80))
def test_nothing_of_a_grid_is_lost(text: str) -> None:
    """
    Every word behind a TextGrid's head is in a turn, a name, a time, metadata or a problem.
    """
    head = grid(("IntervalTier", "T", ["So?"]), ("IntervalTier", "P", ["Oh."]))
    source = Source.from_text(head + text)
    (transcript,) = ANNOTATED.read(source, Given({}, {}))
    kept = [said.text + said.name for said in transcript.said]
    kept += [problem.text for problem in transcript.problems]
    kept += [key + value for key, value in transcript.metadata.items()]
    lost = {c for c in (source.text or "") if c.isalpha()} - set("".join([*kept, head]))
    assert not lost


def test_many_annotations_take_linear_time() -> None:
    """
    100,000 references in one chain, and a label of 2 MB full of quotation marks, are read.
    """
    refs = "".join(
        f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a{i}" ANNOTATION_REF="a{i + 1}">'
        f"<ANNOTATION_VALUE>so</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>"
        for i in range(100_000)
    )
    eaf = f'<ANNOTATION_DOCUMENT><TIER TIER_ID="P">{refs}</TIER></ANNOTATION_DOCUMENT>'
    assert len(parse(eaf, join=False)) == 100_000
    session = parse(grid(("IntervalTier", "P", ['" "' * 700_000])))
    assert len(session[0].text) == 2_100_000


def test_no_step_shows_the_talk() -> None:
    """
    Tiers and their pieces show places and counts alone.
    """
    tier = Tier("Kestrel", [Piece("kestrel", 3, None, None)])
    assert repr(tier) == "Tier(pieces=1)"
    assert repr(tier.pieces) == "[Piece(line=3)]"
    assert "kestrel" not in repr(transcript_of([tier], {}, []).said)
