"""
What each clause shows: phrases of the lexicon, read by who feels, when, and how sure.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import sqrt
from typing import Final, NamedTuple

from aftermove.affect.lexicon import Entry
from aftermove.affect.phrases import Found, Modifier, Reading
from aftermove.affect.weights import Weights
from aftermove.language import Clause, Passage

__all__ = ["ClauseReading", "Shown", "read_clauses"]

NEGATION_REACH: Final = 5
"""Words from a negation to the phrase it turns."""
DEGREE_REACH: Final = 3
"""Words from "very" to the phrase it strengthens."""
MAX_BARE_WORDS: Final = 3
"""Of a clause that is nothing but an exclamation."""
BAD_NEWS: Final = -0.1
"""Valence of a clause below which praise that stands alone behind it is ironic."""
REHEARSED_SHARE: Final = 0.6
"""Of a turn's words that are quotation."""

_TURNING: Final = frozenset({"but", "however", "yet", "except"})
_IFS: Final = frozenset({"if", "unless", "whenever"})
_CONCEDING: Final = frozenset({"although", "though", "while", "whereas"})


class Shown(NamedTuple):
    """
    One phrase met, and what is left of it where it stands.
    """

    entry: Entry
    first: int
    """Index of its first word in the passage."""
    last: int
    """Index behind its last word."""
    valence: float
    factor: float
    """What is left of its arousal and states, from 0 up."""
    stance: float
    is_negated: bool


class ClauseReading(NamedTuple):
    """
    One clause and what it shows.
    """

    clause: Clause
    weight: float
    shown: list[Shown]
    valence: float
    """From -1 to 1: that of all shown, bent."""


def squash(value: float) -> float:
    """
    The value bent into (-1, 1): close to itself near 0, in order, with its sign.
    """
    return value / sqrt(sqrt(1.0 + value**4))


def read_clauses(reading: Reading, weights: Weights) -> list[ClauseReading]:
    """
    The clauses that show something, in order.
    """
    if not reading.found:
        return []
    clauses = reading.passage.clauses
    firsts = [clause.first for clause in clauses]
    shown_by_clause: dict[int, list[Found]] = {}
    for found in reading.found:
        place = bisect_right(firsts, reading.origins[found.first]) - 1
        shown_by_clause.setdefault(place, []).append(found)
    modifiers_by_clause: dict[int, list[Modifier]] = {}
    for modifier in reading.modifiers:
        place = bisect_right(firsts, reading.origins[modifier.first]) - 1
        modifiers_by_clause.setdefault(place, []).append(modifier)
    readings: list[ClauseReading] = []
    is_rehearsed = _is_rehearsed(reading.passage)
    for place, founds in shown_by_clause.items():
        clause = clauses[place]
        around = modifiers_by_clause.get(place, [])
        context = _Context(clause, around, weights, is_rehearsed=is_rehearsed)
        shown = [context.shown(found, reading) for found in founds]
        if context.is_bare_praise() and readings and _is_bad_news(readings[-1], place, clauses):
            shown = [each._replace(valence=weights.ironic * each.valence) for each in shown]
        valence = squash(sum([each.valence for each in shown]))
        readings.append(ClauseReading(clause, _weight(place, clauses, weights), shown, valence))
    return readings


def _is_rehearsed(passage: Passage) -> bool:
    """
    Whether the turn is nearly all quotation: lines tried out, to be said to someone.
    """
    starts = passage.starts
    quoted = sum(
        bisect_left(starts, quote.end) - bisect_left(starts, quote.start)
        for quote in passage.quotes
    )
    return quoted > REHEARSED_SHARE * len(starts)


def _is_bad_news(before: ClauseReading, place: int, clauses: Sequence[Clause]) -> bool:
    """
    Whether the clause just before *place* is bad, so that praise alone after it is no praise.
    """
    return before.clause is clauses[place - 1] and before.valence < BAD_NEWS


