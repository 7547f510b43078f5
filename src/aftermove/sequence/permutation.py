"""
Tests of effects by dealing the techniques of each session anew among its exchanges.

What is compared is the adjusted coefficient divided by its clustered error.  Raw change won't do,
even within bands of the prior level: it tells that techniques are chosen by level, and rejects a
true null as often as always.

Source:
    DiCiccio & Romano (2017), JASA 112(519), 1211-1220, for studentising; Westfall & Young (1993),
    Resampling-Based Multiple Testing, for the largest statistic.
"""

from typing import Literal, TypeAlias

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from aftermove.sequence.estimator import Columns, Fit, Rows, fit_columns, residuals
from aftermove.sequence.panel import Floats, Integers

__all__ = ["Permuted", "Scheme", "permuted"]

Scheme: TypeAlias = Literal["shuffle", "shift"]


@frozen(eq=False)
class Permuted:
    """
    For each technique, how often chance does as much.
    """

    p_values: Floats
    """For the technique by itself."""

    p_max: Floats
    """For the largest statistic of all techniques: holds the chance of any false finding."""


def permuted(rows: Rows, tested: NDArray[np.bool_], n: int, scheme: Scheme, seed: int) -> Permuted:
    """
    The test of all techniques jointly; the order as observed counts as one of the orders.

    Args:
        rows: The exchanges.
        tested: Which techniques are compared; the others stay in the model.
        n: How many orders are drawn.
        scheme: "shuffle" to deal a session's exchanges in any order; "shift" to move them on in
            a circle, which keeps techniques that come in runs together.
        seed: The same seed gives the same result.
    """
    columns = Columns.of(rows)
    observed = _statistics(fit_columns(columns, rows), tested)
    random = np.random.default_rng(seed)
    n_controls = columns.regressors.shape[1] - len(tested)
    at_least = np.ones(len(observed))
    largest_at_least = np.ones(len(observed))
    for _ in range(n):
        order = _order(rows, scheme, random)
        dealt = residuals(rows.uses[order], rows)
        regressors = np.hstack([columns.regressors[:, :n_controls], dealt])
        drawn = evolve(columns, regressors=regressors)
        statistics = _statistics(fit_columns(drawn, rows), tested)
        at_least += statistics >= observed
        largest_at_least += statistics.max(initial=0.0) >= observed
    return Permuted(at_least / (n + 1), largest_at_least / (n + 1))


def _statistics(found: Fit, tested: NDArray[np.bool_]) -> Floats:
    # Rounding must not part orders that are the same for a technique.
    errors = np.where(found.errors > 0, found.errors, np.inf)
    statistics = np.abs(found.coefficients / errors)[-len(tested) :][tested]
    rounded: Floats = np.round(statistics, 9).astype(np.float64)
    return rounded


def _order(rows: Rows, scheme: Scheme, random: np.random.Generator) -> Integers:
    """
    Where each row takes its techniques from: a row of the same session.
    """
    if scheme == "shuffle":
        return np.lexsort((random.random(len(rows)), rows.session))
    lengths = np.diff(rows.session_starts, append=len(rows))
    begin, length = (np.repeat(each, lengths) for each in (rows.session_starts, lengths))
    step = np.repeat(random.integers(0, lengths), lengths)
    taken: Integers = begin + (np.arange(len(rows)) - begin + step) % length
    return taken
