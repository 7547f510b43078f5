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
from aftermove.parsing import read, read_all
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
    Rows of a sheet with headings are turns; cells of times are seconds; the rest is kept.
    """
    session = read_bytes(tmp_path, workbook([], TALK, [["Other", "Sheet"]]))
    assert [(turn.text, turn.start) for turn in session] == [
        ("How was it?", 12.0),
        ("Hard.\nVery.", 75.5),
        ("I see.", 90.0),
    ]
    assert session.metadata["Code"] == '["1", "yes", ""]'
    assert [(each.code, each.text) for each in session.problems] == [("unplaced", "Other\tSheet")]


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


def test_each_sheet_of_talk_is_a_session_of_its_title(tmp_path: Path) -> None:
    """
    Of several sheets with turns each makes a session, and what others hold is told with the first.
    """
    path = tmp_path / "course.xlsx"
    path.write_bytes(workbook(TALK, [["Codes"]], TALK))
    first, second = read_all(path)
    assert (first.id, second.id) == ("Sheet", "Sheet2")
    assert len(first) == len(second) == 3
    assert [each.text for each in first.problems] == ["Codes"]
    assert second.problems == ()


def test_a_workbook_without_a_sheet_of_talk_is_refused(tmp_path: Path) -> None:
    """
    The refusal is that of the first sheet, or tells that all are blank.
    """
    with pytest.raises(TranscriptError, match="no row with headings"):
        read_bytes(tmp_path, workbook([["Other", "Sheet"]], [["Codes"]]))
    with pytest.raises(TranscriptError, match="no row of the table holds talk"):
        read_bytes(tmp_path, workbook([]))
