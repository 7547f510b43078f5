"""
What was found in a session: the therapist's moves, the patient's affect, and its shifts.

Findings point at turns by index and at words by character span; nothing is written back
onto a `Session`.
"""

from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise
from typing import Final

from attrs import field, frozen

from aftermove.model import _checks as check
from aftermove.model.arcs import ArcShape, shape_of
from aftermove.model.transcript import CharSpan

__all__ = [
    "Affect",
    "AffectShift",
    "ArcPoint",
    "Behaviour",
    "Evidence",
    "Intervention",
    "Move",
    "ShownState",
    "Stance",
    "State",
]


class Behaviour(StrEnum):
    """
    What a therapist's turn mainly does: the main behaviour of AnnoMI and MITI.

    Source:
        Wu et al. (2022), AnnoMI; Moyers, Manuel & Ernst (2014), MITI 4.2.1.
    """

    QUESTION = "question"
    REFLECTION = "reflection"
    INPUT = "input"
    OTHER = "other"


class State(StrEnum):
    """
    A state of feeling that a patient shows.
    """

    SADNESS = "sadness"
    ANXIETY = "anxiety"
    ANGER = "anger"
    SHAME = "shame"
    HOPELESSNESS = "hopelessness"
    NUMBNESS = "numbness"
    CONFUSION = "confusion"
    SKEPTICISM = "skepticism"
    DISCONNECTION = "disconnection"
    RELIEF = "relief"
    HOPE = "hope"
    JOY = "joy"
    CONNECTION = "connection"
    WILLINGNESS = "willingness"


class Stance(StrEnum):
    """
    Whether a patient's turn leans toward changing, toward staying as things are, or neither.

    Source:
        Miller & Rollnick (2013), Motivational Interviewing, 3rd ed.
    """

    CHANGE = "change"
    SUSTAIN = "sustain"
    NEUTRAL = "neutral"


CARRIED: Final = "talk."
"""What the cues of evidence begin with that stands for earlier talk."""
DIFFUSE: Final = "word.others"
"""The cue of evidence that sums up words too weak to be told one by one."""


def _as_behaviour(value: object) -> Behaviour:
    return check.as_member(Behaviour, value)


def _as_state(value: object) -> State:
    return check.as_member(State, value)


def _as_stance(value: object) -> Stance:
    return check.as_member(Stance, value)


@frozen
class Evidence:
    """
    Words that speak for a finding, and the cue that they met.

    Example:
        >>> Evidence(CharSpan(0, 7), "defusion.thank_your_mind", 0.8).cue
        'defusion.thank_your_mind'
    """

    span: CharSpan = field(validator=check.instance_of(CharSpan))
    """Within the text of the finding's own turn."""

    cue: str = field(validator=check.text(blank=False))
    """The id of the cue, as in the codebook or the lexicon."""

    weight: float = field(default=1.0, validator=check.number())
    """
    How much the words add to what they speak for: to a technique's evidence, or, with its sign,
    to a valence.  Comparable within one finding only.
    """

    @property
    def is_carried(self) -> bool:
        """
        Whether it was taken over from the patient's last turn, not met in the words of the span.

        Example:
            >>> Evidence(CharSpan(0, 2), "talk.goes_on", -0.2).is_carried
            True
        """
        return self.cue.startswith(CARRIED)

    @property
    def is_diffuse(self) -> bool:
        """
        Whether it sums up words too weak to be told one by one, so that its span is the whole turn.

        Example:
            >>> Evidence(CharSpan(0, 40), "word.others", -0.03).is_diffuse
            True
        """
        return self.cue == DIFFUSE


