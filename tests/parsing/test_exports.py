"""
Files as people hold them: tables, chats, and labelled text as tools export it.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from aftermove import read_all

FIXTURES = Path(__file__).parent / "fixtures"
FORMATS = ("labelled", "messages", "tabular")
CASES: dict[tuple[str, str], list[dict[str, Any]]] = {
    (form, name): sessions
    for form in FORMATS
    for name, sessions in tomllib.loads(
        (FIXTURES / form / "expected.toml").read_text("utf-8")
    ).items()
}


@pytest.mark.parametrize(("form", "name"), sorted(CASES))
def test_files_are_read(form: str, name: str) -> None:
    """
    Each is known by its content, and gives its sessions, turns, times, problems and metadata.
    """
    path = FIXTURES / form / name
    sessions, cases = list(read_all(path)), CASES[form, name]
    assert [session.id for session in sessions] == [case["id"] for case in cases]
    for session, case in zip(sessions, cases, strict=True):
        turns = [
            [
                turn.role.value,
                turn.speaker.name,
                turn.text,
                -1.0 if turn.start is None else turn.start,
            ]
            for turn in session
        ]
        assert turns == case["turns"]
        assert [problem.code for problem in session.problems] == case["problems"]
        assert sorted(session.metadata) == case["metadata"]
    assert list(read_all(path, format=form)) == sessions


@pytest.mark.parametrize("form", FORMATS)
def test_every_file_is_expected(form: str) -> None:
    """
    No file stands there untried.
    """
    names = {path.name for path in (FIXTURES / form).iterdir()} - {"expected.toml"}
    assert names == {name for kind, name in CASES if kind == form}
