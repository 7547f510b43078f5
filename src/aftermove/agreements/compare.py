"""
How far coders agree, with intervals.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from math import inf
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aftermove.agreements.coding import Coder, Ratings, side_by_side
from aftermove.agreements.table import Agreement, CodeAgreement, Estimate
from aftermove.errors import ModelError
from aftermove.sequence.distributions import t_quantile

if TYPE_CHECKING:
    from aftermove.agreements.measures import Codes, Floats

__all__ = ["agreement"]

# Items without sessions are left out in so many groups at most, which costs no precision.
_MOST_GROUPS: Final = 500


def agreement(
    coded_a: Coder,
    coded_b: Coder,
    *others: Coder,
    by: str | None = None,
    level: str | None = None,
    sessions: Iterable[str] | None = None,
) -> Agreement:
    """
    How far two or more coders agree: people among themselves, or a detector with them.

    Intervals are of 95 %, from leaving out one session after the other where two or more are
    told, as turns of one session are alike, and else one item after the other, which makes them
    too narrow where the items aren't independent.

    Args:
        coded_a: An analysis, a list of analyses, or plain codes in order: a string, a number or
            a list of strings for each item, `None` where it wasn't coded.  Precision and recall
            measure the second coder against this one.
        coded_b: Of the same sessions or items.
        others: More coders.
        by: What to compare of analyses: "technique", the default, "behaviour", "stance" or
            "state"; or "valence" or "arousal".
        level: "nominal", "ordinal" or "interval"; `None` for interval where valence or arousal
            is compared, and nominal otherwise; to be told for plain numbers.
        sessions: For plain codes, the session of each item.

    Raises:
        ModelError: If the coders didn't code the same sessions, turns or number of items, if
            no item is coded by two, or an argument isn't allowed.
        UnknownNameError: If there is no such *by* or *level*.

    Example:
        >>> found = agreement(["ask", "tell", "ask", "tell"], ["ask", "tell", "tell", "tell"])
        >>> found
        <Agreement of 2 coders on 4 items: kappa 0.50, alpha 0.53, f1_micro 0.75>
        >>> found["ask"].recall.value, found.confusion
        (0.5, ((1, 1), (0, 2)))

    Source:
        Cohen (1960); Fleiss (1971); Krippendorff (2011); De Vries et al. (2008) for kappa of sets
        of codes; Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 11, for the
        jackknife, with Student's t for the number of sessions less one.
    """
    if level is None and by in {"valence", "arousal"}:
        level = "interval"
    ratings = side_by_side((coded_a, coded_b, *others), by, level, sessions)
    n_coded = [sum(item is not None for item in row) for row in zip(*ratings.coders, strict=True)]
    n_items = sum(n >= 2 for n in n_coded)
    if not n_items:
        raise ModelError("agreement: codes", "must hold an item that two coders have coded")
    groups = _Groups(ratings, [n >= 2 for n in n_coded])
    tell = _of_codes if ratings.level == "nominal" else _of_numbers
    analysed = ratings.sessions is not None and sessions is None
    return Agreement(
        by=("technique" if by is None else by) if analysed else None,
        level=ratings.level,
        n_coders=len(ratings.coders),
        n_items=n_items,
        n_complete=sum(n == len(ratings.coders) for n in n_coded),
        n_sessions=None if ratings.sessions is None else len(set(ratings.sessions)),
        errors=groups.errors,
        **tell(ratings, groups),
    )


class _Groups:
    """
    The groups of items that are left out one after the other, to see how figures vary.
    """

    def __init__(self, ratings: Ratings, is_paired: list[bool]) -> None:
        names = ratings.sessions or ()
        told = [name for name, is_kept in zip(names, is_paired, strict=False) if is_kept]
        place = {name: at for at, name in enumerate(dict.fromkeys(told))}
        self.n, self.errors = len(place), "clustered by session"
        # What two haven't coded adds to no figure, whatever group it is in.
        self._group = [place.get(name, 0) for name in names]
        if self.n < 2:
            n_items = sum(is_paired)
            self.n, self.errors = min(n_items, _MOST_GROUPS), "by item"
            ordered = [max(at, 1) - 1 for at in accumulate(is_paired)]
            self._group = [at * self.n // n_items for at in ordered]

    def sums(self, features: "Floats") -> "_Sums":
        """
        The features summed over all items, and over those that are left without each group.
        """
        import numpy as np

        by_group = np.zeros((self.n, features.shape[1]))
        np.add.at(by_group, self._group, features)
        # Sums of those before and those behind: a group taken from the whole leaves its rounding.
        none = np.zeros((1, features.shape[1]))
        before = np.concatenate([none, np.cumsum(by_group, axis=0)])
        behind = np.concatenate([np.cumsum(by_group[::-1], axis=0)[::-1], none])
        return _Sums(before[-1], before[:-1] + behind[1:])

    def weights(self) -> "Iterator[Floats]":
        """
        For each group, how often each item counts without it: 0 where it is left out, else 1.
        """
        import numpy as np

        group_by_item = np.array(self._group)
        for group in range(self.n):
            yield (group_by_item != group).astype(np.float64)

    def estimate(self, whole: "Floats", without: "Floats", low: float = -inf) -> Estimate:
        """
        A figure, with its interval if it is defined without each group as well.

        Args:
            whole: The figure of all items; NaN where it is undefined.
            without: The figure without each group.
            low: The least that the figure can be; the most is 1.
        """
        import numpy as np

        if np.isnan(whole):
            return Estimate(None)
        value = float(whole)
        if self.n < 2 or np.isnan(without).any():
            return Estimate(value)
        error = float(np.sqrt((self.n - 1) / self.n * np.square(without - whole).sum()))
        half = t_quantile(0.975, self.n - 1) * error
        return Estimate(value, max(value - half, low), min(value + half, 1.0))


class _Sums(NamedTuple):
    whole: "Floats"
    without: "Floats"


def _of_codes(ratings: Ratings, groups: _Groups) -> dict[str, Any]:
    from aftermove.agreements.measures import Codes, confusion

    features, n_coders = Codes.features(ratings)
    k = len(ratings.codes)
    whole, without = (Codes.from_sums(sums, n_coders, k) for sums in groups.sums(features))
    is_pair = n_coders == 2

    def told(figure: "Callable[[Codes], Floats]", low: float = 0.0) -> Estimate:
        return groups.estimate(figure(whole), figure(without), low)

    return {
        "kappa": told(lambda sums: sums.kappa(pooled=True), -1.0),
        "alpha": told(lambda sums: sums.alpha(pooled=True), -inf),
        "observed": told(lambda sums: sums.observed) if ratings.one_each else None,
        "f1_micro": told(lambda sums: sums.f1_micro),
        "f1_macro": told(lambda sums: _mean(sums.f1)),
        "codes": _rows(ratings, groups, whole, without),
        "confusion": confusion(ratings) if ratings.one_each and is_pair else None,
    }


def _rows(
    ratings: Ratings, groups: _Groups, whole: "Codes", without: "Codes"
) -> tuple[CodeAgreement, ...]:
    is_pair = len(ratings.coders) == 2

    def told(figure: "Callable[[Codes], Floats]", low: float = 0.0) -> list[Estimate]:
        pairs = zip(figure(whole), figure(without).T, strict=True)
        return [groups.estimate(value, values, low) for value, values in pairs]

    kappa, alpha = told(lambda sums: sums.kappa(), -1.0), told(lambda sums: sums.alpha(), -inf)
    f1 = told(lambda sums: sums.f1)
    precision = told(lambda sums: sums.precision) if is_pair else None
    recall = told(lambda sums: sums.recall) if is_pair else None
    return tuple(
        CodeAgreement(
            code=code,
            counts=_counts(ratings, code),
            kappa=kappa[at],
            alpha=alpha[at],
            f1=f1[at],
            precision=None if precision is None else precision[at],
            recall=None if recall is None else recall[at],
        )
        for at, code in enumerate(ratings.codes)
    )


def _counts(ratings: Ratings, code: str) -> tuple[int, ...]:
    rows = zip(*ratings.coders, strict=True)
    kept = [row for row in rows if sum(item is not None for item in row) >= 2]
    return tuple(sum(code in (item or ()) for item in column) for column in zip(*kept, strict=True))


def _of_numbers(ratings: Ratings, groups: _Groups) -> dict[str, Any]:
    import numpy as np

    from aftermove.agreements.measures import Numbers, ordinal_alpha

    values = np.array(ratings.coders, dtype=np.float64).T
    whole, without = map(Numbers.from_sums, groups.sums(Numbers.features(values)))
    if ratings.level == "interval":
        alpha = groups.estimate(whole.alpha, without.alpha)
    else:
        # Ranks depend on what is left, so that these sums can't be had beforehand.
        alphas = [ordinal_alpha(values, weights) for weights in groups.weights()]
        as_they_are = ordinal_alpha(values, np.ones(len(values)))
        alpha = groups.estimate(np.array(as_they_are), np.array(alphas))
    if len(ratings.coders) > 2:
        return {"alpha": alpha}
    correlation = groups.estimate(whole.correlation, without.correlation, -1.0)
    return {"alpha": alpha, "correlation": correlation}


def _mean(values: "Floats") -> "Floats":
    """
    The mean over codes of what is defined, NaN where nothing is.
    """
    import numpy as np

    is_defined = ~np.isnan(values)
    n = is_defined.sum(axis=-1)
    total = np.where(is_defined, values, 0.0).sum(axis=-1)
    mean: Floats = np.where(n > 0, total / np.maximum(n, 1), np.nan)
    return mean
