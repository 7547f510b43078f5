import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove import testing
from aftermove.errors import ModelError
from aftermove.model import (
    Affect,
    ArcPoint,
    CharSpan,
    Evidence,
    Intervention,
    Move,
    Session,
    SessionAnalysis,
    ShownState,
    TechniqueSummary,
)
from aftermove.sequence import find_shifts

SESSION = Session.from_pairs([("patient", "Bad."), ("therapist", "How so?"), ("patient", "Tired.")])
MOVE = Move(turn=1, behaviour="question")
AFFECT = (Affect(turn=0, valence=-0.5), Affect(turn=2, valence=-0.25))


def analysis(**parts: object) -> SessionAnalysis:
    """
    An analysis of the session above with some parts replaced.
    """
    found = {"moves": (MOVE,), "affect": AFFECT, "shifts": (), **parts}
    return SessionAnalysis(session=SESSION, **found)  # type: ignore[arg-type]  # some are wrong


FAR = [Evidence(CharSpan(0, 99), "cue")]


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"moves": ()}, "see turn 1"),
        ({"moves": (MOVE, MOVE)}, "see turn 1"),
        ({"affect": AFFECT[::-1]}, "see turn 2"),
        ({"affect": AFFECT[:1]}, "see turn 2"),
        ({"affect": (*AFFECT, Affect(turn=9, valence=0))}, "see turn 9"),
        ({"moves": (Move(turn=1, behaviour="question", evidence=FAR),)}, "evidence of turn 1"),
        (
            {
                "moves": (
                    Move(
                        turn=1,
                        behaviour="question",
                        interventions=[Intervention(turn=1, technique="values", evidence=FAR)],
                    ),
                )
            },
            "evidence of turn 1",
        ),
        ({"affect": (Affect(turn=0, valence=0, evidence=FAR), AFFECT[1])}, "evidence of turn 0"),
        (
            {
                "affect": (
                    Affect(turn=0, valence=0, shown=[ShownState(state="joy", evidence=FAR)]),
                    AFFECT[1],
                )
            },
            "evidence of turn 0",
        ),
        (
            {
                "affect": (
                    Affect(turn=0, valence=0, arc=[ArcPoint(span=CharSpan(0, 9), valence=0)]),
                    AFFECT[1],
                )
            },
            "arc of turn 0",
        ),
        (
            {"shifts": find_shifts(SESSION, [Move(turn=1, behaviour="input")], AFFECT)},
            "own moves",
        ),
    ],
)
def test_findings_fit_their_session(parts: dict[str, object], reason: str) -> None:
    """
    A finding that is missing, out of place or outside its turn's text is refused.
    """
    with pytest.raises(ModelError, match=reason) as caught:
        analysis(**parts)
    assert caught.value.where == f"SessionAnalysis.{next(iter(parts))}"


def test_findings_are_found_by_turn() -> None:
    """
    Moves and affect are looked up by the index of their turn.
    """
    assert analysis().findings_by_turn == {0: AFFECT[0], 1: MOVE, 2: AFFECT[1]}
    assert repr(analysis()) == "<SessionAnalysis 'session': 1 moves, 2 patient turns, 0 shifts>"


def test_codes_by_people_make_an_analysis() -> None:
    """
    Each coded move stands between two coded stretches, and every code is kept.
    """
    coded = SessionAnalysis.from_codes(
        id="s1",
        patient="p1",
        valence=[-0.5, 0, 0.5],
        techniques=[["validation", "summary"], []],
        arousal=[0, 0.5, 1],
        states=[["sadness"], [], ["relief", "hope"]],
        stance=["neutral", "sustain", "change"],
        behaviours=["reflection", "question"],
    )
    assert coded.session.patient == "p1"
    assert [turn.role for turn in coded.session] == ["patient", "therapist"] * 2 + ["patient"]
    assert [shift.change for shift in coded.shifts] == [0.5, 0.5]
    assert [shift.techniques for shift in coded.shifts] == [("validation", "summary"), ()]
    assert [move.behaviour for move in coded.moves] == ["reflection", "question"]
    assert [affect.arousal for affect in coded.affect] == [0, 0.5, 1]
    assert [affect.states for affect in coded.affect] == [("sadness",), (), ("relief", "hope")]
    assert [affect.stance for affect in coded.affect] == ["neutral", "sustain", "change"]


