"""
Tables as files that any statistics package reads.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from os import PathLike, fspath
from pathlib import Path

from aftermove.errors import FileAccessError
from aftermove.tables import rows_of
from aftermove.tables.forms import Cell

__all__ = ["write_table"]


def write_table(value: object, path: str | PathLike[str], which: str | None = None) -> None:
    """
    Write a table of a value as CSV, which R, SPSS, Stata, SAS, Excel and others read.

    The tables are those of `to_frame`; nothing need be installed.

    Args:
        value: A `Session`, a `SessionAnalysis`, or a list of either, one below the other; a
            `Study`, an `EffectTable` or a `TransitionTable`.
        path: Where to write it: UTF-8, a comma between cells, headings in the first row (RFC 4180).
            Text is in quotes, truth values are 1 and 0, and what isn't told is an empty cell
            without quotes.
        which: The name of the table; `None` for the first of the value's class.

    Raises:
        ModelError: If the value is of no such class, or a list is empty or of mixed classes.
        UnknownNameError: If there is no such table.
        FileAccessError: If the file can't be written.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from aftermove import SessionAnalysis
        >>> coded = SessionAnalysis.from_codes(id="s1", valence=[-.5, .25], techniques=[["values"]])
        >>> with TemporaryDirectory() as folder:
        ...     write_table(coded, f"{folder}/codes.csv", "interventions")
        ...     print(Path(folder, "codes.csv").read_text())
        "session","patient","turn","technique","confidence"
        "s1",,1,"values",1.0
        <BLANKLINE>

    .. versionadded:: 0.1.0
    """
    (_, _, columns, _), rows = rows_of(value, which)
    headings = [column.name for column in columns]
    try:
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            file.writelines(_lines(headings, rows))
    except (OSError, ValueError) as error:
        # A path with a NUL or a lone surrogate is a ValueError.
        reason = getattr(error, "strerror", None) or "can't be written"
        raise FileAccessError(ascii(fspath(path))[1:-1], f"{reason}; check the path") from None


def _lines(headings: Sequence[str], rows: Iterator[tuple[Cell, ...]]) -> Iterator[str]:
    for row in chain([headings], rows):
        yield ",".join(map(_cell, row)) + "\r\n"


def _cell(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return str(int(cell))
        case str():
            return '"' + cell.replace('"', '""') + '"'
        case _:
            return repr(cell)
