from typing import Any, get_args

import numpy as np
import pytest
from attrs import evolve

from aftermove.errors import ModelError
from aftermove.sequence.effects import effects
from aftermove.sequence.estimator import rows_of
from aftermove.sequence.jackknife import jackknifed
from aftermove.sequence.panel import Floats, Integers, Panel
from aftermove.sequence.permutation import Scheme, permuted
from aftermove.testing import Simulation


@pytest.mark.parametrize("patients", [2, 8])
def test_effects_are_those_of_clustered_least_squares(patients: int) -> None:
    """
    Shifts, intervals and p equal those of statsmodels with a dummy for all that is absorbed.
    """
    api = pytest.importorskip("statsmodels.api")
    panel = Simulation(patients=patients, sessions=2, exchanges=30).panel(seed=2)
    dummies = (panel.session[:, None] == np.arange(2 * patients)).astype(float)
    design = np.hstack(
        [panel.uses, panel.before[:, None], dummies, dummies * panel.position[:, None]]
    )
    wanted = api.OLS(panel.after, design).fit(
        cov_type="cluster", cov_kwds={"groups": panel.patient}, use_t=True
    )
    found = effects(panel)
    assert found.errors == "errors clustered by patient"
    assert [each.shift for each in found] == pytest.approx(wanted.params[:5], abs=1e-8)
    assert [each.p_value for each in found] == pytest.approx(wanted.pvalues[:5], abs=1e-8)
    ends = [[each.ci_low, each.ci_high] for each in found]
    assert np.array(ends) == pytest.approx(wanted.conf_int()[:5], abs=1e-8)


def uneven() -> Panel:
    """
    Four patients with short sessions, then seven with long ones.
    """
    short = Simulation(patients=4, exchanges=12).panel(seed=2)
    long = Simulation(patients=7, exchanges=40).panel(seed=3)
    return Panel(
        codes=long.codes,
        session=[*short.session, *(long.session + short.n_sessions)],
        patient=[*short.patient, *(long.patient + 4)],
        position=[*short.position, *long.position],
        before=[*short.before, *long.before],
        after=[*short.after, *long.after],
        uses=np.vstack([short.uses, long.uses]),
    )


def spread_within(outcome: Floats, session: Integers) -> float:
    """
    The standard deviation around the means of sessions.
    """
    groups = [outcome[session == number] for number in np.unique(session)]
    squares = sum(float(np.square(group - group.mean()).sum()) for group in groups)
    return float(np.sqrt(squares / (len(outcome) - len(groups))))


def test_a_row_describes_its_technique() -> None:
    """
    Change, spread, means of sessions and corrected p are those of plain sums and of scipy.
    """
    stats = pytest.importorskip("scipy.stats")
    panel = uneven()
    found = effects(panel)
    sessions = [panel.session == number for number in range(panel.n_sessions)]
    spread = spread_within(panel.after, panel.session)
    shares = np.array([[1, *panel.uses[rows].mean(axis=0)] for rows in sessions])
    means = np.array([panel.after[rows].mean() for rows in sessions])
    between = np.linalg.lstsq(shares, means, rcond=None)[0][1:]
    q_values = stats.false_discovery_control([each.p_value for each in found])
    for place, each in enumerate(found):
        used = panel.uses[:, place]
        assert each.raw_change == pytest.approx((panel.after - panel.before)[used].mean())
        assert each.n_moves == used.sum()
        assert each.n_sessions == len(set(panel.session[used]))
        assert each.n_patients == len(set(panel.patient[used]))
        assert each.standardised == pytest.approx((each.shift or 0.0) / spread)
        assert each.between == pytest.approx(between[place])
        assert each.q_value == pytest.approx(q_values[place])
    assert (found.n_moves, found.n_sessions, found.n_patients) == (len(panel), len(sessions), 11)


