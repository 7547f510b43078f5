import runpy
import tomllib
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given

import aftermove as am
from aftermove.errors import TranscriptError
from aftermove.model import Session
from aftermove.parsing import parse, read
from aftermove.parsing.decoding import Source
from aftermove.parsing.forms import Given
from aftermove.parsing.labelled import LABELLED, cut
from aftermove.parsing.labels import find_labels, seconds
from aftermove.parsing.voices import choose_openings

layouts = runpy.run_path(str(Path(__file__).with_name("layouts.py")))
texts, written = layouts["texts"], layouts["written"]

FIXTURES = Path(__file__).parent / "fixtures"


def cases(*names: str) -> list[Any]:
    """
    The cases of the fixture files, each under its title.
    """
    return [
        pytest.param(case, id=f"{name}: {case['title']}")
        for name in names
        for case in tomllib.loads((FIXTURES / f"{name}.toml").read_text("utf-8"))["case"]
    ]


def times(case: dict[str, Any], key: str, session: Session) -> list[float | None]:
    """
    The case's times, -1 standing for none; those of the session where the case tells none.
    """
    if key not in case:
        return [getattr(turn, key.removesuffix("s")) for turn in session]
    return [None if time < 0 else time for time in case[key]]


@pytest.mark.parametrize("case", cases("labels", "times", "lookalikes", "roles", "preamble"))
def test_layouts_are_read(case: dict[str, Any]) -> None:
    """
    Each layout of the fixtures gives its turns, times, metadata and problems.
    """
    session = parse(
        case["input"], case.get("format"), case.get("roles"), join=case.get("join", True)
    )
    assert [[turn.role.value, turn.text] for turn in session] == case["turns"]
    assert [turn.start for turn in session] == times(case, "starts", session)
    assert [turn.end for turn in session] == times(case, "ends", session)
    problems = [[problem.code, problem.line or -1] for problem in session.problems]
    assert problems == case.get("problems", [])
    assert dict(session.metadata) == case.get("metadata", {})
    if "names" in case:
        assert [turn.speaker.name for turn in session] == case["names"]


@given(written())
def test_what_is_written_is_read_back(transcript: tuple[str, list[tuple[str, str]]]) -> None:
    """
    In every layout, the turns are those written, each with its role and its talk as written.
    """
    text, turns = transcript
    session = parse(text, join=False)
    assert [(turn.role.value, turn.text) for turn in session] == turns


def letters(text: str) -> Counter[str]:
    """
    The characters that aren't blank.
    """
    return Counter("".join(text.split()))


@given(texts)
@example("x\n> **T: a**\n> b\n> P: c\n\n> T: d")
def test_every_character_is_placed(text: str) -> None:
    """
    Each stretch is a label and its talk, with nothing between but the signs of its layout.
    """
    openings = choose_openings(find_labels(text), {"a", "b"})
    reached = openings[0].label.start if openings else 0
    for stretch in cut(text, openings):
        label = stretch.opening.label
        assert label.start == reached
        rest = letters(text[label.end : stretch.end]) - letters(stretch.talk)
        assert set(rest) <= set(">*_")
        assert letters(stretch.talk) - letters(text[label.end : stretch.end]) == Counter()
        reached = stretch.end
    assert reached == (len(text) if openings else 0)


@given(texts)
def test_any_text_is_read_or_refused(text: str) -> None:
    """
    Whatever the text, it is read or refused by our error, twice the same, and no word is lost.
    """
    try:
        session = parse(text)
    except TranscriptError:
        return
    assert parse(text) == session
    kept = [turn.text for turn in session] + [problem.text for problem in session.problems]
    written_letters = letters(text)
    assert all(letters(piece) <= written_letters for piece in kept)


