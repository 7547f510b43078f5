"""
Fits the weights of `CueDetector` and writes them as TOML.

Weights are the most probable ones under a prior that stands for the codebook's own strengths
(a technique is told by its cues, and by nothing else), so that a technique with few examples keeps
what its author gave it.  Behaviours, and those techniques that AnnoMI's subtypes stand for, are
fitted on AnnoMI first; the other sets then move them.

    python benchmarks/fit_techniques.py FOLDER [--out weights.toml] [--cross-validate]
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import annotated
import numpy as np
from attrs import evolve
from numpy.typing import NDArray
from scipy.optimize import minimize

from aftermove.model import Session, Turn
from aftermove.techniques.detector import CueDetector, Reading, turns_with_before
from aftermove.techniques.weights import BEHAVIOURS, DEFAULT_BIAS, DEFAULT_STRENGTH

Floats = NDArray[np.float64]
Tables = dict[str, dict[str, float]]

# How strongly weights are held to the prior: chosen by cross-validation on the tuning sessions.
PULL_BEHAVIOUR = 8.0
PULL_STRENGTH = 30.0
PULL_TECHNIQUE = 8.0
PULL_CUE = 2.0
# Techniques with fewer positive examples than this, each counted with and without punctuation,
# are told by their own cues alone, the rest by every feature.
ENOUGH_POSITIVES = 60
# What a turn counts that is given once more without its punctuation.
UNMARKED_WEIGHT = 0.4
# So that a technique told by its cues is never reported without one.
HIGHEST_BIAS = -1.5
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
# The behaviour that a technique's cues speak for, before any example is seen.
BEHAVIOUR_PRIORS: Mapping[str, tuple[float, str]] = {
    "question": (
        0.4,
        """
        open_question closed_question emotion_exploration scaling change_evocation
        risk_assessment feedback_seeking solution_focus workability values
        """,
    ),
    "reflection": (0.4, "simple_reflection complex_reflection summary"),
    "input": (
        0.6,
        """
        information advice defusion acceptance present_moment homework skills_rehearsal
        relaxation exposure monitoring behavioural_activation confrontation
        """,
    ),
    "other": (
        0.4,
        """
        encourager structuring affirmation validation reassurance immediacy self_disclosure
        autonomy_support
        """,
    ),
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
    behaviour: str
    techniques: frozenset[str] | None
    """`None` where techniques weren't coded."""
    subtypes: frozenset[str] | None
    """Techniques told by AnnoMI's subtypes; `None` elsewhere."""
    text: str
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
    weight = 1.0 if marked else UNMARKED_WEIGHT
    for original, gold in data:
        session = original if marked else unmarked(original)
        behaviour = ""
        for turn, before in turns_with_before(session):
            told = gold[turn.index]
            reading = detector.read(turn, before._replace(behaviour=behaviour))
            own = behaviour_of(told)
            behaviour = own or behaviour
            if own and reading.passage.words:
                made.append(_example(turn, reading, told, session.id, weight))
    return made


def _example(
    turn: Turn, reading: Reading, told: Mapping[str, Any], session: str, weight: float
) -> Example:
    subtypes = None
    if "question_subtype" in told:
        subtypes = frozenset(t for t, (key, value) in SUBTYPES.items() if told.get(key) == value)
    techniques = told.get("techniques")
    return Example(
        session=session,
        values=reading.value_by_feature,
        behaviour=behaviour_of(told),
        techniques=None if techniques is None else frozenset(techniques),
        subtypes=subtypes,
        text=turn.text,
        weight=weight,
    )


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
    names = sorted({name for example in everything for name in example.values})
    tables = _fit_behaviours(sets, names)
    for technique in techniques:
        table = {
            "bias": DEFAULT_BIAS,
            technique: DEFAULT_STRENGTH,
            **PRIORS.get(technique, {}),
        }
        if technique in SUBTYPES:
            told = [e for e in everything if e.subtypes is not None]
            table = _fit_one(technique, told, [t.subtypes for t in told], names, table)
        coded = [e for e in everything if e.techniques is not None]
        table = _fit_one(technique, coded, [e.techniques for e in coded], names, table)
        tables[technique] = table
    return {
        head: _rounded(table, SMALLEST_BEHAVIOUR if head in BEHAVIOURS else SMALLEST_TECHNIQUE)
        for head, table in tables.items()
    }


