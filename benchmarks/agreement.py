"""
How often the intervals of agreement hold the truth, where it is known.

Usage: agreement.py [REPLICATIONS]

Two coders are simulated: the second takes over the first one's code in a share of the turns that
differs between sessions, and else picks one by chance, so that kappa is the mean of that share.
"""

import platform
import sys

import numpy as np

from aftermove import agreement

KAPPA = 0.7
CODES = np.array(["question", "reflection", "input", "other"])
SHARES = np.array([0.4, 0.3, 0.2, 0.1])
TURNS = 40


def coverage(n_sessions: int, replications: int, *, is_told: bool) -> float:
    """
    The share of intervals of kappa that hold it, with the sessions told or not.
    """
    generator = np.random.default_rng(n_sessions)
    sessions = [str(at) for at in range(n_sessions) for _ in range(TURNS)]
    held = 0
    for _ in range(replications):
        share = np.repeat(generator.beta(10 * KAPPA, 10 * (1 - KAPPA), n_sessions), TURNS)
        first, by_chance = (generator.choice(CODES, len(share), p=SHARES) for _ in range(2))
        second = np.where(generator.random(len(share)) < share, first, by_chance)
        told = sessions if is_told else None
        kappa = agreement(first.tolist(), second.tolist(), sessions=told).kappa
        assert kappa is not None
        assert kappa.ci_low is not None
        assert kappa.ci_high is not None
        held += kappa.ci_low <= KAPPA <= kappa.ci_high
    return held / replications


def main() -> None:
    """
    Print a table: a row for each number of sessions.
    """
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {replications} times\n")
    print("| sessions | 95 % intervals by session hold it | by item |\n|---|---|---|")
    for n_sessions in (3, 5, 10, 20, 40):
        by_session, by_item = (coverage(n_sessions, replications, is_told=t) for t in (True, False))
        print(f"| {n_sessions} | {by_session:.3f} | {by_item:.3f} |", flush=True)


if __name__ == "__main__":
    main()
