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
from aftermove.errors import ModelError
from aftermove.language import WeightRows
from aftermove.model import State

__all__ = ["HEADS", "LEXICON", "WORD", "Said", "WordWeights", "met_in"]

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


class Met(NamedTuple):
    """
    The words and pairs met in one turn.
    """

    times: dict[str, int]
    """How often each is said, at most `MAX_COUNT`."""
    places: dict[str, Place]
    """Where each is said first."""
    scale: float
    """What their weights are multiplied by: the less, the longer the turn."""


class Said(NamedTuple):
    """
    What the words of one turn add.
    """

    met: Met
    totals: list[float]
    """For each head."""
    pieces: list[Piece]
    """What words add to valence, the strongest first; with the rest they make its total."""
    rest: float
    """What words add to valence that no piece tells."""


@frozen(kw_only=True)
class WordWeights:
    """
    For each word or pair a weight for each head, and how much the lexicon's reading counts beside.

    Args:
        by_word: Words in lower case, contractions written out, pairs with a blank between, words
            within a negation's reach behind ``"not … "``; each with a row of 18 weights, from
            -1,000 to 1,000, in the order of `HEADS`: valence, arousal, change, sustain, the states.
        lexicon: 18 numbers that the lexicon's figures are multiplied by; all 1 if not given.

    Raises:
        ModelError: If a row hasn't one weight for each head, or a weight is out of bounds.

    Source:
        Our own; `docs/explanation/affect.md` tells what the weights were fitted on.

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

    def __attrs_post_init__(self) -> None:
        if any(len(row) != len(HEADS) for row in (self.lexicon, *self.by_word.values())):
            reason = f"must have {len(HEADS)} weights in each row, one for each head"
            raise ModelError("WordWeights", reason)

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
        met = met_in(reading, self.by_word)
        zone, scale = DEAD_ZONE if reading.found else DEAD_ZONE_ALONE, met.scale
        plain = self._rows.total(met.times)
        totals = [copysign(max(0.0, scale * abs(total) - zone), total) for total in plain]
        # What is left of each piece where the dead zone has taken its part.
        pieces = self._pieces(met, 0, totals[0] / plain[0] if plain[0] else 0.0)
        return Said(met, totals, pieces, totals[0] - sum([piece.added for piece in pieces]))

    def speaking_for(self, said: Said, head: int) -> list[Piece]:
        """
        The words that speak for one head, the strongest first.
        """
        pieces = self._pieces(said.met, head, said.met.scale)
        return [piece for piece in pieces if piece.added > 0]

    def _pieces(self, met: Met, head: int, scale: float) -> list[Piece]:
        by_word = self.by_word
        added = [(scale * times * by_word[word][head], word) for word, times in met.times.items()]
        added = [each for each in added if not -LEAST_PIECE < each[0] < LEAST_PIECE]
        added.sort(key=lambda each: -abs(each[0]))
        return [Piece(weight, word, met.places[word]) for weight, word in added[:MAX_PIECES]]


class _Everything:
    def __contains__(self, _: object) -> bool:
        return True


def met_in(reading: Reading, known: Container[str] = _Everything()) -> Met:
    """
    The words and pairs of neighbours of a turn that are *known*.

    Words that strengthen are left out, as the lexicon reckons with them.
    """
    strengthening = {
        place
        for modifier in reading.modifiers
        if modifier.kind == "strengthen"
        for place in range(modifier.first, modifier.last)
    }
    times: dict[str, int] = {}
    places: dict[str, Place] = {}
    last, reach, n_words = -1, 0, 0
    words = reading.words
    for place, word in enumerate(words):
        if place in strengthening:
            continue
        if not word:
            last, reach = -1, 0
            continue
        n_words += 1
        name = NEGATED + word if reach else word
        if name in known:
            _add(times, places, name, place, place)
        if last >= 0 and (name := f"{words[last]} {word}") in known:
            _add(times, places, name, last, place)
        reach = NEGATION_REACH if word in _NEGATIONS else reach - 1 if reach else 0
        last = place
    origins = reading.origins
    spans = {name: (origins[first], origins[last] + 1) for name, (first, last) in places.items()}
    return Met(times, spans, 1.0 / sqrt(n_words + DAMPING))


def _add(times: dict[str, int], places: dict[str, Place], name: str, first: int, last: int) -> None:
    if name not in times:
        times[name], places[name] = 1, (first, last)
    elif times[name] < MAX_COUNT:
        times[name] += 1


@cache
def _default() -> WordWeights:
    content = (files("aftermove.affect") / "data" / "words.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in content.splitlines() if not line.startswith("#")]
    by_word = {name: tuple(map(float, weights)) for name, *weights in rows[1:]}
    return WordWeights(lexicon=by_word.pop(LEXICON), by_word=by_word)
