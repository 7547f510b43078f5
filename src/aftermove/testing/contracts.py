"""
Whether a detector or scorer of a user's own keeps its contract.
"""

from collections.abc import Callable

from attrs import evolve
from hypothesis import Phase, given, settings

from aftermove.model import Affect, Detector, Move, Role, Scorer, Session, SessionAnalysis
from aftermove.testing.transcripts import sessions

__all__ = ["check_detector", "check_scorer"]


def check_detector(detector: Detector, *, examples: int = 100) -> None:
    """
    Tries a detector on many drawn sessions, awkward ones among them, for use in a test.

    What must hold: one move for each therapist turn, in order, with evidence in its text; the same
    findings for the same session; and none that depend on what speakers are called.

    Args:
        detector: Of the user's own.
        examples: How many sessions to draw.

    Raises:
        AssertionError: If it gives other findings for the same talk.
        ModelError: If its moves don't fit the session.
        Exception: Whatever the detector itself raises.

    Example:
        >>> from aftermove import CueDetector
        >>> check_detector(CueDetector(), examples=5)

    .. versionadded:: 0.1.0
    """

    def holds(session: Session) -> None:
        moves = tuple(detector.detect(session))
        _analysis(session, moves=moves)
        assert tuple(detector.detect(session)) == moves, "gives other moves for the same session"
        renamed = tuple(detector.detect(_renamed(session)))
        assert renamed == moves, "gives other moves where speakers have other names"

    _try(holds, examples)


def check_scorer(scorer: Scorer, *, examples: int = 100) -> None:
    """
    Tries a scorer on many drawn sessions, awkward ones among them, for use in a test.

    What must hold: one affect for each patient turn, in order, with evidence in its text; the same
    findings for the same session; and none that depend on what speakers are called.

    Args:
        scorer: Of the user's own.
        examples: How many sessions to draw.

    Raises:
        AssertionError: If it gives other findings for the same talk.
        ModelError: If its affect doesn't fit the session.
        Exception: Whatever the scorer itself raises.

    Example:
        >>> from aftermove import ClauseScorer
        >>> check_scorer(ClauseScorer(), examples=5)

    .. versionadded:: 0.1.0
    """

    def holds(session: Session) -> None:
        affect = tuple(scorer.score(session))
        _analysis(session, affect=affect)
        assert tuple(scorer.score(session)) == affect, "gives other affect for the same session"
        renamed = tuple(scorer.score(_renamed(session)))
        assert renamed == affect, "gives other affect where speakers have other names"

    _try(holds, examples)


def _try(holds: Callable[[Session], None], examples: int) -> None:
    # To explain a failure takes Hypothesis longer than to find and shrink it.
    phases = (Phase.generate, Phase.shrink)
    limits = settings(max_examples=examples, deadline=None, database=None, phases=phases)
    limits(given(sessions())(holds))()


def _analysis(
    session: Session,
    moves: tuple[Move, ...] | None = None,
    affect: tuple[Affect, ...] | None = None,
) -> None:
    """
    Makes an analysis of the findings, which checks them; plain ones stand for the other side.
    """
    if moves is None:
        turns = session.by_role(Role.THERAPIST)
        moves = tuple(Move(turn=turn.index, behaviour="other") for turn in turns)
    if affect is None:
        affect = tuple(
            Affect(turn=turn.index, valence=0.0) for turn in session.by_role(Role.PATIENT)
        )
    SessionAnalysis(session=session, moves=moves, affect=affect, shifts=())


def _renamed(session: Session) -> Session:
    new = {
        speaker: evolve(speaker, name=f"Somebody {number}")
        for number, speaker in enumerate(session.speakers)
    }
    return evolve(session, turns=[evolve(turn, speaker=new[turn.speaker]) for turn in session])
