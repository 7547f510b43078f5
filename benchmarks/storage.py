"""
Measures how fast documents are written and read.

    python benchmarks/storage.py FOLDER

On the sessions of `annomi_dev`, and on their analyses; the best of three runs on one core.
"""

from collections.abc import Callable, Sequence
from time import perf_counter

import annotated

from aftermove import analyze, dumps, loads

N_ANALYSES = 25


def turns_per_second(run: Callable[[], object], n_turns: int) -> float:
    """
    The best of three runs.
    """
    best = 0.0
    for _ in range(3):
        start = perf_counter()
        run()
        best = max(best, n_turns / (perf_counter() - start))
    return best


def show(name: str, values: Sequence[object], n_turns: int) -> None:
    """
    A line for values that hold *n_turns* turns.
    """
    documents = [dumps(value) for value in values]
    written = turns_per_second(lambda: [dumps(value) for value in values], n_turns)
    read = turns_per_second(lambda: [loads(document) for document in documents], n_turns)
    print(f"{name:10} written {written:9,.0f} turns/s, read {read:9,.0f} turns/s")


def main() -> None:
    """
    Prints the figures.
    """
    sessions = [
        each.session for each in annotated.sessions(annotated.folder() / "annomi_dev.jsonl")
    ]
    analyses = [analyze(session) for session in sessions[:N_ANALYSES]]
    show("sessions", sessions, sum(map(len, sessions)))
    show("analyses", analyses, sum(len(each.session) for each in analyses))


if __name__ == "__main__":
    main()
