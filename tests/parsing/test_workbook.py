import io
import sys
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import time, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.errors import MissingExtraError, TranscriptError
from aftermove.model import Session
from aftermove.parsing import read
from aftermove.parsing.decoding import Source
from aftermove.parsing.forms import Given
from aftermove.parsing.tabular import TABULAR

openpyxl = pytest.importorskip("openpyxl")

TALK: list[list[object]] = [
    ["Speaker", "Start", "Text", "Code"],
    ["Therapist", time(0, 0, 12), "How was it?", 1.0],
    ["Client", timedelta(seconds=75.5), "Hard.\nVery.", "yes"],
    [],
    ["Therapist", 90, "I see.", None],
]


def workbook(*sheets: Sequence[Sequence[object]]) -> bytes:
    """
    The bytes of a workbook with these rows in its sheets.
    """
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for cells in rows:
            sheet.append(list(cells))
    whole = io.BytesIO()
    book.save(whole)
    return whole.getvalue()


def read_bytes(folder: Path, raw: bytes) -> Session:
    """
    The session in a file of these bytes, whose name tells nothing.
    """
    path = folder / "week.data"
    path.write_bytes(raw)
    return read(path)


def test_a_workbook_is_read_as_a_table(tmp_path: Path) -> None:
    """
    Rows of the first sheet with any are turns; cells of times are seconds; the rest is kept.
    """
    session = read_bytes(tmp_path, workbook([], TALK, [["Other", "Sheet"]]))
    assert [(turn.text, turn.start) for turn in session] == [
        ("How was it?", 12.0),
        ("Hard.\nVery.", 75.5),
        ("I see.", 90.0),
    ]
    assert session.metadata["Code"] == '["1", "yes", ""]'
    assert session.problems == ()


def test_workbooks_without_talk_are_refused(tmp_path: Path) -> None:
    """
    Empty sheets, and a workbook cut short, are refused by our error.
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    for raw in (workbook([]), workbook(TALK)[:-300], whole.getvalue()):
        with pytest.raises(TranscriptError, match=r"week\.data"):
            read_bytes(tmp_path, raw)


def test_without_the_extra_a_workbook_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Where openpyxl is missing, the error names the extra that brings it.
    """
    raw = workbook(TALK)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtraError, match=r"aftermove\[formats\]"):
        read_bytes(tmp_path, raw)


@cache
def sound() -> bytes:
    """
    A sound workbook, made once.
    """
    return workbook(TALK)


@given(st.integers(0, 8_000), st.binary(max_size=40))
def test_torn_workbooks_are_read_or_refused(place: int, torn: bytes) -> None:
    """
    Whatever is overwritten in a workbook, it is read, or refused by our error.
    """
    raw = sound()[:place] + torn + sound()[place + len(torn) :]
    with suppress(TranscriptError):
        list(TABULAR.read(Source.from_bytes(raw), Given({}, {})))
