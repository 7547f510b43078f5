"""
Measures `ClauseScorer` against raters, beside VADER in the same run.

    python benchmarks/affect.py FOLDER [--split tuning|validation] [--json]

What words add is fitted anew before it is measured: without the `validation` quarter of sessions,
or, on the rest, without a third of them at a time.  The lexicon is as it ships: it was written
while reading the tuning sessions, and nothing of it on the quarter.  The ratings of
`patient_affect_dev` and `authored_dev` are a language model's, following the coding manual; those
of AnnoMI's client talk and of EmoBank are people's.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple
from zlib import crc32

import annotated
from fit_words import word_weights
from scipy.stats import pearsonr
from sklearn.metrics import f1_score

from aftermove.affect import ClauseScorer
from aftermove.model import Affect, Session, Stance, State

N_FOLDS = 3
STANCES = [str(stance) for stance in Stance]


class Rated(NamedTuple):
    """
    A turn's gold beside its affect.
    """

    session: str
    text: str
    told: Mapping[str, Any]
    affect: Affect


def rated(
    data: Sequence[annotated.Annotated], scorer: ClauseScorer, split: str = "all"
) -> list[Rated]:
    """
    The rated patient turns of one split, in order.
    """
    return [
        Rated(session.id, session[affect.turn].text, gold[affect.turn], affect)
        for session, gold in data
        if split == "all" or annotated.is_validation(session.id) == (split == "validation")
        for affect in scorer.score(session)
        if gold[affect.turn]
    ]


def peer() -> Callable[[str], float]:
    """
    VADER's compound score of a text.
    """
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    return lambda text: float(analyzer.polarity_scores(text)["compound"])


def correlation(told: Sequence[float], found: Sequence[float]) -> float:
    """
    Pearson's r.
    """
    return float(pearsonr(told, found).statistic)


def state_figures(turns: Sequence[Rated]) -> dict[str, Any]:
    """
    Micro-F1 over all states, and for each its F1, gold count and found count.
    """
    counts = {str(state): [0, 0, 0] for state in State}
    for turn in turns:
        gold, found = set(turn.told["states"]), {str(s) for s in turn.affect.states}
        for state, count in counts.items():
            count[0] += state in gold and state in found
            count[1] += state in gold
            count[2] += state in found
    hits, golden, given = (sum(count[i] for count in counts.values()) for i in range(3))
    by_state = {s: (2 * h / max(1, g + f), g, f) for s, (h, g, f) in counts.items()}
    return {"micro_f1": 2 * hits / max(1, golden + given), "by_state": by_state}


def stance_f1(told: Sequence[str], found: Sequence[str]) -> float:
    """
    Macro-F1 over change, sustain and neutral.
    """
    return float(f1_score(told, found, labels=STANCES, average="macro", zero_division=0.0))


def rated_figures(turns: Sequence[Rated], vader: Callable[[str], float]) -> dict[str, Any]:
    """
    Agreement on valence, arousal, states and stance.
    """
    valence = [float(turn.told["valence"]) for turn in turns]
    return {
        "n": len(turns),
        "valence_r": correlation(valence, [turn.affect.valence for turn in turns]),
        "vader_r": correlation(valence, [vader(turn.text) for turn in turns]),
        "arousal_r": correlation(
            [float(turn.told["arousal"]) for turn in turns], [turn.affect.arousal for turn in turns]
        ),
        "stance_macro_f1": stance_f1(
            [turn.told["stance"] for turn in turns], [str(turn.affect.stance) for turn in turns]
        ),
        "states": state_figures(turns),
    }


def text_figures(
    rows: Iterator[dict[str, Any]],
    gold: Callable[[dict[str, Any]], float],
    scorer: ClauseScorer,
    vader: Callable[[str], float],
) -> dict[str, float]:
    """
    Agreement on the valence of single texts.
    """
    told = [(gold(row["gold"]), row["text"]) for row in rows]
    pairs = [("patient", text) for _, text in told]
    found = [affect.valence for affect in scorer.score(Session.from_pairs(pairs))]
    valence = [value for value, _ in told]
    return {
        "n": len(told),
        "valence_r": correlation(valence, found),
        "vader_r": correlation(valence, [vader(text) for _, text in told]),
    }


def speed(data: Sequence[annotated.Annotated], vader: Callable[[str], float]) -> dict[str, float]:
    """
    Patient turns a second on AnnoMI, the best of three runs on one core.
    """
    texts = [t.text for session, _ in data for t in session.by_role("patient")]
    scorer = ClauseScorer()
    best: dict[str, float] = {}
    runs: dict[str, Callable[[], object]] = {
        "ours": lambda: [scorer.score(session) for session, _ in data],
        "vader": lambda: [vader(text) for text in texts],
    }
    for name, run in runs.items():
        for _ in range(3):
            start = perf_counter()
            run()
            best[name] = max(best.get(name, 0.0), len(texts) / (perf_counter() - start))
    return best


def fold_of(session: str) -> int:
    """
    Which third of the tuning sessions it is of.
    """
    return crc32(session.encode()) // 4 % N_FOLDS


def fitted_without(folder: Path, is_spared: Callable[[str], bool]) -> ClauseScorer:
    """
    The scorer with words fitted on other sessions than those spared.
    """
    return ClauseScorer(words=word_weights(folder, is_spared))


def parts(folder: Path, split: str) -> dict[int, ClauseScorer]:
    """
    For each part of the split a scorer that was fitted without it.
    """
    if split == "validation":
        spared = fitted_without(folder, annotated.is_validation)
        return dict.fromkeys(range(N_FOLDS), spared)
    return {fold: fitted_without(folder, partial(is_spared, fold)) for fold in range(N_FOLDS)}


def is_spared(fold: int, session: str) -> bool:
    """
    Whether nothing of the session may be fitted on where a fold of the tuning ones is measured.
    """
    return annotated.is_validation(session) or fold_of(session) == fold


def measured(
    data: Sequence[annotated.Annotated], scorers: Mapping[int, ClauseScorer], split: str
) -> list[Rated]:
    """
    The rated patient turns of one split, each scored without its own session.
    """
    return [
        turn
        for fold, scorer in scorers.items()
        for turn in rated([e for e in data if fold_of(e.session.id) == fold], scorer, split)
    ]


def report(folder: Path, split: str) -> dict[str, Any]:
    """
    All figures of one split; single texts have no split.
    """
    scorers, vader = parts(folder, split), peer()
    scorer = scorers[0]
    annomi = annotated.sessions(folder / "annomi_dev.jsonl")
    patient = annotated.rated_turns(
        folder / "patient_affect_dev.jsonl", folder / "annomi_dev.jsonl"
    )
    authored = annotated.sessions(folder / "authored_dev.jsonl")
    talk = [t for t in measured(annomi, scorers, split) if "client_talk_type" in t.told]
    return {
        "split": split,
        "patient_affect": rated_figures(measured(patient, scorers, split), vader),
        "authored": rated_figures(measured(authored, scorers, split), vader),
        "annomi stance": {
            "n": len(talk),
            "stance_macro_f1": stance_f1(
                [t.told["client_talk_type"] for t in talk], [str(t.affect.stance) for t in talk]
            ),
        },
        "emobank": text_figures(
            annotated.rows(folder / "emobank_dev.jsonl"), lambda g: float(g["V"]), scorer, vader
        ),
        "vadergt": text_figures(
            annotated.rows(folder / "vadergt_dev.jsonl"),
            lambda g: float(g["valence"]),
            scorer,
            vader,
        ),
        "turns_per_second": speed(annomi, vader),
    }


def print_table(figures: Mapping[str, Any]) -> None:
    """
    The figures for a reader.
    """
    print("split:", figures["split"])
    for name, values in figures.items():
        if isinstance(values, dict):
            told = {k: round(v, 3) for k, v in values.items() if isinstance(v, (int, float))}
            print(f"{name:18}", told)
            if "states" in values:
                print(f"{'':18}", "states micro-F1", round(values["states"]["micro_f1"], 3))
                for state, (f1, gold, found) in values["states"]["by_state"].items():
                    print(f"{'':20}{state:14} {f1:.2f} {gold:4} {found:4}")


def main() -> None:
    """
    Prints the figures of the split asked for.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--split", default="tuning", choices=["tuning", "validation"])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = report(arguments.folder, arguments.split)
    if arguments.json:
        print(json.dumps(figures, indent=1))
    else:
        print_table(figures)


if __name__ == "__main__":
    main()
