import numpy as np
import pytest

from aftermove.sequence.effects import effects
from aftermove.sequence.simulation import Simulation


def test_effects_are_those_of_clustered_least_squares() -> None:
    """
    Shifts, intervals and p equal those of statsmodels with a dummy for all that is absorbed.
    """
    api = pytest.importorskip("statsmodels.api")
    panel = Simulation(patients=8, sessions=2, exchanges=30).panel(seed=2)
    dummies = (panel.session[:, None] == np.arange(16)).astype(float)
    design = np.hstack(
        [panel.uses, panel.before[:, None], dummies, dummies * panel.position[:, None]]
    )
    wanted = api.OLS(panel.after, design).fit(
        cov_type="cluster", cov_kwds={"groups": panel.patient}, use_t=True
    )
    found = effects(panel)
    assert [each.shift for each in found] == pytest.approx(wanted.params[:5], abs=1e-8)
    assert [each.p_value for each in found] == pytest.approx(wanted.pvalues[:5], abs=1e-8)
    ends = [[each.ci_low, each.ci_high] for each in found]
    assert np.array(ends) == pytest.approx(wanted.conf_int()[:5], abs=1e-8)


def test_permutations_find_what_is_there_and_nothing_else() -> None:
    """
    Strong effects are rare among dealt orders, absent ones aren't, and the seed decides.
    """
    panel = Simulation(patients=12).panel(seed=5)
    table = effects(panel, permutations=99, seed=1)
    strongest = max(table, key=lambda effect: abs(effect.shift or 0.0))
    assert strongest.p_permuted == strongest.p_max == 0.01
    assert all(e.p_permuted is not None and e.p_max is not None for e in table)
    assert all((e.p_permuted or 0) <= (e.p_max or 0) for e in table)
    assert [e.p_max for e in effects(panel, permutations=99, seed=1)] == [e.p_max for e in table]
    shifted = effects(panel, permutations=99, seed=1, scheme="shift")
    assert shifted[strongest.technique].p_max == 0.01


def test_later_horizons_fade() -> None:
    """
    The jackknifed shift of the strongest technique is smaller two exchanges later.
    """
    panel = Simulation(patients=12).panel(seed=5)
    now, later = effects(panel), effects(panel, horizon=2)
    name = max(now, key=lambda effect: effect.shift or 0.0).technique
    assert (now[name].shift or 0.0) > 0
    assert (later[name].shift or 0.0) < (now[name].shift or 0.0)
    assert now.carry_over is not None
    assert 0.2 < now.carry_over.value < 0.9
    assert 0 < now.carry_over.half_life < 6
    assert later.carry_over is None