def test_later_effects_are_of_long_sessions_alone() -> None:
    """
    Shifts further on are told in deviations of those sessions that have a say.
    """
    panel = uneven()
    found = effects(panel, horizon=1)
    later = panel.after_later(1)
    told = np.isfinite(later) & (panel.patient > 3)
    spread = spread_within(later[told], panel.session[told])
    assert found.n_moves == told.sum()
    for each in found:
        assert each.standardised == pytest.approx((each.shift or 0.0) / spread)


def test_reliability_ends_where_only_error_is_left() -> None:
    """
    The error may take all but what varies of the level beyond sessions, trends and techniques.
    """
    panel = Simulation(patients=6).panel(seed=1)
    sessions = (panel.session[:, None] == np.arange(panel.n_sessions)).astype(float)
    nuisance = np.hstack([panel.uses, sessions, sessions * panel.position[:, None]])
    left = np.linalg.lstsq(nuisance, panel.before, rcond=None)[1].item()
    room = left / (len(panel) - 2 * panel.n_sessions)
    least = 1 - room / np.var(panel.before)
    assert 0.1 < least < 0.9
    with pytest.raises(ModelError, match=f"above {least:.2f}"):
        effects(panel, reliability=least - 0.001)
    told = effects(panel, reliability=least + 0.1).carry_over
    rows = rows_of(panel, 0, long_only=True)
    noise = (0.9 - least) * float(np.var(panel.before))
    assert told is not None
    assert told.value == pytest.approx(jackknifed(rows, noise=noise).coefficients[0])
    assert effects(panel, reliability=least + 0.001)["technique_1"].shift is not None


@pytest.mark.parametrize("scheme", get_args(Scheme))
def test_permuted_chances_are_those_of_the_scheme(scheme: Scheme) -> None:
    """
    Chances by dealing techniques are those of the scheme asked for, and are what is corrected.
    """
    stats = pytest.importorskip("scipy.stats")
    panel = Simulation(patients=6).panel(seed=4)
    found = effects(panel, permutations=49, scheme=scheme, seed=3)
    rows = rows_of(panel, 0, long_only=False)
    wanted = permuted(rows, np.ones(5, dtype=bool), 49, scheme, 3)
    assert [each.p_permuted for each in found] == wanted.p_values.tolist()
    assert [each.p_max for each in found] == wanted.p_max.tolist()
    corrected = stats.false_discovery_control(wanted.p_values)
    assert [each.q_value for each in found] == pytest.approx(corrected)


@pytest.mark.parametrize("patients", [2, 7])
def test_later_effects_and_carry_over_are_jackknifed(patients: int) -> None:
    """
    Later shifts and what carries over, each with its interval, are those of the half panels.
    """
    stats = pytest.importorskip("scipy.stats")
    panel = Simulation(patients=patients).panel(seed=6)
    later = jackknifed(rows_of(panel, 1, long_only=True))
    found = effects(panel, horizon=1)
    assert found.horizon == 1
    assert [each.shift for each in found] == pytest.approx(later.coefficients[-5:])
    now = jackknifed(rows_of(panel, 0, long_only=True))
    reach = stats.t.ppf(0.975, now.df[0]) * now.errors[0]
    value = now.coefficients[0]
    told = effects(panel).carry_over
    assert told is not None
    assert (told.value, told.ci_low, told.ci_high) == pytest.approx(
        (value, value - reach, value + reach)
    )


