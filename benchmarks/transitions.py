"""
How long 10,000 permutations of 2,000 events and 8 codes take; the aim is under 2 s on one core.
"""

from time import perf_counter

import numpy as np

from aftermove.sequence.transition_tests import permutation_p
from aftermove.sequence.transitions import transition_table


def main() -> None:
    """
    Print the seconds for one long session and for forty short ones.
    """
    random = np.random.default_rng(0)
    for n_sessions in (1, 40):
        events = random.choice(list("abcdefgh"), (n_sessions, 2000 // n_sessions)).tolist()
        table = transition_table(events)
        began = perf_counter()
        permutation_p(events, table, n=10_000)
        print(f"{n_sessions} sessions: {perf_counter() - began:.2f} s")


if __name__ == "__main__":
    main()
