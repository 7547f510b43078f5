"""
The few numbers that make scores of phrases; they stand in `data/weights.toml`, explained.
"""

import tomllib
from functools import cache
from importlib.resources import files

from attrs import frozen

__all__ = ["Weights"]


@frozen(kw_only=True)
class Weights:
    """
    What modifiers leave of a phrase, what clauses weigh, and where states and stances begin.

    Example:
        >>> 0 < Weights.default().others < 1
        True
    """

    negated_good: float
    negated_bad: float
    strengthen: float
    weaken: float
    hedge: float
    unreal: float
    past: float
    bygone_good: float
    others: float
    question: float
    brief_good: float
    quoted_good: float
    rehearsed: float
    ironic: float
    before_but: float
    after_but: float
    late: float
    thin: float
    gain: float
    exclaimed: float
    goes_on: float
    earlier: float
    agreed: float
    denied: float
    shown: float
    change: float
    sustain: float

    @classmethod
    def default(cls) -> "Weights":
        """
        The weights that ship with the library.
        """
        return _default()


@cache
def _default() -> Weights:
    content = (files("aftermove.affect") / "data" / "weights.toml").read_text("utf-8")
    return Weights(**tomllib.loads(content))
