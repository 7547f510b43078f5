"""
Measures `CueDetector` against human and model coders.

    python benchmarks/techniques.py FOLDER [--split tuning|validation|cross] [--json]

`tuning` measures the weights that ship.  `validation` fits anew on the tuning sessions, so that the
sessions held back stay unseen whatever ships.  `cross` fits anew in five folds of the tuning
sessions and measures each on what it hasn't seen.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import annotated
import fit_techniques as fitting

from aftermove.model import Move, Session
from aftermove.techniques import Codebook, CueDetector
from aftermove.techniques.detector import DEFAULT_THRESHOLD
from aftermove.techniques.weights import Weights

N_FOLDS = 5
# What tells that a turn holds a question, reflection or input, besides its main behaviour.
PRESENT = {
    "question": ("question_exists", {"open_question", "closed_question"}),
    "reflection": ("reflection_exists", {"simple_reflection", "complex_reflection", "summary"}),
    "input": ("therapist_input_exists", {"information", "advice"}),
}
FORMS: Mapping[str, Callable[[Session], Session]] = {
    "as written": lambda session: session,
    "unmarked": fitting.unmarked,
}


class Coded(NamedTuple):
    """
    A turn's gold beside the move found, which holds every technique with its confidence.
    """

    told: Mapping[str, Any]
    move: Move

    def techniques(self, threshold: float = DEFAULT_THRESHOLD) -> frozenset[str]:
        """
        The techniques found with at least that confidence.
        """
        found = self.move.interventions
        return frozenset(each.technique for each in found if each.confidence >= threshold)


Detect = Callable[[Session], tuple[Move, ...]]


def coded_turns(
    data: Sequence[annotated.Annotated],
    detect: Detect,
    form: Callable[[Session], Session],
    is_wanted: Callable[[str], bool],
) -> Iterator[Coded]:
    """
    The turns of the wanted sessions that raters coded, with the moves found.
    """
    for session, gold in data:
        if is_wanted(session.id):
            for move in detect(form(session)):
                if fitting.behaviour_of(gold[move.turn]):
                    yield Coded(gold[move.turn], move)


def measured(folder: Path, split: str) -> dict[str, dict[str, list[Coded]]]:
    """
    The coded turns of each set, in each form of the text.
    """
    data = fitting.load(folder)
    runs: list[tuple[Detect, Callable[[str], bool]]] = []
    if split == "tuning":
        runs.append((CueDetector(threshold=0.0).detect, lambda s: not annotated.is_validation(s)))
    else:
        tuning = fitting.tuning_examples(CueDetector(), data)
        if split == "validation":
            runs.append((_fitted_without(tuning, None), annotated.is_validation))
        else:
            runs.extend((_fitted_without(tuning, fold), _in_fold(fold)) for fold in range(N_FOLDS))
    return {
        form: {
            name: [
                coded
                for detect, is_wanted in runs
                for coded in coded_turns(each, detect, change, is_wanted)
            ]
            for name, each in data.items()
        }
        for form, change in FORMS.items()
    }


def _in_fold(fold: int) -> Callable[[str], bool]:
    return lambda s: not annotated.is_validation(s) and fitting.fold_of(s, N_FOLDS) == fold


def _fitted_without(tuning: Mapping[str, Sequence[fitting.Example]], fold: int | None) -> Detect:
    codebook = Codebook.default()
    rest = {
        name: [e for e in each if name == "invented" or fitting.fold_of(e.session, N_FOLDS) != fold]
        for name, each in tuning.items()
    }
    weights = Weights.of(codebook, fitting.fit(rest, codebook.techniques))
    return CueDetector(threshold=0.0, weights=weights).detect


class Counts(NamedTuple):
    """
    How often a code was rightly found, missed, and found without being there.
    """

    hits: int
    misses: int
    extras: int

    @property
    def f1(self) -> float:
        """
        The harmonic mean of precision and recall; 0 without a hit.
        """
        return 2 * self.hits / max(1, 2 * self.hits + self.misses + self.extras)


def counts_by_code(pairs: Sequence[tuple[frozenset[str], frozenset[str]]]) -> dict[str, Counts]:
    """
    The counts of each code over pairs of gold and found codes.
    """
    hits = Counter(code for gold, found in pairs for code in gold & found)
    misses = Counter(code for gold, found in pairs for code in gold - found)
    extras = Counter(code for gold, found in pairs for code in found - gold)
    codes = sorted({*hits, *misses, *extras})
    return {code: Counts(hits[code], misses[code], extras[code]) for code in codes}


def macro(counts: Mapping[str, Counts]) -> float:
    """
    The mean F1 over the codes that the gold holds.
    """
    held = [each.f1 for each in counts.values() if each.hits + each.misses]
    return sum(held) / max(1, len(held))


def behaviour_figures(coded: Sequence[Coded]) -> dict[str, float]:
    """
    F1 of each behaviour and their mean, as `macro`.
    """
    pairs = [
        (frozenset({fitting.behaviour_of(told)}), frozenset({str(move.behaviour)}))
        for told, move in coded
    ]
    counts = counts_by_code(pairs)
    return {"macro": macro(counts), **{code: each.f1 for code, each in counts.items()}}


def presence_figures(coded: Sequence[Coded]) -> dict[str, float]:
    """
    Macro-F1 over present and absent, for question, reflection and input.
    """
    figures = {}
    for name, (key, techniques) in PRESENT.items():
        pairs = []
        for each in coded:
            is_found = name == each.move.behaviour or bool(techniques & each.techniques())
            pairs.append((frozenset({str(each.told[key])}), frozenset({str(is_found)})))
        figures[name] = macro(counts_by_code(pairs))
    return figures


def technique_figures(coded: Sequence[Coded]) -> dict[str, Any]:
    """
    Micro- and macro-F1 over techniques, and the F1 and counts of each.
    """
    counts = counts_by_code([(frozenset(c.told["techniques"]), c.techniques()) for c in coded])
    total = Counts(*(sum(each[i] for each in counts.values()) for i in range(3)))
    by_technique = {name: {"f1": c.f1, **c._asdict()} for name, c in counts.items()}
    return {"micro": total.f1, "macro": macro(counts), "by_technique": by_technique}


def reliability(coded: Sequence[Coded]) -> dict[str, tuple[int, float, float]]:
    """
    For each band of confidence: how many interventions, their mean confidence, the share right.
    """
    rows: dict[str, list[tuple[float, bool]]] = {}
    for told, move in coded:
        for found in move.interventions:
            band = min(9, int(found.confidence * 10))
            right = found.technique in told["techniques"]
            rows.setdefault(f"{band / 10:.1f}", []).append((found.confidence, right))
    return {
        band: (len(row), sum(c for c, _ in row) / len(row), sum(r for _, r in row) / len(row))
        for band, row in sorted(rows.items())
    }


def speed(folder: Path) -> float:
    """
    Therapist turns a second on AnnoMI, the best of three runs on one core.
    """
    detect = CueDetector().detect
    sessions = [each.session for each in annotated.sessions(folder / "annomi_dev.jsonl")]
    best = 0.0
    for _ in range(3):
        start = perf_counter()
        n = sum(len(detect(session)) for session in sessions)
        best = max(best, n / (perf_counter() - start))
    return best


def report(folder: Path, split: str) -> dict[str, Any]:
    """
    All figures of one split, by form of the text.
    """
    figures: dict[str, Any] = {"split": split, "turns_per_second": round(speed(folder))}
    for form, sets in measured(folder, split).items():
        figures[form] = {
            "annomi behaviour": behaviour_figures(sets["annomi"]),
            "annomi present": presence_figures(sets["annomi"]),
            "coded behaviour": behaviour_figures(sets["coded"]),
            "coded techniques": technique_figures(sets["coded"]),
            "authored behaviour": behaviour_figures(sets["authored"]),
            "authored techniques": technique_figures(sets["authored"]),
            "reliability": reliability([*sets["coded"], *sets["authored"]]),
        }
    return figures


def print_table(figures: Mapping[str, Any]) -> None:
    """
    The figures for a reader.
    """
    print(f"split: {figures['split']}; {figures['turns_per_second']} turns/s")
    for form in FORMS:
        print(f"\n## {form}")
        for name, values in figures[form].items():
            told = {k: round(v, 3) for k, v in values.items() if isinstance(v, float)}
            print(f"{name:20}", told or "")
            for technique, row in values.get("by_technique", {}).items():
                print(f"    {technique:24} {row['f1']:.2f}", *list(row.values())[1:])
        for band, (n, confidence, right) in figures[form]["reliability"].items():
            print(f"    {band}: n={n} mean confidence {confidence:.2f} right {right:.2f}")


def main() -> None:
    """
    Prints the figures of the split asked for.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--split", default="cross", choices=["tuning", "validation", "cross"])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = report(arguments.folder, arguments.split)
    if arguments.json:
        print(json.dumps(figures, indent=1))
    else:
        print_table(figures)


if __name__ == "__main__":
    main()
