"""
What coders said of the same items, checked and side by side.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from numbers import Real
from typing import Any, Final, NamedTuple, TypeAlias

from aftermove.errors import ModelError, UnknownNameError
from aftermove.model import SessionAnalysis

__all__ = ["LEVELS", "WAYS", "Coder", "Ratings", "side_by_side"]

LEVELS: Final = ("nominal", "ordinal", "interval")

# The square of a variance is a float still.
_LARGEST: Final = 1e60
# Each code is told against each other one, so that more of them, as texts are, would take forever.
_MOST_CODES: Final = 1_000

Coder: TypeAlias = SessionAnalysis | Iterable[Any]
"""An analysis, several, or plain codes: one for each item, `None` where it wasn't coded."""

_Items: TypeAlias = list[Any]

WAYS: Final[Mapping[str, Callable[[SessionAnalysis], list[tuple[int, Any]]]]] = {
    "behaviour": lambda found: [(move.turn, move.behaviour.value) for move in found.moves],
    "technique": lambda found: [(move.turn, move.techniques) for move in found.moves],
    "stance": lambda found: [(affect.turn, affect.stance.value) for affect in found.affect],
    "state": lambda found: [(affect.turn, affect.states) for affect in found.affect],
    "valence": lambda found: [(affect.turn, affect.valence) for affect in found.affect],
    "arousal": lambda found: [(affect.turn, affect.arousal) for affect in found.affect],
}
"""What can be compared of analyses: pairs of a turn and what was said of it."""


class Ratings(NamedTuple):
    """
    The items in order, as each coder saw them.
    """

    level: str
    coders: list[_Items]
    """For each coder, sets of codes, or numbers, or `None`; all of the same length."""
    codes: tuple[str, ...]
    """All codes given, by name; none for numbers."""
    one_each: bool
    """Whether each item has one code, not a set of them."""
    sessions: list[str] | None
    """The session of each item."""


def side_by_side(
    coders: Sequence[Coder], by: str | None, level: str | None, sessions: Iterable[str] | None
) -> Ratings:
    """
    The coders' items in one order.

    Args:
        coders: Two or more.
        by: What to compare of analyses, a name in `WAYS`; `None` for techniques.
        level: One of `LEVELS`, or `None` for what the codes tell.
        sessions: For plain codes, the session of each item.

    Raises:
        ModelError: If the coders didn't code the same items, or codes can't be compared.
        UnknownNameError: If there is no such way or level.
    """
    for name, known, given in (("way of comparing", WAYS, by), ("level", LEVELS, level)):
        if given is not None and given not in known:
            raise UnknownNameError(name, str(given), tuple(known))
    lists = [_listed(coder) for coder in coders]
    analysed = [isinstance(each[0], SessionAnalysis) for each in lists]
    items, told = _from_analyses([e for e, a in zip(lists, analysed, strict=True) if a], by)
    if sessions is not None:
        if items:
            raise _refuse("sessions", "is for plain codes; analyses know their session")
        told = _session_names(sessions)
    if by is not None and not items:
        raise _refuse("by", "is for analyses; plain codes are compared as they are")
    taken = iter(items)
    columns = [next(taken) if a else each for each, a in zip(lists, analysed, strict=True)]
    if len({len(column) for column in (*columns, *([told] if told else []))}) > 1:
        lengths = ", ".join(str(len(column)) for column in columns)
        raise _refuse("coders", f"must all code the same items; they have {lengths}")
    return _ratings(columns, level, told)


def _refuse(what: str, reason: str) -> ModelError:
    return ModelError(f"agreement: {what}", reason)


def _session_names(sessions: Iterable[str]) -> list[str]:
    names = [] if isinstance(sessions, str) or not isinstance(sessions, Iterable) else [*sessions]
    if not names or not all(isinstance(name, str) for name in names):
        raise _refuse("sessions", "must be the ids of the items' sessions, one for each item")
    return names


def _listed(members: Coder) -> _Items:
    if isinstance(members, SessionAnalysis):
        return [members]
    if isinstance(members, (str, bytes, AbstractSet, Mapping)) or not isinstance(members, Iterable):
        reason = "must each be a SessionAnalysis, a list of them, or a list of codes in order"
        raise _refuse("coders", reason)
    listed = list(members)
    if not listed:
        raise _refuse("coders", "must each have coded something")
    if len({isinstance(each, SessionAnalysis) for each in listed}) > 1:
        raise _refuse("coders", "must each hold analyses or codes, not both")
    return listed