def test_five_moves_are_enough() -> None:
    """
    A technique of five moves has a shift, and one of four doesn't take part.
    """
    panel = Simulation(patients=8, effects=[0.1, 0.2, 0.1]).panel(seed=1)
    uses = panel.uses.copy()
    for column, n in ((0, 5), (1, 4)):
        chosen = np.flatnonzero(uses[:, column])
        uses[np.delete(chosen, np.arange(0, n * (len(chosen) // n), len(chosen) // n)), column] = (
            False
        )
    rare = effects(evolve(panel, uses=uses))
    assert [each.n_moves for each in rare][:2] == [5, 4]
    assert rare["technique_1"].shift is not None
    assert rare["technique_2"].reason == "fewer than 5 moves"
    without = effects(evolve(panel, codes=["technique_1", "technique_3"], uses=uses[:, [0, 2]]))
    assert rare["technique_3"].shift == pytest.approx(without["technique_3"].shift)


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


def panel_of(before: list[float], after: list[float], uses: list[list[int]]) -> Panel:
    """
    The panel of one session.
    """
    n = len(before)
    return Panel(
        codes=[f"t{i}" for i in range(len(uses[0]))],
        session=[0] * n,
        patient=[0] * n,
        position=list(range(n)),
        before=before,
        after=after,
        uses=uses,
    )


@pytest.mark.parametrize("exchanges", [16, 40])
def test_one_session_has_robust_errors(exchanges: int) -> None:
    """
    For one session, long or short, shifts and intervals equal those of statsmodels' HC3.
    """
    api = pytest.importorskip("statsmodels.api")
    panel = Simulation(patients=1, sessions=1, exchanges=exchanges, effects=[0.1, 0.2]).panel(
        seed=4
    )
    design = np.column_stack([panel.uses, panel.before, np.ones(exchanges), panel.position])
    wanted = api.OLS(panel.after, design.astype(float)).fit(cov_type="HC3", use_t=True)
    found = effects(panel)
    told = [place for place, each in enumerate(found) if each.shift is not None]
    assert told
    assert found.errors == "errors robust within one session (HC3)"
    for place in told if len(told) == 2 else ():
        each = list(found)[place]
        assert each.shift == pytest.approx(wanted.params[place], abs=1e-8)
        assert each.ci_low == pytest.approx(wanted.conf_int()[place][0], abs=1e-8)


def test_one_patient_has_errors_by_session() -> None:
    """
    Where there is one patient, the sessions are the clusters.
    """
    for sessions in (2, 8):
        table = effects(Simulation(patients=1, sessions=sessions).panel(seed=1))
        assert table.errors == "errors clustered by session"
        assert (table.n_sessions, table.n_patients) == (sessions, 1)


def test_short_sessions_share_a_trend_and_have_no_later_say() -> None:
    """
    Sessions of fewer than 24 exchanges have shifts at once, and none further on.
    """
    panel = Simulation(patients=30, exchanges=12).panel(seed=2)
    now, later = effects(panel), effects(panel, horizon=1)
    assert now["technique_1"].shift == pytest.approx(0.1, abs=0.05)
    assert now.carry_over is None
    assert all(each.shift is None and "24" in (each.reason or "") for each in later)


@pytest.mark.parametrize(
    ("uses", "outcome", "reason"),
    [
        ([[0]] * 8, None, "fewer than 5"),
        ([[1]] * 8, None, "can't be told"),
        ([[i % 2, i % 2] for i in range(12)], None, "can't be told"),
        ([[i % 2] for i in range(12)], [0.0] * 12, "no error"),
    ],
)
def test_what_cant_be_told_says_why(
    uses: list[list[int]], outcome: list[float] | None, reason: str
) -> None:
    """
    Rare techniques, those always there, twins, and outcomes without any error have no shift.
    """
    random = np.random.default_rng(1)
    n = len(uses)
    after = random.normal(0, 0.1, n).tolist() if outcome is None else outcome
    table = effects(panel_of(random.normal(0, 0.1, n).tolist(), after, uses))
    assert all(each.shift is None and reason in (each.reason or "") for each in table)
    assert all(each.q_value is None for each in table)


def test_a_technique_of_one_patient_is_not_told() -> None:
    """
    What varies within one patient's sessions alone says nothing of patients.
    """
    panel = Simulation(patients=4).panel(seed=1)
    uses = panel.uses & (panel.patient[:, None] == 0)
    alone = Panel(
        codes=panel.codes,
        session=panel.session,
        patient=panel.patient,
        position=panel.position,
        before=panel.before,
        after=panel.after,
        uses=np.column_stack([uses[:, 0], panel.uses[:, 1:]]),
    )
    assert "one patient" in (effects(alone)["technique_1"].reason or "")


def test_twins_have_no_part_between_sessions() -> None:
    """
    Two techniques that always come together can't be told apart, within sessions or between.
    """
    panel = Simulation(patients=8).panel(seed=1)
    twins = Panel(
        codes=["one", "other"],
        session=panel.session,
        patient=panel.patient,
        position=panel.position,
        before=panel.before,
        after=panel.after,
        uses=panel.uses[:, [0, 0]],
    )
    assert all(each.between is None and each.shift is None for each in effects(twins))


def test_no_talk_on_both_sides_gives_no_effects() -> None:
    """
    Without an exchange that has the outcome before and after, the table says so.
    """
    nothing = panel_of([np.nan] * 6, [0.1] * 6, [[1]] * 6)
    (row,) = effects(nothing)
    assert row.reason == "there are no exchanges with talk before and after"
    assert (row.n_moves, row.raw_change) == (0, None)
    single = Simulation(patients=1, sessions=1, exchanges=30).panel(seed=1)
    for choice in ({"horizon": 1}, {"reliability": 0.9}):
        assert effects(single, **choice)["technique_1"].reason == "one session alone can't tell"


@pytest.mark.parametrize(
    "choice",
    [
        {"horizon": -1},
        {"horizon": 1.0},
        {"permutations": True},
        {"scheme": "sort"},
        {"permutations": 9, "horizon": 1},
        {"reliability": 0.0},
        {"reliability": 1.5},
        {"reliability": 0.9, "horizon": 1},
        {"reliability": 0.01},
    ],
)
def test_choices_that_dont_go_are_refused(choice: dict[str, Any]) -> None:
    """
    Each argument out of range, and each pair that doesn't go together, is refused.
    """
    with pytest.raises(ModelError, match=f"effects: {next(iter(choice))}"):
        effects(Simulation(patients=5).panel(seed=1), **choice)


def test_reliability_takes_back_what_errors_of_measurement_bring() -> None:
    """
    With noise, the shifts are nearer to the truth at the true reliability than without it.
    """
    simulation = Simulation(patients=200, noise=0.12)
    panel = simulation.panel(seed=1)
    truth = simulation.true_shifts()
    reliability = 1 - 0.12**2 / float(np.var(panel.before))
    plain, mended = (
        np.array([each.shift for each in effects(panel, reliability=share)])
        for share in (None, reliability)
    )
    assert np.abs(plain - truth).max() > 2 * np.abs(mended - truth).max()
    assert effects(panel, reliability=1.0)["technique_1"].shift == pytest.approx(plain[0])


def test_a_reliability_that_the_long_sessions_cant_bear_leaves_the_table() -> None:
    """
    Where what carries over can't be told at a reliability, the shifts still are.
    """
    long = Simulation(patients=6, sessions=1, exchanges=30).panel(seed=1)
    short = Simulation(patients=200, sessions=1, exchanges=10).panel(seed=2)
    joined = Panel(
        codes=long.codes,
        session=[*long.session, *(short.session + 6)],
        patient=[*long.patient, *(short.patient + 6)],
        position=[*long.position, *short.position],
        # Long sessions hardly vary within, short ones do.
        before=[*(np.round(long.patient + long.before / 50, 6) / 6), *short.before],
        after=[*long.after, *short.after],
        uses=np.vstack([long.uses, short.uses]),
    )
    table = effects(joined, reliability=0.9)
    assert table["technique_1"].shift is not None
    assert table.carry_over is None


def test_carry_over_that_cant_be_told_is_none() -> None:
    """
    A level before that never varies says nothing of what carries over.
    """
    panel = Simulation(patients=4).panel(seed=1)
    still = Panel(
        codes=panel.codes,
        session=panel.session,
        patient=panel.patient,
        position=panel.position,
        before=np.zeros(len(panel)),
        after=panel.after,
        uses=panel.uses,
    )
    assert effects(still).carry_over is None
