import contextlib
import tomllib
from collections import Counter
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.errors import AftermoveError, ModelError, TranscriptError
from aftermove.model import Role, Session, Speaker, Turn
from aftermove.parsing import WRITERS, parse
from aftermove.parsing.captions import CAPTIONS, write
from aftermove.parsing.decoding import Source
from aftermove.parsing.forms import Given, Transcript
from aftermove.testing import sessions, texts

NOTHING = Given({}, {})
FIXTURES = Path(__file__).parent / "fixtures" / "captions"
EXPECTED = tomllib.loads((FIXTURES / "expected.toml").read_text("utf-8"))

# What readers stumble over, more often than chance has it.
awkward = st.lists(
    st.sampled_from(
        [
            *("WEBVTT\n\n", "\n", "\n\n", "00:01.000 --> 00:02.000\n", "00:03 --> 00:02", "-->"),
            *(
                "<v Kim>",
                "</v>",
                "A: ",
                "B: ",
                ">> ",
                "- ",
                "7\n",
                "&lt;",
                "&#0;",
                "STYLE\n",
                "Kim",
            ),
            "NOTE x",
        ]
    )
    | texts(),
    max_size=30,
).map("".join)


def transcript(text: str) -> Transcript:
    """
    The one transcript of a text.
    """
    (found,) = CAPTIONS.read(Source.from_text(text), NOTHING)
    return found


def test_last_cues_that_tell_who_made_them_are_no_talk() -> None:
    """
    What stands in cues at the end and is no talk is kept beside the headers.
    """
    text = "1\n00:01,000 --> 00:02,000\nKim: So?\n\n2\n00:02,000 --> 00:03,000\nEND OF SESSION\n\n"
    found = transcript(text + "3\n00:03,000 --> 00:04,000\nSubtitles by example.org\n")
    assert [said.text for said in found.said] == ["Kim: So?"]
    assert found.metadata == {"footer": "END OF SESSION\nSubtitles by example.org"}


@pytest.mark.parametrize("name", EXPECTED)
def test_files_are_read(name: str) -> None:
    """
    Each file is known by its content, and gives its turns, times, metadata and problems.
    """
    source, case = Source.from_bytes((FIXTURES / name).read_bytes()), EXPECTED[name]
    assert CAPTIONS.sniff(source) >= 0.9
    (found,) = CAPTIONS.read(source, NOTHING)
    turns: list[list[Any]] = [
        [s.name, s.text, s.start, -1 if s.end is None else s.end] for s in found.said
    ]
    assert turns == case["turns"]
    problems = sorted((p.line or 0, p.code, p.text) for p in found.problems)
    assert problems == sorted((line, code, text) for code, line, text in case["problems"])
    assert found.metadata == case["metadata"]


@pytest.mark.parametrize(
    ("text", "likelihood"),
    [
        ("Torn top\n00:01.000 --> 00:02.000\nA: So?\n\n00:03.000 --> 00:04.000\nB: No.", 0.5),
        ("T: Here is my file.\n" + "P: Yes.\n" * 9 + "00:01.000 --> 00:02.000\n", 0.0),
        ("00:05 --> 00:07 T: So?\n00:07 --> 00:09 P: No.\n", 0.0),
        ("T: So?\nP: WEBVTT", 0.0),
        ("WEBVTTX\n", 0.0),
        ("", 0.0),
    ],
)
def test_content_tells_the_form(text: str, likelihood: float) -> None:
    """
    Captions with a broken top are likely some; talk that quotes captions is not.
    """
    assert CAPTIONS.sniff(Source.from_text(text)) == likelihood


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("WEBVTT\n00:01.000 --> 00:02.000\n<v Kim>So?", ["Kim"]),
        (
            "00:01.000 --> 00:02.000\n\n<v Kim>So?\n\n2\n\n00:03.000 --> 00:04.000\n\n<v P>No",
            ["Kim", "P"],
        ),
        (
            "WEBVTT\n\nNOTE roles\nchief: Kim\n\n00:01.000 --> 00:02.000\n<v>So? <v Kim>No.",
            ["Unnamed", "Kim"],
        ),
        ("x\ny\n00:01.000 --> 00:02.000\n<v Kim>So?\n\nNOTE", ["Kim"]),
        ("WEBVTT\n\nNOTE\n\n00:01.000 --> 00:02.000\n<v Kim>So?", ["Kim"]),
    ],
)
def test_loose_layouts_are_read(text: str, names: list[str]) -> None:
    """
    Cues right below the header, between doubled blank lines or below strays keep their voices.
    """
    assert [said.name for said in transcript(text).said] == names


@pytest.mark.parametrize("text", ["WEBVTT\n", "00:01.000 --> 00:02.000\n&nbsp;\n", "talk"])
def test_captions_without_talk_are_refused(text: str) -> None:
    """
    Where no cue has talk, the refusal shows how a cue is written.
    """
    with pytest.raises(TranscriptError, match="-->"):
        transcript(text)


