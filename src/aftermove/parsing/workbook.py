"""
The rows of an Excel workbook, by openpyxl, which needs the `formats` extra.
"""

import io
from collections.abc import Iterator
from datetime import time, timedelta

from aftermove.errors import MissingExtraError, TranscriptError
from aftermove.parsing.archive import is_archive, members
from aftermove.parsing.delimited import Row

__all__ = ["is_workbook", "rows"]


def is_workbook(raw: bytes) -> bool:
    """
    Whether the bytes are an archive that holds an Excel workbook.
    """
    # Names stand unpacked in an archive.
    return is_archive(raw) and b"xl/workbook.xml" in raw


def rows(raw: bytes) -> Iterator[Row]:
    """
    Each row that isn't blank of the first sheet that has any, with its 1-based number.

    Cells are text as they stand, with the values of formulas as last computed; times are seconds.

    Raises:
        MissingExtraError: If openpyxl isn't installed.
        TranscriptError: If the file is torn, encrypted or too large.
    """
    # Refuses bombs before openpyxl unpacks anything.
    members(raw)
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise MissingExtraError("reading Excel workbooks", "formats") from None
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            found = False
            for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                texts = [_text(cell) for cell in cells]
                if any(texts):
                    found = True
                    yield number, texts
            if found:
                return
    except Exception:
        # openpyxl raises whatever its own steps do on torn files, with cells in the message.
        raise TranscriptError(["the workbook is torn; save it anew"], [None]) from None


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, time):
        cell = timedelta(
            hours=cell.hour, minutes=cell.minute, seconds=cell.second, microseconds=cell.microsecond
        )
    if isinstance(cell, timedelta):
        return f"{cell.total_seconds():g}"
    return str(cell)
