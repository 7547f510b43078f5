"""
What follows a technique, at the same level before it: effects with intervals and tests.
"""

from collections.abc import Sequence
from typing import Any, Final, get_args

import numpy as np
from numpy.typing import NDArray

from aftermove.errors import ModelError
from aftermove.sequence.distributions import t_p, t_quantile
from aftermove.sequence.effect_table import CarryOver, Effect, EffectTable
from aftermove.sequence.estimator import LONG, Columns, Fit, Rows, fit, inverse, rows_of, sums_of
from aftermove.sequence.jackknife import jackknifed
from aftermove.sequence.multiple import false_discovery
from aftermove.sequence.panel import Panel
from aftermove.sequence.permutation import Scheme, permuted

__all__ = ["CarryOver", "Effect", "EffectTable", "effects"]

LEAST_MOVES: Final = 5
"""Moves below which a technique has no effect told, and stays out of the model."""

_SHARE: Final = 0.975


def effects(  # one argument for each choice; all but the first have a default
    panel: Panel,
    horizon: int = 0,
    *,
    permutations: int = 0,
    scheme: Scheme = "shuffle",
    seed: int = 0,
    reliability: float | None = None,
) -> EffectTable:
    """
    What follows each technique, at the same level before it and within the same session.

    All techniques are weighed jointly, together with the level before, an intercept and a trend
    of each session.  Sessions of fewer than 24 exchanges share one trend, and have no say at
    later horizons.  Intervals take the exchanges of a patient as related; those of a session
    where there is one patient; with one session they are robust (HC3).  Errors of measurement of
    the outcome bias every shift toward what the level before would explain: see how much by
    *reliability*.

    Args:
        panel: The exchanges.
        horizon: How many exchanges past the next talk the outcome is taken, whatever the
            therapist does meanwhile.  From 1 up the half-panel jackknife is used.
        permutations: How many orders to draw for a permutation test; 0 for none.
        scheme: "shuffle" or "shift"; see `permuted`.
        seed: For the permutation test.
        reliability: The share of the variance of the level before that isn't error, above 0 up
            to 1, for a sensitivity analysis; `None` takes the level as it is.

    Returns:
        One row for each code of the panel, in its order.

    Raises:
        ModelError: If an argument isn't allowed, or the data have more to do with error than
            *reliability* says.

    Source:
        Our own construction from known parts; see the explanation page on effects.
    """
    _check_counts(horizon, permutations, scheme)
    _check_sensitivity(permutations or horizon, reliability)
    rows = rows_of(panel, horizon, long_only=horizon > 0)
    frequent = np.flatnonzero(rows.uses.sum(axis=0) >= LEAST_MOVES)
    model = rows.keep(frequent)
    reason = _no_model(rows, horizon, reliability)
    values_by_column: dict[int, dict[str, Any]] = {
        column: {"reason": reason or f"fewer than {LEAST_MOVES} moves"}
        for column in range(len(panel.codes))
    }
    if reason is None:
        found = jackknifed(model) if horizon else fit(model, noise=_noise(model, reliability))
        told = _told(found, model)
        _add_tests(told, model, permutations, scheme, seed)
        values_by_column.update(zip(frequent.tolist(), told, strict=True))
    for column, values in values_by_column.items():
        values.update(_described(rows, column))
    _add_between(values_by_column, model, frequent)
    rows_of_table = sorted(values_by_column.items())
    return EffectTable(
        effects=tuple(Effect(technique=panel.codes[at], **values) for at, values in rows_of_table),
        horizon=horizon,
        n_moves=len(rows),
        n_sessions=len(rows.session_starts),
        n_patients=len(np.unique(rows.patient)),
        errors=_errors(rows),
        carry_over=None if horizon else _carry_over(panel, reliability),
    )


def _check_counts(horizon: int, permutations: int, scheme: Scheme) -> None:
    for name, count in (("horizon", horizon), ("permutations", permutations)):
        if type(count) is not int or count < 0:
            raise ModelError(f"effects: {name}", "must be a whole number of at least 0")
    if scheme not in get_args(Scheme):
        raise ModelError("effects: scheme", f"must be one of {', '.join(get_args(Scheme))}")
    if permutations and horizon:
        raise ModelError("effects: permutations", "are for horizon 0, which needs no jackknife")


def _check_sensitivity(others: int, reliability: float | None) -> None:
    if reliability is None:
        return
    if not 0.0 < reliability <= 1.0:
        raise ModelError("effects: reliability", "must be above 0 and at most 1, or None")
    if others:
        raise ModelError("effects: reliability", "goes with horizon 0 and without permutations")


def _no_model(rows: Rows, horizon: int, reliability: float | None) -> str | None:
    """
    Why there can be no effects at all.
    """
    if not len(rows):
        needed = f"no session has {LONG}" if horizon else "there are no"
        return f"{needed} exchanges with talk before and after"
    if len(rows.cluster_starts) < 2 and (horizon or reliability is not None):
        return "one session alone can't tell"
    return None


