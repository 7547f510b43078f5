import copy
import pickle

from hypothesis import given
from hypothesis import strategies as st

import aftermove as am
from aftermove import testing

values = st.one_of(
    testing.session_analyses(),
    testing.sessions(),
    testing.studies(),
    testing.effect_tables(),
    testing.pseudonym_keys(),
    testing.codebooks(),
    testing.lexicons(),
    testing.metadata(),
    testing.affect_shifts(),
    testing.technique_summaries(),
    testing.time_spans(),
)


@given(values, st.integers(2, pickle.HIGHEST_PROTOCOL))
def test_any_value_survives_pickling_and_copying(value: object, protocol: int) -> None:
    """
    What goes to another process, or is copied, comes out equal.
    """
    assert pickle.loads(pickle.dumps(value, protocol)) == value  # noqa: S301  # our own
    assert copy.deepcopy(value) == value


@given(testing.transition_tables())
def test_a_transition_table_survives_pickling(table: am.TransitionTable) -> None:
    """
    Its counts and measures are the same.
    """
    back = pickle.loads(pickle.dumps(table))  # noqa: S301  # our own
    # NaN equals nothing, so they are compared as they are written.
    assert repr(back.to_dicts()) == repr(table.to_dicts())


def test_models_survive_pickling() -> None:
    """
    Our detector and scorer find the same in another process.
    """
    session = am.Session.from_pairs(
        [
            ("patient", "I feel hopeless."),
            ("therapist", "That makes sense."),
            ("patient", "Thanks."),
        ]
    )
    detector, scorer = pickle.loads(pickle.dumps((am.CueDetector(), am.ClauseScorer())))  # noqa: S301  # our own
    assert am.analyze(session, detector, scorer) == am.analyze(session)
