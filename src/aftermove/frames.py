"""
Data frames of what the library finds, and sessions of data frames.

Any library that narwhals knows will do; frames are made for pandas, Polars and PyArrow.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from math import isnan
from typing import Any, Final, Literal, NamedTuple, TypeAlias, get_args

from aftermove.errors import MissingExtraError, ModelError, UnknownNameError
from aftermove.model import Metadata, Problem, Role, Session, Speaker, Turn
from aftermove.parsing.forms import Said, Transcript
from aftermove.parsing.marks import find_marks
from aftermove.parsing.roles import cast, given_roles, key_of, named, part, short_part
from aftermove.tables import Cell, rows_of

__all__ = ["sessions_from_frame", "to_frame"]

Backend: TypeAlias = Literal["pandas", "polars", "pyarrow"]

_EXTRA_BY_BACKEND: Final = {"pandas": "pandas", "polars": "polars", "pyarrow": "frames,parquet"}
_DTYPES: Final = {str: "String", int: "Int64", float: "Float64", bool: "Boolean"}
_USES: Final = ("session", "patient", "turn", "speaker", "role", "start", "end", "text")


def to_frame(value: object, which: str | None = None, backend: Backend = "pandas") -> Any:  # noqa: ANN401  # a frame of the library that the caller names
    """
    A value as a data frame in tidy long form: one thing a row, one fact a column.

    Args:
        value: A `Session`, a `SessionAnalysis`, or a list of either, one below the other; a
            `Study`, an `EffectTable` or a `TransitionTable`.
        which: The name of the table, as "turns" or "shifts"; `None` for the first of the value's
            class.  The page on tables lists them with their columns.
        backend: "pandas", "polars" or "pyarrow".

    Returns:
        A frame of that library, in the order of the talk.  Columns and their types are always
        the same, also where there are no rows; all types are nullable, and null stands for what
        isn't told.

    Raises:
        ModelError: If the value is of no such class, or a list is empty or of mixed classes.
        UnknownNameError: If there is no such table or backend.
        MissingExtraError: If narwhals or the backend isn't installed.

    Example:
        >>> from aftermove import SessionAnalysis
        >>> coded = SessionAnalysis.from_codes(id="s1", valence=[-.5, .25], techniques=[["values"]])
        >>> frame = to_frame(coded, "shifts", backend="polars")
        >>> frame.select("turn", "technique", "change").to_dicts()
        [{'turn': 1, 'technique': 'values', 'change': 0.75}]

    .. versionadded:: 0.1.0
    """
    if backend not in get_args(Backend):
        raise UnknownNameError("backend", str(backend), get_args(Backend))
    (_, _, columns, _), rows = rows_of(value, which)
    narwhals = _narwhals()
    try:
        import_module(backend)
    except ImportError:
        extra = _EXTRA_BY_BACKEND[backend]
        raise MissingExtraError(f"a data frame of {backend}", extra) from None
    cells: Sequence[Sequence[Cell]] = list(zip(*rows, strict=True)) or [()] * len(columns)
    by_name = {column.name: list(each) for column, each in zip(columns, cells, strict=True)}
    schema = narwhals.Schema({c.name: getattr(narwhals, _DTYPES[c.kind])() for c in columns})
    if backend == "pandas":
        # Its own default types hold no null beside whole numbers or truth values.
        frame = narwhals.from_dict(by_name, backend=backend).to_native()
        return frame.astype(schema.to_pandas(dtype_backend="numpy_nullable"))
    return narwhals.from_dict(by_name, schema=schema, backend=backend).to_native()


def _narwhals() -> Any:  # noqa: ANN401  # the module itself
    try:
        import narwhals
    except ImportError:
        raise MissingExtraError("data frames", "frames") from None
    return narwhals


def sessions_from_frame(
    frame: object,
    *,
    columns: Mapping[str, str] | None = None,
    roles: Mapping[str, str] | None = None,
) -> tuple[Session, ...]:
    """
    The sessions in a data frame that has a row for each turn.

    What `to_frame` makes of sessions as "turns" comes back equal, but for problems and for
    metadata other than the patient's id; marks are found anew in the text.

    Args:
        frame: Of pandas, Polars, PyArrow, or any other library that narwhals takes.
        columns: Which column of the frame holds each thing, as in ``{"text": "utterance"}``;
            those left out have the names that `to_frame` gives them.  "text" is needed, and
            "speaker" or "role"; "session", "patient", "turn", "start" and "end" are read where
            they are there, and other columns are not.
        roles: The role of each speaker by name, as in ``{"Dr. A.": "therapist"}``; wins over what
            the column of roles and the names tell.

    Returns:
        In the order in which sessions are first met; their turns by the numbers in "turn", or as
        they stand without that column.  Null in "text" is an empty turn.

    Raises:
        ModelError: If it is no frame, a column that is needed is missing, or a cell doesn't fit;
            it names the column and the row.
        UnknownNameError: If *columns* or *roles* name what there isn't.
        MissingExtraError: If narwhals isn't installed.

    Example:
        >>> import polars
        >>> frame = polars.DataFrame({"who": ["T", "Client"], "said": ["So?", "Tired. [sighs]"]})
        >>> (session,) = sessions_from_frame(frame, columns={"speaker": "who", "text": "said"})
        >>> [(turn.role.value, turn.text) for turn in session]
        [('therapist', 'So?'), ('patient', 'Tired. [sighs]')]

    .. versionadded:: 0.1.0
    """
    given = given_roles(roles)
    cells_by_use = _cells(frame, columns or {})
    rows_by_session: dict[str, list[_Row]] = {}
    for number, cells in enumerate(zip(*cells_by_use.values(), strict=True)):
        row = _Row(number, dict(zip(cells_by_use, cells, strict=True)))
        rows_by_session.setdefault(row.session(), []).append(row)
    return tuple(_session(id_, members, given) for id_, members in rows_by_session.items())


def _cells(frame: object, columns: Mapping[str, Any]) -> dict[str, list[object]]:
    """
    The cells of each column that is there, by its use; null and NaN as `None`.
    """
    narwhals = _narwhals()
    try:
        known = narwhals.from_native(frame, eager_only=True)
    except TypeError:
        reason = "takes a data frame, as of pandas, Polars or PyArrow, with a row for each turn"
        raise ModelError("sessions_from_frame", reason) from None
    except narwhals.exceptions.DuplicateError:
        reason = "must have no two columns of one name"
        raise ModelError("sessions_from_frame: frame", reason) from None
    if not isinstance(columns, Mapping):
        raise ModelError("columns", "must be a mapping, as in {'text': 'utterance'}")
    for use, name in columns.items():
        if use not in _USES:
            raise UnknownNameError("use of a column", str(use), _USES)
        if not isinstance(name, str) or name not in known.columns:
            raise UnknownNameError("column", str(name), list(map(str, known.columns)))
    name_by_use = {use: columns.get(use, use) for use in _USES}
    found = {use: known[name] for use, name in name_by_use.items() if name in known.columns}
    if "text" not in found or not {"speaker", "role"} & found.keys():
        reason = "must have a column 'text', and 'speaker' or 'role'; name yours with columns={...}"
        raise ModelError("sessions_from_frame: frame", reason)
    return {use: list(_told(series)) for use, series in found.items()}


def _told(series: Any) -> Iterator[object]:  # noqa: ANN401  # narwhals' own
    for cell, is_null in zip(series.to_list(), series.is_null().to_list(), strict=True):
        yield None if is_null or (isinstance(cell, float) and isnan(cell)) else cell


class _Row(NamedTuple):
    """
    One row of a frame.
    """

    number: int
    """Of the row, from 0."""
    cells: Mapping[str, object]
    """By what they hold."""

    def text(self, use: str) -> str | None:
        """
        A string; whole numbers are taken for names, as ids often are.
        """
        cell = self.cells.get(use)
        if use in ("session", "patient", "speaker"):
            # Beside an empty cell, whole numbers may come as floats.
            if isinstance(cell, float) and cell.is_integer():
                cell = int(cell)
            if isinstance(cell, int):
                return str(cell)
        if cell is None or isinstance(cell, str):
            return cell
        raise self.refusal(use, "must be a string")

    def session(self) -> str:
        """
        The id of the row's session.
        """
        told = self.text("session") or ""
        return told if told.strip() else "session"

    def figure(self, use: str) -> float | None:
        """
        A number, or `None`.
        """
        cell = self.cells.get(use)
        if cell is None or (isinstance(cell, (int, float)) and not isinstance(cell, bool)):
            return cell
        raise self.refusal(use, "must be a number; times are in seconds")

    def role(self) -> Role:
        """
        The role that its own column tells.
        """
        told = self.text("role")
        if not told:
            return Role.UNKNOWN
        if told in tuple(Role):
            return Role(told)
        base = named(told).base
        role = part(base) or short_part(base)
        if role is None:
            known = ", ".join(Role)
            raise self.refusal("role", f"must be one of {known}; tell others with roles={{...}}")
        return role

    def refusal(self, use: str, reason: str) -> ModelError:
        """
        The error for one cell, which it doesn't quote.
        """
        return ModelError(f"sessions_from_frame: {use} in row {self.number}", reason)


def _session(id_: str, rows: list[_Row], given: Mapping[str, Role]) -> Session:
    if "turn" in rows[0].cells:
        rows = sorted(rows, key=_order)
    speakers, problems = _speakers(rows, given)
    patient = next((told for row in rows if (told := row.text("patient"))), None)
    return Session(
        id=id_,
        turns=[
            _turn(index, row, speaker)
            for index, (row, speaker) in enumerate(zip(rows, speakers, strict=True))
        ],
        problems=problems,
        metadata=Metadata({} if patient is None else {"patient": patient}),
    )


def _order(row: _Row) -> float:
    place = row.figure("turn")
    if place is None:
        raise row.refusal("turn", "must be a number in each row, or no column")
    return place


def _speakers(
    rows: Sequence[_Row], given: Mapping[str, Role]
) -> tuple[list[Speaker], Sequence[Problem]]:
    """
    The speaker of each row, and what about their roles is unsure.
    """
    names = [row.text("speaker") or "" for row in rows]
    if "role" in rows[0].cells:
        roles = [
            given[key_of(name)] if key_of(name) in given else row.role()
            for row, name in zip(rows, names, strict=True)
        ]
        problems: list[Problem] = []
    else:
        said = [
            Said(name, name, row.text("text") or "", None)
            for row, name in zip(rows, names, strict=True)
        ]
        role_by_voice, problems = cast(Transcript(said, [], {}, {}), given)
        roles = [role_by_voice[name] for name in names]
    return [
        Speaker(name if name.strip() else role.value.capitalize(), role)
        for name, role in zip(names, roles, strict=True)
    ], problems


def _turn(index: int, row: _Row, speaker: Speaker) -> Turn:
    text = row.text("text") or ""
    start, end = row.figure("start"), row.figure("end")
    try:
        return Turn(
            index=index, speaker=speaker, text=text, start=start, end=end, marks=find_marks(text)
        )
    except ModelError as error:
        where = f"sessions_from_frame: row {row.number}: {error.where}"
        raise ModelError(where, error.reason) from None
