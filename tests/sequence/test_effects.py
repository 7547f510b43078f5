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