def _fit_behaviours(sets: Mapping[str, Sequence[Example]], names: Sequence[str]) -> Tables:
    """
    Four tables by multinomial regression, every set counting by its turns.
    """
    # The turns coded for techniques are AnnoMI's own, whose experts' labels stand.
    used = [e for name in ("annomi", "authored") for e in sets[name]]
    x = matrix(used, names)
    y = np.array([BEHAVIOURS.index(example.behaviour) for example in used])
    counts = np.array([example.weight for example in used])
    # Rare behaviours count a little more, so that none is given up for the sake of the others.
    counts *= np.sqrt(len(y) / (len(BEHAVIOURS) * np.bincount(y)[y]))
    k, n = len(BEHAVIOURS), len(names) + 1
    pulls = np.array([0.1, *(PULL_BEHAVIOUR if "." in n else PULL_STRENGTH for n in names)])

    middle = np.zeros((k, n))
    for head, (weight, spoken_for) in BEHAVIOUR_PRIORS.items():
        for name in set(spoken_for.split()) & set(names):
            middle[BEHAVIOURS.index(head), names.index(name) + 1] = weight

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(k, n)
        away = weights - middle
        odds = x @ weights.T
        odds -= odds.max(axis=1, keepdims=True)
        shares = np.exp(odds)
        shares /= shares.sum(axis=1, keepdims=True)
        value = (
            -(counts * np.log(shares[np.arange(len(y)), y])).sum() + 0.5 * (pulls * away**2).sum()
        )
        shares[np.arange(len(y)), y] -= 1.0
        shares *= counts[:, None]
        return float(value), (shares.T @ x + pulls * away).ravel()

    best = minimize(loss, middle.ravel(), jac=True, method="L-BFGS-B").x.reshape(k, n)
    return {
        head: dict(zip(["bias", *names], best[i], strict=True)) for i, head in enumerate(BEHAVIOURS)
    }


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
    pairs = list(zip(used, told, strict=True))
    if sum(technique in (each or ()) for each in told) < ENOUGH_POSITIVES:
        # Without a cue the technique isn't reported, so only turns that meet one can teach.
        pairs = [pair for pair in pairs if technique in pair[0].values]
        names = [technique]
    names = [*names]
    if not pairs:
        return dict(prior)
    used = [example for example, _ in pairs]
    y = np.array([technique in (each or ()) for _, each in pairs], dtype=float)
    counts = np.array([example.weight for example in used])
    x = matrix(used, names)
    middle = np.array([prior.get(name, 0.0) for name in ("bias", *names)])
    pulls = np.array([1.0, *(PULL_CUE if n == technique else PULL_TECHNIQUE for n in names)])

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = x @ weights
        away = weights - middle
        value = (counts * (np.logaddexp(0.0, odds) - y * odds)).sum() + 0.5 * (
            pulls * away**2
        ).sum()
        return float(value), x.T @ (counts * (1 / (1 + np.exp(-odds)) - y)) + pulls * away

    bounds = [
        (None, HIGHEST_BIAS if names == [technique] else None),
        *((None, None) for _ in names),
    ]
    best = minimize(loss, middle, jac=True, method="L-BFGS-B", bounds=bounds).x
    return {**prior, **dict(zip(["bias", *names], best, strict=True))}


def matrix(used: Sequence[Example], names: Sequence[str]) -> Floats:
    """
    A row for each example: 1 for the bias, then its value of each feature.
    """
    column = {name: i + 1 for i, name in enumerate(names)}
    x = np.zeros((len(used), len(names) + 1))
    x[:, 0] = 1.0
    for row, example in enumerate(used):
        for name, value in example.values.items():
            if name in column:
                x[row, column[name]] = value
    return x


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
    Fits on all sessions of the folder but the validation quarter, and prints the table.
    """
    folder = annotated.folder()
    detector = CueDetector()
    sets = tuning_examples(detector, load(folder))
    counts = ", ".join(
        f"{sum(e.weight == 1 for e in each)} turns of {name}" for name, each in sets.items()
    )
    today = datetime.now(tz=UTC).date().isoformat()
    provenance = [
        "What each feature adds to the log-odds of each behaviour and technique.",
        f"Made by benchmarks/fit_techniques.py on {today}; not to be edited by hand.",
        f"Fitted on {counts}, and again without their punctuation",
        f"at a weight of {UNMARKED_WEIGHT}.  annomi: AnnoMI's experts (Wu et al. 2022, 2023);",
        "coded, authored: turns coded by a language model.  The quarter of sessions held back for",
        "validation is not among them.  Figures: docs/explanation/techniques.md.",
    ]
    print(as_toml(fit(sets, detector.codebook.techniques), provenance), end="")


def tuning_examples(
    detector: CueDetector, data: Mapping[str, Sequence[annotated.Annotated]]
) -> dict[str, list[Example]]:
    """
    The examples to fit on by set: with and without punctuation, none of a validation session.
    """
    return {
        name: [
            example
            for marked in (True, False)
            for example in examples(detector, each, marked=marked)
            if not annotated.is_validation(example.session)
        ]
        for name, each in data.items()
    }


if __name__ == "__main__":
    main()
