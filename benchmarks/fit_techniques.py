"""
Fits the weights of `CueDetector` and writes them as TOML.

Weights are the most probable ones under a prior that stands for the codebook's own strengths
(a technique is told by its cues, and by nothing else), so that a technique with few examples keeps
what its author gave it.  Techniques that AnnoMI's subtypes stand for are fitted on AnnoMI first;
the other sets then move them.  Behaviours are also told by a few words and pairs of words, those
that the fit itself finds to tell most.

    python benchmarks/fit_techniques.py FOLDER [--everything]

With `--everything` the sessions held back are fitted on too, for more to learn from; the benchmark
fits anew without them before it measures on them.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import annotated
import invented
import numpy as np
from attrs import evolve
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from aftermove.language import Passage
from aftermove.model import Session
from aftermove.techniques.detector import TALK, CueDetector, Reading, shaped
from aftermove.techniques.weights import BEHAVIOURS, DEFAULT_BIAS, DEFAULT_STRENGTH, WORD

Floats = NDArray[np.float64]
Tables = dict[str, dict[str, float]]

# How strongly weights are held to the prior: chosen by cross-validation on the tuning sessions.
PULL_BEHAVIOUR = 15.0
PULL_STRENGTH = 200.0
PULL_WORD = 80.0
PULL_TECHNIQUE = 10.0
PULL_CUE = 2.0
PULL_TALK = 4.0
PULL_TECHNIQUE_WORD = 10.0
# Words and pairs of words that tell behaviours: how often a candidate must come, how many stay.
LEAST_TURNS = 8
N_WORDS = 250
# The same for techniques.
LEAST_CODED_TURNS = 60
# What a turn counts that is given once more without its punctuation.
UNMARKED_WEIGHT = 0.4
# What an invented turn counts beside one that others coded.
INVENTED_WEIGHT = 0.2
# AnnoMI's subtypes and what they stand for.
SUBTYPES = {
    "open_question": ("question_subtype", "open"),
    "closed_question": ("question_subtype", "closed"),
    "simple_reflection": ("reflection_subtype", "simple"),
    "complex_reflection": ("reflection_subtype", "complex"),
    "information": ("therapist_input_subtype", "information"),
    "advice": ("therapist_input_subtype", "advice"),
}
# What a technique is told by besides its cues, where examples are too few to find out.
PRIORS: Mapping[str, Mapping[str, float]] = {
    "encourager": {"shape.encouragers_only": 4.0, "shape.question_mark": -1.0},
    "open_question": {"shape.wh": 2.0, "shape.wh_unmarked": 2.0, "shape.inner_wh": 1.5},
    "closed_question": {"shape.yes_no": 2.0, "shape.how_much": 2.0, "shape.inner_yes_no": 1.0},
}
# Weights nearer to 0 than this are left out of the table; many small ones tell behaviours.
SMALLEST_BEHAVIOUR = 0.04
SMALLEST_TECHNIQUE = 0.1


class Example(NamedTuple):
    """
    One therapist turn: its features and what the raters said of it.
    """

    session: str
    values: Mapping[str, float]
    """Shapes, strengths of techniques, and every word and pair of words."""
    behaviour: str
    techniques: frozenset[str] | None
    """`None` where techniques weren't coded."""
    subtypes: frozenset[str] | None
    """Techniques told by AnnoMI's subtypes; `None` elsewhere."""
    marked: bool
    """Whether it has its punctuation."""
    weight: float
    """How much it counts in fitting."""


def unmarked(session: Session) -> Session:
    """
    The session as speech-to-text would give it: small letters, no punctuation.
    """
    turns = [evolve(t, text=re.sub(r"[^\w'’\s]+", " ", t.text.lower()), marks=()) for t in session]
    return evolve(session, turns=turns)


def examples(
    detector: CueDetector, data: Sequence[annotated.Annotated], *, marked: bool = True
) -> list[Example]:
    """
    The coded therapist turns, as written or without their punctuation.
    """
    made = []
    for original, gold in data:
        session = original if marked else unmarked(original)
        behaviour = ""
        for turn, found, met in detector.readings(session):
            before = invented.ANYWHERE if session.id.startswith(invented.ALONE) else found
            told = gold[turn.index]
            reading = shaped(met, before._replace(behaviour=behaviour))
            own = behaviour_of(told)
            behaviour = own or behaviour
            if own and reading.passage.words:
                made.append(_example(reading, told, session.id, marked=marked))
    return made


def _example(reading: Reading, told: Mapping[str, Any], session: str, *, marked: bool) -> Example:
    subtypes = None
    if "question_subtype" in told:
        subtypes = frozenset(t for t, (key, value) in SUBTYPES.items() if told.get(key) == value)
    techniques = told.get("techniques")
    return Example(
        session=session,
        values=reading.value_by_feature | dict.fromkeys(_words_of(reading.passage), 1.0),
        behaviour=behaviour_of(told),
        techniques=None if techniques is None else frozenset(techniques),
        subtypes=subtypes,
        marked=marked,
        weight=1.0 if marked else UNMARKED_WEIGHT,
    )


