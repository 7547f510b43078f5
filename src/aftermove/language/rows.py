"""
Rows of weights, added up for the features that were met.
"""

from collections.abc import Mapping, Sequence
from struct import unpack
from typing import Final

from aftermove.errors import ModelError

__all__ = ["MAX_WEIGHT", "WeightRows"]

MAX_WEIGHT: Final = 1_000.0
"""No weight is further from 0."""

# Weights and values are kept to the 2**-20th.  Their products of 40 fractional bits leave room for
# sums of eight millions in 64 bits.
_ONE: Final = 1 << 20
_SMALLEST: Final = 2.0**-40
_BITS: Final = 64
_MIDDLE: Final = 1 << (_BITS - 1)


class WeightRows:
    """
    For each feature a row of weights, one for each of some heads.

    A row is one long integer with 64 bits for each head, so that adding two rows is one addition
    whatever the number of heads.  Sums are exact and don't depend on the order of features.

    Args:
        start: What each head has before any feature is met.
        row_by_feature: As long as *start* each.

    Raises:
        ModelError: If a weight is further from 0 than `MAX_WEIGHT`, or no number.

    Example:
        >>> rows = WeightRows([0.0, -1.0], {"why": [0.5, 0.25], "so": [-0.25, 0.0]})
        >>> rows.total({"why": 1.0, "so": 2.0, "unknown": 1.0})
        [0.0, -0.75]
    """

    def __init__(
        self, start: Sequence[float], row_by_feature: Mapping[str, Sequence[float]]
    ) -> None:
        # Each head stands in the middle of its 64 bits, so that none of them is ever below 0.
        middles = sum(_MIDDLE << (_BITS * head) for head in range(len(start)))
        _check(start)
        self._start = middles + _packed(start) * _ONE
        for weights in row_by_feature.values():
            _check(weights)
        # Packed when a feature is first met: a large table would else take long to make.
        self._row_by_feature = row_by_feature
        self._packed_by_feature: dict[str, int] = {}
        self._n_heads = len(start)

    def total(self, value_by_feature: Mapping[str, float]) -> list[float]:
        """
        For each head its start and, for each feature met, its weight times the feature's value.

        Features without a row add nothing.
        """
        whole, parts, row_of = 0, self._start, self._packed_by_feature.get
        for feature, value in value_by_feature.items():
            row = row_of(feature)
            if row is None:
                weights = self._row_by_feature.get(feature)
                if weights is None:
                    continue
                row = self._packed_by_feature[feature] = _packed(weights)
            if value == 1.0:
                whole += row
            else:
                parts += row * round(value * _ONE)
        told = (parts + whole * _ONE).to_bytes(self._n_heads * _BITS // 8, "little")
        return [(lane - _MIDDLE) * _SMALLEST for lane in unpack(f"<{self._n_heads}Q", told)]


def _check(weights: Sequence[float]) -> None:
    if not all(-MAX_WEIGHT <= weight <= MAX_WEIGHT for weight in weights):
        raise ModelError("weights", f"must be numbers from {-MAX_WEIGHT:,.0f} to {MAX_WEIGHT:,.0f}")


def _packed(weights: Sequence[float]) -> int:
    return sum(round(weight * _ONE) << (_BITS * head) for head, weight in enumerate(weights))
