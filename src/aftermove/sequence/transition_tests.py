"""
Transitions against chance without the normal distribution.

Codes are dealt anew within each session; sessions, or stretches of them, between groups.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from aftermove.errors import ModelError
from aftermove.sequence.code_input import checked
from aftermove.sequence.independence import Bools, Floats, Integers
from aftermove.sequence.transitions import TransitionTable

__all__ = ["homogeneity_p", "permutation_p", "stationarity_p"]

# Codes dealt at a time: small enough to stay in a core's cache, large enough for numpy to pay.
_CODES_PER_BLOCK: Final = 200_000


def permutation_p(
    sequences: Iterable[Sequence[str]], table: TransitionTable, n: int = 10_000, seed: int = 0
) -> Floats:
    """
    For each transition, how often codes in random order are at least as far from their mean count.

    Every order of a session's codes is as likely; no code leaves its session.  Where two speakers
    take strict turns, each speaker's codes are dealt among that speaker's own places.  The order
    as observed counts as one of the orders, so that p is never 0.

    Args:
        sequences: Those of the table.
        table: With no structural zeros, or with those of strict turns (``alternating``); most
            orders would break others.  Cells that can't occur get NaN.
        n: How many orders are drawn, at least 1.
        seed: The same seed gives the same result.

    Raises:
        ModelError: If an argument isn't allowed, or the table isn't that of the sequences.

    Source:
        Phipson & Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9(1), 39, for the observed order.
    """
    _check_n("permutation_p", n)
    sides = _sides(table.allowed, table.lag)
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
        mean += _mean_counts(codes, sides, step, k)
        _deal(codes, sides, step, drawn, random)
    counts = table.counts if table.lag > 0 else table.counts.T
    if (observed != counts.ravel()).any():
        raise ModelError("permutation_p: table", "must be the table of the sequences")
    # Rounding must not part counts that lie as far from the mean.
    far = np.abs(observed - mean) - 1e-9
    p = ((np.abs(drawn - mean) >= far).sum(axis=0) + 1) / (n + 1)
    p_values: Floats = p.reshape(k, k) if table.lag > 0 else p.reshape(k, k).T
    return np.where(table.allowed, p_values, np.nan)


def homogeneity_p(
    groups: Iterable[Iterable[Sequence[str]]], lag: int = 1, n: int = 2_000, seed: int = 0
) -> float:
    """
    How often sessions dealt anew to the groups differ as much between them as the groups do.

    The difference is the likelihood-ratio statistic of the groups' transition probabilities.  A
    code that a group never shows is missing there, not uniform, so that empty cells do no harm;
    whole sessions are dealt, so that turns of one session may depend on one another.

    Args:
        groups: Two or more, each with its sessions' codes.
        lag: How many places apart the codes of a transition are, at least 1.
        n: How many times sessions are dealt, at least 1.
        seed: The same seed gives the same result.

    Raises:
        ModelError: If an argument isn't allowed, or a group has no session.

    Returns:
        p, from above 0 to 1.

    Example:
        >>> steady, mixed = [list("abababab")] * 5, [list("aabbaabb")] * 5
        >>> homogeneity_p([steady, mixed]) < 0.05
        True

    Source:
        Anderson & Goodman (1957), Annals of Mathematical Statistics 28(1), 89-110.
    """
    sessions = [checked("homogeneity_p", group) for group in groups]
    if len(sessions) < 2 or not all(sessions):
        raise ModelError("homogeneity_p: groups", "must be two or more, each with a session")
    numbers = _numbered([codes for group in sessions for codes in group])
    labels = np.repeat(np.arange(len(sessions)), [len(group) for group in sessions])
    tables = _tables(numbers, lag, "homogeneity_p")
    return _dealt_p(tables, labels, n, np.random.default_rng(seed), "homogeneity_p")


def stationarity_p(
    sequences: Iterable[Sequence[str]],
    parts: int = 2,
    lag: int = 1,
    n: int = 2_000,
    seed: int = 0,
) -> float:
    """
    How often a session's stretches in random order differ as much by place as those in their own.

    Each session is cut into *parts* stretches of about the same length; a small p says that
    transitions change on the way through the sessions.

    Args:
        sequences: Codes of each session.
        parts: Stretches of each session, at least 2.
        lag: How many places apart the codes of a transition are, at least 1.
        n: How many times stretches are dealt, at least 1.
        seed: The same seed gives the same result.

    Raises:
        ModelError: If an argument isn't allowed, or there is no session.

    Returns:
        p, from above 0 to 1.

    Example:
        >>> stationarity_p([list("aaaaaaaabababab")] * 6) < 0.05
        True

    Source:
        Anderson & Goodman (1957), Annals of Mathematical Statistics 28(1), 89-110.
    """
    if type(parts) is not int or parts < 2:
        raise ModelError("stationarity_p: parts", "must be a whole number of at least 2")
    numbers = _numbered(checked("stationarity_p", sequences))
    if not numbers:
        raise ModelError("stationarity_p: sequences", "must hold a session")
    stretches = [part for codes in numbers for part in np.array_split(codes, parts)]
    tables = _tables(stretches, lag, "stationarity_p")
    labels = np.tile(np.arange(parts), len(numbers))
    random = np.random.default_rng(seed)
    return _dealt_p(tables, labels, n, random, "stationarity_p", block=parts)


def _check_n(where: str, n: int) -> None:
    if type(n) is not int or n < 1:
        raise ModelError(f"{where}: n", "must be a whole number of at least 1")


def _numbered(sequences: Sequence[Sequence[str]]) -> list[Integers]:
    """
    The codes as numbers, by the order in which they are met.
    """
    place: dict[str, int] = {}
    return [
        np.array([place.setdefault(code, len(place)) for code in codes], dtype=np.int64)
        for codes in sequences
    ]


def _tables(
    sequences: Sequence[Integers], lag: int, where: str
) -> "np.ndarray[tuple[int, int, int], np.dtype[np.int64]]":
    """
    The counts of each sequence: how many sequences, by code given, by code that follows.
    """
    if type(lag) is not int or lag < 1:
        raise ModelError(f"{where}: lag", "must be a whole number of at least 1")
    k = max((int(codes.max()) + 1 for codes in sequences if codes.size), default=1)
    counts = [np.bincount(c[:-lag] * k + c[lag:], minlength=k * k) for c in sequences]
    return np.array(counts, dtype=np.int64).reshape(len(sequences), k, k)


def _dealt_p(
    tables: "np.ndarray[tuple[int, int, int], np.dtype[np.int64]]",
    labels: Integers,
    n: int,
    random: np.random.Generator,
    where: str,
    block: int | None = None,
) -> float:
    """
    How often labels dealt anew, over all or within blocks, part the tables as much as theirs do.
    """
    _check_n(where, n)
    size = len(labels) if block is None else block
    observed = _spread(tables, labels) - 1e-9
    as_far = 1
    for _ in range(n):
        dealt = random.permuted(labels.reshape(-1, size), axis=1).ravel()
        as_far += _spread(tables, dealt) >= observed
    return as_far / (n + 1)


def _spread(
    tables: "np.ndarray[tuple[int, int, int], np.dtype[np.int64]]", labels: Integers
) -> float:
    """
    Half the likelihood-ratio statistic of the groups' probabilities, less what all dealings share.
    """
    groups = np.zeros((int(labels.max()) + 1, *tables.shape[1:]))
    np.add.at(groups, labels, tables)
    return float(_information(groups).sum() - _information(groups.sum(axis=2)).sum())


def _information(counts: Floats) -> Floats:
    information: Floats = counts * np.log(np.maximum(counts, 1))
    return information


def _sides(allowed: Bools, lag: int) -> Integers:
    """
    For each code, which of the speakers who take strict turns it belongs to; 0 for all without.
    """
    if allowed.all():
        return np.zeros(len(allowed), dtype=np.int64)
    # Those that may follow the first code are all of one speaker, and the rest of the other.
    sides = allowed[0]
    if (allowed != ((sides[:, None] == sides) ^ bool(lag % 2))).any():
        reason = "must have no structural zeros but those of strict turns"
        raise ModelError("permutation_p: table", reason)
    numbers: Integers = sides.astype(np.int64)
    return numbers


def _mean_counts(codes: Integers, sides: Integers, step: int, k: int) -> Floats:
    """
    The mean over all orders of how often each pair of codes stands *step* places apart.
    """
    mean = np.zeros((k, k))
    n_by_code, side_by_place = np.bincount(codes, minlength=k), sides[codes]
    for one in range(2):
        for other in range(2):
            n_pairs = int(((side_by_place[:-step] == one) & (side_by_place[step:] == other)).sum())
            left, right = n_by_code * (sides == one), n_by_code * (sides == other)
            pairs = np.outer(left, right) - (np.diag(left) if one == other else 0)
            total = int(left.sum()) * (int(right.sum()) - (one == other))
            mean += pairs * n_pairs / max(total, 1)
    return mean.ravel()


def _deal(
    codes: Integers,
    sides: Integers,
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
    places = [np.flatnonzero(sides[codes] == side) for side in np.unique(sides[codes])]
    size = max(_CODES_PER_BLOCK // len(codes), 1)
    for start in range(0, n, size):
        rows = min(size, n - start)
        dealt = np.empty((rows, len(codes)), dtype=np.int16)
        for own in places:
            own_codes = np.tile(codes[own].astype(np.int16), (rows, 1))
            dealt[:, own] = random.permuted(own_codes, axis=1)
        pairs = dealt[:, :-step].astype(np.int64) * k + dealt[:, step:]
        pairs += np.arange(rows)[:, None] * cells
        found = np.bincount(pairs.ravel(), minlength=rows * cells)
        drawn[start : start + rows] += found.reshape(rows, cells).astype(np.int32)
