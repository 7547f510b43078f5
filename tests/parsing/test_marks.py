import runpy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from aftermove.model import Turn
from aftermove.model.transcript import Speaker
from aftermove.parsing.marks import find_marks

texts = runpy.run_path(str(Path(__file__).with_name("layouts.py")))["texts"]

FIXTURES = Path(__file__).parent / "fixtures" / "marks.toml"
CASES = [
    pytest.param(case, id=case["title"])
    for case in tomllib.loads(FIXTURES.read_text("utf-8"))["case"]
]


@pytest.mark.parametrize("case", CASES)
def test_marks_are_found(case: dict[str, Any]) -> None:
    """
    The marks of each fixture are found, each of its kind, and nothing else is.
    """
    text = case["text"]
    found = [[mark.span.of(text), mark.kind.value] for mark in find_marks(text)]
    assert found == case["marks"]


@given(texts)
def test_marks_lie_in_order_within_the_text(text: str) -> None:
    """
    Whatever the text, its marks make a valid turn.
    """
    turn = Turn(index=0, speaker=Speaker("T"), text=text, marks=find_marks(text))
    assert all("\n" not in mark.span.of(text) for mark in turn.marks)
