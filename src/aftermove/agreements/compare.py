"""
How far coders agree, with intervals.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aftermove.agreements.coding import Coder, Ratings, side_by_side
from aftermove.agreements.table import Agreement, CodeAgreement, Estimate
from aftermove.errors import ModelError

if TYPE_CHECKING:
    from aftermove.agreements.measures import Floats

__all__ = ["agreement"]

# With fewer sessions than this, draws of sessions tell too little; our own choice.
_LEAST_SESSIONS: Final = 10
# An interval of a figure that is undefined in more draws than this would say nothing.
_MOST_UNDEFINED: Final = 0.1


def agreement(
    coded_a: Coder,
    coded_b: Coder,
    *others: Coder,
    by: str | None = None,
    level: str | None = None,
    sessions: Iterable[str] | None = None,
    resamples: int = 1000,
    seed: int = 0,
) -> Agreement:
    """
    How far two or more coders agree: people among themselves, or a detector with them.

    Intervals are of 95 %, from the percentiles of draws with replacement: of whole sessions where
    ten or more are told, as turns of one session are alike, and else of items, which makes them
    too narrow where items are of few sessions.

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
        resamples: Draws for the intervals; 0 for none.
        seed: Of the draws: the same gives the same.

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
        of codes; Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13.
    """
    for name, number in (("resamples", resamples), ("seed", seed)):
        if type(number) is not int or number < 0:
            raise ModelError(f"agreement: {name}", "must be a whole number of at least 0")
    if level is None and by in {"valence", "arousal"}:
        level = "interval"
    ratings = side_by_side((coded_a, coded_b, *others), by, level, sessions)
    n_coded = [sum(item is not None for item in row) for row in zip(*ratings.coders, strict=True)]
    n_items = sum(n >= 2 for n in n_coded)
    if not n_items:
        raise ModelError("agreement: codes", "must hold an item that two coders have coded")
    drawn = _Drawn(ratings, resamples, seed)
    told = _of_codes(ratings, drawn) if ratings.level == "nominal" else _of_numbers(ratings, drawn)
    analysed = ratings.sessions is not None and sessions is None
    return Agreement(
        by=("technique" if by is None else by) if analysed else None,
        level=ratings.level,
        n_coders=len(ratings.coders),
        n_items=n_items,
        n_complete=sum(n == len(ratings.coders) for n in n_coded),
        n_sessions=None if ratings.sessions is None else len(set(ratings.sessions)),
        resampled=drawn.kind if resamples else None,
        **told,
    )


class _Drawn:
    """
    Items as they are, and many draws of them, as sums of what each item adds.
    """

    def __init__(self, ratings: Ratings, resamples: int, seed: int) -> None:
        names = ratings.sessions
        self.kind = "item"
        self._units = list(range(len(ratings.coders[0])))
        if names is not None and len(set(names)) >= _LEAST_SESSIONS:
            place = {name: at for at, name in enumerate(dict.fromkeys(names))}
            self.kind, self._units = "session", [place[name] for name in names]
        self._resamples, self._seed = resamples, seed

    def weights(self) -> "Iterable[Floats]":
        """
        How often each item counts in each draw: draws by items, some draws at a time.
        """
        import numpy as np

        units = np.array(self._units)
        n_units = int(units.max()) + 1
        generator = np.random.default_rng(self._seed)
        # So many that they take some tens of megabytes at most.
        at_once = max(1, 4_000_000 // len(units))
        for start in range(0, self._resamples, at_once):
            size = min(at_once, self._resamples - start)
            times = generator.multinomial(n_units, np.full(n_units, 1 / n_units), size=size)
            yield times[:, units].astype(np.float64)

    def sums(self, features: "Floats") -> "_Sums":
        """
        The features summed over the items as they are, and over those of each draw.
        """
        import numpy as np

        draws = [weights @ features for weights in self.weights()]
        empty = np.empty((0, features.shape[1]))
        return _Sums(features.sum(axis=0), np.concatenate([empty, *draws]))


class _Sums(NamedTuple):
    whole: "Floats"
    draws: "Floats"


def _of_codes(ratings: Ratings, drawn: _Drawn) -> dict[str, Any]:
    from aftermove.agreements.measures import Codes, confusion

    features, n_coders = Codes.features(ratings)
    k = len(ratings.codes)
    whole, draws = (Codes.from_sums(s, n_coders, k) for s in drawn.sums(features))
    is_pair = n_coders == 2
    kappa = list(zip(whole.kappa(), draws.kappa().T, strict=True))
    alpha = list(zip(whole.alpha(), draws.alpha().T, strict=True))
    f1 = list(zip(whole.f1, draws.f1.T, strict=True))
    rows = [
        CodeAgreement(
            code=code,
            counts=_counts(ratings, code),
            kappa=_estimate(*kappa[at]),
            alpha=_estimate(*alpha[at]),
            f1=_estimate(*f1[at]),
            precision=_estimate(whole.precision[at], draws.precision[:, at]) if is_pair else None,
            recall=_estimate(whole.recall[at], draws.recall[:, at]) if is_pair else None,
        )
        for at, code in enumerate(ratings.codes)
    ]
    return {
        "kappa": _estimate(whole.kappa(pooled=True), draws.kappa(pooled=True)),
        "alpha": _estimate(whole.alpha(pooled=True), draws.alpha(pooled=True)),
        "observed": _estimate(whole.observed, draws.observed) if ratings.one_each else None,
        "f1_micro": _estimate(whole.f1_micro, draws.f1_micro),
        "f1_macro": _estimate(_mean(whole.f1), _mean(draws.f1)),
        "codes": tuple(rows),
        "confusion": confusion(ratings) if ratings.one_each and is_pair else None,
    }


def _counts(ratings: Ratings, code: str) -> tuple[int, ...]:
    rows = zip(*ratings.coders, strict=True)
    kept = [row for row in rows if sum(item is not None for item in row) >= 2]
    return tuple(sum(code in (item or ()) for item in column) for column in zip(*kept, strict=True))


def _of_numbers(ratings: Ratings, drawn: _Drawn) -> dict[str, Any]:
    import numpy as np

    from aftermove.agreements.measures import Numbers, ordinal_alpha

    values = np.array(ratings.coders, dtype=np.float64).T
    whole, draws = map(Numbers.from_sums, drawn.sums(Numbers.features(values)))
    if ratings.level == "interval":
        alpha = _estimate(whole.alpha, draws.alpha)
    else:
        # Ranks depend on the draw, so that these sums can't be had beforehand.
        drawn_alphas = [ordinal_alpha(values, row) for some in drawn.weights() for row in some]
        as_they_are = ordinal_alpha(values, np.ones(len(values)))
        alpha = _estimate(np.array(as_they_are), np.array(drawn_alphas))
    is_pair = len(ratings.coders) == 2
    correlation = _estimate(whole.correlation, draws.correlation) if is_pair else None
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


def _estimate(whole: "Floats", draws: "Floats") -> Estimate:
    import numpy as np

    if np.isnan(whole):
        return Estimate(None)
    defined = draws[~np.isnan(draws)]
    if not len(draws) or len(defined) < (1 - _MOST_UNDEFINED) * len(draws):
        return Estimate(float(whole))
    low, high = np.quantile(defined, (0.025, 0.975))
    return Estimate(float(whole), float(low), float(high))
