"""
The classes that documents hold, and how each is stored.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from types import NoneType
from typing import Any, Final, NamedTuple, get_args, get_origin

import attrs
from attrs import field, frozen

from aftermove import model
from aftermove.errors import ModelError
from aftermove.model import _checks as check
from aftermove.storage.refusal import RefusedError

__all__ = ["KINDS", "Member", "StoredAnalysis", "StoredShift", "members_of", "stored_as"]

KINDS: Final[Mapping[str, type]] = {
    kind.__name__: kind
    for kind in (
        model.Affect,
        model.AffectShift,
        model.ArcPoint,
        model.CharSpan,
        model.Evidence,
        model.Intervention,
        model.Mark,
        model.Move,
        model.Problem,
        model.Session,
        model.SessionAnalysis,
        model.ShownState,
        model.Speaker,
        model.TechniqueSummary,
        model.TimeSpan,
        model.Turn,
    )
}
"""The class of each kind of document."""


def _as_turns(members: Iterable[int]) -> tuple[int, ...]:
    return check.as_tuple(members)


def _as_shifts(members: Iterable["StoredShift"]) -> tuple["StoredShift", ...]:
    return check.as_tuple(members)


@frozen(kw_only=True)
class StoredShift:
    """
    A shift of an analysis, with its move by turn: written out, moves would be stored twice.
    """

    move: int = field(validator=check.index())
    before: tuple[int, ...] = field(converter=_as_turns)
    after: tuple[int, ...] = field(converter=_as_turns)
    valence_before: float = field(validator=check.number(-1.0, 1.0))
    valence_after: float = field(validator=check.number(-1.0, 1.0))


@frozen(kw_only=True)
class StoredAnalysis:
    """
    An analysis whose shifts are stored.
    """

    session: model.Session
    moves: tuple[model.Move, ...]
    affect: tuple[model.Affect, ...]
    shifts: tuple[StoredShift, ...] = field(converter=_as_shifts)

    @classmethod
    def of(cls, analysis: model.SessionAnalysis) -> "StoredAnalysis":
        """
        What is stored of an analysis.
        """
        return cls(
            session=analysis.session,
            moves=analysis.moves,
            affect=analysis.affect,
            shifts=[
                StoredShift(
                    move=shift.move.turn,
                    before=shift.before,
                    after=shift.after,
                    valence_before=shift.valence_before,
                    valence_after=shift.valence_after,
                )
                for shift in analysis.shifts
            ],
        )

    def restored(self) -> model.SessionAnalysis:
        """
        The analysis itself.

        Raises:
            RefusedError: If a shift's move isn't there, or the shift breaks a rule.
            ModelError: If the analysis does.
        """
        move_by_turn = {move.turn: move for move in self.moves}
        shifts = []
        for place, stored in enumerate(self.shifts):
            if stored.move not in move_by_turn:
                reason = "must be the turn of one of the moves"
                raise RefusedError([(f".shifts[{place}].move", reason)])
            try:
                shifts.append(_shift(stored, move_by_turn[stored.move]))
            except ModelError as error:
                raise RefusedError([(f".shifts[{place}]", str(error))]) from None
        return model.SessionAnalysis(
            session=self.session, moves=self.moves, affect=self.affect, shifts=shifts
        )


def _shift(stored: StoredShift, move: model.Move) -> model.AffectShift:
    return model.AffectShift(
        move=move,
        before=stored.before,
        after=stored.after,
        valence_before=stored.valence_before,
        valence_after=stored.valence_after,
    )


def stored_as(kind: type) -> type:
    """
    The class whose fields a document of this kind holds.
    """
    return StoredAnalysis if kind is model.SessionAnalysis else kind


class Member(NamedTuple):
    """
    One field of a class, as documents hold it.
    """

    name: str
    kind: Any
    """What is stored: a plain type, an enum, a model class, or for lists that of their members."""
    is_list: bool
    is_optional: bool
    """Whether null will do."""
    is_required: bool
    """Whether the key must be there."""
    limits: Mapping[str, object]
    """What else must hold, as keywords of JSON Schema."""


@cache
def members_of(kind: type) -> tuple[Member, ...]:
    """
    The fields of an attrs class, in order.
    """
    members = []
    for each in attrs.fields(attrs.resolve_types(kind)):
        is_list = get_origin(each.type) is tuple
        kinds = [part for part in get_args(each.type) if part is not NoneType and part is not ...]
        members.append(
            Member(
                name=each.name,
                kind=kinds[0] if kinds else each.type,
                is_list=is_list,
                is_optional=NoneType in get_args(each.type),
                is_required=each.default is attrs.NOTHING,
                limits=check.limits_of(each.validator),
            )
        )
    return tuple(members)
