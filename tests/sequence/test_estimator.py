import numpy as np
import pytest

from aftermove.sequence.effects import effects
from aftermove.sequence.estimator import LONG, Rows, fit, rows_of
from aftermove.sequence.panel import Floats, Panel
from aftermove.testing import Simulation


def mixed() -> Panel:
    """
    Six patients with two sessions each that are just long enough for a trend, and six without.
    """
    long = Simulation(patients=6, sessions=2, exchanges=LONG).panel(seed=1)
    short = Simulation(patients=6, sessions=2, exchanges=LONG - 1).panel(seed=2)
    return Panel(
        codes=long.codes,
        session=[*long.session, *(short.session + 12)],
        patient=[*long.patient, *(short.patient + 6)],
        position=[*long.position, *short.position],
        before=[*long.before, *short.before],
        after=[*long.after, *short.after],
        uses=np.vstack([long.uses, short.uses]),
    )


def absorbed(panel: Panel) -> Floats:
    """
    A column for each session, and one for the trend of each long one.
    """
    sessions = (panel.session[:, None] == np.arange(24)).astype(float)
    return np.hstack([sessions, sessions[:, :12] * panel.position[:, None]])


def common_trend(panel: Panel) -> Floats:
    """
    The places in sessions that have no trend of their own.
    """
    return np.where(panel.session < 12, 0.0, panel.position)


def test_short_sessions_share_a_trend() -> None:
    """
    Shifts and errors equal those of statsmodels with a trend of each long session, one of others.

    The t of a technique has a degree of freedom less than there are patients who have it.
    """
    api = pytest.importorskip("statsmodels.api")
    panel = mixed()
    design = np.column_stack([panel.uses, panel.before, common_trend(panel), absorbed(panel)])
    wanted = api.OLS(panel.after, design).fit(
        cov_type="cluster", cov_kwds={"groups": panel.patient}
    )
    found = fit(rows_of(panel, 0, long_only=False))
    np.testing.assert_allclose(found.coefficients[-5:], wanted.params[:5], atol=1e-8)
    np.testing.assert_allclose(found.errors[-5:], wanted.bse[:5], atol=1e-8)
    some = np.array([panel.uses[panel.session == n].any(axis=0) for n in range(24)])
    n_patients = [len(np.unique(np.flatnonzero(column) // 2)) for column in some.T]
    assert min(n_patients) < 12
    assert found.df[-5:].tolist() == [n - 1 for n in n_patients]


def test_errors_of_measurement_are_taken_from_the_level_alone() -> None:
    """
    Noise counts once for each row that intercepts and trends leave free, as in the textbook.
    """
    panel = mixed()
    design = np.column_stack([panel.before, common_trend(panel), panel.uses])
    nuisance = absorbed(panel)
    left = design - nuisance @ np.linalg.lstsq(nuisance, design, rcond=None)[0]
    products = left.T @ left
    products[0, 0] -= 0.002 * (len(panel) - 24 - 12)
    wanted = np.linalg.solve(products, left.T @ panel.after)
    found = fit(rows_of(panel, 0, long_only=False), noise=0.002)
    np.testing.assert_allclose(found.coefficients, wanted, atol=1e-9)


@pytest.mark.parametrize(("n_techniques", "is_told"), [(8, True), (9, False)])
def test_a_row_must_be_left_over(n_techniques: int, is_told: bool) -> None:  # noqa: FBT001  # a case
    """
    With 12 moves, the level, the session and its trend, there is room for 8 techniques, not for 9.
    """
    random = np.random.default_rng(3)
    panel = Panel(
        codes=list("abcdefghi")[:n_techniques],
        session=[0] * 12,
        patient=[0] * 12,
        position=range(12),
        before=random.normal(0, 0.3, 12),
        after=random.normal(0, 0.3, 12),
        uses=random.permuted(np.tile(np.arange(12) < 6, (n_techniques, 1)), axis=1).T,
    )
    found = effects(panel)
    assert {each.shift is not None for each in found} == {is_told}
    assert is_told or all("too few moves for all" in (each.reason or "") for each in found)


def test_halves_are_of_each_session() -> None:
    """
    Sessions are halved one by one, the middle exchange with the second half.
    """
    n = np.array([5, 4, 1])
    session = np.repeat(np.arange(3), n)
    place = np.arange(10)
    rows = Rows(
        outcome=place / 10,
        prior=place / 10,
        uses=np.zeros((10, 1), dtype=bool),
        position=place,
        session=session,
        patient=session,
        cluster=session,
        has_trend=np.zeros(10, dtype=bool),
    )
    first, second = rows.halves()
    assert first.position.tolist() == [0, 1, 5, 6]
    assert second.position.tolist() == [2, 3, 4, 7, 8, 9]
    assert (len(first), first.n_absorbed, second.n_absorbed) == (4, 2, 3)
