"""
The few distributions that tests and intervals need, of plain numbers, without scipy.
"""

from math import copysign, erfc, exp, inf, isinf, lgamma, log, log1p, sqrt
from statistics import NormalDist

from aftermove.errors import ModelError

__all__ = ["normal_p", "normal_quantile", "t_p", "t_quantile"]

# Where the approximation of Student's t comes closer than the fraction, which loses digits there.
_MANY_DF = 1e6
# Some steps between floats: the fraction below comes no closer than one or two.
_SETTLED = 4e-16


def normal_p(z: float) -> float:
    """
    The two-sided p of a standard normal score: how often chance alone is at least as far from 0.

    Example:
        >>> round(normal_p(-1.96), 3)
        0.05
    """
    return erfc(abs(z) / sqrt(2.0))


def normal_quantile(share: float) -> float:
    """
    The standard normal score below which that share of all lies.

    Raises:
        ModelError: Unless *share* is between 0 and 1.

    Example:
        >>> round(normal_quantile(0.975), 2)
        1.96
    """
    _check_share("normal_quantile", share)
    return NormalDist().inv_cdf(share)


def t_p(t: float, df: float) -> float:
    """
    The two-sided p of Student's t: how often chance alone is at least as far from 0.

    Args:
        t: The statistic.
        df: Degrees of freedom, above 0; infinite for the normal distribution.

    Raises:
        ModelError: Unless *df* is above 0.

    Example:
        >>> round(t_p(2.0, 7), 4)
        0.0856

    Source:
        Wallace (1959), Annals of Mathematical Statistics 30(4), 1121-1130, for the approximation
        where there are many degrees of freedom.
    """
    if not df > 0:
        raise ModelError("t_p: df", "must be above 0")
    if isinf(df):
        return normal_p(t)
    if isinf(t):
        return 0.0
    square = t * t
    if df > _MANY_DF:
        return normal_p((1 - 2 / (8 * df + 3)) * sqrt(df * log1p(square / df)))
    return _beta_share(df / 2, 0.5, df / (df + square), square / (df + square))


def t_quantile(share: float, df: float) -> float:
    """
    The value of Student's t below which that share of all lies.

    Args:
        share: Between 0 and 1.
        df: Degrees of freedom, above 0; infinite for the normal distribution.

    Raises:
        ModelError: Unless both are within their bounds.

    Example:
        >>> round(t_quantile(0.975, 7), 3)
        2.365
    """
    _check_share("t_quantile", share)
    p = 2.0 * min(share, 1.0 - share)
    low, high = 0.0, 1.0
    while t_p(high, df) > p:
        low, high = high, 2.0 * high
    # Halving ends when no float is left between the two.
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if t_p(middle, df) > p else (low, middle)
    return copysign(high, share - 0.5)


def _check_share(where: str, share: float) -> None:
    if not 0.0 < share < 1.0:
        raise ModelError(f"{where}: share", "must be between 0 and 1, both excluded")


def _beta_share(a: float, b: float, x: float, rest: float) -> float:
    """
    The regularised incomplete beta function at *x*; *rest* is 1 - x, given for its precision.

    Source:
        Abramowitz & Stegun (1964), Handbook of Mathematical Functions, 26.5.8 (continued
        fraction), evaluated as in Lentz (1976), Applied Optics 15(3), 668-671.
    """
    if x <= 0.0 or rest <= 0.0:
        return float(x > 0.0)
    # The fraction settles fast on this side of the mean only.
    if x > (a + 1) / (a + b + 2):
        return 1.0 - _beta_share(b, a, rest, x)
    log_x = log1p(-rest) if x > 0.5 else log(x)
    log_rest = log1p(-x) if rest > 0.5 else log(rest)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log_x + b * log_rest) / a
    return front / _fraction(a, b, x)


def _fraction(a: float, b: float, x: float) -> float:
    value, up, down, step, last = 1.0, 1.0, 0.0, 0, inf
    while abs(last - 1.0) > _SETTLED:
        term = _term(a, b, x, step := step + 1)
        down = 1.0 / (1.0 + term * down)
        up = 1.0 + term / up
        last = up * down
        value *= last
    return value


def _term(a: float, b: float, x: float, step: int) -> float:
    m = step // 2
    if step % 2:
        return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