def _words_of(passage: Passage) -> Iterator[str]:
    yield from (f"{WORD}{word}" for word in passage.words)
    yield from (f"{WORD}{first} {second}" for first, second in pairwise(passage.words))


def behaviour_of(told: Mapping[str, Any]) -> str:
    """
    The behaviour by our name, whichever scheme the gold follows; empty if it tells none.
    """
    name = told.get("main_therapist_behaviour") or told.get("behaviour") or ""
    return "input" if name == "therapist_input" else str(name)


def load(folder: Path) -> dict[str, list[annotated.Annotated]]:
    """
    The sets that may be fitted on, by name.
    """
    annomi = folder / "annomi_dev.jsonl"
    return {
        "annomi": annotated.sessions(annomi),
        "coded": annotated.rated_turns(folder / "therapist_techniques_dev.jsonl", annomi),
        "authored": annotated.sessions(folder / "authored_dev.jsonl"),
    }


def fit(sets: Mapping[str, Sequence[Example]], techniques: Sequence[str]) -> Tables:
    """
    A table of weights by feature for each behaviour and technique.
    """
    everything = [example for each in sets.values() for example in each]
    names = sorted({name for e in everything for name in e.values if not name.startswith(WORD)})
    tables = _fit_behaviours(sets, names)
    coded = [e for e in everything if e.techniques is not None]
    counts = Counter(name for e in coded if e.marked for name in e.values if name.startswith(WORD))
    words = sorted(word for word, n in counts.items() if n >= LEAST_CODED_TURNS)
    for technique in techniques:
        table = {
            "bias": DEFAULT_BIAS,
            technique: DEFAULT_STRENGTH,
            **PRIORS.get(technique, {}),
        }
        if technique in SUBTYPES:
            told = [e for e in everything if e.subtypes is not None]
            table = _fit_one(technique, told, [t.subtypes for t in told], names, table)
        table = _fit_one(technique, coded, [e.techniques for e in coded], [*names, *words], table)
        tables[technique] = table
    return {
        head: _rounded(table, SMALLEST_BEHAVIOUR if head in BEHAVIOURS else SMALLEST_TECHNIQUE)
        for head, table in tables.items()
    }


def _fit_behaviours(sets: Mapping[str, Sequence[Example]], names: Sequence[str]) -> Tables:
    """
    Four tables by multinomial regression, with the words that tell most.
    """
    # The turns coded for techniques are AnnoMI's own, whose experts' labels stand.
    used = [e for name in ("annomi", "authored", "invented") for e in sets[name]]
    counts = Counter(name for e in used if e.marked for name in e.values if name.startswith(WORD))
    words = sorted(word for word, n in counts.items() if n >= LEAST_TURNS)
    tables = _fit_shares(used, [*names, *words])
    apart = {word: np.ptp([tables[head][word] for head in BEHAVIOURS]) for word in words}
    words.sort(key=lambda word: -apart[word] * counts[word] ** 0.5)
    return _fit_shares(used, [*names, *sorted(words[:N_WORDS])])


def _pull(name: str) -> float:
    if name.startswith(WORD):
        return PULL_WORD
    return PULL_BEHAVIOUR if "." in name else PULL_STRENGTH


def _fit_shares(used: Sequence[Example], names: Sequence[str]) -> Tables:
    x = matrix(used, names)
    y = np.array([BEHAVIOURS.index(example.behaviour) for example in used])
    counts = np.array([example.weight for example in used])
    # Rare behaviours count a little more, so that none is given up for the sake of the others.
    counts *= np.sqrt(len(y) / (len(BEHAVIOURS) * np.bincount(y)[y]))
    k, n = len(BEHAVIOURS), len(names) + 1
    pulls = np.array([0.1, *map(_pull, names)])

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(k, n)
        odds = x @ weights.T
        odds -= odds.max(axis=1, keepdims=True)
        shares = np.exp(odds)
        shares /= shares.sum(axis=1, keepdims=True)
        missed = -(counts * np.log(shares[np.arange(len(y)), y])).sum()
        shares[np.arange(len(y)), y] -= 1.0
        shares *= counts[:, None]
        away = 0.5 * (pulls * weights**2).sum()
        return float(missed + away), ((x.T @ shares).T + pulls * weights).ravel()

    best = minimize(loss, np.zeros(k * n), jac=True, method="L-BFGS-B").x.reshape(k, n)
    return {
        head: dict(zip(["bias", *names], best[i], strict=True)) for i, head in enumerate(BEHAVIOURS)
    }


