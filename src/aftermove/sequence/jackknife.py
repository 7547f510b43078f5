"""
The regression behind effects without the bias of short sessions, for outcomes further on.

An intercept and a trend per session bias what carries over, and with it all that is seen at
later exchanges, by an amount that halves as sessions double.  So the two halves of the sessions
tell the bias, and leaving out one cluster after the other tells the error of the whole.

Source:
    Dhaene & Jochmans (2015), Review of Economic Studies 82(3), for the half-panel jackknife; Mei,
    Sheng & Shi (2023), arXiv:2302.13455, for its use with outcomes further on.
"""

import numpy as np

from aftermove.sequence.estimator import (
    Columns,
    Fit,
    Rows,
    Sums,
    identified,
    less_noise,
    solve,
    sums_of,
)
from aftermove.sequence.panel import Floats

__all__ = ["jackknifed"]


def jackknifed(rows: Rows, *, noise: float = 0.0) -> Fit:
    """
    Twice the coefficients of whole sessions less the mean of those of their halves.

    Args:
        rows: Of at least two clusters, all of them with halves.
        noise: As for `fit`.
    """
    parts = [
        less_noise(sums_of(Columns.of(part), part.cluster_starts), part, noise)
        for part in (rows, *rows.halves())
    ]
    totals = [Sums(part.products.sum(axis=0), part.outcomes.sum(axis=0)) for part in parts]
    coefficients = _combined(totals)
    without = _combined(
        [
            Sums(total.products - part.products, total.outcomes - part.outcomes)
            for total, part in zip(totals, parts, strict=True)
        ]
    )
    n = len(without)
    informative = (np.diagonal(parts[0].products, axis1=1, axis2=2) > 0).sum(axis=0)
    return Fit(
        coefficients=coefficients,
        errors=np.sqrt((n - 1) / n * np.square(without - coefficients).sum(axis=0)),
        identified=np.all([identified(total.products) for total in totals], axis=0),
        n_informative=informative,
        df=np.maximum(informative - 1.0, 1.0),
    )


def _combined(parts: list[Sums]) -> Floats:
    whole, first, second = (solve(part.products, part.outcomes) for part in parts)
    combined: Floats = 2.0 * whole - (first + second) / 2.0
    return combined
