"""
Moves the weights by which clauses are read in steps, and prints the values that agree best.

    python benchmarks/fit_affect.py FOLDER

Reads the tuning sessions of `patient_affect_dev` and `authored_dev` alone.  What it prints is a
proposal: `data/weights.toml` takes a value over only where agreement gains by more than noise, and
never one that breaks a promise, as an intensifier below 1 would.
"""

from collections.abc import Sequence
from pathlib import Path

import annotated
from attrs import evolve, fields

import affect as benchmark
from aftermove.affect import ClauseScorer, Weights, WordWeights

STEPS = (0.5, 0.75, 1.3, 1.7)
N_ROUNDS = 2
MIN_GAIN = 0.0005
# These have no bearing on valence, which alone is fitted here.
KEPT = {"denied", "exclaimed", "shown", "change", "sustain"}


def agreement(weights: Weights, sets: Sequence[Sequence[annotated.Annotated]]) -> float:
    """
    Pearson's r of valence on the tuning sessions, as a mean over the sets.
    """
    scorer = ClauseScorer(weights=weights, words=WordWeights.none())
    scores = []
    for data in sets:
        turns = benchmark.rated(data, scorer, "tuning")
        told = [float(turn.told["valence"]) for turn in turns]
        scores.append(benchmark.correlation(told, [turn.affect.valence for turn in turns]))
    return sum(scores) / len(scores)


def fitted(sets: Sequence[Sequence[annotated.Annotated]]) -> Weights:
    """
    The weights after all rounds, each weight moved in turn as long as that helps.
    """
    weights = Weights.default()
    best = agreement(weights, sets)
    for _ in range(N_ROUNDS):
        for name in (field.name for field in fields(Weights) if field.name not in KEPT):
            start = getattr(weights, name)
            for step in STEPS:
                moved = evolve(weights, **{name: start * step})
                if (reached := agreement(moved, sets)) > best + MIN_GAIN:
                    weights, best = moved, reached
        print(f"# mean r {best:.4f}")
    return weights


def main() -> None:
    """
    Prints the weights as TOML.
    """
    folder: Path = annotated.folder()
    annomi = folder / "annomi_dev.jsonl"
    rated = annotated.rated_turns(folder / "patient_affect_dev.jsonl", annomi)
    sets = [
        [each for each in data if not annotated.is_validation(each.session.id)]
        for data in (rated, annotated.sessions(folder / "authored_dev.jsonl"))
    ]
    weights = fitted(sets)
    for field in fields(Weights):
        print(f"{field.name} = {getattr(weights, field.name):.3g}")


if __name__ == "__main__":
    main()