def _as_evidence(members: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return check.as_tuple(members)


@frozen(kw_only=True)
class Intervention:
    """
    One technique found in one therapist turn.

    Example:
        >>> Intervention(turn=3, technique="defusion", confidence=0.8).technique
        'defusion'
    """

    turn: int = field(validator=check.index())
    technique: str = field(validator=check.text(blank=False))
    """An id of the codebook."""

    confidence: float = field(default=1.0, validator=check.number(0.0, 1.0))
    """From 0 to 1; 1 where people coded it."""

    evidence: tuple[Evidence, ...] = field(
        default=(), converter=_as_evidence, validator=check.tuple_of(Evidence)
    )
    """The strongest first."""


def _as_interventions(members: Iterable[Intervention]) -> tuple[Intervention, ...]:
    return check.as_tuple(members)


@frozen(kw_only=True)
class Move:
    """
    What a therapist does in one turn: its main behaviour, and the techniques in it.

    Raises:
        ModelError: If an intervention belongs to another turn, or a technique comes twice.

    Example:
        >>> move = Move(turn=3, behaviour="input",
        ...             interventions=(Intervention(turn=3, technique="defusion"),))
        >>> move.techniques
        ('defusion',)
    """

    turn: int = field(validator=check.index())
    behaviour: Behaviour = field(converter=_as_behaviour)
    interventions: tuple[Intervention, ...] = field(
        default=(), converter=_as_interventions, validator=check.tuple_of(Intervention)
    )
    """The most confident first."""

    confidence: float = field(default=1.0, validator=check.number(0.0, 1.0))
    """Of the behaviour, from 0 to 1."""

    evidence: tuple[Evidence, ...] = field(
        default=(), converter=_as_evidence, validator=check.tuple_of(Evidence)
    )
    """For the behaviour, the strongest first."""

    def __attrs_post_init__(self) -> None:
        if any(intervention.turn != self.turn for intervention in self.interventions):
            raise check.refuse(self, "interventions", "must all be of the move's own turn")
        if len(set(self.techniques)) < len(self.interventions):
            raise check.refuse(self, "interventions", "must name each technique once")

    @property
    def techniques(self) -> tuple[str, ...]:
        """
        The ids of the techniques, in the order of the interventions.
        """
        return tuple(intervention.technique for intervention in self.interventions)

    @property
    def is_minimal(self) -> bool:
        """
        Whether the move is no more than a go-ahead ("mm-hmm", "I see"), which parts no talk.
        """
        return self.behaviour is Behaviour.OTHER and self.techniques == ("encourager",)


@frozen(kw_only=True)
class ShownState:
    """
    One state that a patient's turn shows, and how strongly.

    Example:
        >>> ShownState(state="relief", strength=0.4).state.value
        'relief'
    """

    state: State = field(converter=_as_state)
    strength: float = field(default=1.0, validator=check.number(0.0, 1.0))
    """From 0 to 1; 1 where people coded it."""

    evidence: tuple[Evidence, ...] = field(
        default=(), converter=_as_evidence, validator=check.tuple_of(Evidence)
    )


def _as_shown(members: Iterable[ShownState]) -> tuple[ShownState, ...]:
    return check.as_tuple(members)


@frozen(kw_only=True)
class ArcPoint:
    """
    The valence of one clause of a turn.

    Example:
        >>> ArcPoint(span=CharSpan(0, 12), valence=-0.5).valence
        -0.5
    """

    span: CharSpan = field(validator=check.instance_of(CharSpan))
    valence: float = field(validator=check.number(-1.0, 1.0))
    """From -1, worst, to 1, best."""

    weight: float = field(default=1.0, validator=check.number(0.0))
    """The clause's share in the valence of the turn, before the shares are made to add to 1."""


def _as_arc(members: Iterable[ArcPoint]) -> tuple[ArcPoint, ...]:
    return check.as_tuple(members)


@frozen(kw_only=True)
class Affect:
    """
    What a patient shows in one turn.

    Raises:
        ModelError: If the arc's clauses are out of order or overlap, or a state comes twice.

    Example:
        >>> affect = Affect(turn=2, valence=-0.4, shown=(ShownState(state="anxiety"),))
        >>> affect.states
        (<State.ANXIETY: 'anxiety'>,)

    Source:
        Russell (1980), A circumplex model of affect, JPSP 39(6), for valence and arousal.
    """

    turn: int = field(validator=check.index())
    valence: float = field(validator=check.number(-1.0, 1.0))
    """
    From -1, worst, over 0, neutral or evenly mixed, to 1, best: how the patient feels at the
    end of the turn's own account of now.
    """

    arousal: float = field(default=0.0, validator=check.number(-1.0, 1.0))
    """From -1, flat or drained, to 1, agitated or excited."""

    shown: tuple[ShownState, ...] = field(
        default=(), converter=_as_shown, validator=check.tuple_of(ShownState)
    )
    """The states with their strengths and evidence, the strongest first."""

    stance: Stance = field(default=Stance.NEUTRAL, converter=_as_stance)
    arc: tuple[ArcPoint, ...] = field(
        default=(), converter=_as_arc, validator=check.tuple_of(ArcPoint)
    )
    """The valence of each clause that shows feeling, in the order of the talk."""

    evidence: tuple[Evidence, ...] = field(
        default=(), converter=_as_evidence, validator=check.tuple_of(Evidence)
    )
    """For valence, arousal and stance, the strongest first."""

    coverage: float | None = field(default=None, validator=check.number(0.0, 1.0, optional=True))
    """
    The share of the turn's words that some cue holds, from 0 to 1: how much of it the scorer had
    something to say about.  `None` where nobody counted.
    """

    def __attrs_post_init__(self) -> None:
        reached = 0
        for point in self.arc:
            if point.span.start < reached:
                raise check.refuse(self, "arc", "must hold clauses in order, without overlap")
            reached = point.span.end
        if len(set(self.states)) < len(self.shown):
            raise check.refuse(self, "shown", "must name each state once")

    @property
    def states(self) -> tuple[State, ...]:
        """
        The states shown, the strongest first.
        """
        return tuple(shown.state for shown in self.shown)

    @property
    def shape(self) -> ArcShape:
        """
        How the clauses' valences go: up, down, up and down again, down and up again, or neither.

        Example:
            >>> points = [(0, 8, -0.5), (9, 20, 0.25), (21, 30, -0.5)]
            >>> arc = [ArcPoint(span=CharSpan(a, b), valence=v) for a, b, v in points]
            >>> Affect(turn=0, valence=-0.5, arc=arc).shape.value
            'rise_then_fall'
        """
        return shape_of([point.valence for point in self.arc])


def _as_turn_indexes(members: Iterable[int]) -> tuple[int, ...]:
    return check.as_tuple(members)


@frozen(kw_only=True)
class AffectShift:
    """
    How a patient's valence differs between the talk before a move and the talk after it.

    An association in time, never a proof that the move caused it.

    Raises:
        ModelError: Unless the turns before come before the move, and those after come after it.

    Example:
        >>> shift = AffectShift(move=Move(turn=1, behaviour="reflection"), before=(0,), after=(2,),
        ...                     valence_before=-0.5, valence_after=-0.25)
        >>> shift.change
        0.25
    """

    move: Move = field(validator=check.instance_of(Move))
    before: tuple[int, ...] = field(converter=_as_turn_indexes, validator=check.tuple_of(int))
    """Indexes of the patient turns before the move, back to the last move that parts talk."""

    after: tuple[int, ...] = field(converter=_as_turn_indexes, validator=check.tuple_of(int))
    """Indexes of the patient turns after the move, up to the next move that parts talk."""

    valence_before: float = field(validator=check.number(-1.0, 1.0))
    valence_after: float = field(validator=check.number(-1.0, 1.0))

    def __attrs_post_init__(self) -> None:
        if not self.before or not self.after:
            raise check.refuse(self, "before and after", "must each hold a turn")
        path = (*self.before, self.move.turn, *self.after)
        if self.before[0] < 0 or any(a >= b for a, b in pairwise(path)):
            raise check.refuse(self, "before and after", "must ascend and lie around the move")

    @property
    def change(self) -> float:
        """
        Valence after minus valence before: from -2 to 2, positive where the patient brightens.
        """
        return self.valence_after - self.valence_before

    @property
    def techniques(self) -> tuple[str, ...]:
        """
        The ids of the move's techniques.
        """
        return self.move.techniques
