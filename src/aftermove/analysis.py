"""
One session, from its turns to what follows each move.
"""

from collections.abc import Iterable
from functools import cache
from typing import TypeVar

from aftermove.affect import ClauseScorer
from aftermove.errors import ModelError
from aftermove.model import Affect, Detector, Move, Scorer, Session, SessionAnalysis
from aftermove.sequence import find_shifts
from aftermove.techniques import CueDetector

__all__ = ["analyze"]

F = TypeVar("F", Move, Affect)


def analyze(
    session: Session, detector: Detector | None = None, scorer: Scorer | None = None
) -> SessionAnalysis:
    """
    The therapist's moves, the patient's affect turn by turn, and how affect shifts after each move.

    Args:
        session: As read by `read` or `parse`, or made by `Session.from_pairs`.
        detector: Finds what the therapist does; `None` for `CueDetector` with the default
            codebook.
        scorer: Scores what the patient shows; `None` for `ClauseScorer` with the default lexicon.

    Returns:
        Findings that point at the session's turns by index: a move for each therapist turn, an
        affect for each patient turn.  Turns of other and unknown roles have neither.

    Raises:
        ModelError: If *session* isn't a `Session`, or a detector or scorer of the user's breaks
            its contract.

    Example:
        >>> session = Session.from_pairs([
        ...     ("patient", "I feel hopeless about all of it."),
        ...     ("therapist", "That sounds so heavy. It makes sense that you feel this way."),
        ...     ("patient", "It does help to say it out loud. I'm relieved."),
        ... ])
        >>> analysis = analyze(session)
        >>> "validation" in analysis.moves[0].techniques
        True
        >>> analysis.shifts[0].change > 0
        True
    """
    if not isinstance(session, Session):
        raise ModelError("analyze", "takes a Session; read or parse makes one from a transcript")
    detector = _default_detector() if detector is None else detector
    scorer = _default_scorer() if scorer is None else scorer
    if not all(map(isinstance, (detector, scorer), (Detector, Scorer))):
        raise ModelError("analyze", "a detector has a detect method, a scorer a score method")
    moves = _checked(detector.detect(session), Move, "a detector's detect")
    affect = _checked(scorer.score(session), Affect, "a scorer's score")
    return SessionAnalysis(
        session=session,
        moves=moves,
        affect=affect,
        shifts=find_shifts(session, moves, affect),
    )


def _checked(found: object, kind: type[F], what: str) -> tuple[F, ...]:
    """
    The findings, once it's sure that they are some; a model of the user's may give anything.
    """
    given = list(found) if isinstance(found, Iterable) else [None]
    findings = tuple(each for each in given if isinstance(each, kind))
    if len(findings) < len(given):
        raise ModelError(
            "analyze", f"{what} must give a list of {kind.__name__}, one for each turn"
        )
    return findings


# Made once: their indexes of phrases take longer to make than a session takes to analyse.
@cache
def _default_detector() -> CueDetector:
    return CueDetector()


@cache
def _default_scorer() -> ClauseScorer:
    return ClauseScorer()
