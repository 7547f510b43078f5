from typing import Any

import numpy as np
import pytest
from hypothesis import given

from aftermove import testing
from aftermove.analysis import analyze
from aftermove.errors import ModelError, UnknownNameError
from aftermove.model import Session, SessionAnalysis
from aftermove.sequence.coded import CodedSession
from aftermove.sequence.panel import Panel
from aftermove.studies import Study

COLUMNS: dict[str, Any] = {
    "codes": ["values"],
    "session": [0, 0],
    "patient": [0, 0],
    "position": [0, 1],
    "before": [0.1, -0.5],
    "after": [0.2, 0.1],
    "uses": [[0], [1]],
}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"session": [0.5, 0.5]}, "whole numbers"),
        ({"session": [10**30, 0]}, "whole numbers"),
        ({"uses": [[2], [0]]}, "True and False"),
        ({"before": ["kestrel", 0]}, "numbers"),
        ({"before": [np.inf, 0]}, "infinite"),
        ({"after": [0.1]}, "one column"),
        ({"session": 0}, "one column"),
        ({"uses": [[0, 1], [1, 0]]}, "2 rows and 1 columns"),
        ({"codes": ["a", "a"], "uses": [[0, 1], [1, 0]]}, "once"),
        ({"position": [1, 1]}, "twice"),
        ({"patient": [0, 1]}, "one for each session"),
        (
            {
                "session": [0, 1, 0],
                "patient": [0, 1, 2],
                "position": [0, 0, 1],
                "before": [0.0] * 3,
                "after": [0.0] * 3,
                "uses": [[0]] * 3,
            },
            "one for each session",
        ),
    ],
)
def test_columns_that_dont_fit_are_refused(changed: dict[str, Any], reason: str) -> None:
    """
    Each rule of the columns is told, and none of what they hold.
    """
    with pytest.raises(ModelError, match=reason) as refusal:
        Panel(**{**COLUMNS, **changed})
    assert "kestrel" not in str(refusal.value)


def test_columns_cant_be_changed_and_are_sorted() -> None:
    """
    Rows stand by patient, session and position; NaN is kept; nothing can be written.
    """
    panel = Panel(**{**COLUMNS, "position": [5, 3], "before": [np.nan, 0.3]})
    assert panel.position.tolist() == [3, 5]
    assert panel.uses[:, 0].tolist() == [True, False]
    assert np.isnan(panel.before[1])
    with pytest.raises(ValueError, match="read-only"):
        panel.before[0] = 0.0
    assert repr(panel) == "<Panel: 2 moves of 1 session of 1 patient, 1 code>"


def test_later_outcomes_stay_within_the_session() -> None:
    """
    An outcome further on is that of the place so many on; a gap and the end have none.
    """
    panel = Panel(
        codes=["a"],
        session=[0, 0, 0, 1],
        patient=[0, 0, 0, 0],
        position=[0, 1, 3, 0],
        before=[0.0] * 4,
        after=[0.1, 0.2, 0.3, 0.4],
        uses=[[0]] * 4,
    )
    np.testing.assert_equal(panel.after_later(0), [0.1, 0.2, 0.3, 0.4])
    np.testing.assert_equal(panel.after_later(1), [0.2, np.nan, np.nan, np.nan])
    np.testing.assert_equal(panel.after_later(2), [np.nan, 0.3, np.nan, np.nan])
    nobody = Panel(
        codes=[], session=[], patient=[], position=[], before=[], after=[], uses=np.empty((0, 0))
    )
    assert nobody.after_later(1).tolist() == []


def test_sessions_become_rows_by_any_code_and_outcome() -> None:
    """
    Behaviours, arousal, stance and states are rows as techniques and valence are.
    """
    coded = SessionAnalysis.from_codes(
        id="s1",
        patient="p",
        valence=[0.0, 0.5, 1.0],
        techniques=[["values"], []],
        behaviours=["question", "other"],
        states=[["hope"], [], ["hope"]],
        stance=["change", "sustain", "neutral"],
        arousal=[0.1, 0.2, 0.3],
    )
    behaviours = Panel.from_analyses([coded], by="behaviour", outcome="arousal")
    assert (behaviours.codes, behaviours.after.tolist()) == (("question",), [0.2, 0.3])
    assert Panel.from_analyses([coded], outcome="stance").before.tolist() == [1.0, -1.0]
    assert Panel.from_analyses([coded], outcome="hope").after.tolist() == [0.0, 1.0]
    with pytest.raises(ModelError, match="technique"):
        Panel.from_analyses([coded], by="mood")  # type: ignore[arg-type]  # that it is refused
    with pytest.raises(UnknownNameError, match="valence"):
        Panel.from_analyses([coded], outcome="mood")


def test_moves_in_a_row_are_one_exchange() -> None:
    """
    Moves without patient talk between them have one outcome, and edges have none on one side.
    """
    talk = [
        ("therapist", "How was the week?"),
        ("patient", "Tired."),
        ("therapist", "What makes you tired?"),
        ("therapist", "Since when has it been so?"),
        ("patient", "Monday."),
    ]
    session = Session.from_pairs(talk)
    panel = Panel.from_sessions([CodedSession.from_analysis(analyze(session))])
    assert np.isnan(panel.before).tolist() == [True, False]
    assert panel.patient.tolist() == [0, 0]


def test_sessions_without_a_patient_stand_for_themselves() -> None:
    """
    Sessions of one patient are together, and those whose patient isn't told are each alone.
    """
    analyses = [
        SessionAnalysis.from_codes(id=name, patient=patient, valence=[0.0, 0.5], techniques=[["a"]])
        for name, patient in (("s1", None), ("s2", None), ("s3", "p"), ("s4", "q"), ("s5", "p"))
    ]
    panel = Panel.from_analyses(analyses)
    assert (panel.n_sessions, panel.n_patients) == (5, 4)
    assert panel.patient.tolist() == [0, 1, 2, 2, 3]


@given(testing.studies())
def test_any_study_makes_a_panel(study: Study) -> None:
    """
    Whatever is coded, its exchanges make a panel with each technique used.
    """
    panel = Panel.from_sessions(study.sessions)
    used = {t for session in study.sessions for move in session.moves for t in move.techniques}
    assert set(panel.codes) == used
    assert panel.uses.any(axis=0).all()
    assert len(panel) <= study.n_moves
