"""
The nouns of the library: what was said, and what was found in it.

Every class is frozen and checks itself; none knows how its values are made.
"""

from aftermove.model.analysis import SessionAnalysis, TechniqueSummary
from aftermove.model.arcs import ArcShape
from aftermove.model.findings import (
    Affect,
    AffectShift,
    ArcPoint,
    Behaviour,
    Evidence,
    Intervention,
    Move,
    ShownState,
    Stance,
    State,
)
from aftermove.model.privacy import PseudonymKey
from aftermove.model.protocols import Detector, Scorer
from aftermove.model.session import Metadata, Session
from aftermove.model.transcript import (
    CharSpan,
    Mark,
    MarkKind,
    Problem,
    Role,
    Speaker,
    TimeSpan,
    Turn,
)

__all__ = [
    "Affect",
    "AffectShift",
    "ArcPoint",
    "ArcShape",
    "Behaviour",
    "CharSpan",
    "Detector",
    "Evidence",
    "Intervention",
    "Mark",
    "MarkKind",
    "Metadata",
    "Move",
    "Problem",
    "PseudonymKey",
    "Role",
    "Scorer",
    "Session",
    "SessionAnalysis",
    "ShownState",
    "Speaker",
    "Stance",
    "State",
    "TechniqueSummary",
    "TimeSpan",
    "Turn",
]
