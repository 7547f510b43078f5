"""
Strategies for every class, checks of users' own models, and sessions whose truth is known.

Needs the `testing` extra.  Each strategy gives valid values, awkward ones among them: empty
texts, scripts that run right to left, marks that touch, turns of nobody known.

Example:
    >>> from hypothesis import given
    >>> @given(sessions())
    ... def test_turns_know_their_position(session):
    ...     assert [turn.index for turn in session] == list(range(len(session)))
    >>> test_turns_know_their_position()
"""

from importlib.util import find_spec

from aftermove.errors import MissingExtraError

# What is missing is told before it is asked for.
if find_spec("hypothesis") is None:
    raise MissingExtraError("aftermove.testing", "testing")

from aftermove.sequence.simulation import Simulation
from aftermove.testing.contracts import check_detector, check_scorer
from aftermove.testing.findings import (
    affect_shifts,
    affects,
    arc_points,
    courses,
    evidence,
    interventions,
    moves,
    session_analyses,
    shown_states,
    technique_summaries,
    values,
)
from aftermove.testing.ratings import agreements, code_agreements, coded_items, estimates
from aftermove.testing.resources import (
    codebooks,
    conditions,
    crosswalks,
    cues,
    entries,
    labels,
    lexicons,
    miti_summaries,
    techniques,
    word_weights,
)
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
    "agreements",
    "arc_points",
    "char_spans",
    "check_detector",
    "check_scorer",
    "code_agreements",
    "code_sequences",
    "codebooks",
    "coded_items",
    "coded_sessions",
    "conditions",
    "courses",
    "crosswalks",
    "cues",
    "effect_tables",
    "entries",
    "estimates",
    "evidence",
    "interventions",
    "labels",
    "lexicons",
    "marks",
    "metadata",
    "miti_summaries",
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
    "values",
    "word_weights",
]
