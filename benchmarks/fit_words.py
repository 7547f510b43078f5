"""
Fits what single words and pairs of words add to affect, beside the lexicon: `data/words.tsv`.

    python benchmarks/fit_words.py FOLDER [--everything]

Ridge regressions of what raters told, less the share of it that the lexicon tells, on the words of
the turn.  Fitted on the invented turns, and on the tuning sessions of the rated sets; with
``--everything``, as the file that ships is, on the held-back quarter of their sessions, too.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import annotated
import invented
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import Ridge
from sklearn.model_selection import GroupKFold

from aftermove.affect import ClauseScorer, Weights, WordWeights
from aftermove.affect.words import HEADS, LEXICON, NEGATED, met_in

Floats = NDArray[np.float64]

OUT: Final = Path("src/aftermove/affect/data/words.tsv")
N_FOLDS: Final = 3
FUNCTION_WORDS: Final = frozenset(
    """
    a an the and or but so of to in on at by for with from as if then than that this these those
    it its is am are was were be been being do does did have has had will would could should can
    may might must i me my you your he him his she her they them their we us our there here
    """.split()
)
"""Told alone, they explain nothing to a reader, and hardly anything is lost without them."""
IDENTITIES: Final = frozenset(
    """
    man men woman women male female gay lesbian straight bi trans queer black white brown asian
    african indian irish english british american polish nigerian chinese arab european christian
    catholic muslim jewish hindu sikh buddhist church mosque temple disabled deaf blind autistic
    fat old young poor rich immigrant refugee foreigner
    """.split()
)
"""Who somebody is tells nothing of how they feel."""
LEAST_TURNS: Final = 4
"""That a word must stand in."""
RATED_WEIGHT: Final = 2.0
"""What a rated turn of a session counts beside one that was invented."""
SHRINKAGE: Final = {"valence": 4.0, "arousal": 8.0, "change": 4.0, "sustain": 4.0}
STATE_SHRINKAGE: Final = 2.0
LEXICON_UNIT: Final = 5.0
"""How much less the lexicon's share is shrunk than the words."""
LEAST_WEIGHT: Final = 0.1
"""Words all of whose weights are below it are left out."""
LEAST_TOLD: Final = 0.03
"""Weights below it are 0."""
STANCES: Final = slice(2, 4)
STATES: Final = slice(4, None)


class Example(NamedTuple):
    """
    One turn: its words, what the lexicon reads in it, and what raters told.
    """

    session: str
    kind: str
    """``"invented"``, ``"rated"``, or ``"stance"`` where nothing but the stance is told."""
    words: dict[str, float]
    read: list[float]
    told: list[float]


def examples(data: Iterable[annotated.Annotated], kind: str) -> list[Example]:
    """
    The turns of the sessions that someone rated.
    """
    scorer = ClauseScorer(words=WordWeights.none())
    found = []
    for session, gold in data:
        for turn, told in scorer.read_through(session):
            if rating := gold[turn.index]:
                met = met_in(told.reading)
                words = {word: met.scale * times for word, times in met.times.items()}
                found.append(Example(session.id, kind, words, told.figures, targets(rating)))
    return found


def targets(rating: Mapping[str, Any]) -> list[float]:
    """
    A number for each head.
    """
    stance = rating.get("stance", rating.get("client_talk_type"))
    states = rating.get("states", ())
    plain = [rating.get("valence", 0.0), rating.get("arousal", 0.0)]
    plain += [float(stance == name) for name in ("change", "sustain")]
    return [*plain, *(float(state in states) for state in HEADS[STATES])]


def names(data: Iterable[annotated.Annotated]) -> set[str]:
    """
    Words that are mostly written with a capital within sentences: whom a turn names tells nothing.
    """
    capital, small = Counter[str](), Counter[str]()
    for session, _ in data:
        for turn in session:
            said = turn.text.split()
            for before, word in pairwise(said):
                bare = word.strip(".,!?;:'\"()…—-").removesuffix("'s")
                if bare.isalpha() and before[-1].isalnum():
                    (capital if bare[0].isupper() else small)[bare.lower()] += 1
    return {word for word, times in capital.items() if times > small[word] and word != "i"}


class Fit(NamedTuple):
    """
    Weights before they are scaled to where states and stances begin.
    """

    vectorizer: DictVectorizer
    lexicon: Floats
    weights: Floats
    """A row for each head."""

    def predict(self, given: Sequence[Example]) -> Floats:
        """
        A column for each head.
        """
        words = self.vectorizer.transform([each.words for each in given])
        read = np.array([each.read for each in given])
        return np.asarray(read * self.lexicon + words @ self.weights.T)