def one(text: str, start: float | None = 0.0, name: str = "Kim") -> Session:
    """
    A session of one turn.
    """
    speaker = Speaker(name, Role.THERAPIST)
    return Session(id="s", turns=[Turn(index=0, speaker=speaker, text=text, start=start, end=9.0)])


@pytest.mark.parametrize(
    "text", ["a\n\nb", " a ", "a\n \n\nb", "x --> y", "<v P>&amp;", "{\\an8}a"]
)
def test_awkward_talk_reads_back(text: str) -> None:
    """
    Blank lines, blanks at the edges and what looks like tags come back as they were.
    """
    (said,) = transcript(write(one(text))).said
    assert (said.name, said.text, said.start, said.end) == ("Kim", text, 0.0, 9.0)


@pytest.mark.parametrize(
    "session",
    [
        one("a", None),
        one("", 0.0),
        one("a", 0.0, "K\n\nim"),
        one("a\rb"),
        Session(
            id="s",
            turns=[
                *one("a").turns,
                Turn(index=1, speaker=Speaker("kim"), text="b", start=1.0, end=2.0),
            ],
        ),
        Session(id="s", turns=[Turn(index=0, speaker=Speaker("P"), text="a", start=0.0, end=4e9)]),
        Session(
            id="s",
            turns=[
                *one("a").turns,
                Turn(index=1, speaker=Speaker("P"), text="", start=1.0, end=2.0),
            ],
        ),
    ],
)
def test_what_captions_cant_hold_is_refused(session: Session) -> None:
    """
    Turns without times or talk, names of one key, and what would change are refused.
    """
    with pytest.raises(ModelError, match=r"Session\.turns"):
        write(session)


def test_half_thousandths_read_back() -> None:
    """
    A time that lies between two thousandths is rounded once, and isn't refused.
    """
    (said,) = transcript(write(one("a", 0.0005))).said
    assert said.start == round(0.0005, 3)


@given(sessions())
def test_written_sessions_read_back(session: Session) -> None:
    """
    A session is refused, or read back in names, roles and texts, and in times to a thousandth.
    """
    try:
        text = write(session)
    except ModelError:
        return
    assert CAPTIONS.sniff(Source.from_text(text)) > 0.9
    found = transcript(text)
    assert [(s.name, found.role_by_voice[s.voice], s.text, s.start, s.end) for s in found.said] == [
        (t.speaker.name, t.role, t.text, round(t.start or 0, 3), round(t.end or 0, 3))
        for t in session
    ]


@given(awkward)
def test_any_text_is_read_or_refused(text: str) -> None:
    """
    Whatever the text, no error but ours is raised.
    """
    with contextlib.suppress(AftermoveError):
        transcript(text)


@given(awkward)
def test_no_letter_is_lost(text: str) -> None:
    """
    Every letter stands in talk, a name, metadata or a problem, but for those of tags and signs.
    """
    plain = text.replace("<v Kim>", "").replace("&", "").replace("<", "").replace("\0", "")
    try:
        found = transcript("00:01.000 --> 00:02.000\n<v Kim>So?</v>\n\n" + plain)
    except AftermoveError:
        return
    kept = [said.name + said.text for said in found.said]
    kept += [key + value for key, value in found.metadata.items()]
    kept += [problem.text for problem in found.problems]
    lost = Counter(filter(str.isalpha, plain)) - Counter("".join(kept) + "AB" * len(plain))
    assert not lost


@pytest.mark.parametrize("piece", ["<", "<v ", "{\\", "&#", "1:", "- ", ">> ", "00:01 -", "\n\n"])
def test_hostile_lines_take_linear_time(piece: str) -> None:
    """
    A megabyte of what begins a tag, a time or a sign is read in seconds.
    """
    began = process_time()
    with contextlib.suppress(AftermoveError):
        transcript("WEBVTT\n\n00:01.000 --> 00:02.000\nT: So " + piece * (10**6 // len(piece)))
    assert process_time() - began < 10


def test_the_table_reads_and_writes_captions() -> None:
    """
    Captions are told by their content among all forms, and neighbouring cues of a voice joined.
    """
    times = "00:01.000 --> 00:02.000\n", "00:02.000 --> 00:03.000\n", "00:03.000 --> 00:04.000\n"
    text = "\n\n".join(map(str.__add__, times, ("<v T>I", "<v T>ask.", "<v P>Well.")))
    session = parse(text)
    assert [(turn.role, turn.text, turn.end) for turn in session] == [
        ("therapist", "I ask.", 3.0),
        ("patient", "Well.", 4.0),
    ]
    assert parse(WRITERS["captions"](session)).turns == session.turns
