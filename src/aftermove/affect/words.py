"""
What single words and pairs of words add to each figure, beside what the lexicon reads.

The numbers stand in `data/words.tsv`, which tells what they were fitted on.
"""

from collections.abc import Container, Mapping
from functools import cache
from importlib.resources import files
from math import copysign, sqrt
from typing import Final, NamedTuple

from attrs import field, frozen

from aftermove.affect.phrases import Reading
from aftermove.language import WeightRows
from aftermove.model import State

__all__ = ["HEADS", "LEXICON", "WORD", "Said", "WordWeights", "features_of"]

HEADS: Final = ("valence", "arousal", "change", "sustain", *map(str, State))
"""The figures that words add to, in the order of each row of weights."""

WORD: Final = "word."
"""How the cues begin that are a word or a pair of words."""

LEXICON: Final = "(lexicon)"
"""What stands in place of a word where the file tells how much the lexicon's reading counts."""

NEGATED: Final = "not … "
"""What stands before a word that comes within a negation's reach."""
NEGATION_REACH: Final = 4
"""Words."""
MAX_COUNT: Final = 2
"""A word said more often in one turn counts no more."""
DAMPING: Final = 4
"""Words that each turn is taken to have besides its own, so that a short one is not all of one."""
DEAD_ZONE: Final = 0.03
"""What words add to a figure begins here."""
DEAD_ZONE_ALONE: Final = 0.15
"""The same where the lexicon meets nothing, so that plain talk moves nothing."""

MAX_PIECES: Final = 4
"""Words told as evidence of one figure."""
LEAST_PIECE: Final = 0.01
"""What a word adds that is told as evidence."""

_NEGATIONS: Final = frozenset("not no never nothing nobody none without hardly".split())


Place = tuple[int, int]
"""The index of the first word in the passage, and the one behind the last."""


class Piece(NamedTuple):
    """
    What one word adds to one figure.
    """

    added: float
    word: str
    place: Place
    """Where it is said first."""


class Said(NamedTuple):
    """
    What the words of one turn add.
    """

    totals: list[float]
    """For each head."""
    pieces: list[Piece]
    """What words add to valence, the strongest first; with the rest they make its total."""
    rest: float
    """What words add to valence that no piece tells."""
    met: dict[str, float]
    """The words that have a weight, each with what it is multiplied by."""
    places: dict[str, Place]


@frozen(kw_only=True)
class WordWeights:
    """
    For each word or pair a weight for each head, and how much the lexicon's reading counts beside.

    Example:
        >>> WordWeights.default().by_word["proud of"][0] > 0
        True
        >>> len(WordWeights.none().by_word)
        0
    """

    by_word: Mapping[str, tuple[float, ...]]
    """A row for each word, in the order of `HEADS`."""

    lexicon: tuple[float, ...] = (1.0,) * len(HEADS)
    """What each figure that the lexicon gives is multiplied by."""

    _rows: WeightRows = field(init=False, repr=False, eq=False)

    @_rows.default
    def _as_rows(self) -> WeightRows:
        return WeightRows([0.0] * len(HEADS), self.by_word)

    @classmethod
    def default(cls) -> "WordWeights":
        """
        The weights that ship with the library; made once.
        """
        return _default()

    @classmethod
    def none(cls) -> "WordWeights":
        """
        No word adds anything: the lexicon alone decides.
        """
        return cls(by_word={})

    def said(self, reading: Reading) -> Said:
        """
        What the words of one turn add.
        """
        met, places = features_of(reading, self.by_word)
        zone = DEAD_ZONE if reading.found else DEAD_ZONE_ALONE
        plain = self._rows.total(met)
        totals = [copysign(max(0.0, abs(total) - zone), total) for total in plain]
        # What is left of each piece where the dead zone has taken its part.
        left = totals[0] / plain[0] if plain[0] else 0.0
        pieces = self._pieces(met, places, 0, left)
        return Said(totals, pieces, totals[0] - sum([p.added for p in pieces]), met, places)

    def speaking_for(self, said: Said, head: int) -> list[Piece]:
        """
        The words that speak for one head, the strongest first.
        """
        return [piece for piece in self._pieces(said.met, said.places, head) if piece.added > 0]

    def _pieces(
        self, met: Mapping[str, float], places: Mapping[str, Place], head: int, left: float = 1.0
    ) -> list[Piece]:
        by_word = self.by_word
        added = [
            (weight, word)
            for word, value in met.items()
            if abs(weight := left * value * by_word[word][head]) >= LEAST_PIECE
        ]
        added.sort(key=lambda each: -abs(each[0]))
        return [Piece(weight, word, places[word]) for weight, word in added[:MAX_PIECES]]


def features_of(
    reading: Reading, known: Container[str] | None = None
) -> tuple[dict[str, float], dict[str, Place]]:
    """
    The words and pairs of neighbours of a turn that are *known*, or all of them.

    Words that strengthen are left out, as the lexicon reckons with them.

    Returns:
        For each what its weight is multiplied by, the less, the longer the turn; and its place.
    """
    words, origins = reading.words, reading.origins
    skipped = {
        place
        for modifier in reading.modifiers
        if modifier.kind == "strengthen"
        for place in range(modifier.first, modifier.last)
    }
    times: dict[str, int] = {}
    places: dict[str, Place] = {}
    before, reach, n_words = -1, 0, 0
    for place, word in enumerate(words):
        if place in skipped:
            continue
        if not word:
            before, reach = -1, 0
            continue
        n_words += 1
        told = [(NEGATED + word if reach else word, place)]
        if before >= 0:
            told.append((f"{words[before]} {word}", before))
        for name, first in told:
            if name in times:
                times[name] += 1
            elif known is None or name in known:
                times[name] = 1
                places[name] = origins[first], origins[place] + 1
        reach = NEGATION_REACH if word in _NEGATIONS else max(0, reach - 1)
        before = place
    scale = 1.0 / sqrt(n_words + DAMPING)
    return {name: scale * min(count, MAX_COUNT) for name, count in times.items()}, places


@cache
def _default() -> WordWeights:
    content = (files("aftermove.affect") / "data" / "words.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in content.splitlines() if not line.startswith("#")]
    by_word = {name: tuple(map(float, weights)) for name, *weights in rows[1:]}
    return WordWeights(lexicon=by_word.pop(LEXICON), by_word=by_word)
