import pytest
from hypothesis import given

from aftermove import testing
from aftermove.errors import ModelError
from aftermove.model import Affect, Session, SessionAnalysis
from aftermove.techniques import CueDetector, MitiSummary

CODED = SessionAnalysis.from_codes(
    id="s1",
    valence=[0.0] * 7,
    behaviours=["question", "question", "reflection", "reflection", "input", "other"],
    techniques=[
        ["open_question"],
        ["closed_question", "autonomy_support"],
        ["simple_reflection"],
        ["complex_reflection", "simple_reflection"],
        ["advice", "confrontation"],
        ["affirmation"],
    ],
)


def test_counts_and_scores_follow_the_manual() -> None:
    """
    Each score is the ratio of the counts that it names.
    """
    summary = MitiSummary.from_analysis(CODED)
    assert summary.to_dict() == {
        "session": "s1",
        "n_moves": 6,
        "n_simple_reflections": 1,
        "n_complex_reflections": 1,
        "n_questions": 2,
        "n_open_questions": 1,
        "n_closed_questions": 1,
        "n_adherent": 2,
        "n_non_adherent": 2,
        "therapist_words": 0,
        "patient_words": 0,
        "reflection_to_question": 1.0,
        "complex_share": 0.5,
        "open_share": 0.5,
        "talk_share": None,
    }


def test_talk_share_counts_words() -> None:
    """
    The share of talk is the therapist's words among the two's, others left out.
    """
    session = Session.from_pairs(
        [("therapist", "So how was it?"), ("patient", "Long."), ("other", "Tea, anybody?")]
    )
    moves = CueDetector().detect(session)
    affect = [Affect(turn=1, valence=0.0)]
    analysis = SessionAnalysis(session=session, moves=moves, affect=affect, shifts=[])
    assert MitiSummary.from_analysis(analysis).talk_share == 0.8


def test_what_is_undefined_is_none() -> None:
    """
    A session without moves has no ratio and no share.
    """
    empty = MitiSummary.from_analysis(SessionAnalysis.from_codes(id="s", valence=[], techniques=[]))
    assert (empty.reflection_to_question, empty.complex_share) == (None, None)
    assert (empty.open_share, empty.talk_share) == (None, None)
    assert repr(empty) == (
        "<MitiSummary 's': reflection_to_question –, complex_share –, open_share –, talk_share –>"
    )
    assert "<td>–</td>" in empty._repr_html_()


@given(testing.session_analyses())
def test_shares_lie_between_nought_and_one(analysis: SessionAnalysis) -> None:
    """
    Shares are from 0 to 1 or undefined, and no count exceeds what it counts.
    """
    summary = MitiSummary.from_analysis(analysis)
    for share in (summary.complex_share, summary.open_share, summary.talk_share):
        assert share is None or 0 <= share <= 1
    assert summary.n_reflections <= summary.n_moves == len(analysis.moves)
    assert summary.n_questions <= summary.n_moves


@given(testing.miti_summaries())
def test_a_summary_shows_itself(summary: MitiSummary) -> None:
    """
    The table holds a row for each score, and a missing denominator is no error.
    """
    assert summary._repr_html_().count("<tr>") == 7
    assert (summary.reflection_to_question is None) == (summary.n_questions == 0)


def test_only_analyses_are_summed_up() -> None:
    """
    Anything else is refused with our error.
    """
    with pytest.raises(ModelError, match="SessionAnalysis"):
        MitiSummary.from_analysis(CODED.session)  # type: ignore[arg-type]  # what is refused
