"""
Turns that say next to nothing: a listener's go-ahead.
"""

from collections.abc import Sequence
from typing import Final

__all__ = ["GO_AHEADS", "is_go_ahead"]

GO_AHEADS: Final = frozenset(
    """
    absolutely ah aha all alright and awesome brilliant certainly cool correct course definitely
    er erm exactly excellent fantastic fine go god good gosh got gotcha great ha hm hmm huh hum
    i indeed interesting is it lovely mhm mm mmhmm mmm nah nice no nope of oh ok okay on ooh
    perfect really right see so sure that that's totally true uh um very well wonderful wow yeah
    yep yes yup
    """.split()
)
"""A turn made of these alone keeps the talk going and no more."""
MAX_GO_AHEAD_WORDS: Final = 4


def is_go_ahead(words: Sequence[str]) -> bool:
    """
    Whether the words are no more than a go-ahead.

    Example:
        >>> is_go_ahead(["mm", "hmm"]), is_go_ahead(["and", "then", "what"])
        (True, False)
    """
    return len(words) <= MAX_GO_AHEAD_WORDS and GO_AHEADS.issuperset(words)
