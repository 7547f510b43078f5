"""
Bias, coverage and false positives of ways to tell what follows a technique, where truth is known.

Usage: effects.py [REPLICATIONS] > ../docs/explanation/effects-measured.md

The sessions are simulated, so no data are needed.  Those ways that need an indicator for each
session are tried on fewer panels.
"""

import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple, TypeAlias

import measuring
import numpy as np
from numpy.typing import NDArray

from aftermove.sequence.distributions import t_quantile
from aftermove.sequence.effects import effects
from aftermove.sequence.panel import Panel
from aftermove.sequence.permutation import Scheme
from aftermove.testing import Simulation

Floats: TypeAlias = NDArray[np.float64]

SETTINGS = {
    "60 patients, 4 sessions of 40 exchanges": Simulation(),
    "8 patients": Simulation(patients=8),
    "Sessions of 12 exchanges": Simulation(exchanges=12),
    "Affect scores with errors of a standard deviation of .12": Simulation(noise=0.12),
    "No effect at all": Simulation(effects=(0.0,) * 5),
}


class Estimates(NamedTuple):
    """
    One number for each technique; NaN where there is none.
    """

    shift: Floats
    low: Floats
    high: Floats


Estimator: TypeAlias = Callable[[Panel], Estimates]


def regression(panel: Panel, outcome: Floats, *controls: Floats) -> Estimates:
    """
    Least squares on techniques and controls, with the errors that textbooks give.
    """
    design = np.column_stack([panel.uses.astype(float), *controls])
    inverse = np.linalg.pinv(design.T @ design)
    coefficients = inverse @ design.T @ outcome
    n_free = len(panel) - np.linalg.matrix_rank(design)
    residual = outcome - design @ coefficients
    error = np.sqrt(np.diag(inverse) * (residual @ residual) / n_free)
    k, reach = len(panel.codes), t_quantile(0.975, float(n_free))
    shift, error = coefficients[:k], error[:k]
    return Estimates(shift, shift - reach * error, shift + reach * error)


def sessions(panel: Panel) -> Floats:
    """
    An indicator for each session.
    """
    indicators: Floats = (panel.session[:, None] == np.unique(panel.session)).astype(np.float64)
    return indicators


def alone(panel: Panel, *, against: bool) -> Estimates:
    """
    Each technique by itself: its mean change, or that against all other exchanges.
    """
    change = panel.after - panel.before
    ones = np.ones((len(panel), 1))
    rows = []
    for place in range(len(panel.codes)):
        used = panel.uses[:, place]
        chosen = np.ones(len(panel), dtype=bool) if against else used
        one = Panel(
            codes=panel.codes[place : place + 1],
            session=panel.session[chosen],
            patient=panel.patient[chosen],
            position=panel.position[chosen],
            before=panel.before[chosen],
            after=panel.after[chosen],
            uses=used[chosen, None],
        )
        controls = [ones[chosen]] if against else []
        rows.append(regression(one, change[chosen], *controls))
    return Estimates(*(np.concatenate(column) for column in zip(*rows, strict=True)))


def ours(panel: Panel) -> Estimates:
    """
    Estimator E, as the library gives it.
    """
    rows = [(e.shift, e.ci_low, e.ci_high) for e in effects(panel)]
    return Estimates(*np.array(rows, dtype=float).T)


def with_level(panel: Panel) -> Estimates:
    """
    Intercepts of sessions, the level before, and one trend for all.
    """
    time = panel.position.astype(np.float64)
    return regression(panel, panel.after, panel.before, time, sessions(panel))


ESTIMATORS: dict[str, Estimator] = {
    "mean change after it": lambda p: alone(p, against=False),
    "change against other exchanges": lambda p: alone(p, against=True),
    "pooled analysis of covariance": lambda p: regression(p, p.after, p.before, np.ones(len(p))),
    "session intercepts, no prior level": lambda p: regression(p, p.after, sessions(p)),
    "session intercepts, prior level, common trend": with_level,
    "E, as `Study.effects` has it": ours,
}