@given(texts)
def test_the_lines_before_the_first_label_are_kept(text: str) -> None:
    """
    What stands before the first label is in metadata or problems, but for signs of layout.
    """
    preamble = "".join(line for line in text.splitlines(keepends=True) if ":" not in line)
    preamble = preamble.replace("：", "").replace("\0", "")
    try:
        session = parse(preamble + "\n\nTherapist: So?\n\nPatient: Tired.\n\nTherapist: Oh.")
    except TranscriptError:
        return
    pieces = [turn.text for turn in session] + [problem.text for problem in session.problems]
    pieces += [key + value for key, value in session.metadata.items()]
    pieces += [turn.speaker.name for turn in session]
    lost = letters(preamble.casefold()) - letters("".join(pieces).casefold())
    assert not {sign for sign in lost if sign.isalpha()}


def test_a_text_without_labels_is_refused_with_the_remedy() -> None:
    """
    The refusal says what was looked for and how to help, without a word of the text.
    """
    with pytest.raises(TranscriptError, match="roles=") as refusal:
        parse("A kestrel hovered: I watched it, and it was good.")
    assert "kestrel" not in str(refusal.value)


def test_the_seed_session_is_whole(data_folder: Path) -> None:
    """
    A real session of many-paragraph turns gives its 51 turns, and the list of scripts is one turn.
    """
    session = read(data_folder.parent / "seed_session.txt")
    assert (len(session), len(session.by_role("patient"))) == (51, 26)
    assert session.problems == ()
    assert sum("\n- " in turn.text for turn in session) == 1
    (scripts,) = (turn.text for turn in session if "\n- " in turn.text)
    assert scripts.count("\n- ") == 3
    assert len(scripts.split("\n\n")) == 3
    assert sum("\n\n" in turn.text for turn in session) > 3


def test_no_step_on_the_way_shows_the_talk() -> None:
    """
    What a reader makes on its way to a session shows places, and none of the words.
    """
    text = "T: Kestrels?\nP: Kestrels.\n"
    openings = choose_openings(find_labels(text), ())
    (transcript,) = LABELLED.read(Source.from_text(text), Given({}, {}))
    for step in (openings, list(cut(text, openings)), transcript, parse(text)):
        assert "estrel" not in repr(step)
    assert repr(transcript.said[1]) == "Said(line=2)"


def test_labels_without_any_talk_are_refused() -> None:
    """
    A source whose labels all lack talk makes no session, and the first of them is told.
    """
    with pytest.raises(TranscriptError, match=r"line 2: no label has talk"):
        parse("\nTherapist:\nPatient:\n")


def test_times_left_out_are_kept() -> None:
    """
    Where a label has more times than two, a problem holds all of them.
    """
    (problem,) = parse("00:01\n00:02 T (00:03): So?\n\nP: Tired.\n").problems
    assert problem.code == "extra-time"
    assert all(time in problem.text for time in ("00:01", "00:02", "00:03"))


def test_times_of_a_label_are_seconds() -> None:
    """
    Times with and without hours and parts of seconds are told in seconds from the start.
    """
    assert seconds("1:00:00.25 --> 1:00:01") == (3600.25, 3601.0)
    assert seconds("") == (None, None)


def test_a_long_text_takes_few_times_its_size() -> None:
    """
    At its peak, reading takes less than 3.7 times the text, with turns of 90 characters.
    """
    talk = "It was a long week and we went home again in the rain, and then the dog barked."
    text = f"Therapist: {talk}\n\nPatient: {talk}\n\n" * 4_000
    # What the first reading loads stays.
    parse(text[:2_000])
    tracemalloc.start()
    try:
        session = parse(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(session) == 8_000
    assert peak < 3.7 * len(text)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("# Third meeting", "Third meeting"),
        ("## On C# ##", "On C#"),
        ("# a #7", "a #7"),
    ],
)
def test_a_heading_is_the_title_without_its_signs(line: str, title: str) -> None:
    """
    Signs that close a heading are dropped; those that belong to its words are kept.
    """
    session = am.parse(f"{line}\n\nTherapist: Hello.\n\nPatient: Hi.\n")
    assert session.metadata["title"] == title
