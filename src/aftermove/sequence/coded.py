"""
One session as its codes: the numbers of each move and of the talk around it, without any words.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from attrs import Attribute, field, frozen

from aftermove.model import Affect, Behaviour, Session, SessionAnalysis, Stance, State
from aftermove.model import _checks as check
from aftermove.sequence.shifts import bounded, place_moves, weights_of

__all__ = ["CodedMove", "CodedSession", "Talk"]

_VALUE_BY_STANCE = {Stance.CHANGE: 1.0, Stance.NEUTRAL: 0.0, Stance.SUSTAIN: -1.0}


def _as_behaviour(value: object) -> Behaviour:
    return check.as_member(Behaviour, value)


def _as_techniques(members: Iterable[str]) -> tuple[str, ...]:
    return check.as_tuple(members)


def _as_strengths(members: Iterable[tuple[str, float]]) -> tuple[tuple[State, float], ...]:
    return tuple((check.as_member(State, state), strength) for state, strength in members)


@frozen(kw_only=True, order=True)
class Talk:
    """
    What is kept of one stretch of patient talk: means over its turns, each weighing its words.

    Example:
        >>> Talk(valence=-0.5, strengths=[("anxiety", 0.4)]).strengths
        ((<State.ANXIETY: 'anxiety'>, 0.4),)
    """

    valence: float = field(validator=check.number(-1.0, 1.0))
    """From -1, worst, to 1, best."""

    arousal: float = field(default=0.0, validator=check.number(-1.0, 1.0))
    """From -1, flat or drained, to 1, agitated or excited."""

    stance: float = field(default=0.0, validator=check.number(-1.0, 1.0))
    """From -1, all of it sustain talk, to 1, all of it change talk."""

    strengths: tuple[tuple[State, float], ...] = field(default=(), converter=_as_strengths)
    """Each state shown, with its mean strength from 0 to 1, the strongest first."""

    def __attrs_post_init__(self) -> None:
        for _, strength in self.strengths:
            if not 0.0 <= strength <= 1.0:
                raise check.refuse(self, "strengths", "must be from 0 to 1")
        if len(dict(self.strengths)) < len(self.strengths):
            raise check.refuse(self, "strengths", "must name each state once")


def _nowhere_first(place: int | None) -> int:
    return -1 if place is None else place


@frozen(kw_only=True, order=True)
class CodedMove:
    """
    What is kept of one move.

    Example:
        >>> CodedMove(turn=1, behaviour="question", techniques=["values"], before=0, after=None)
        CodedMove(turn=1, behaviour=<Behaviour.QUESTION: 'question'>, techniques=('values',), \
before=0, after=None)
    """

    turn: int = field(validator=check.index())
    behaviour: Behaviour = field(converter=_as_behaviour)
    techniques: tuple[str, ...] = field(
        default=(), converter=_as_techniques, validator=check.tuple_of(str)
    )
    """The most confident first."""

    before: int | None = field(
        default=None, validator=check.index(optional=True), order=_nowhere_first
    )
    """The number of the stretch of patient talk before it, from 0; `None` where there is none."""

    after: int | None = field(
        default=None, validator=check.index(optional=True), order=_nowhere_first
    )
    """The number of the stretch behind it; `None` where there is none."""


def _untold_first(name: str | None) -> str:
    return name or ""


def _as_moves(members: Iterable[CodedMove]) -> tuple[CodedMove, ...]:
    return check.as_tuple(members)


def _as_talk(members: Iterable[Talk]) -> tuple[Talk, ...]:
    return check.as_tuple(members)


@frozen(kw_only=True, order=True)
class CodedSession:
    """
    The numbers of one session: all that a study keeps of it.

    Moves that are a mere go-ahead are left out, as they part no talk; see `find_shifts`.
    Sessions sort by id, patient, source and content, so that any collection has one order.

    Raises:
        ModelError: If moves are out of order, or point at talk that isn't there or runs backwards.

    Example:
        >>> analysis = SessionAnalysis.from_codes(id="s1", valence=[-0.5, 0.25],
        ...                                       techniques=[["values"]])
        >>> coded = CodedSession.from_analysis(analysis)
        >>> coded
        <CodedSession: 1 move, 2 stretches of patient talk>
        >>> coded.talk[coded.moves[0].after].valence
        0.25
    """

    id: str = field(validator=check.text(blank=False))
    patient: str | None = field(default=None, order=_untold_first)
    """The patient's id; `None` where it isn't told, so that the session stands for itself."""

    source: str | None = field(default=None, order=_untold_first)
    """The file's path, or `None`."""

    moves: tuple[CodedMove, ...] = field(
        default=(), converter=_as_moves, validator=check.tuple_of(CodedMove)
    )
    talk: tuple[Talk, ...] = field(default=(), converter=_as_talk, validator=check.tuple_of(Talk))
    """The stretches of patient talk that moves stand beside, in order; no others."""

    @patient.validator
    @source.validator
    def _check_name(self, attribute: "Attribute[str | None]", value: str | None) -> None:
        if value is not None:
            check.text()(self, attribute, value)

    def __attrs_post_init__(self) -> None:
        if any(first.turn >= second.turn for first, second in pairwise(self.moves)):
            raise check.refuse(self, "moves", "must be in the order of their turns")
        beside: set[int] = set()
        for place, move in enumerate(self.moves):
            ends = [end for end in (move.before, move.after) if end is not None]
            if ends != sorted(set(ends)) or any(end >= len(self.talk) for end in ends):
                raise check.refuse(self, f"moves[{place}]", "must stand between two of the talk")
            beside.update(ends)
        if len(beside) < len(self.talk):
            raise check.refuse(self, "talk", "must all stand beside a move")

    @classmethod
    def from_analysis(cls, analysis: SessionAnalysis, source: str | None = None) -> "CodedSession":
        """
        What is kept of an analysis.

        Args:
            analysis: As made by `analyze`, or from people's codes.
            source: The file that it was read from.
        """
        session = analysis.session
        around = {
            move.turn: (move, before, after)
            for move, before, after in place_moves(session, analysis.moves, analysis.affect)
        }
        # What the analysis itself says of a shift holds, also where people coded it.
        around.update(
            (shift.move.turn, (shift.move, shift.before, shift.after)) for shift in analysis.shifts
        )
        placed = [around[turn] for turn in sorted(around)]
        stretches = dict.fromkeys(side for _, *sides in placed for side in sides if side)
        number_by_stretch = {stretch: number for number, stretch in enumerate(sorted(stretches))}
        affect_by_turn = {each.turn: each for each in analysis.affect}
        return cls(
            id=session.id,
            patient=session.patient,
            source=source,
            moves=[
                CodedMove(
                    turn=move.turn,
                    behaviour=move.behaviour,
                    techniques=move.techniques,
                    before=number_by_stretch.get(before),
                    after=number_by_stretch.get(after),
                )
                for move, before, after in placed
            ],
            talk=[_talk(stretch, affect_by_turn, session) for stretch in number_by_stretch],
        )

    def __repr__(self) -> str:
        n = len(self.moves)
        return (
            f"<CodedSession: {n} move{'' if n == 1 else 's'}, "
            f"{len(self.talk)} stretches of patient talk>"
        )


def _talk(stretch: Sequence[int], affect_by_turn: Mapping[int, Affect], session: Session) -> Talk:
    weighted = [
        (weight, affect_by_turn[turn])
        for weight, turn in zip(weights_of(stretch, session), stretch, strict=True)
    ]
    strength_by_state: dict[State, float] = {}
    for weight, affect in weighted:
        for shown in affect.shown:
            strength = strength_by_state.get(shown.state, 0.0) + weight * shown.strength
            strength_by_state[shown.state] = strength
    return Talk(
        valence=bounded(sum(weight * affect.valence for weight, affect in weighted)),
        arousal=bounded(sum(weight * affect.arousal for weight, affect in weighted)),
        stance=bounded(
            sum(weight * _VALUE_BY_STANCE[affect.stance] for weight, affect in weighted)
        ),
        strengths=[
            (state, bounded(strength))
            for state, strength in sorted(strength_by_state.items(), key=lambda pair: -pair[1])
        ],
    )