def fit(given: Sequence[Example], left_out: set[str]) -> Fit:
    """
    The lexicon's share by the invented turns alone, as it was written on the others; then words.
    """
    times = Counter(word for each in given for word in each.words)
    kept = {
        word
        for word, n in times.items()
        if n >= LEAST_TURNS
        and left_out.isdisjoint(word.removeprefix(NEGATED).split())
        and word.removeprefix(NEGATED) not in FUNCTION_WORDS
    }
    vectorizer = DictVectorizer()
    words = csr_matrix(
        vectorizer.fit_transform(
            [{w: v for w, v in each.words.items() if w in kept} for each in given]
        )
    )
    read, told = (np.array([getattr(each, name) for each in given]) for name in ("read", "told"))
    kinds = np.array([each.kind for each in given])
    made_up, whole = np.flatnonzero(kinds == "invented"), np.flatnonzero(kinds != "stance")
    importance = np.where(kinds == "rated", RATED_WEIGHT, 1.0)
    lexicon, weights = np.zeros(len(HEADS)), np.zeros((len(HEADS), words.shape[1]))
    for head, name in enumerate(HEADS):
        ridge = Ridge(alpha=SHRINKAGE.get(name, STATE_SHRINKAGE), fit_intercept=False)
        beside = csr_matrix(read[made_up, head, None] * LEXICON_UNIT)
        ridge.fit(hstack([words[made_up], beside]).tocsr(), told[made_up, head])
        lexicon[head] = ridge.coef_[-1] * LEXICON_UNIT
        used = np.arange(len(given)) if name in HEADS[STANCES] else whole
        left = told[used, head] - lexicon[head] * read[used, head]
        weights[head] = ridge.fit(words[used], left, sample_weight=importance[used]).coef_
    return Fit(vectorizer, lexicon, weights)


def scales(given: Sequence[Example], left_out: set[str]) -> Floats:
    """
    What each head is multiplied by, told by sessions left out of the fit.

    Valence and arousal are made to spread as ratings do; states and stances to begin where the
    scorer's own weights say, at the share that agrees best with the raters.
    """
    whole = [each for each in given if each.kind != "stance"]
    told = np.array([each.told for each in whole])
    found = np.zeros_like(told)
    sessions = [each.session for each in whole]
    for kept, spared in GroupKFold(N_FOLDS).split(whole, groups=sessions):
        fold = fit([whole[i] for i in kept], left_out)
        found[spared] = fold.predict([whole[i] for i in spared])
    scale = np.ones(len(HEADS))
    scale[:2] = told[:, :2].std(axis=0) / found[:, :2].std(axis=0)
    shares = np.arange(0.1, 0.5, 0.01)
    begins = Weights.default()
    best = max(shares, key=lambda share: micro_f1(told[:, STATES], found[:, STATES] >= share))
    scale[STATES] = begins.shown / best
    for head, begin in ((2, begins.change), (3, begins.sustain)):
        best = max(shares, key=lambda s, h=head: micro_f1(told[:, h], found[:, h] >= s))  # type: ignore[misc]
        scale[head] = begin / best
    return scale


def micro_f1(told: Floats, found: NDArray[np.bool_]) -> float:
    """
    Of all cells together.
    """
    return float(2 * (told * found).sum() / (told.sum() + found.sum()))


def word_weights(folder: Path, is_spared: Callable[[str], bool]) -> WordWeights:
    """
    The weights fitted on the invented turns, and on the rated ones of sessions not spared.
    """
    sets = {
        "rated": [
            *annotated.rated_turns(
                folder / "patient_affect_dev.jsonl", folder / "annomi_dev.jsonl"
            ),
            *annotated.sessions(folder / "authored_dev.jsonl"),
        ],
        "stance": annotated.sessions(folder / "annomi_dev.jsonl"),
    }
    made_up = invented.sessions()
    given = examples(made_up, "invented")
    for kind, data in sets.items():
        given += examples([each for each in data if not is_spared(each.session.id)], kind)
    left_out = names([*made_up, *sets["stance"]]) | IDENTITIES
    found, scale = fit(given, left_out), scales(given, left_out)
    rows = np.round((found.weights * scale[:, None]).T, 2)
    rows[np.abs(rows) < LEAST_TOLD] = 0.0
    by_word = {
        word: tuple(row.tolist())
        for word, row in zip(found.vectorizer.feature_names_, rows, strict=True)
        if np.abs(row).max() >= LEAST_WEIGHT
    }
    return WordWeights(by_word=by_word, lexicon=tuple((found.lexicon * scale).round(3).tolist()))


def written(weights: WordWeights, *, everything: bool) -> str:
    """
    The file's content.
    """
    spared = "among them, too" if everything else "not among them"
    lines = [
        "# What a word, or a pair, adds to each figure, by the root of the turn's length.",
        f"# Made by benchmarks/fit_words.py on {datetime.now(UTC).date()}; not to be edited.",
        "# Fitted on the turns of benchmarks/invented, rated by their writers, and on the rated",
        "# turns and authored sessions, rated by a language model; stances on AnnoMI, too.",
        f"# The quarter of sessions held back is {spared}.",
        "\t".join(("word", *HEADS)),
    ]
    for word, row in ((LEXICON, weights.lexicon), *sorted(weights.by_word.items())):
        lines.append("\t".join((word, *(f"{weight:g}" for weight in row))))
    return "\n".join([*lines, ""])


def main() -> None:
    """
    Writes the file.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--everything", action="store_true")
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    spared = (lambda _: False) if arguments.everything else annotated.is_validation
    weights = word_weights(arguments.folder, spared)
    content = written(weights, everything=arguments.everything)
    arguments.out.write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
