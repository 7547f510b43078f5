import numpy as np
from attrs import evolve

from aftermove.sequence.estimator import Rows, fit, rows_of
from aftermove.sequence.jackknife import jackknifed
from aftermove.sequence.panel import Floats
from aftermove.testing import Simulation


def combined(rows: Rows) -> Floats:
    """
    Twice the coefficients of whole sessions less the mean of those of their halves.
    """
    whole, first, second = (fit(part).coefficients for part in (rows, *rows.halves()))
    estimate: Floats = 2 * whole - (first + second) / 2
    return estimate


def test_a_cluster_at_a_time_is_left_out() -> None:
    """
    Coefficients are those of least squares, and errors those of estimates without each patient.
    """
    panel = Simulation(patients=7, sessions=2, exchanges=30).panel(seed=1)
    uses = panel.uses.copy()
    # Nobody but four patients has the first technique.
    uses[panel.patient > 3, 0] = False
    rows = rows_of(evolve(panel, uses=uses), 1, long_only=True)
    found = jackknifed(rows)
    estimate = combined(rows)
    without = [combined(rows.take(rows.cluster != left_out)) for left_out in range(7)]
    errors = np.sqrt(6 / 7 * np.square(np.array(without) - estimate).sum(axis=0))
    np.testing.assert_allclose(found.coefficients, estimate, atol=1e-9)
    np.testing.assert_allclose(found.errors, errors, atol=1e-9)
    assert found.n_informative.tolist() == [7, 4, 7, 7, 7, 7]
    assert found.df.tolist() == [6, 3, 6, 6, 6, 6]
    assert found.identified.all()