def _noise(rows: Rows, reliability: float | None) -> float:
    """
    The variance of the error of the level before.
    """
    if reliability is None:
        return 0.0
    variance = float(np.var(rows.prior))
    total = sums_of(Columns.of(rows), rows.cluster_starts).products.sum(axis=0)
    own = inverse(total)[0, 0]
    # What varies of the level beyond all else must hold the error, and more.
    room = 1.0 / own / max(len(rows) - rows.n_absorbed, 1) if own > 0 else 0.0
    if (1.0 - reliability) * variance >= room > 0.0:
        least = 1.0 - room / variance
        raise ModelError(
            "effects: reliability", f"must be above {least:.2f}: within sessions too little varies"
        )
    return (1.0 - reliability) * variance


def _told(found: Fit, rows: Rows) -> list[dict[str, Any]]:
    """
    For each technique of the model, its shift with interval and p, or why there is none.
    """
    spread = _spread_within(rows)
    first = len(found.coefficients) - rows.uses.shape[1]
    told: list[dict[str, Any]] = []
    for at in range(first, len(found.coefficients)):
        if reason := _untold(found, at, clustered=len(rows.cluster_starts) > 1):
            told.append({"reason": reason})
            continue
        shift, error, df = (float(x[at]) for x in (found.coefficients, found.errors, found.df))
        reach = t_quantile(_SHARE, df) * error
        told.append(
            {
                "shift": shift,
                "ci_low": shift - reach,
                "ci_high": shift + reach,
                "p_value": t_p(shift / error, df),
                "standardised": shift / spread,
            }
        )
    return told


def _untold(found: Fit, at: int, *, clustered: bool) -> str | None:
    if not found.identified[at]:
        return "can't be told from its sessions or from other techniques, or too few moves for all"
    if clustered and found.n_informative[at] < 2:
        return "varies within the sessions of one patient only"
    if not found.errors[at] > 0:
        return "the outcome leaves no error to judge it by"
    return None


def _spread_within(rows: Rows) -> float:
    """
    The standard deviation of the outcome around the means of its sessions.
    """
    squares = np.bincount(rows.session, np.square(rows.outcome)).sum()
    lengths, sums = np.bincount(rows.session), np.bincount(rows.session, rows.outcome)
    within = squares - np.sum(sums[lengths > 0] ** 2 / lengths[lengths > 0])
    return float(np.sqrt(within / max(len(rows) - len(rows.session_starts), 1)))


def _add_tests(
    told: Sequence[dict[str, Any]], rows: Rows, permutations: int, scheme: Scheme, seed: int
) -> None:
    tested = np.array(["shift" in values for values in told], dtype=bool)
    rows_told = [values for values in told if "shift" in values]
    if not rows_told:
        return
    if permutations:
        chance = permuted(rows, tested, permutations, scheme, seed)
        for values, own, largest in zip(rows_told, chance.p_values, chance.p_max, strict=True):
            values.update(p_permuted=float(own), p_max=float(largest))
    key = "p_permuted" if permutations else "p_value"
    for values, q in zip(
        rows_told, false_discovery(np.array([each[key] for each in rows_told])), strict=True
    ):
        values["q_value"] = float(q)


def _described(rows: Rows, column: int) -> dict[str, Any]:
    used = rows.uses[:, column]
    changes = (rows.outcome - rows.prior)[used]
    return {
        "n_moves": int(used.sum()),
        "n_sessions": len(np.unique(rows.session[used])),
        "n_patients": len(np.unique(rows.patient[used])),
        "raw_change": float(changes.mean()) if len(changes) else None,
    }


def _add_between(
    values_by_column: dict[int, dict[str, Any]], rows: Rows, frequent: NDArray[np.intp]
) -> None:
    """
    The slopes of sessions' mean outcomes on their shares of techniques, where all can be told.
    """
    starts = rows.session_starts
    if len(starts) < len(frequent) + 2:
        return
    sums = np.column_stack([np.ones(len(rows)), rows.uses, rows.outcome])
    sums = np.add.reduceat(sums, starts, axis=0)
    means = sums / sums[:, :1]
    slopes, _, rank, _ = np.linalg.lstsq(means[:, :-1], means[:, -1], rcond=1e-9)
    if rank == len(slopes):
        for column, slope in zip(frequent.tolist(), slopes[1:], strict=True):
            values_by_column[column]["between"] = float(slope)


def _errors(rows: Rows) -> str:
    if len(rows.session_starts) < 2:
        return "errors robust within one session (HC3)"
    clusters = "patient" if len(np.unique(rows.patient)) > 1 else "session"
    return f"errors clustered by {clusters}"


def _carry_over(panel: Panel, reliability: float | None) -> CarryOver | None:
    rows = rows_of(panel, 0, long_only=True)
    if len(rows.cluster_starts) < 2:
        return None
    rows = rows.keep(np.flatnonzero(rows.uses.sum(axis=0) >= LEAST_MOVES))
    try:
        noise = _noise(rows, reliability)
    except ModelError:
        # The long sessions alone may vary too little, where all of them don't.
        return None
    found = jackknifed(rows, noise=noise)
    if not found.identified[0] or found.n_informative[0] < 2:
        return None
    value, reach = float(found.coefficients[0]), float(found.errors[0])
    reach *= t_quantile(_SHARE, float(found.df[0]))
    return CarryOver(value=value, ci_low=value - reach, ci_high=value + reach)
