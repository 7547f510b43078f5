"""
What counts of transitions would be by chance, and how far they depart from it.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Bools",
    "Floats",
    "Integers",
    "expected_counts",
    "linked_totals",
    "pair_counts",
    "residual_variances",
]

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Integers: TypeAlias = NDArray[np.int64]

# Counts as uneven as sessions have settle within some hundred rounds.
_MOST_ROUNDS = 20_000


def pair_counts(sequences: list[Integers], k: int, lag: int) -> Integers:
    """
    How often each code (column) stands *lag* places behind each other (row), k by k.

    Pairs are made within one sequence only.  A negative *lag* looks back.
    """
    counts = np.zeros(k * k, dtype=np.int64)
    step = abs(lag)
    for codes in sequences:
        pairs = codes[:-step] * k + codes[step:]
        counts += np.bincount(pairs, minlength=k * k)
    table = counts.reshape(k, k)
    return table if lag > 0 else table.T.copy()


def expected_counts(counts: Integers, allowed: Bools) -> Floats:
    """
    The counts of the quasi-independence model: 0 where not *allowed*, with the margins of *counts*.

    Source:
        Deming & Stephan (1940), Annals of Mathematical Statistics 11(4), 427-444.
    """
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    fitted: Floats = _reachable(counts, allowed).astype(np.float64)
    rounds = 0
    while rounds < _MOST_ROUNDS and not np.allclose(fitted.sum(axis=1), rows, 1e-13, 1e-12):
        fitted *= _shares(rows, fitted.sum(axis=1))[:, None]
        fitted *= _shares(columns, fitted.sum(axis=0))
        rounds += 1
    return fitted


def _shares(wanted: Integers, sums: Floats) -> Floats:
    return np.divide(wanted, sums, out=np.zeros(len(sums)), where=sums > 0)


def _reachable(counts: Integers, allowed: Bools) -> Bools:
    """
    The cells that hold something in any table with the same margins and zeros.

    In all others the model expects 0, which fitting would near without end.
    """
    met = counts > 0
    # From a row one may go to another by raising one cell and lowering another of its column.
    reachable: Bools = allowed & (met.T @ _closed(allowed @ met.T)).T
    return reachable


def linked_totals(counts: Integers, allowed: Bools) -> Integers:
    """
    For each row, the total of the part of the table that it is in, as a k by 1 array.

    Zeros may part a table in several that have neither row nor column in common, as those of two
    speakers who take turns; nothing that happens in one part bears on the others.
    """
    totals: Integers = _closed(allowed @ allowed.T) @ counts.sum(axis=1, keepdims=True)
    return totals


def _closed(linked: Bools) -> Bools:
    """
    What is linked to what, over any number of links.
    """
    reach: Bools = linked | np.eye(len(linked), dtype=np.bool_)
    for _ in range(len(linked).bit_length()):
        reach = reach @ reach
    return reach


def residual_variances(expected: Floats) -> Floats:
    """
    The variance of each cell's count about the model, k by k; NaN where the margins fix the count.

    Source:
        Haberman (1973), Biometrics 29(1), 205-220: a cell's leverage comes from the log-linear
        model itself, since the formula with row and column shares holds without zeros only.
    """
    k = len(expected)
    inverse = _inverse_information(expected)
    own = np.diag(inverse)
    spread = own[:k, None] + own[None, k:] + 2 * inverse[:k, k:]
    variance: Floats = expected * (1.0 - expected * spread)
    variance[(expected <= 1e-6) | (variance <= 1e-8 * expected)] = np.nan
    return variance


def _inverse_information(expected: Floats) -> Floats:
    """
    Of the parameters of rows and then of columns; 2k by 2k, generalised since one is redundant.
    """
    information = np.block(
        [
            [np.diag(expected.sum(axis=1)), expected],
            [expected.T, np.diag(expected.sum(axis=0))],
        ]
    )
    inverse: Floats = np.linalg.pinv(information, hermitian=True)
    return inverse
