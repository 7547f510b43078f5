"""
The figures of agreement, for all items and for what is left without each session at once.

Each figure is a function of sums over items, so that what is left is summed and not counted anew.

For one code per item, pooling over codes changes nothing: the disagreements of the codes, each
against the rest, add up to twice the disagreement of the whole, observed and expected alike.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aftermove.agreements.coding import Ratings

__all__ = ["Codes", "Floats", "Numbers", "confusion", "ordinal_alpha"]

Floats = NDArray[np.float64]


class Codes(NamedTuple):
    """
    Sums over items, for each code in turn; of several choices of items, these come first.
    """

    paired: Floats
    """How often the code is given, in items that two or more coded."""
    agreed: Floats
    """How often it is given, each time by the share of the other coders who give it too."""
    n_paired: Floats
    """Codings of items that two or more coded."""
    complete: Floats
    """How often each coder gives it in items that all coded: coders before codes."""
    agreed_complete: Floats
    n_complete: Floats
    """Items that all coded."""

    @property
    def f1(self) -> Floats:
        """
        The chance that one coder gives the code where another does.
        """
        return _ratio(self.agreed, self.paired)

    @property
    def f1_micro(self) -> Floats:
        """
        The same of all codes together.
        """
        return _ratio(self.agreed.sum(axis=-1), self.paired.sum(axis=-1))

    @property
    def observed(self) -> Floats:
        """
        The share of pairs of codings that are the same, where each item has one code.
        """
        return _ratio(self.agreed.sum(axis=-1), self.n_paired[..., 0])

    @property
    def precision(self) -> Floats:
        """
        Of the second coder's, the share that the first has too.
        """
        return _ratio(self.agreed_complete / 2, self.complete[..., 1, :])

    @property
    def recall(self) -> Floats:
        """
        Of the first coder's, the share that the second has too.
        """
        return _ratio(self.agreed_complete / 2, self.complete[..., 0, :])

    def alpha(self, *, pooled: bool = False) -> Floats:
        """
        Krippendorff's alpha of each code against the rest, or of all codes together.

        Source:
            Krippendorff (2011), Computing Krippendorff's alpha-reliability, nominal data.
        """
        n = self.n_paired
        expected = _ratio(self.paired * (n - self.paired), n - 1)
        return _beyond_chance(self.paired - self.agreed, expected, pooled=pooled)

    def kappa(self, *, pooled: bool = False) -> Floats:
        """
        Cohen's kappa of two coders or Fleiss' of more; by code against the rest, or of all codes.

        Source:
            Cohen (1960), Educational and Psychological Measurement 20(1), 37-46; Fleiss (1971),
            Psychological Bulletin 76(5), 378-382; pooled over codes as De Vries, Elliott,
            Kanouse & Teleki (2008), Field Methods 20(3), 272-282.
        """
        n, n_coders = self.n_complete, self.complete.shape[-2]
        given = self.complete.sum(axis=-2)
        if n_coders == 2:
            product = self.complete[..., 0, :] * self.complete[..., 1, :]
            expected = given - 2 * _ratio(product, n)
        else:
            expected = 2 * given * (1 - _ratio(given, n * n_coders))
            given = 2 * given
        agreed = self.agreed_complete if n_coders == 2 else 2 * self.agreed_complete
        return _beyond_chance(given - agreed, expected, pooled=pooled)

    @staticmethod
    def features(ratings: Ratings) -> tuple[Floats, int]:
        """
        What each item adds to the sums, and how many coders there are.
        """
        place = {code: at for at, code in enumerate(ratings.codes)}
        n, k, m = len(ratings.coders[0]), len(place), len(ratings.coders)
        given, is_coded = np.zeros((n, m, k)), np.zeros((n, m))
        for coder, items in enumerate(ratings.coders):
            for at, item in enumerate(items):
                if item is not None:
                    is_coded[at, coder] = 1.0
                    given[at, coder, [place[code] for code in item]] = 1.0
        n_coded = is_coded.sum(axis=1, keepdims=True)
        times = given.sum(axis=1)
        is_paired, is_complete = n_coded >= 2, n_coded == m
        agreed = times * (times - 1) / np.maximum(n_coded - 1, 1)
        parts = (
            is_paired * times,
            is_paired * agreed,
            is_paired * n_coded,
            (is_complete[:, :, np.newaxis] * given).reshape(n, m * k),
            is_complete * agreed,
            is_complete,
        )
        return np.hstack([part.astype(np.float64) for part in parts]), m

    @classmethod
    def from_sums(cls, sums: Floats, n_coders: int, n_codes: int) -> "Codes":
        """
        The sums of features, parted; *sums* may have choices of items before its last axis.
        """
        m, k = n_coders, n_codes
        ends = np.cumsum([k, k, 1, m * k, k, 1])[:-1]
        paired, agreed, n_paired, complete, agreed_complete, n = np.split(sums, ends, axis=-1)
        by_coder = complete.reshape(*complete.shape[:-1], m, k)
        return cls(paired, agreed, n_paired, by_coder, agreed_complete, n)


class Numbers(NamedTuple):
    """
    Sums over items that have a number from each coder, less the mean of all.
    """

    n: Floats
    """Codings of items that two or more coded."""
    total: Floats
    squares: Floats
    apart: Floats
    """Over items, the variance within the item times the number of its codings."""
    first: Floats
    """Moments of the first two coders: n, a, b, a², b², ab."""

    @property
    def alpha(self) -> Floats:
        """
        Krippendorff's alpha with squared differences.

        Source:
            Krippendorff (2011), Computing Krippendorff's alpha-reliability, interval data.
        """
        expected = self.n * self.squares - self.total**2
        # What rounding leaves of nothing is nothing.
        expected = np.where(expected > 1e-12 * self.n * self.squares, expected, 0.0)
        return 1.0 - _ratio((self.n - 1) * self.apart, expected)

    @property
    def correlation(self) -> Floats:
        """
        Pearson's r of the first two coders.
        """
        n, a, b, aa, bb, ab = np.moveaxis(self.first, -1, 0)
        spreads = [n * aa - a * a, n * bb - b * b]
        for at, square in enumerate((aa, bb)):
            spreads[at] = np.where(spreads[at] > 1e-12 * n * square, spreads[at], 0.0)
        return np.clip(_ratio(n * ab - a * b, np.sqrt(spreads[0] * spreads[1])), -1.0, 1.0)

    @staticmethod
    def features(values: Floats) -> Floats:
        """
        What each item adds to the sums; *values* are items by coders, NaN where missing.
        """
        centred = values - np.nanmean(values)
        is_coded = ~np.isnan(values)
        kept = np.where(is_coded, centred, 0.0)
        n_coded = is_coded.sum(axis=1)
        paired = (n_coded >= 2).astype(np.float64)
        total, squares = kept.sum(axis=1), (kept**2).sum(axis=1)
        own_mean = total / np.maximum(n_coded, 1)
        within = np.where(is_coded, (centred - own_mean[:, np.newaxis]) ** 2, 0.0).sum(axis=1)
        apart = within * n_coded / np.maximum(n_coded - 1, 1)
        a, b = kept[:, 0], kept[:, 1]
        both = is_coded[:, :2].all(axis=1).astype(np.float64)
        moments = (both, both * a, both * b, both * a * a, both * b * b, both * a * b)
        sums = (paired * n_coded, paired * total, paired * squares, paired * apart)
        return np.stack((*sums, *moments), axis=1)

    @classmethod
    def from_sums(cls, sums: Floats) -> "Numbers":
        """
        The sums of features, parted; *sums* may have choices of items before its last axis.
        """
        return cls(sums[..., 0], sums[..., 1], sums[..., 2], sums[..., 3], sums[..., 4:])


def ordinal_alpha(values: Floats, weights: Floats) -> float:
    """
    Krippendorff's alpha for ranks: that of squared differences between mean ranks.

    Args:
        values: Items by coders, NaN where missing.
        weights: How often each item counts.

    Returns:
        From 1, full agreement, over 0, chance, downward; NaN where all values are the same.

    Source:
        Krippendorff (2011), Computing Krippendorff's alpha-reliability, ordinal data.  His sums of
        frequencies between two ranks are the differences of their mean ranks.
    """
    is_coded = ~np.isnan(values)
    n_coded = is_coded.sum(axis=1)
    counted = np.where(n_coded >= 2, weights, 0.0)[:, np.newaxis] * is_coded
    levels, places = np.unique(values[is_coded], return_inverse=True)
    counts = np.bincount(places, weights=counted[is_coded], minlength=len(levels))
    ranks = np.full(values.shape, np.nan)
    ranks[is_coded] = (np.cumsum(counts) - counts / 2)[places]
    features = Numbers.features(ranks)
    return float(Numbers.from_sums(weights @ features).alpha)


def confusion(ratings: Ratings) -> tuple[tuple[int, ...], ...]:
    """
    How often the first of two coders' codes (row) met the second's (column).
    """
    place = {code: at for at, code in enumerate(ratings.codes)}
    counts = [[0] * len(place) for _ in place]
    for one, other in zip(*ratings.coders, strict=True):
        if one is not None and other is not None:
            (a,), (b,) = one, other
            counts[place[a]][place[b]] += 1
    return tuple(map(tuple, counts))


def _beyond_chance(observed: Floats, expected: Floats, *, pooled: bool) -> Floats:
    if pooled:
        observed, expected = observed.sum(axis=-1), expected.sum(axis=-1)
    return 1.0 - _ratio(observed, expected)


def _ratio(above: Floats, below: Floats) -> Floats:
    """
    Cell by cell; NaN where there is nothing to divide by.
    """
    above, below = np.broadcast_arrays(above, below)
    ratio = np.full(above.shape, np.nan)
    np.divide(above, below, out=ratio, where=below > 0)
    return ratio
