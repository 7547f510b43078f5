import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.model import Affect, ArcPoint, ArcShape, CharSpan
from aftermove.model.arcs import SWING, shape_of

VALENCES = st.lists(st.floats(-1, 1), max_size=12)


@pytest.mark.parametrize(
    ("valences", "shape"),
    [
        ([], "flat"),
        ([0.3], "flat"),
        ([-0.1, 0.1], "flat"),
        ([-0.5, 0.1], "rise"),
        ([0.4, -0.4], "fall"),
        ([-0.5, 0.3, -0.4], "rise_then_fall"),
        ([0.2, -0.6, 0.1], "fall_then_rise"),
        ([0.0, 0.9, -0.4, 0.0], "rise_then_fall"),
        ([0.0, 0.4, -0.9, 0.0], "fall_then_rise"),
        # Just enough: a swing is a quarter of the scale's half.
        ([0.25, 0.5], "rise"),
        ([0.5, 0.25], "fall"),
        ([0.25, 0.5, 0.25], "rise_then_fall"),
        ([0.5, 0.25, 0.5], "fall_then_rise"),
        # As far up as down: the lift counts.
        ([0.0, 0.5, -0.5, 0.0], "rise_then_fall"),
        # What stands between the ends is neither above both nor below both.
        ([0.0, 0.3, 0.5], "rise"),
        ([-0.5, -0.3, 0.0], "rise"),
    ],
)
def test_shapes(valences: list[float], shape: str) -> None:
    """
    Each shape is told from the others.
    """
    assert shape_of(valences) == shape


@given(VALENCES)
def test_a_shape_turned_over_is_the_contrary(valences: list[float]) -> None:
    """
    What falls upside down rises.
    """
    contrary = {
        ArcShape.RISE: ArcShape.FALL,
        ArcShape.FALL: ArcShape.RISE,
        ArcShape.FLAT: ArcShape.FLAT,
    }
    shape, turned = shape_of(valences), shape_of([-valence for valence in valences])
    assert turned == contrary.get(shape, turned)
    assert (turned in contrary) == (shape in contrary)


@given(VALENCES, st.floats(0, 0.4))
def test_small_moves_are_flat(valences: list[float], swing: float) -> None:
    """
    A row within one swing is flat, whatever it does.
    """
    if valences and max(valences) - min(valences) < SWING:
        assert shape_of(valences) is ArcShape.FLAT
    assert shape_of(valences, swing=2.1) is ArcShape.FLAT
    assert isinstance(shape_of(valences, swing), ArcShape)


def test_a_turn_has_the_shape_of_its_clauses() -> None:
    """
    The valences of an arc, in order, make its shape.
    """
    arc = [
        ArcPoint(span=CharSpan(at, at + 1), valence=valence)
        for at, valence in enumerate((-0.5, 0.5, -0.5))
    ]
    assert Affect(turn=0, valence=0, arc=arc).shape is ArcShape.RISE_THEN_FALL
