"""
What a user's own model must offer to take the place of ours.
"""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from aftermove.model.findings import Affect, Move
from aftermove.model.session import Session

__all__ = ["Detector", "Scorer"]


@runtime_checkable
class Detector(Protocol):
    """
    Finds what the therapist does.
    """

    def detect(self, session: Session) -> Sequence[Move]:
        """
        One move for each therapist turn, in turn order; evidence lies within the turn's text.
        """
        ...


@runtime_checkable
class Scorer(Protocol):
    """
    Scores what the patient shows.
    """

    def score(self, session: Session) -> Sequence[Affect]:
        """
        One affect for each patient turn, in turn order; evidence lies within the turn's text.
        """
        ...
