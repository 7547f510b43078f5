"""
How strongly each feature speaks for each behaviour and technique.

The numbers stand in `data/weights.toml`, which tells what they were fitted on.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from attrs import frozen

from aftermove.model import Behaviour

__all__ = ["BEHAVIOURS", "DEFAULT_BIAS", "DEFAULT_STRENGTH", "MAX_STRENGTH", "Weights"]

BEHAVIOURS: Final = tuple(str(behaviour) for behaviour in Behaviour)
"""The behaviours in the order of their log-odds."""

DEFAULT_BIAS: Final = -2.0
"""The log-odds of a technique of which nothing was fitted, before any cue is met."""
DEFAULT_STRENGTH: Final = 1.0
"""What a technique's own cues count, where nothing was fitted."""
MAX_STRENGTH: Final = 5.0
"""Cues of one technique add up to no more than this, from -5 to 5."""


@frozen
class Weights:
    """
    Linear weights: a bias for each head, and what each feature adds to each head's log-odds.

    The heads are the four behaviours, then the techniques of a codebook.
    """

    heads: tuple[str, ...]
    biases: tuple[float, ...]
    by_feature: Mapping[str, Mapping[int, float]]
    """For each feature, what it adds to the log-odds of each head, by the head's position."""

    @classmethod
    def of(
        cls, techniques: Sequence[str], tables: Mapping[str, Mapping[str, float]] | None = None
    ) -> "Weights":
        """
        The weights for these techniques; *tables* holds one table by head, else those shipped.

        A technique without a table has the defaults.
        """
        tables = _shipped() if tables is None else tables
        heads = (*BEHAVIOURS, *techniques)
        biases = []
        by_feature: dict[str, dict[int, float]] = {}
        for position, head in enumerate(heads):
            table = tables.get(head, {"bias": DEFAULT_BIAS, head: DEFAULT_STRENGTH})
            biases.append(table.get("bias", 0.0))
            for feature, weight in table.items():
                if feature != "bias":
                    by_feature.setdefault(feature, {})[position] = weight
        return cls(heads, tuple(biases), by_feature)

    def log_odds(self, value_by_feature: Mapping[str, float]) -> list[float]:
        """
        One number for each head, in order.
        """
        sums = list(self.biases)
        for feature, value in value_by_feature.items():
            if feature in self.by_feature:
                for head, weight in self.by_feature[feature].items():
                    sums[head] += weight * value
        return sums

    def weight(self, feature: str, head: int) -> float:
        """
        What *feature* adds to *head* at value 1.
        """
        weight_by_head = self.by_feature.get(feature)
        return weight_by_head.get(head, 0.0) if weight_by_head else 0.0


@cache
def _shipped() -> dict[str, dict[str, float]]:
    content = (files("aftermove.techniques") / "data" / "weights.toml").read_bytes()
    tables = tomllib.loads(content.decode())
    return {**tables["behaviours"], **tables["techniques"]}
