"""
What happens in the patient after each therapist move.

Reads a psychotherapy transcript into a `Session`, finds the therapist's techniques, scores the
patient's affect turn by turn, and tells how affect shifts after each move.

Example:
    >>> import aftermove as am
    >>> talk = [("therapist", "How was the week?"), ("patient", "Long, and I'm exhausted.")]
    >>> session = am.Session.from_pairs(talk)
    >>> analysis = am.analyze(session)
    >>> analysis.moves[0].behaviour.value
    'question'
    >>> analysis.affect[0].valence < 0
    True
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from aftermove import errors
from aftermove._run_study import study, study_in_parts
from aftermove.affect import ClauseScorer, Lexicon, WordWeights
from aftermove.agreements import Agreement, agreement
from aftermove.analysis import analyze
from aftermove.errors import AftermoveError
from aftermove.model import (
    Affect,
    AffectShift,
    ArcPoint,
    ArcShape,
    Behaviour,
    CharSpan,
    Detector,
    Evidence,
    Intervention,
    Mark,
    MarkKind,
    Metadata,
    Move,
    Problem,
    PseudonymKey,
    Role,
    Scorer,
    Session,
    SessionAnalysis,
    ShownState,
    Speaker,
    Stance,
    State,
    TechniqueSummary,
    TimeSpan,
    Turn,
)
from aftermove.sequence.effect_table import Effect, EffectTable
from aftermove.sequence.transitions import TransitionTable, transition_table
from aftermove.storage import dumps, json_schema, loads
from aftermove.studies import Study, StudyProblem
from aftermove.techniques import Codebook, Crosswalk, CueDetector, MitiSummary

if TYPE_CHECKING:
    from aftermove import figures
    from aftermove._plugins import plugin, plugins
    from aftermove.codings import write_codings
    from aftermove.frames import sessions_from_frame, to_frame
    from aftermove.parsing import parse, read, read_all, write
    from aftermove.tables.files import write_table

__version__ = "0.1.0"

__all__ = [
    "Affect",
    "AffectShift",
    "AftermoveError",
    "Agreement",
    "ArcPoint",
    "ArcShape",
    "Behaviour",
    "CharSpan",
    "ClauseScorer",
    "Codebook",
    "Crosswalk",
    "CueDetector",
    "Detector",
    "Effect",
    "EffectTable",
    "Evidence",
    "Intervention",
    "Lexicon",
    "Mark",
    "MarkKind",
    "Metadata",
    "MitiSummary",
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
    "Study",
    "StudyProblem",
    "TechniqueSummary",
    "TimeSpan",
    "TransitionTable",
    "Turn",
    "WordWeights",
    "agreement",
    "analyze",
    "dumps",
    "errors",
    "figures",
    "json_schema",
    "loads",
    "parse",
    "plugin",
    "plugins",
    "read",
    "read_all",
    "sessions_from_frame",
    "study",
    "study_in_parts",
    "to_frame",
    "transition_table",
    "write",
    "write_codings",
    "write_table",
]

# The ways in and out wait until they are asked for: they would take most of the time of the import.
_MODULE_BY_LATE_NAME = {
    "parse": "parsing",
    "plugin": "_plugins",
    "plugins": "_plugins",
    "read": "parsing",
    "read_all": "parsing",
    "sessions_from_frame": "frames",
    "to_frame": "frames",
    "write": "parsing",
    "write_codings": "codings",
    "write_table": "tables.files",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  # of many kinds
    if name == "figures":
        return import_module("aftermove.figures")
    if name in _MODULE_BY_LATE_NAME:
        return getattr(import_module(f"aftermove.{_MODULE_BY_LATE_NAME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