def measure(simulation: Simulation, replications: int) -> None:
    """
    Prints, for each estimator, largest bias and the range of coverage over the techniques.
    """
    truth = simulation.true_shifts()
    for name, estimate in ESTIMATORS.items():
        n = max(replications // 10, 20) if "intercepts" in name else replications
        shifts, covered = [], []
        for seed in range(n):
            found = estimate(simulation.panel(seed))
            shifts.append(found.shift)
            covered.append((found.low <= truth) & (truth <= found.high))
        bias = np.abs(np.nanmean(shifts, axis=0) - truth).max()
        coverage = np.mean(covered, axis=0)
        print(f"| {name} | {n} | {bias:.4f} | {coverage.min():.2f}-{coverage.max():.2f} |")


def measure_later(replications: int) -> None:
    """
    Prints the same for the library's later horizons.
    """
    simulation = Simulation()
    for horizon in (1, 2):
        # What the therapist does meanwhile makes it vary, so it is taken from many sessions.
        truth = Simulation(patients=5_000).true_shifts(horizon)
        rows = [
            [(e.shift, e.ci_low, e.ci_high) for e in effects(simulation.panel(seed), horizon)]
            for seed in range(replications)
        ]
        shift, low, high = np.array(rows, dtype=float).transpose(2, 0, 1)
        coverage = ((low <= truth) & (truth <= high)).mean(axis=0)
        bias = np.abs(shift.mean(axis=0) - truth).max()
        ends = f"{coverage.min():.2f}-{coverage.max():.2f}"
        print(f"| {horizon} | {replications} | {bias:.4f} | {ends} |")


def measure_permutations(replications: int) -> None:
    """
    Prints how often the permutation tests reject where there is no effect.
    """
    simulation = Simulation(patients=10, effects=(0.0,) * 5)
    schemes: tuple[Scheme, ...] = ("shuffle", "shift")
    for scheme in schemes:
        single, any_one = [], []
        for seed in range(replications):
            table = effects(simulation.panel(seed), permutations=99, scheme=scheme, seed=seed)
            single.append([(e.p_permuted or 1.0) <= 0.05 for e in table])
            any_one.append(any((e.p_max or 1.0) <= 0.05 for e in table))
        shares = np.mean(single, axis=0)
        ends = f"{shares.min():.2f}-{shares.max():.2f}"
        print(f"| {scheme} | {replications} | {ends} | {np.mean(any_one):.2f} |")


def measure_large() -> None:
    """
    Prints what a large panel costs.
    """
    panel = Simulation(patients=2_500, exchanges=100).panel(seed=1)
    began = time.perf_counter()
    table = effects(panel)
    taken = time.perf_counter() - began
    print(
        f"{len(panel):,} moves of {table.n_sessions:,} sessions took {taken:.1f} s, "
        f"and the process {measuring.peak():.0f} MB at its peak."
    )


def main() -> None:
    """
    Prints the page.
    """
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    replications = numbers[0] if numbers else 200
    print("# Effects, measured\n")
    print("Written by `benchmarks/effects.py`; the sessions are simulated, so the truth is known.")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}"
    print(f"{versions}, {datetime.now(tz=UTC):%Y-%m-%d}.\n")
    print(
        "Bias is the largest over five techniques, in units of valence; coverage is the share of "
        "95 % intervals that hold the truth, lowest and highest over the techniques.\n"
        "Where there is no effect, what coverage lacks to 1 is the share of false positives.\n"
    )
    for name, simulation in SETTINGS.items():
        print(f"## {name}\n\n| estimator | panels | bias | coverage |\n|---|---|---|---|")
        measure(simulation, replications)
        print()
    print("## Later horizons, 60 patients\n")
    print("| horizon | panels | bias | coverage |\n|---|---|---|---|")
    measure_later(max(replications // 2, 20))
    print("\n## Permutation tests, no effect, 10 patients, at 5 %\n")
    print("| orders | panels | rejections a technique | panels with any by the largest |")
    print("|---|---|---|---|")
    measure_permutations(replications)
    print("\n## Size\n")
    measure_large()


if __name__ == "__main__":
    main()