def _weight(place: int, clauses: Sequence[Clause], weights: Weights) -> float:
    """
    What a clause counts in its turn: more when late, or behind a "but"; little before one.
    """
    clause = clauses[place]
    weight = 1.0 + weights.late * (place + 1) / len(clauses)
    if clause.connective in _TURNING:
        weight *= weights.after_but
    elif clause.connective in _CONCEDING:
        weight *= weights.before_but
    following = clauses[place + 1] if place + 1 < len(clauses) else None
    if following is not None and following.connective in _TURNING:
        weight *= weights.before_but
    return weight


class _Context:
    """
    What of a clause bears on all of its phrases.
    """

    def __init__(
        self,
        clause: Clause,
        modifiers: Sequence[Modifier],
        weights: Weights,
        *,
        is_rehearsed: bool = False,
    ) -> None:
        self.clause = clause
        self.is_bare = clause.last - clause.first <= MAX_BARE_WORDS
        self.is_rehearsed = is_rehearsed
        self.weights = weights
        self.by_kind: dict[str, list[Modifier]] = {}
        for modifier in modifiers:
            self.by_kind.setdefault(modifier.kind, []).append(modifier)
        self.is_conditional = clause.connective in _IFS

    def shown(self, found: Found, reading: Reading) -> Shown:
        entry = found.entry
        factor = self._factor(found) * self._degree(found)
        is_negated = self._is_near("negate", found, NEGATION_REACH)
        valence = entry.valence * factor
        valence *= self._good(found) if valence > 0 else self._bad()
        if is_negated:
            valence *= self.weights.negated_good if valence > 0 else self.weights.negated_bad
        stance = entry.stance * (-0.6 if is_negated else 1.0)
        first, last = reading.origins[found.first], reading.origins[found.last - 1] + 1
        return Shown(entry, first, last, valence, factor, stance, is_negated)

    def _factor(self, found: Found) -> float:
        """
        What is left of a phrase for who feels, when, and how sure.
        """
        weights = self.weights
        factor = 1.0
        if "own" not in self.by_kind and self._has("others", found):
            factor *= weights.others
        if self.is_conditional or self._has("unreal", found):
            factor *= weights.unreal
        elif self._has("hedge", found):
            factor *= weights.hedge
        if self._has("past", found) or self._has("bygone", found):
            factor *= weights.past
        if self.clause.closing == "?":
            factor *= weights.question
        return factor

    def _has(self, kind: str, found: Found) -> bool:
        """
        Whether the clause holds such a modifier outside of the phrase.

        A phrase reckons with its own words: "would" takes nothing from "that would help".
        """
        if kind not in self.by_kind:
            return False
        return any(
            modifier.last <= found.first or modifier.first >= found.last
            for modifier in self.by_kind[kind]
        )

    def is_bare_praise(self) -> bool:
        """
        Whether the clause is nothing but an exclamation of praise.
        """
        return self.is_bare and "praise" in self.by_kind

    def _good(self, found: Found) -> float:
        """
        What is left of good feeling: brief lifts, bygone ones and quoted lines show little.
        """
        good = self.weights.brief_good if "brief" in self.by_kind else 1.0
        if self._has("bygone", found):
            good *= self.weights.bygone_good
        return good * (self.weights.quoted_good if self.clause.quoted else 1.0)

    def _bad(self) -> float:
        """
        What is left of bad feeling: little, if it is only a line to be said.
        """
        return self.weights.rehearsed if self.is_rehearsed else 1.0

    def _degree(self, found: Found) -> float:
        degree = 1.0
        if self._is_near("strengthen", found, DEGREE_REACH):
            degree *= self.weights.strengthen
        if self._is_near("weaken", found, DEGREE_REACH):
            degree *= self.weights.weaken
        return degree

    def _is_near(self, kind: str, found: Found, reach: int) -> bool:
        if kind not in self.by_kind:
            return False
        return any(0 <= found.first - modifier.last < reach for modifier in self.by_kind[kind])
