import runpy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.errors import TranscriptError
from aftermove.parsing import parse, read_all
from aftermove.parsing.decoding import Source
from aftermove.parsing.forms import Given
from aftermove.parsing.labelled import LABELLED

written = runpy.run_path(str(Path(__file__).with_name("layouts.py")))["written"]

FIXTURES = Path(__file__).parent / "fixtures" / "sessions.toml"
CASES = [
    pytest.param(case, id=case["title"])
    for case in tomllib.loads(FIXTURES.read_text("utf-8"))["case"]
]


@pytest.mark.parametrize("case", CASES)
def test_each_session_of_a_text_is_read(case: dict[str, Any], tmp_path: Path) -> None:
    """
    Each session of the fixtures has its turns with their roles, headers and problems.
    """
    path = tmp_path / "course.txt"
    path.write_text(case["input"], "utf-8")
    sessions = list(read_all(path))
    assert len(sessions) == len(case["sessions"])
    for session, expected in zip(sessions, case["sessions"], strict=True):
        assert [[turn.role.value, turn.text] for turn in session] == [
            turn[:2] for turn in expected["turns"]
        ]
        assert dict(session.metadata) == expected["metadata"]
        problems = [[problem.code, problem.line] for problem in session.problems]
        assert problems == expected.get("problems", [])


@pytest.mark.parametrize("case", CASES)
def test_turns_know_their_lines_in_the_whole_text(case: dict[str, Any]) -> None:
    """
    The line of a turn is counted from the text's first, not from the session's.
    """
    transcripts = LABELLED.read(Source.from_text(case["input"]), Given({}, {}))
    lines = [[said.line for said in transcript.said] for transcript in transcripts]
    assert lines == [[turn[2] for turn in expected["turns"]] for expected in case["sessions"]]


@given(st.lists(written(), min_size=2, max_size=4))
def test_sessions_below_headings_are_read_back(
    courses: list[tuple[str, list[tuple[str, str]]]],
) -> None:
    """
    Texts put below each other, each with a heading, are read as they are alone.
    """
    whole = "\n\n".join(f"Session {n}\n\n{text}" for n, (text, _) in enumerate(courses, start=1))
    transcripts = list(LABELLED.read(Source.from_text(whole), Given({}, {})))
    assert [[said.text for said in each.said] for each in transcripts] == [
        [words for _, words in turns] for _, turns in courses
    ]


@pytest.mark.parametrize("below", ["", "\n\nSession 3\n\nT: Again?\nP: Tired.\n"])
def test_a_session_that_cant_be_read_is_kept(below: str) -> None:
    """
    Where a session between others, or the last, has no talk, a problem holds it word for word.
    """
    unread = "Session 2\n\nT:\n\nP:"
    text = f"Session 1\n\nT: So?\nP: Fine.\n\n{unread}\n{below}"
    *_, last = LABELLED.read(Source.from_text(text), Given({}, {}))
    (problem,) = last.problems
    assert (problem.code, problem.line, problem.text) == ("unplaced", 6, unread)
    assert last.metadata == {"session": "3" if below else "1"}


def test_several_sessions_are_not_read_as_one() -> None:
    """
    Where one session is asked for, a text of two is refused with the way to have both.
    """
    with pytest.raises(TranscriptError, match="2 sessions are in it; read them with read_all"):
        parse("Session 1\n\nT: So?\nP: Fine.\n\nSession 2\n\nT: Again?\nP: Tired.\n")


def test_sessions_without_any_talk_are_refused() -> None:
    """
    Where no session of several holds talk, the first of them is told.
    """
    with pytest.raises(TranscriptError, match="line 1: no label has talk"):
        parse("Session 1\n\nT:\nP:\n\nSession 2\n\nT:\nP:\n")
