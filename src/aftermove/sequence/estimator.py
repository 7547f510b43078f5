"""
The regression behind effects: all techniques jointly, with what each session brings taken out.

The outcome after an exchange is explained by its techniques, the level before it, and an
intercept and a trend of its session.  Intercepts and trends are projected out, so that sessions
may be many; all else is sums over clusters, so that patients can be left out one by one.

Source:
    Frisch & Waugh (1933), Econometrica 1(4), for the projection; Liang & Zeger (1986), Biometrika
    73(1), for errors clustered; MacKinnon & White (1985), J. Econometrics 29(3), for HC3.
"""

from typing import Any, Final

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from aftermove.sequence.panel import Floats, Integers, Panel

__all__ = ["LONG", "Fit", "Rows", "Sums", "fit", "inverse", "rows_of", "solve", "sums_of"]

LONG: Final = 24
"""Exchanges from which a session has a trend of its own; our choice, from simulations."""

# A column whose share beyond intercepts and trends is below this consists of rounding errors.
_NOTHING: Final = 1e-10
# Relative size below which a direction of the techniques' space counts as empty.
_EMPTY: Final = 1e-9


@frozen(kw_only=True, eq=False)
class Rows:
    """
    The exchanges that enter a regression, with sessions and clusters in one piece each.
    """

    outcome: Floats
    prior: Floats
    uses: NDArray[np.bool_]
    position: Integers
    session: Integers
    patient: Integers
    cluster: Integers
    """The patient, or the session where there is one patient."""

    has_trend: NDArray[np.bool_]
    """For each row, whether its session has a trend of its own."""

    session_starts: Integers = field(init=False)
    cluster_starts: Integers = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "session_starts", _starts(self.session))
        object.__setattr__(self, "cluster_starts", _starts(self.cluster))

    def take(self, chosen: NDArray[np.bool_]) -> "Rows":
        """
        The chosen rows alone.
        """
        return Rows(
            outcome=self.outcome[chosen],
            prior=self.prior[chosen],
            uses=self.uses[chosen],
            position=self.position[chosen],
            session=self.session[chosen],
            patient=self.patient[chosen],
            cluster=self.cluster[chosen],
            has_trend=self.has_trend[chosen],
        )

    def keep(self, techniques: NDArray[np.intp]) -> "Rows":
        """
        All rows, with those techniques alone.
        """
        return evolve(self, uses=self.uses[:, techniques])

    def halves(self) -> "tuple[Rows, Rows]":
        """
        The first half of each session, and the second.
        """
        lengths = _lengths(self.session_starts, len(self.session))
        place = np.arange(len(self.session)) - np.repeat(self.session_starts, lengths)
        is_first = place < np.repeat(lengths // 2, lengths)
        return self.take(is_first), self.take(~is_first)

    @property
    def n_absorbed(self) -> int:
        """
        How many intercepts and trends of sessions there are.
        """
        return len(self.session_starts) + int(self.has_trend[self.session_starts].sum())

    def __len__(self) -> int:
        return len(self.session)


def _starts(numbers: Integers) -> Integers:
    return np.flatnonzero(np.diff(numbers, prepend=-1))


def _lengths(starts: Integers, n: int) -> Integers:
    return np.diff(starts, append=n)


def rows_of(panel: Panel, horizon: int, *, long_only: bool) -> Rows:
    """
    The rows of a panel that have all that is needed.

    Args:
        panel: The exchanges.
        horizon: How many exchanges later the outcome is taken.
        long_only: Whether sessions of fewer than `LONG` such rows are left out.
    """
    outcome = panel.after_later(horizon)
    whole = np.isfinite(outcome + panel.before)
    numbers, session = np.unique(panel.session[whole], return_inverse=True)
    # In the order of the rows, which is by patient first.
    session = np.cumsum(np.diff(session, prepend=session[:1]) != 0)
    is_long = np.bincount(session, minlength=len(numbers))[session] >= LONG
    patient = panel.patient[whole]
    patient = np.cumsum(np.diff(patient, prepend=patient[:1]) != 0)
    rows = Rows(
        outcome=outcome[whole],
        prior=panel.before[whole],
        uses=panel.uses[whole],
        position=panel.position[whole],
        session=session,
        patient=patient,
        cluster=patient,
        has_trend=is_long,
    )
    if long_only:
        rows = rows.take(is_long)
    one_patient = len(rows.cluster_starts) < 2
    return evolve(rows, cluster=rows.session) if one_patient else rows


@frozen(eq=False)
class Columns:
    """
    The regression's columns, with intercepts and trends of sessions taken out.

    The prior level is the first column, then a common trend where sessions are short, then the
    techniques.
    """

    outcome: Floats
    regressors: Floats

    @classmethod
    def of(cls, rows: Rows) -> "Columns":
        """
        The columns of the rows.
        """
        short = [] if rows.has_trend.all() else [rows.position * ~rows.has_trend]
        levels = residuals(np.column_stack([rows.outcome, rows.prior, *short]), rows)
        regressors = np.hstack([levels[:, 1:], residuals(rows.uses, rows)])
        return cls(levels[:, 0], regressors)


def residuals(columns: NDArray[Any], rows: Rows) -> Floats:
    """
    What is left of columns beyond each session's intercept and, where it has one, its trend.
    """
    starts, lengths = rows.session_starts, _lengths(rows.session_starts, len(rows))

    def less(values: Floats, sums: Floats, slopes: Floats | float = 1.0) -> Floats:
        return values - np.repeat(sums, lengths, axis=0) * slopes

    values: Floats = columns.astype(np.float64)
    sizes = np.einsum("ij,ij->j", values, values)
    values = less(values, np.add.reduceat(values, starts, axis=0) / lengths[:, None])
    time = rows.position[:, None].astype(np.float64)
    time = less(time, np.add.reduceat(time, starts, axis=0) / lengths[:, None])
    # Sessions without a trend of their own have no time to explain anything by.
    time[~rows.has_trend] = 0.0
    spread = np.add.reduceat(time * time, starts, axis=0)
    slopes = np.add.reduceat(time * values, starts, axis=0) / np.where(spread > 0, spread, 1.0)
    values = less(values, slopes, time)
    values[:, np.einsum("ij,ij->j", values, values) <= _NOTHING * sizes] = 0.0
    return values


@frozen(eq=False)
class Sums:
    """
    Sums of products within each cluster: all that coefficients and their errors need.
    """

    products: Floats
    """Clusters by regressors by regressors."""

    outcomes: Floats
    """Clusters by regressors."""


def sums_of(columns: Columns, starts: Integers) -> Sums:
    """
    The sums over the clusters that begin at the rows given.
    """
    ends = np.append(starts[1:], len(columns.outcome))
    products, outcomes = [], []
    for start, end in zip(starts, ends, strict=True):
        regressors = columns.regressors[start:end]
        products.append(regressors.T @ regressors)
        outcomes.append(regressors.T @ columns.outcome[start:end])
    return Sums(np.array(products), np.array(outcomes))


def inverse(products: Floats) -> Floats:
    """
    The inverse of each matrix of products; empty directions, as of a technique never used, give 0.
    """
    size = np.sqrt(np.abs(np.diagonal(products, axis1=-2, axis2=-1)))
    size = np.where(size > 0, size, 1.0)
    scale = size[..., :, None] * size[..., None, :]
    inverted: Floats = np.linalg.pinv(products / scale, rcond=_EMPTY) / scale
    return inverted


def solve(products: Floats, outcomes: Floats) -> Floats:
    """
    The coefficients for each matrix of products.
    """
    return (inverse(products) @ outcomes[..., None])[..., 0]


def identified(products: Floats) -> NDArray[np.bool_]:
    """
    Whether each coefficient can be told from the others.

    It can't where its column is empty, or is always the same mixture of others.
    """
    projector = inverse(products) @ products
    return np.abs(np.diagonal(projector) - 1.0) < 1e-6


@frozen(eq=False)
class Fit:
    """
    Coefficients with their errors; the techniques' are the last ones.
    """

    coefficients: Floats
    errors: Floats
    identified: NDArray[np.bool_]
    n_informative: Integers
    """For each coefficient, the clusters within which its column varies."""

    df: Floats
    """For each coefficient, the degrees of freedom of its t."""


def fit(rows: Rows, *, noise: float = 0.0) -> Fit:
    """
    Estimator E with errors clustered, or with HC3 where there is one session.

    Args:
        rows: At least one.
        noise: The variance of the error with which the prior level is measured.
    """
    return fit_columns(Columns.of(rows), rows, noise=noise)


def fit_columns(columns: Columns, rows: Rows, *, noise: float = 0.0) -> Fit:
    """
    As `fit`, for columns made before.
    """
    sums = less_noise(sums_of(columns, rows.cluster_starts), rows, noise)
    total = sums.products.sum(axis=0)
    bread = inverse(total)
    coefficients = bread @ sums.outcomes.sum(axis=0)
    rank = round(float(np.trace(bread @ total)))
    n_free = len(rows) - rank - rows.n_absorbed
    n_clusters = len(rows.cluster_starts)
    informative = (np.diagonal(sums.products, axis1=1, axis2=2) > 0).sum(axis=0)
    if n_clusters > 1:
        scores = sums.outcomes - sums.products @ coefficients
        factor = n_clusters / (n_clusters - 1) * (len(rows) - 1) / max(n_free, 1)
        df = np.maximum(informative - 1.0, 1.0)
    else:
        scores = _leave_one_out_scores(columns, rows, coefficients, bread)
        factor, df = 1.0, np.full(len(coefficients), max(n_free, 1.0))
    spread = scores @ bread.T
    return Fit(
        coefficients=coefficients,
        errors=np.sqrt(factor * np.einsum("ij,ij->j", spread, spread)),
        identified=identified(total) & (n_free > 0),
        n_informative=informative,
        df=df,
    )


def less_noise(sums: Sums, rows: Rows, noise: float) -> Sums:
    """
    The sums without what errors of measurement add to the square of the prior level.
    """
    if not noise:
        return sums
    n_trends = np.add.reduceat(rows.has_trend, rows.session_starts, dtype=np.int64) > 0
    cluster = np.searchsorted(rows.cluster_starts, rows.session_starts, side="right") - 1
    absorbed = np.bincount(cluster, weights=1.0 + n_trends)
    products = sums.products.copy()
    products[:, 0, 0] -= noise * (_lengths(rows.cluster_starts, len(rows)) - absorbed)
    return Sums(products, sums.outcomes)


def _leave_one_out_scores(
    columns: Columns, rows: Rows, coefficients: Floats, bread: Floats
) -> Floats:
    """
    Each row's score, with its residual as if the row had been left out.
    """
    regressors = columns.regressors
    basis = np.column_stack([np.ones(len(rows)), rows.position * rows.has_trend])
    line = np.linalg.pinv(basis)
    leverage = np.einsum("ij,ji->i", basis, line)
    leverage += np.einsum("ij,ij->i", regressors @ bread, regressors)
    residual = columns.outcome - regressors @ coefficients
    # A row that the model fits by a coefficient of its own says nothing about any error.
    scores: Floats = regressors * (residual / np.maximum(1.0 - leverage, _EMPTY))[:, None]
    return scores
