"""
Transitions against chance without the normal distribution: codes dealt anew within each session.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from aftermove.errors import ModelError
from aftermove.sequence.independence import Floats, Integers
from aftermove.sequence.transitions import TransitionTable

__all__ = ["permutation_p"]

# Codes dealt at a time: small enough to stay in a core's cache, large enough for numpy to pay.
_CODES_PER_BLOCK: Final = 200_000


def permutation_p(
    sequences: Iterable[Sequence[str]], table: TransitionTable, n: int = 10_000, seed: int = 0
) -> Floats:
    """
    For each transition, how often codes in random order are at least as far from their mean count.

    Every order of a session's codes is as likely; no code leaves its session.  The order as
    observed counts as one of the orders, so that p is never 0.

    Args:
        sequences: Those of the table.
        table: Without structural zeros, which most orders would break.
        n: How many orders are drawn, at least 1.
        seed: The same seed gives the same result.

    Raises:
        ModelError: If an argument isn't allowed, or the table isn't that of the sequences.

    Source:
        Phipson & Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9(1), 39, for the observed order.
    """
    if type(n) is not int or n < 1:
        raise ModelError("permutation_p: n", "must be a whole number of at least 1")
    if not table.allowed.all():
        raise ModelError("permutation_p: table", "must have no structural zeros")
    index = {code: place for place, code in enumerate(table.codes)}
    kept = [[index.get(code, -1) for code in each] for each in sequences]
    numbers = [np.array(each, dtype=np.int64) for each in kept]
    step, k = abs(table.lag), len(table.codes)
    drawn = np.zeros((n, k * k), dtype=np.int32)
    random = np.random.default_rng(seed)
    observed = np.zeros(k * k, dtype=np.int64)
    mean = np.zeros(k * k)
    for codes in numbers:
        if (codes < 0).any():
            raise ModelError("permutation_p: sequences", "must hold the table's codes alone")
        observed += np.bincount(codes[:-step] * k + codes[step:], minlength=k * k)
        mean += _mean_counts(codes, step, k)
        _deal(codes, step, drawn, random)
    counts = table.counts if table.lag > 0 else table.counts.T
    if (observed != counts.ravel()).any():
        raise ModelError("permutation_p: table", "must be the table of the sequences")
    # Rounding must not part counts that lie as far from the mean.
    far = np.abs(observed - mean) - 1e-9
    p = ((np.abs(drawn - mean) >= far).sum(axis=0) + 1) / (n + 1)
    p_values: Floats = p.reshape(k, k) if table.lag > 0 else p.reshape(k, k).T
    return p_values


def _mean_counts(codes: Integers, step: int, k: int) -> Floats:
    """
    The mean over all orders of how often each pair of codes stands *step* places apart.
    """
    n, n_by_code = len(codes), np.bincount(codes, minlength=k)
    pairs = np.outer(n_by_code, n_by_code) - np.diag(n_by_code)
    mean: Floats = pairs.ravel() * max(n - step, 0) / max(n * (n - 1), 1)
    return mean


def _deal(
    codes: Integers,
    step: int,
    drawn: "np.ndarray[tuple[int, int], np.dtype[np.int32]]",
    random: np.random.Generator,
) -> None:
    """
    Add the pairs of one session's codes, dealt anew for each row of *drawn*.
    """
    n, cells = drawn.shape
    k = int(np.sqrt(cells))
    if len(codes) <= step:
        return
    size = max(_CODES_PER_BLOCK // len(codes), 1)
    for start in range(0, n, size):
        rows = min(size, n - start)
        dealt = random.permuted(np.tile(codes.astype(np.int16), (rows, 1)), axis=1)
        pairs = dealt[:, :-step].astype(np.int64) * k + dealt[:, step:]
        pairs += np.arange(rows)[:, None] * cells
        found = np.bincount(pairs.ravel(), minlength=rows * cells)
        drawn[start : start + rows] += found.reshape(rows, cells).astype(np.int32)
