import pytest
from hypothesis import given

from aftermove import testing
from aftermove.errors import ModelError
from aftermove.model import (
    Affect,
    AffectShift,
    ArcPoint,
    CharSpan,
    Evidence,
    Intervention,
    Move,
    ShownState,
)

MOVE = Move(turn=1, behaviour="question")


def test_a_move_holds_its_own_interventions_each_once() -> None:
    """
    An intervention of another turn, or a technique named twice, is refused.
    """
    values = Intervention(turn=1, technique="values")
    with pytest.raises(ModelError, match="own turn"):
        Move(turn=2, behaviour="question", interventions=[values])
    with pytest.raises(ModelError, match="once"):
        Move(turn=1, behaviour="question", interventions=[values, values])


@pytest.mark.parametrize(
    ("behaviour", "techniques", "minimal"),
    [
        ("other", ["encourager"], True),
        ("other", [], False),
        ("question", ["encourager"], False),
        ("other", ["encourager", "affirmation"], False),
    ],
)
def test_a_mere_go_ahead_is_minimal(
    behaviour: str,
    techniques: list[str],
    minimal: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    """
    A move is minimal where it encourages and does nothing else.
    """
    interventions = [Intervention(turn=0, technique=t) for t in techniques]
    move = Move(turn=0, behaviour=behaviour, interventions=interventions)
    assert move.is_minimal is minimal


@pytest.mark.parametrize(
    "value", [1.01, -1.01, float("nan"), float("inf"), 10**400, True, "0", None]
)
def test_valence_is_a_number_from_minus_one_to_one(value: float) -> None:
    """
    A valence outside the range, NaN or no number is refused wherever one stands.
    """
    with pytest.raises(ModelError, match=r"Affect\.valence: must be a finite number from -1 to 1"):
        Affect(turn=0, valence=value)
    with pytest.raises(ModelError, match=r"ArcPoint\.valence"):
        ArcPoint(span=CharSpan(0, 1), valence=value)
    with pytest.raises(ModelError, match=r"AffectShift\.valence_after"):
        AffectShift(move=MOVE, before=(0,), after=(2,), valence_before=0, valence_after=value)


def test_an_arc_runs_forward() -> None:
    """
    Clauses out of order or over one another are refused, and so is a state named twice.
    """
    one = ArcPoint(span=CharSpan(0, 5), valence=0.5)
    other = ArcPoint(span=CharSpan(4, 8), valence=0.5)
    behind = ArcPoint(span=CharSpan(5, 8), valence=0.5)
    assert Affect(turn=0, valence=0, arc=[one, behind]).arc == (one, behind)
    with pytest.raises(ModelError, match=r"Affect\.arc"):
        Affect(turn=0, valence=0, arc=[one, other])
    with pytest.raises(ModelError, match=r"Affect\.shown"):
        Affect(turn=0, valence=0, shown=[ShownState(state="joy"), ShownState(state="joy")])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), (2,)),
        ((0,), ()),
        ((1,), (2,)),
        ((0,), (1,)),
        ((0,), (3, 2)),
        ((-1,), (2,)),
        ((2,), (0,)),
    ],
)
def test_a_shift_lies_around_its_move(before: tuple[int, ...], after: tuple[int, ...]) -> None:
    """
    The turns before come before the move and those after come after it, in order.
    """
    with pytest.raises(ModelError, match="before and after"):
        AffectShift(move=MOVE, before=before, after=after, valence_before=0, valence_after=0)


def test_evidence_weighs_a_finite_number() -> None:
    """
    A weight without a finite value is refused.
    """
    with pytest.raises(ModelError, match=r"Evidence\.weight: must be a finite number"):
        Evidence(CharSpan(0, 1), "cue", float("inf"))


@given(testing.affect_shifts())
def test_the_change_is_after_minus_before(shift: AffectShift) -> None:
    """
    A shift's change is the difference of its sides, and its techniques are its move's.
    """
    assert shift.change == shift.valence_after - shift.valence_before
    assert shift.techniques == tuple(i.technique for i in shift.move.interventions)