def _technique_pull(name: str, technique: str) -> float:
    if name.startswith(TALK):
        return PULL_TALK
    if name.startswith(WORD):
        return PULL_TECHNIQUE_WORD
    return PULL_CUE if name == technique else PULL_TECHNIQUE


def _fit_one(
    technique: str,
    used: Sequence[Example],
    told: Sequence[frozenset[str] | None],
    names: Sequence[str],
    prior: Mapping[str, float],
) -> dict[str, float]:
    """
    One technique's table by logistic regression, pulled toward *prior*.
    """
    y = np.array([technique in (each or ()) for each in told], dtype=float)
    counts = np.array([example.weight for example in used])
    x = matrix(used, names)
    middle = np.array([prior.get(name, 0.0) for name in ("bias", *names)])
    pulls = np.array([1.0, *(_technique_pull(name, technique) for name in names)])

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = x @ weights
        away = weights - middle
        value = (counts * (np.logaddexp(0.0, odds) - y * odds)).sum() + 0.5 * (
            pulls * away**2
        ).sum()
        return float(value), x.T @ (counts * (1 / (1 + np.exp(-odds)) - y)) + pulls * away

    best = minimize(loss, middle, jac=True, method="L-BFGS-B").x
    return {**prior, **dict(zip(["bias", *names], best, strict=True))}


def matrix(used: Sequence[Example], names: Sequence[str]) -> csr_matrix:
    """
    A row for each example: 1 for the bias, then its value of each feature.
    """
    column = {name: i + 1 for i, name in enumerate(names)}
    values, columns, ends = [], [], [0]
    for example in used:
        met = [(column[name], value) for name, value in example.values.items() if name in column]
        columns += [0, *(place for place, _ in met)]
        values += [1.0, *(value for _, value in met)]
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(used), len(names) + 1))


def _rounded(table: Mapping[str, float], smallest: float) -> dict[str, float]:
    return {
        name: round(float(weight), 2)
        for name, weight in table.items()
        if name == "bias" or abs(weight) >= smallest
    }


def fold_of(session: str, n_folds: int = 5) -> int:
    """
    The fold of a session; another hash than the one that holds back validation sessions.
    """
    return crc32(b"fold" + session.encode()) % n_folds


def as_toml(tables: Tables, provenance: Sequence[str]) -> str:
    """
    The tables as a TOML file, the strongest weights first.
    """
    lines = [f"# {line}" for line in provenance]
    for kind, heads in (
        ("behaviours", [h for h in tables if h in BEHAVIOURS]),
        ("techniques", [h for h in tables if h not in BEHAVIOURS]),
    ):
        for head in heads:
            table = dict(tables[head])
            lines += ["", f"[{kind}.{head}]", f"bias = {table.pop('bias')}"]
            ranked = sorted(table.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
            lines += [f'"{name}" = {weight}' for name, weight in ranked]
    return "\n".join(lines) + "\n"


def main() -> None:
    """
    Fits on the sessions of the folder, and prints the table.
    """
    folder = annotated.folder()
    detector = CueDetector()
    everything = "--everything" in sys.argv
    sets = tuning_examples(detector, load(folder), everything=everything)
    held_back = "is among them, too" if everything else "is not among them"
    counts = ", ".join(
        f"{sum(e.marked for e in each)} turns of {name}" for name, each in sets.items()
    )
    today = datetime.now(tz=UTC).date().isoformat()
    provenance = [
        "What each feature adds to the log-odds of each behaviour and technique.",
        f"Made by benchmarks/fit_techniques.py on {today}; not to be edited by hand.",
        f"Fitted on {counts}, and again without their punctuation",
        f"at a weight of {UNMARKED_WEIGHT}.  annomi: AnnoMI's experts (Wu et al. 2022, 2023);",
        "coded, authored: turns coded by a language model; invented: written to be fitted on, in",
        f"benchmarks/invented.  The quarter of sessions held back {held_back}.",
        "Figures: docs/explanation/techniques.md.",
    ]
    print(as_toml(fit(sets, detector.codebook.techniques), provenance), end="")


def tuning_examples(
    detector: CueDetector,
    data: Mapping[str, Sequence[annotated.Annotated]],
    *,
    everything: bool = False,
) -> dict[str, list[Example]]:
    """
    The examples to fit on by set: with and without punctuation.

    None of a validation session, unless *everything* is wanted.
    """
    tuning = {
        name: [
            each for each in sessions if everything or not annotated.is_validation(each.session.id)
        ]
        for name, sessions in data.items()
    }
    return {
        name: [
            evolved(example, name)
            for marked in (True, False)
            for example in examples(detector, each, marked=marked)
        ]
        for name, each in {**tuning, "invented": invented.sessions()}.items()
    }


def evolved(example: Example, name: str) -> Example:
    """
    The example with the weight that its set has.
    """
    share = INVENTED_WEIGHT if name == "invented" else 1.0
    return example._replace(weight=example.weight * share)


if __name__ == "__main__":
    main()
