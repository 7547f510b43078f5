import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove import testing
from aftermove.model import (
    Affect,
    AffectShift,
    Intervention,
    Move,
    Role,
    Session,
    SessionAnalysis,
)
from aftermove.sequence import find_shifts
from aftermove.sequence.shifts import bounded

KINDS = "PTmO"
"""A patient's turn, a therapist's move, a mere go-ahead, somebody else's turn."""


def shifts_of(kinds: str, valences: dict[int, float] | None = None) -> list[AffectShift]:
    """
    The shifts of a session that is written as one letter for each turn.
    """
    role_by_kind = {"P": "patient", "T": "therapist", "m": "therapist", "O": "other"}
    session = Session.from_pairs([(role_by_kind[kind], "one two") for kind in kinds])
    moves = []
    for turn in session.by_role("therapist"):
        techniques = ["encourager"] if kinds[turn.index] == "m" else []
        interventions = [Intervention(turn=turn.index, technique=t) for t in techniques]
        behaviour = "other" if techniques else "question"
        moves.append(Move(turn=turn.index, behaviour=behaviour, interventions=interventions))
    affect = [
        Affect(turn=turn.index, valence=(valences or {}).get(turn.index, 0.0))
        for turn in session.by_role("patient")
    ]
    return list(find_shifts(session, moves, affect))


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [
        ("", []),
        ("PTP", [((0,), 1, (2,))]),
        ("TPT", []),
        ("PmP", []),
        ("PTPmPTP", [((0,), 1, (2, 4)), ((2, 4), 5, (6,))]),
        # Moves in a row stand between the same stretches.
        ("PTTP", [((0,), 1, (3,)), ((0,), 2, (3,))]),
        ("PTmTP", [((0,), 1, (4,)), ((0,), 3, (4,))]),
        # What others say parts nothing.
        ("POPTOP", [((0, 2), 3, (5,))]),
        ("mPTP", [((1,), 2, (3,))]),
    ],
)
def test_a_shift_stands_between_two_stretches_of_talk(
    kinds: str, wanted: list[tuple[tuple[int, ...], int, tuple[int, ...]]]
) -> None:
    """
    Each move with patient talk on both sides has a shift over the stretches around it.
    """
    assert [(s.before, s.move.turn, s.after) for s in shifts_of(kinds)] == wanted


def test_a_long_account_outweighs_a_short_reply() -> None:
    """
    A stretch's valence is the mean over its turns, weighed by their words.
    """
    session = Session.from_pairs(
        [
            ("patient", "a b c"),
            ("other", ""),
            ("patient", "d"),
            ("therapist", "so?"),
            ("patient", ""),
        ]
    )
    affect = [Affect(turn=0, valence=-0.8), Affect(turn=2, valence=0.4), Affect(turn=4, valence=0)]
    (shift,) = find_shifts(session, [Move(turn=3, behaviour="question")], affect)
    assert shift.valence_before == pytest.approx((-0.8 * 3 + 0.4) / 4)


def test_turns_without_words_weigh_alike() -> None:
    """
    Where no turn of a stretch has words, its valence is the plain mean.
    """
    session = Session.from_pairs(
        [("patient", ""), ("patient", ""), ("therapist", ""), ("patient", "")]
    )
    affect = [Affect(turn=0, valence=-1), Affect(turn=1, valence=0), Affect(turn=3, valence=1)]
    (shift,) = find_shifts(session, [Move(turn=2, behaviour="other")], affect)
    assert (shift.valence_before, shift.valence_after) == (-0.5, 1)


def test_rounding_leads_past_no_end() -> None:
    """
    A mean of valences at an end of the scale is that end, where sums of shares go past it.
    """
    assert (bounded(1.0000000000000002), bounded(-1.0000000000000002)) == (1.0, -1.0)
    assert bounded(-0.25) == -0.25


@given(st.text(KINDS, max_size=20), st.data())
def test_swapping_the_sides_flips_the_sign(kinds: str, data: st.DataObject) -> None:
    """
    The session read backwards has the same shifts with the opposite change.
    """
    valences = {i: data.draw(st.floats(-1, 1)) for i in range(len(kinds))}
    n = len(kinds) - 1
    forward = shifts_of(kinds, valences)
    backward = shifts_of(kinds[::-1], {n - i: v for i, v in valences.items()})
    changes = {s.move.turn: s.change for s in forward}
    assert {n - s.move.turn: -s.change for s in backward} == pytest.approx(changes)


@given(testing.session_analyses())
def test_stretches_hold_each_patient_turn_once_on_each_side(analysis: SessionAnalysis) -> None:
    """
    No patient turn lies in two different stretches, and the stretches adjoin their move.
    """
    stretches = {stretch for s in analysis.shifts for stretch in (s.before, s.after)}
    members = [turn for stretch in stretches for turn in stretch]
    assert len(members) == len(set(members))
    parting = {move.turn for move in analysis.moves if not move.is_minimal}
    for stretch in stretches:
        inside = range(stretch[0], stretch[-1] + 1)
        assert not parting.intersection(inside)
        assert all(t in stretch for t in inside if analysis.session[t].role is Role.PATIENT)
