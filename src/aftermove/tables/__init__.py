"""
What the library finds as plain tables, in tidy long form: one thing a row, one fact a column.

Needs nothing installed; data frames and files of other programs are made of these.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final, NamedTuple

from aftermove.errors import ModelError, UnknownNameError
from aftermove.model import Session, SessionAnalysis
from aftermove.sequence.effect_table import EffectTable
from aftermove.sequence.transitions import TransitionTable
from aftermove.studies import Study
from aftermove.tables.forms import Cell, Column, Table
from aftermove.tables.session import OF_ANALYSES, OF_SESSIONS
from aftermove.tables.study import OF_EFFECTS, OF_STUDIES, OF_TRANSITIONS

__all__ = ["TABLES", "Cell", "Column", "Rows", "Table", "rows_of"]

TABLES: Final[Mapping[type, tuple[Table, ...]]] = {
    Session: OF_SESSIONS,
    SessionAnalysis: OF_ANALYSES,
    Study: OF_STUDIES,
    EffectTable: OF_EFFECTS,
    TransitionTable: OF_TRANSITIONS,
}
"""The tables that a value of each class is laid out as, the default first."""


class Rows(NamedTuple):
    """
    A table filled with the rows of a value.
    """

    table: Table
    rows: Iterator[tuple[Cell, ...]]
    """Made as they are asked for, once."""


def rows_of(value: Any, which: str | None = None) -> Rows:  # noqa: ANN401  # of many classes
    """
    The rows of a value, of the table of this name.

    Args:
        value: A session, an analysis, or a list of either, one below the other; a study, an
            effect table or a transition table.
        which: The name of a table of the value's class; `None` for the class' first.

    Raises:
        ModelError: If the value is of no such class, or a list is empty or of mixed classes.
        UnknownNameError: If the class has no table of that name.

    Example:
        >>> session = Session.from_pairs([("therapist", "So?"), ("patient", "Tired.")])
        >>> table, rows = rows_of(session)
        >>> table.name, [row[-1] for row in rows]
        ('turns', ['So?', 'Tired.'])
    """
    members = [value] if type(value) in TABLES else _members(value)
    tables = {table.name: table for table in TABLES[type(members[0])]}
    name = next(iter(tables)) if which is None else which
    if name not in tables:
        raise UnknownNameError(f"table of a {type(members[0]).__name__}", str(name), tuple(tables))
    table = tables[name]
    return Rows(table, chain.from_iterable(map(table.rows, members)))


def _members(value: object) -> list[object]:
    members = list(value) if isinstance(value, Iterable) else []
    kinds = {type(member) for member in members}
    if kinds not in ({Session}, {SessionAnalysis}):
        known = ", ".join(kind.__name__ for kind in TABLES)
        reason = f"takes one of {known}, or a list of sessions or of analyses that isn't empty"
        raise ModelError("table", reason)
    return members
