"""
Strategies for many sessions and for what follows what.
"""

from hypothesis import strategies as st

from aftermove.sequence.coded import CodedSession
from aftermove.sequence.effect_table import Effect, EffectTable
from aftermove.sequence.transitions import TransitionTable, transition_table
from aftermove.studies import Study, StudyProblem
from aftermove.testing.findings import session_analyses
from aftermove.testing.transcripts import names, texts

__all__ = [
    "code_sequences",
    "coded_sessions",
    "effect_tables",
    "studies",
    "study_problems",
    "transition_tables",
]


def coded_sessions() -> st.SearchStrategy[CodedSession]:
    """
    What a study keeps of sessions.
    """
    return st.builds(CodedSession.from_analysis, session_analyses(), source=st.none() | names)


def code_sequences(codes: str = "abc") -> st.SearchStrategy[list[list[str]]]:
    """
    Sessions as sequences of codes, each a letter of *codes*; some are empty.
    """
    return st.lists(st.lists(st.sampled_from(codes), max_size=12), max_size=5)


def study_problems() -> st.SearchStrategy[StudyProblem]:
    """
    Problems of every shape.
    """
    return st.builds(StudyProblem, source=names, reason=texts())


def studies() -> st.SearchStrategy[Study]:
    """
    Studies of up to three sessions.
    """
    return st.builds(
        Study,
        sessions=st.lists(coded_sessions(), max_size=3),
        problems=st.lists(study_problems(), max_size=2),
    )


def transition_tables() -> st.SearchStrategy[TransitionTable]:
    """
    Tables of up to three codes at any lag.
    """
    return st.builds(
        transition_table,
        code_sequences(),
        lag=st.sampled_from([-2, -1, 1, 2]),
        codes=st.just(("a", "b", "c")),
    )


@st.composite
def _effects(draw: st.DrawFn, technique: str) -> Effect:
    low, shift, high = sorted(draw(st.floats(-2.0, 2.0)) for _ in range(3))
    is_told = draw(st.booleans())
    return Effect(
        technique=technique,
        n_moves=draw(st.integers(0, 10**6)),
        n_sessions=draw(st.integers(0, 10**4)),
        n_patients=draw(st.integers(0, 10**4)),
        raw_change=draw(_changes),
        between=draw(_changes),
        shift=shift if is_told else None,
        ci_low=low if is_told else None,
        ci_high=high if is_told else None,
        standardised=shift if is_told else None,
        p_value=draw(_shares) if is_told else None,
        q_value=draw(_shares) if is_told else None,
        reason=None if is_told else draw(texts()),
    )


@st.composite
def effect_tables(draw: st.DrawFn) -> EffectTable:
    """
    Tables of up to four effects, told or not.
    """
    techniques = draw(st.lists(names, max_size=4, unique=True))
    return EffectTable(
        effects=tuple(draw(_effects(technique)) for technique in techniques),
        horizon=draw(st.integers(0, 3)),
        n_moves=draw(st.integers(0, 10**6)),
        n_sessions=draw(st.integers(0, 10**4)),
        n_patients=draw(st.integers(0, 10**4)),
        errors=draw(names),
    )


_shares = st.floats(0.0, 1.0)
_changes = st.none() | st.floats(-2.0, 2.0)
