"""
The shape of a way up and down: of the clauses of one turn, or of any row of scores.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

__all__ = ["SWING", "ArcShape", "shape_of"]

SWING: Final = 0.25
"""The least difference of valence that counts as a rise or a fall."""


class ArcShape(StrEnum):
    """
    How a row of valences goes.
    """

    RISE = "rise"
    FALL = "fall"
    RISE_THEN_FALL = "rise_then_fall"
    """A lift that is taken back."""
    FALL_THEN_RISE = "fall_then_rise"
    """A low that is got out of."""
    FLAT = "flat"


def shape_of(valences: Sequence[float], swing: float = SWING) -> ArcShape:
    """
    The shape of a row of valences.

    A way up and down again is one whose highest point stands above both of its ends; a way down
    and up again, one whose lowest does.  Where both hold, the larger of the two counts.

    Args:
        valences: In order, any number of them.
        swing: The least difference that counts, from 0 up.

    Example:
        >>> shape_of([-0.5, 0.25, -0.5]).value
        'rise_then_fall'
    """
    if not valences:
        return ArcShape.FLAT
    first, last = valences[0], valences[-1]
    lift = max(valences) - max(first, last)
    dip = min(first, last) - min(valences)
    if max(lift, dip) >= swing:
        return ArcShape.RISE_THEN_FALL if lift >= dip else ArcShape.FALL_THEN_RISE
    if abs(last - first) < swing:
        return ArcShape.FLAT
    return ArcShape.RISE if last > first else ArcShape.FALL
