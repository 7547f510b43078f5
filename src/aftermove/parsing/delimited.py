"""
From the text of a table to its rows: the sign between the cells is told by the content.

Not Python's `csv`: there a quotation mark that is never closed takes all rows behind it into one
cell, and cells past a limit, which all of the process shares, are refused.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

__all__ = ["DELIMITERS", "Row", "declared", "rows"]

Row = tuple[int, list[str]]

DELIMITERS: Final = (",", ";", "\t", "|")
_DECLARED: Final = re.compile(r"""["']?sep=(.)["']?\n""")


@cache
def _cell(delimiter: str) -> re.Pattern[str]:
    sign = re.escape(delimiter)
    # A quoted cell up to its closing mark, or whatever stands before the next sign: a mark that
    # closes nothing is a mark of the text.
    return re.compile(rf' *+"((?:[^"]|"")*+)" *+(?={sign}|\n|\Z)|([^{sign}\n]*+)')


def declared(text: str) -> str | None:
    """
    The delimiter that a first line such as ``sep=;`` names, or `None`.
    """
    found = _DECLARED.match(text)
    return found[1] if found else None


def rows(text: str, delimiter: str) -> Iterator[Row]:
    r"""
    Each row that isn't blank, with the 1-based line it begins on.

    Example:
        >>> list(rows('a,"b\n""c"" d"\n\ne', ","))
        [(1, ['a', 'b\n"c" d']), (4, ['e'])]
    """
    match = _cell(delimiter).match
    place, line = (text.index("\n") + 1, 2) if declared(text) else (0, 1)
    cells: list[str] = []
    begun = line
    while True:
        found = match(text, place)
        assert found is not None  # The second branch fits anywhere.
        quoted = found[1]
        if quoted is None:
            cells.append(found[2])
        else:
            line += quoted.count("\n")
            cells.append(quoted.replace('""', '"'))
        place = found.end()
        if place < len(text) and text[place] == delimiter:
            place += 1
            continue
        if any(cell.strip() for cell in cells):
            yield begun, cells
        if place >= len(text):
            return
        place, line = place + 1, line + 1
        cells, begun = [], line
