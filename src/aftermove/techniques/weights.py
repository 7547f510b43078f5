"""
How strongly each feature speaks for each behaviour and technique.

The numbers stand in `data/weights.toml`, which tells what they were fitted on.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from attrs import field, frozen

from aftermove.language import WeightRows
from aftermove.model import Behaviour
from aftermove.techniques.codebook import Codebook

__all__ = [
    "BEHAVIOURS",
    "DEFAULT_BIAS",
    "DEFAULT_STRENGTH",
    "MAX_STRENGTH",
    "WORD",
    "Tables",
    "Weights",
]

WORD: Final = "word."
"""How the names of features begin that are a word or a pair of words."""

Tables = Mapping[str, Mapping[str, float]]
"""For each head, its bias and its weights by feature."""

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
    by_feature: Mapping[str, tuple[float, ...]]
    """For each shape, and for each technique's cues together, a weight for each head."""
    by_head: tuple[Mapping[str, float], ...]
    """For each head, the weights by shape and by single cue, as evidence tells them."""

    _rows: WeightRows = field(init=False, repr=False, eq=False)

    @_rows.default
    def _as_rows(self) -> WeightRows:
        return WeightRows(self.biases, self.by_feature)

    @classmethod
    def of(cls, codebook: Codebook, tables: Tables | None = None) -> "Weights":
        """
        The weights for the techniques of *codebook*, from *tables* or else as shipped.

        A technique without a table has the defaults.
        """
        tables = _shipped() if tables is None else tables
        heads = (*BEHAVIOURS, *codebook)
        chosen = [tables.get(h, {"bias": DEFAULT_BIAS, h: DEFAULT_STRENGTH}) for h in heads]
        rows: dict[str, list[float]] = {}
        for head, table in enumerate(chosen):
            for feature, weight in table.items():
                rows.setdefault(feature, [0.0] * len(heads))[head] = weight
        return cls(
            heads,
            tuple(rows.pop("bias")),
            {feature: tuple(row) for feature, row in rows.items()},
            tuple(_by_cue(table, codebook) for table in chosen),
        )

    def words(self) -> list[str]:
        """
        The words and pairs of words that have a weight.
        """
        return [name.removeprefix(WORD) for name in self.by_feature if name.startswith(WORD)]

    def log_odds(self, value_by_feature: Mapping[str, float]) -> list[float]:
        """
        One number for each head, in order.
        """
        return self._rows.total(value_by_feature)


def _by_cue(table: Mapping[str, float], codebook: Codebook) -> dict[str, float]:
    """
    The table with each technique's weight shared out to its cues.
    """
    shapes = {name: weight for name, weight in table.items() if name not in codebook}
    cues = {
        cue.id: table[technique.id] * cue.weight
        for technique in codebook.values()
        if technique.id in table
        for cue in technique.cues
    }
    return shapes | cues


@cache
def _shipped() -> dict[str, dict[str, float]]:
    content = (files("aftermove.techniques") / "data" / "weights.toml").read_bytes()
    tables = tomllib.loads(content.decode())
    return {**tables["behaviours"], **tables["techniques"]}
