"""
The moves of many sessions as columns of numbers: what effects are computed from.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np
from attrs import Attribute, field, frozen
from numpy.typing import ArrayLike, NDArray

from aftermove.errors import ModelError, UnknownNameError
from aftermove.model import Behaviour, SessionAnalysis, State
from aftermove.model import _checks as check
from aftermove.sequence.coded import CodedMove, CodedSession, Talk

__all__ = ["By", "Floats", "Integers", "Panel"]

By: TypeAlias = Literal["technique", "behaviour"]
Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

_MEASURES: Final = ("valence", "arousal", "stance")


def _as_numbers(values: ArrayLike) -> Floats:
    return _fixed(values, np.float64, "numbers, with NaN where there is none")


def _as_places(values: ArrayLike) -> Integers:
    places = np.asarray(values)
    if places.size and not np.issubdtype(places.dtype, np.integer):
        raise ModelError("Panel", "session, patient and position must be whole numbers")
    return _fixed(places, np.int64, "whole numbers")


def _as_uses(values: ArrayLike) -> NDArray[np.bool_]:
    uses = np.asarray(values)
    if uses.size and not np.isin(uses, (0, 1)).all():
        raise ModelError("Panel.uses", "must hold True and False, or 1 and 0")
    return _fixed(uses, np.bool_, "True and False")


def _fixed(values: ArrayLike, kind: Any, wanted: str) -> NDArray[Any]:  # noqa: ANN401  # a dtype
    try:
        column = np.array(values, dtype=kind)
    except (TypeError, ValueError):
        raise ModelError("Panel", f"each column must hold {wanted}") from None
    column.flags.writeable = False
    return column


def _as_codes(members: Iterable[str]) -> tuple[str, ...]:
    return check.as_tuple(members)


@frozen(kw_only=True, eq=False)
class Panel:
    """
    One row for each exchange: what the therapist did, and the talk before and after it.

    Rows are sorted by patient, session and position, whatever order they are given in.

    Raises:
        ModelError: If columns differ in length, a place comes twice, a session belongs to two
            patients, a name comes twice, or a number is infinite.

    Example:
        >>> Panel(codes=["values"], session=[0, 0], patient=[0, 0], position=[1, 0],
        ...       before=[0.1, -0.5], after=[0.2, 0.1], uses=[[0], [1]])
        <Panel: 2 moves of 1 session of 1 patient, 1 code>
    """

    codes: tuple[str, ...] = field(converter=_as_codes, validator=check.tuple_of(str))
    """The names of the columns of *uses*."""

    session: Integers = field(converter=_as_places)
    """The number of the row's session."""

    patient: Integers = field(converter=_as_places)
    """The number of the row's patient."""

    position: Integers = field(converter=_as_places)
    """The place within the session; neighbours differ by 1."""

    before: Floats = field(converter=_as_numbers)
    """The outcome in the talk before; NaN where there is none."""

    after: Floats = field(converter=_as_numbers)
    """The outcome in the talk behind; NaN where there is none."""

    uses: NDArray[np.bool_] = field(converter=_as_uses)
    """Rows by codes: whether the exchange holds it."""

    @before.validator
    @after.validator
    def _check_finite(self, attribute: "Attribute[Floats]", values: Floats) -> None:
        if np.isinf(values).any():
            raise check.refuse(self, attribute.name, "must not hold infinite numbers")

    def __attrs_post_init__(self) -> None:
        n = len(self.session) if self.session.ndim else -1
        for name in ("session", "patient", "position", "before", "after"):
            if getattr(self, name).shape != (n,):
                raise check.refuse(self, name, "must be one column, as long as the others")
        if self.uses.shape != (n, len(self.codes)):
            shape = f"{max(n, 0)} rows and {len(self.codes)} columns"
            raise check.refuse(self, "uses", f"must have {shape}, one for each code")
        if len(set(self.codes)) < len(self.codes):
            raise check.refuse(self, "codes", "must name each code once")
        self._sort()
        self._check_places()

    def _sort(self) -> None:
        order = np.lexsort((self.position, self.session, self.patient))
        if (np.diff(order) == 1).all():
            return
        for name in ("session", "patient", "position", "before", "after", "uses"):
            # Within construction nobody has seen the value yet, so that it may still change.
            object.__setattr__(self, name, _fixed(getattr(self, name)[order], None, "values"))

    def _check_places(self) -> None:
        new_session = np.diff(self.session) != 0
        if len(np.unique(self.session)) < min(len(self), 1) + new_session.sum():
            raise check.refuse(self, "patient", "must be one for each session")
        if (~new_session & (np.diff(self.position) < 1)).any():
            raise check.refuse(self, "position", "must not come twice in a session")
        if (~new_session & (np.diff(self.patient) != 0)).any():
            raise check.refuse(self, "patient", "must be one for each session")

    @classmethod
    def from_sessions(
        cls, sessions: Iterable[CodedSession], by: By = "technique", outcome: str = "valence"
    ) -> "Panel":
        """
        The exchanges of coded sessions.

        Moves in a row, with no patient talk between, are one exchange: they have one outcome.

        Args:
            sessions: In any order; those whose patient isn't told are each a patient's own.
            by: "technique" for the techniques found; "behaviour" for question, reflection and
                input, which are then compared with the behaviour "other".
            outcome: "valence", "arousal" or "stance", from -1 to 1, or the name of a state, whose
                strength is from 0 to 1.

        Raises:
            ModelError: If *by* isn't one of the two.
            UnknownNameError: If there is no such outcome.

        Example:
            >>> coded = SessionAnalysis.from_codes(id="s1", patient="p1", valence=[-.5, -.25, .25],
            ...                                    techniques=[["validation"], []])
            >>> panel = Panel.from_sessions([CodedSession.from_analysis(coded)])
            >>> panel.codes, panel.before.tolist(), panel.after.tolist()
            (('validation',), [-0.5, -0.25], [-0.25, 0.25])
        """
        if by not in ("technique", "behaviour"):
            raise ModelError("Panel.from_sessions: by", "must be 'technique' or 'behaviour'")
        known = (*_MEASURES, *State)
        if outcome not in known:
            raise UnknownNameError("outcome", outcome, known)
        sessions = sorted(sessions)
        patients = _patient_numbers(sessions)
        exchanges = [
            exchange
            for number, session in enumerate(sessions)
            for exchange in _exchanges(session, number, patients[number], by, outcome)
        ]
        names = sorted({name for exchange in exchanges for name in exchange.done})
        column_by_name = {name: column for column, name in enumerate(names)}
        uses = np.zeros((len(exchanges), len(names)), dtype=bool)
        for row, exchange in enumerate(exchanges):
            uses[row, [column_by_name[name] for name in exchange.done]] = True
        return cls(
            codes=names,
            session=[exchange.session for exchange in exchanges],
            patient=[exchange.patient for exchange in exchanges],
            position=[exchange.position for exchange in exchanges],
            before=[exchange.before for exchange in exchanges],
            after=[exchange.after for exchange in exchanges],
            uses=uses,
        )

    @classmethod
    def from_analyses(
        cls, analyses: Iterable[SessionAnalysis], by: By = "technique", outcome: str = "valence"
    ) -> "Panel":
        """
        The exchanges of analysed sessions; see `from_sessions`.
        """
        return cls.from_sessions(map(CodedSession.from_analysis, analyses), by, outcome)

    @property
    def n_sessions(self) -> int:
        """
        The sessions that have a row.
        """
        return len(np.unique(self.session))

    @property
    def n_patients(self) -> int:
        """
        The patients that have a row.
        """
        return len(np.unique(self.patient))

    def after_later(self, horizon: int) -> Floats:
        """
        The outcome in the talk behind the exchange that comes *horizon* places later.

        NaN where the session has no such place; 0 gives `after`.
        """
        return self._elsewhere(self.after, horizon)

    def _elsewhere(self, column: Floats, step: int) -> Floats:
        wanted = np.full(len(self), np.nan)
        if not len(self):
            return wanted
        # Sessions in the order of the rows, so that places ascend over the whole panel.
        number = np.cumsum(np.append(False, np.diff(self.session) != 0))
        place = self.position - self.position.min()
        width = int(place.max()) + 1
        key = number * width + place
        moved = place + step
        found = np.minimum(np.searchsorted(key, key + step), len(key) - 1)
        there = (key[found] == key + step) & (moved >= 0) & (moved < width)
        wanted[there] = column[found[there]]
        return wanted

    def __len__(self) -> int:
        return len(self.session)

    def __repr__(self) -> str:
        counts = (
            _counted(len(self), "move"),
            _counted(self.n_sessions, "session"),
            _counted(self.n_patients, "patient"),
        )
        return f"<Panel: {' of '.join(counts)}, {_counted(len(self.codes), 'code')}>"


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _patient_numbers(sessions: Sequence[CodedSession]) -> list[int]:
    number_by_patient: dict[str | tuple[int], int] = {}
    return [
        # A tuple is no patient's id, so that each session without one stands for itself.
        number_by_patient.setdefault(
            (number,) if session.patient is None else session.patient, len(number_by_patient)
        )
        for number, session in enumerate(sessions)
    ]


class _Exchange(NamedTuple):
    """
    One row of a panel.
    """

    session: int
    patient: int
    position: int
    before: float
    after: float
    done: set[str]


def _exchanges(
    session: CodedSession, number: int, patient: int, by: By, outcome: str
) -> Iterator[_Exchange]:
    done_by_place: dict[tuple[int | None, int | None], set[str]] = {}
    for move in session.moves:
        done_by_place.setdefault((move.before, move.after), set()).update(_held(move, by))
    levels = [_level(talk, outcome) for talk in session.talk]
    for position, ((before, after), done) in enumerate(done_by_place.items()):
        first, second = (np.nan if side is None else levels[side] for side in (before, after))
        yield _Exchange(number, patient, position, first, second, done)


def _held(move: CodedMove, by: By) -> Sequence[str]:
    if by == "technique":
        return move.techniques
    return () if move.behaviour is Behaviour.OTHER else (move.behaviour.value,)


def _level(talk: Talk, outcome: str) -> float:
    if outcome in _MEASURES:
        return float(getattr(talk, outcome))
    return dict(talk.strengths).get(State(outcome), 0.0)
