"""
Hypothesis strategies for every class of the library, and simulated sessions whose truth is known.

Needs the `testing` extra.  Each strategy gives valid values, awkward ones among them: empty
texts, scripts that run right to left, marks that touch, turns of nobody known.

Example:
    >>> from hypothesis import given
    >>> @given(sessions())
    ... def test_turns_know_their_position(session):
    ...     assert [turn.index for turn in session] == list(range(len(session)))
    >>> test_turns_know_their_position()
"""

from aftermove.sequence.simulation import Simulation
from aftermove.testing.contracts import check_detector, check_scorer
from aftermove.testing.findings import (
    affect_shifts,
    affects,
    arc_points,
    evidence,
    interventions,
    moves,
    session_analyses,
    shown_states,
    technique_summaries,
)
from aftermove.testing.resources import codebooks, cues, entries, lexicons, techniques
from aftermove.testing.studies import (
    code_sequences,
    coded_sessions,
    effect_tables,
    studies,
    study_problems,
    transition_tables,
)
from aftermove.testing.transcripts import (
    char_spans,
    marks,
    metadata,
    problems,
    pseudonym_keys,
    roles,
    sessions,
    speakers,
    texts,
    time_spans,
    turns,
)

__all__ = [
    "Simulation",
    "affect_shifts",
    "affects",
    "arc_points",
    "char_spans",
    "check_detector",
    "check_scorer",
    "code_sequences",
    "codebooks",
    "coded_sessions",
    "cues",
    "effect_tables",
    "entries",
    "evidence",
    "interventions",
    "lexicons",
    "marks",
    "metadata",
    "moves",
    "problems",
    "pseudonym_keys",
    "roles",
    "session_analyses",
    "sessions",
    "shown_states",
    "speakers",
    "studies",
    "study_problems",
    "technique_summaries",
    "techniques",
    "texts",
    "time_spans",
    "transition_tables",
    "turns",
]
