"""
Strategies for what was found.
"""

from hypothesis import strategies as st

from aftermove import model
from aftermove.model import Role
from aftermove.sequence import find_shifts
from aftermove.sequence.course import Course, affect_course
from aftermove.testing.transcripts import (
    char_spans,
    disjoint_spans,
    marks,
    names,
    problems,
    sessions,
    speakers,
    time_spans,
    turns,
)

__all__ = [
    "affect_shifts",
    "affects",
    "arc_points",
    "courses",
    "evidence",
    "interventions",
    "moves",
    "session_analyses",
    "shown_states",
    "technique_summaries",
    "values",
]

_valences = st.floats(-1.0, 1.0)
_shares = st.floats(0.0, 1.0)


def evidence(length: int = 40) -> st.SearchStrategy[model.Evidence]:
    """
    Evidence within a text of *length* characters, which must be at least 1.
    """
    return st.builds(model.Evidence, char_spans(length), names, st.floats(-10.0, 10.0))


def _evidence_tuples(length: int) -> st.SearchStrategy[tuple[model.Evidence, ...]]:
    pieces = st.lists(evidence(max(length, 1)), max_size=3 if length else 0)
    return pieces.map(tuple)


def interventions(turn: int = 1, length: int = 40) -> st.SearchStrategy[model.Intervention]:
    """
    Interventions in the turn of that index, whose text is of *length* characters.
    """
    return st.builds(
        model.Intervention,
        turn=st.just(turn),
        technique=st.sampled_from(["defusion", "encourager", "open_question", "validation"])
        | names,
        confidence=_shares,
        evidence=_evidence_tuples(length),
    )


@st.composite
def moves(draw: st.DrawFn, turn: int = 1, length: int = 40) -> model.Move:
    """
    Moves in the turn of that index, whose text is of *length* characters.
    """
    each_once = st.lists(
        interventions(turn, length), max_size=3, unique_by=lambda found: found.technique
    )
    return model.Move(
        turn=turn,
        behaviour=draw(st.sampled_from(model.Behaviour)),
        interventions=draw(each_once),
        confidence=draw(_shares),
        evidence=draw(_evidence_tuples(length)),
    )


def shown_states(length: int = 40) -> st.SearchStrategy[model.ShownState]:
    """
    States with evidence within a text of *length* characters.
    """
    return st.builds(
        model.ShownState,
        state=st.sampled_from(model.State),
        strength=_shares,
        evidence=_evidence_tuples(length),
    )


def arc_points(
    span: st.SearchStrategy[model.CharSpan] | None = None,
) -> st.SearchStrategy[model.ArcPoint]:
    """
    Points of a within-turn arc, at any of the spans given.
    """
    return st.builds(
        model.ArcPoint,
        span=char_spans() if span is None else span,
        valence=_valences,
        weight=st.floats(0.0, 100.0),
    )


@st.composite
def affects(draw: st.DrawFn, turn: int = 0, length: int = 40) -> model.Affect:
    """
    Affect in the turn of that index, whose text is of *length* characters.
    """
    states = st.lists(shown_states(length), max_size=3, unique_by=lambda shown: shown.state)
    return model.Affect(
        turn=turn,
        valence=draw(_valences),
        arousal=draw(_valences),
        coverage=draw(st.none() | _shares),
        shown=draw(states),
        stance=draw(st.sampled_from(model.Stance)),
        arc=[draw(arc_points(st.just(span))) for span in draw(disjoint_spans(length))],
        evidence=draw(_evidence_tuples(length)),
    )


@st.composite
def affect_shifts(draw: st.DrawFn) -> model.AffectShift:
    """
    Shifts around a move, over stretches of one turn or more.
    """
    path = sorted(draw(st.sets(st.integers(0, 100), min_size=3, max_size=7)))
    middle = draw(st.integers(1, len(path) - 2))
    return model.AffectShift(
        move=draw(moves(path[middle])),
        before=path[:middle],
        after=path[middle + 1 :],
        valence_before=draw(_valences),
        valence_after=draw(_valences),
    )


def technique_summaries() -> st.SearchStrategy[model.TechniqueSummary]:
    """
    Rows of a session's summary.
    """
    return st.builds(
        model.TechniqueSummary,
        technique=names,
        n_moves=st.integers(1, 100),
        n_shifts=st.integers(0, 100),
        mean_change=st.none() | st.floats(-2.0, 2.0),
    )


@st.composite
def session_analyses(draw: st.DrawFn, max_turns: int = 8) -> model.SessionAnalysis:
    """
    Analyses whose findings are drawn, not detected: whatever a user's own model might say.
    """
    session = draw(sessions(max_turns))
    found_moves = [
        draw(moves(turn.index, len(turn.text))) for turn in session.by_role(Role.THERAPIST)
    ]
    found_affect = [
        draw(affects(turn.index, len(turn.text))) for turn in session.by_role(Role.PATIENT)
    ]
    return model.SessionAnalysis(
        session=session,
        moves=found_moves,
        affect=found_affect,
        shifts=find_shifts(session, found_moves, found_affect),
    )


def courses() -> st.SearchStrategy[Course]:
    """
    How affect goes over a session, with whatever refrains it has.
    """
    return session_analyses().map(affect_course)


def values() -> st.SearchStrategy[object]:
    """
    A value of any class that `aftermove.dumps` stores.
    """
    return st.one_of(
        session_analyses(),
        sessions(),
        turns(),
        speakers(),
        char_spans(),
        time_spans(),
        problems(),
        evidence(),
        interventions(),
        moves(),
        shown_states(),
        arc_points(),
        affects(),
        affect_shifts(),
        technique_summaries(),
        marks().filter(bool).map(lambda drawn: drawn[0]),
    )
