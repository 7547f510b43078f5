"""
The rows of an Excel workbook, by openpyxl, which needs the `formats` extra.
"""

import io
from collections.abc import Iterator
from datetime import time, timedelta

from aftermove.errors import MissingExtraError, TranscriptError
from aftermove.parsing.archive import is_archive, members
from aftermove.parsing.delimited import Row

__all__ = ["is_workbook", "sheets"]


def is_workbook(raw: bytes) -> bool:
    """
    Whether the bytes are an archive that holds an Excel workbook.
    """
    # Names stand unpacked in an archive.
    return is_archive(raw) and b"xl/workbook.xml" in raw


def sheets(raw: bytes) -> Iterator[tuple[str, list[Row]]]:
    """
    The title of each sheet that isn't blank, and its rows that aren't, with 1-based numbers.

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
            numbered = enumerate(sheet.iter_rows(values_only=True), start=1)
            texts = [(number, list(map(_text, cells))) for number, cells in numbered]
            if rows := [row for row in texts if any(row[1])]:
                yield sheet.title, rows
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
