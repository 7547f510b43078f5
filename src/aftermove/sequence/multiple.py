"""
Many tests at once.
"""

import numpy as np

from aftermove.sequence.panel import Floats

__all__ = ["false_discovery"]


def false_discovery(p_values: Floats) -> Floats:
    """
    For each test, the share of false ones to be expected among it and those of smaller p.

    Args:
        p_values: From 0 to 1, in any order; may be empty.

    Example:
        >>> false_discovery(np.array([0.01, 0.04, 0.03])).round(3).tolist()
        [0.03, 0.04, 0.04]

    Source:
        Benjamini & Hochberg (1995), J. Royal Statistical Society B 57(1), 289-300.
    """
    n = len(p_values)
    order = np.argsort(p_values)[::-1]
    scaled = p_values[order] * n / np.arange(n, 0, -1)
    q_values = np.empty(n)
    q_values[order] = np.minimum.accumulate(scaled)
    return q_values