def _from_analyses(
    coders: list[list[SessionAnalysis]], by: str | None
) -> tuple[list[_Items], list[str] | None]:
    """
    Each coder's items in the first one's order of sessions, and the session of each.
    """
    if not coders:
        return [], None
    tell = WAYS["technique" if by is None else by]
    found = [_by_session(analyses) for analyses in coders]
    first = found[0]
    columns: list[_Items] = []
    for each in found:
        if each.keys() != first.keys():
            odd = min(each.keys() ^ first.keys())
            raise _refuse("coders", f"must have coded the same sessions; see session {odd!r}")
        columns.append([])
        for name, analysis in first.items():
            pairs = tell(each[name])
            if [turn for turn, _ in pairs] != [turn for turn, _ in tell(analysis)]:
                reason = f"must have coded the same turns; see session {name!r}"
                raise _refuse("coders", f"{reason}, or give the codes as a plain list")
            _check_talk(name, analysis, each[name])
            columns[-1].extend(code for _, code in pairs)
    return columns, [name for name, analysis in first.items() for _ in tell(analysis)]


def _by_session(analyses: list[SessionAnalysis]) -> dict[str, SessionAnalysis]:
    by_session = {analysis.session.id: analysis for analysis in analyses}
    if len(by_session) < len(analyses):
        raise _refuse("coders", "must have coded each session once; tell sessions apart by id")
    return by_session


def _check_talk(name: str, one: SessionAnalysis, other: SessionAnalysis) -> None:
    """
    Refuse sessions of one id whose words differ; those coded without words have none to differ.
    """
    texts = [[turn.text for turn in each.session] for each in (one, other)]
    if all(map(any, texts)) and texts[0] != texts[1]:
        raise _refuse("coders", f"must have coded the same talk; see session {name!r}")


def _ratings(columns: list[_Items], level: str | None, sessions: list[str] | None) -> Ratings:
    told = [item for column in columns for item in column if item is not None]
    if not told:
        raise _refuse("codes", "must hold an item that two coders have coded")
    kinds = {_kind(item) for item in told}
    if len(kinds) > 1:
        raise _refuse("codes", "must be all single codes, all sets of codes, or all numbers")
    (kind,) = kinds
    if kind == "number" and level is None:
        reason = "must be told for numbers: 'interval', 'ordinal', or 'nominal' for mere names"
        raise _refuse("level", reason)
    level = "nominal" if level is None else level
    if level != "nominal":
        if kind != "number":
            raise _refuse("level", f"{level} takes numbers; give the codes as numbers in order")
        numbers = [[None if item is None else float(item) for item in each] for each in columns]
        return Ratings(level, numbers, (), one_each=True, sessions=sessions)
    coders = [[None if item is None else _code_set(item, kind) for item in e] for e in columns]
    codes = sorted({code for column in coders for item in column for code in item or ()})
    if len(codes) > _MOST_CODES:
        reason = f"must be at most {_MOST_CODES:,} different ones, not {len(codes):,}"
        raise _refuse("codes", f"{reason}; give codes, and numbers with a level")
    return Ratings(level, coders, tuple(codes), one_each=kind != "set", sessions=sessions)


def _kind(item: object) -> str:
    match item:
        case str() | bool():
            return "code"
        case Real():
            # NaN is no less; whole numbers past all floats can be compared.
            size: Any = abs(item)
            if not size <= _LARGEST:
                reason = f"must be finite numbers, at most {_LARGEST:g}; None where one is missing"
                raise _refuse("codes", reason)
            return "number"
        case list() | tuple() | AbstractSet() if all(isinstance(code, str) for code in item):
            return "set"
        case _:
            reason = "must be strings, numbers, or lists of strings; None where one is missing"
            raise _refuse("codes", reason)


def _code_set(item: Any, kind: str) -> frozenset[str]:  # noqa: ANN401  # checked by _kind
    return frozenset(map(str, item)) if kind == "set" else frozenset((str(item),))
