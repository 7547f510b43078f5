from math import inf, nan

import pytest

from aftermove.errors import ModelError
from aftermove.sequence.distributions import normal_p, normal_quantile, t_p, t_quantile

SHARES = [1e-30, 1e-8, 0.001, 0.025, 0.3, 0.5, 0.51, 0.975, 0.9999]
DEGREES = [0.5, 1, 2, 7, 59, 1_000, 250_000, 1e7, 1e10, 1e15, 1e308]


@pytest.mark.parametrize("value", [0.0, 1e-9, 0.3, -1.0, 2.0, 5.0, -40.0, 1e9])
def test_p_is_scipys(value: float) -> None:
    """
    Two-sided p of the normal and of the t distribution equal those of scipy.
    """
    stats = pytest.importorskip("scipy.stats")
    assert normal_p(value) == pytest.approx(2 * stats.norm.sf(abs(value)), rel=1e-11)
    for df in DEGREES:
        assert t_p(value, df) == pytest.approx(2 * stats.t.sf(abs(value), df), rel=1e-9)


@pytest.mark.parametrize("share", SHARES)
def test_quantiles_are_scipys(share: float) -> None:
    """
    Quantiles of the normal and of the t distribution equal those of scipy.
    """
    stats = pytest.importorskip("scipy.stats")
    assert normal_quantile(share) == pytest.approx(stats.norm.ppf(share), rel=1e-8, abs=1e-12)
    for df in DEGREES:
        wanted = stats.t.ppf(share, df)
        assert t_quantile(share, df) == pytest.approx(wanted, rel=1e-7, abs=1e-12)


def test_infinite_degrees_of_freedom_are_the_normal_distribution() -> None:
    """
    With infinite degrees of freedom t is normal, and an infinite t has p 0.
    """
    assert t_p(1.5, inf) == normal_p(1.5)
    assert t_quantile(0.9, inf) == pytest.approx(normal_quantile(0.9))
    assert t_p(-inf, 3) == 0.0
    assert t_p(1e200, 3) == 0.0


@pytest.mark.parametrize("share", [0.0, 1.0, -1.0, nan])
def test_no_quantile_beyond_the_whole(share: float) -> None:
    """
    A share that isn't between 0 and 1 is refused.
    """
    with pytest.raises(ModelError, match="between 0 and 1"):
        normal_quantile(share)
    with pytest.raises(ModelError, match="between 0 and 1"):
        t_quantile(share, 3)


@pytest.mark.parametrize("df", [0, -1.0, nan])
def test_no_t_without_degrees_of_freedom(df: float) -> None:
    """
    Degrees of freedom that aren't above 0 are refused.
    """
    with pytest.raises(ModelError, match="above 0"):
        t_p(1.0, df)