def test_what_people_left_uncoded_is_neutral() -> None:
    """
    Without codes of their own, moves and talk have none, and turns have no words.
    """
    coded = SessionAnalysis.from_codes(id="s1", valence=[-0.5, 0.5], techniques=[["values"]])
    assert [turn.text for turn in coded.session] == ["", "", ""]
    assert [turn.speaker.name for turn in coded.session[:2]] == ["Patient", "Therapist"]
    assert coded.affect == (Affect(turn=0, valence=-0.5), Affect(turn=2, valence=0.5))
    assert coded.moves[0].behaviour == "other"
    (shift,) = coded.shifts
    assert (shift.before, shift.after) == ((0,), (2,))
    assert coded.session.patient is None


def test_a_session_without_codes_is_empty() -> None:
    """
    No valence and no move make a session without turns.
    """
    assert len(SessionAnalysis.from_codes(id="s", valence=[], techniques=[]).session) == 0


@pytest.mark.parametrize(
    ("codes", "where"),
    [
        ({"techniques": [[]]}, "techniques"),
        ({"arousal": [0]}, "arousal"),
        ({"states": [[]]}, "states"),
        ({"stance": ["neutral"]}, "stance"),
        ({"behaviours": []}, "behaviours"),
        ({"states": [["glee"], []]}, "State"),
    ],
)
def test_codes_must_fit_one_another(codes: dict[str, object], where: str) -> None:
    """
    A row of codes of the wrong length, or a code that isn't known, is refused.
    """
    given_codes = {"valence": [0, 0, 0] if where == "techniques" else [0, 0], "techniques": [[]]}
    with pytest.raises(ModelError, match=where):
        SessionAnalysis.from_codes(id="s", **(given_codes | codes))  # type: ignore[arg-type]  # some are wrong


def test_the_summary_counts_moves_and_averages_shifts() -> None:
    """
    One row for each technique, the most frequent first; no mean without a shift.
    """
    session = Session.from_pairs(
        [("therapist", "a"), ("patient", "b"), ("therapist", "c"), ("patient", "d")]
    )
    moves = [
        Move(
            turn=turn,
            behaviour="question",
            interventions=[Intervention(turn=turn, technique=t) for t in techniques],
        )
        for turn, techniques in ((0, ["values", "summary"]), (2, ["values"]))
    ]
    affect = [Affect(turn=1, valence=0), Affect(turn=3, valence=0.5)]
    found = SessionAnalysis(
        session=session, moves=moves, affect=affect, shifts=find_shifts(session, moves, affect)
    )
    assert found.summary() == (
        TechniqueSummary(technique="values", n_moves=2, n_shifts=1, mean_change=0.5),
        TechniqueSummary(technique="summary", n_moves=1, n_shifts=0, mean_change=None),
    )


def test_the_summary_averages() -> None:
    """
    The mean change is that over all shifts of the technique.
    """
    coded = SessionAnalysis.from_codes(
        id="s1", valence=[-0.5, 0.0, 0.25], techniques=[["values"], ["values"]]
    )
    (row,) = coded.summary()
    assert (row.n_moves, row.n_shifts, row.mean_change) == (2, 2, 0.375)


@given(testing.session_analyses())
def test_the_summary_adds_up(drawn: SessionAnalysis) -> None:
    """
    The rows count each intervention once, and each shift once for each of its techniques.
    """
    rows = drawn.summary()
    assert sum(row.n_moves for row in rows) == sum(len(move.techniques) for move in drawn.moves)
    assert sum(row.n_shifts for row in rows) == sum(len(s.techniques) for s in drawn.shifts)


@given(testing.session_analyses(), st.sampled_from(range(2, pickle.HIGHEST_PROTOCOL + 1)))
def test_an_analysis_survives_pickling(drawn: SessionAnalysis, protocol: int) -> None:
    """
    Pickled and read back, an analysis is equal.
    """
    assert pickle.loads(pickle.dumps(drawn, protocol)) == drawn  # noqa: S301  # ours
