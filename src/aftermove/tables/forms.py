"""
What a table is: named columns of one kind each, and how its rows are made of a value.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

__all__ = ["Cell", "Column", "Table"]

Cell: TypeAlias = str | int | float | bool | None


class Column(NamedTuple):
    """
    One column of a table.
    """

    name: str
    kind: type[str] | type[int] | type[float] | type[bool]
    """What each cell is, unless it is `None`."""
    meaning: str
    """In one sentence, with the unit or range, and what `None` means where it occurs."""


class Table(NamedTuple):
    """
    One table that values of a class are laid out as.
    """

    name: str
    meaning: str
    """What a row is."""
    columns: tuple[Column, ...]
    rows: Callable[[Any], Iterator[tuple[Cell, ...]]]
    """The rows of one value, with a cell for each column."""
