"""
What the patient shows, turn by turn.
"""

from collections.abc import Iterator, Sequence
from math import prod
from typing import Final, NamedTuple, TypeAlias

from aftermove.affect.clauses import ClauseReading, Shown, read_clauses, squash
from aftermove.affect.lexicon import Lexicon
from aftermove.affect.phrases import PhraseFinder, Reading
from aftermove.affect.talk import Carried, Talk, is_answer
from aftermove.affect.weights import Weights
from aftermove.affect.words import HEADS, WORD, Said, WordWeights
from aftermove.language import Passage
from aftermove.model import (
    Affect,
    ArcPoint,
    CharSpan,
    Evidence,
    Role,
    Session,
    ShownState,
    Stance,
    State,
    Turn,
)
from aftermove.model.findings import DIFFUSE

__all__ = ["ClauseScorer"]

_GOOD: Final = frozenset({State.RELIEF, State.HOPE, State.JOY, State.CONNECTION, State.WILLINGNESS})
MAX_EXCLAIMED: Final = 2
"""Exclamation marks of one turn that raise its arousal; more are a manner of writing."""
MAX_STATES: Final = 3
"""Of one turn; raters name one or two, seldom three."""
ROUNDING: Final = 1e-5
"""What is left over by rounding alone is no evidence."""
N_PLAIN_HEADS: Final = 4
"""Of the heads those that are no states."""

StatesMet: TypeAlias = dict[State, tuple[float, list[tuple[float, Shown]]]]
"""For each state how strong it is, and the phrases that show it with their strengths."""


class Told(NamedTuple):
    """
    What the lexicon reads in one turn.
    """

    reading: Reading
    clauses: list[ClauseReading]
    carried: list[Carried]
    figures: list[float]
    """In the order of `HEADS`."""
    states: StatesMet
    share: float
    """What the weight and valence of what is carried are multiplied by."""
    shares: list[float]
    """For each clause, what the valences of its phrases are multiplied by."""

    @property
    def passage(self) -> Passage:
        return self.reading.passage


class ClauseScorer:
    """
    Scores by lexicon and clause: who feels, when, how sure, and what the "but" takes back.

    To what the lexicon reads each word, and each pair of words, adds a little of its own.

    Args:
        lexicon: `None` for the default one.
        weights: `None` for those that ship.
        words: `None` for those that ship; `WordWeights.none()` for the lexicon alone.

    Example:
        >>> session = Session.from_pairs([("patient", "I'm scared, but a bit lighter now.")])
        >>> affect = ClauseScorer().score(session)[0]
        >>> affect.states
        (<State.ANXIETY: 'anxiety'>, <State.RELIEF: 'relief'>)

    Source:
        Our own; `docs/explanation/affect.md` tells what it looks for and what it misses.
    """

    def __init__(
        self,
        lexicon: Lexicon | None = None,
        weights: Weights | None = None,
        words: WordWeights | None = None,
    ) -> None:
        self._finder = PhraseFinder(Lexicon.default() if lexicon is None else lexicon)
        self._weights = Weights.default() if weights is None else weights
        self._words = WordWeights.default() if words is None else words

    def score(self, session: Session) -> tuple[Affect, ...]:
        """
        One affect for each patient turn, in turn order; zero and neutral where nothing was met.
        """
        return tuple([self._affect(turn, told) for turn, told in self.read_through(session)])

    def read_through(self, session: Session) -> Iterator[tuple[Turn, Told]]:
        """
        What the lexicon alone reads in each patient turn, in turn order.
        """
        talk = Talk(self._weights)
        for turn in session:
            if turn.role is Role.PATIENT:
                told = self._read(turn, talk)
                talk.hear_patient(told.figures[0])
                yield turn, told
            elif turn.role is Role.THERAPIST:
                talk.hear_therapist(turn)

    def _affect(self, turn: Turn, told: Told) -> Affect:
        if not told.passage.words:
            return Affect(turn=turn.index, valence=0.0, coverage=0.0)
        passage, said = told.passage, self._words.said(told.reading)
        totals = [
            share * figure + added
            for share, figure, added in zip(
                self._words.lexicon, told.figures, said.totals, strict=True
            )
        ]
        valence = squash(totals[0])
        evidence = self._evidence(told, said, valence / totals[0] if totals[0] else 1.0)
        return Affect(
            turn=turn.index,
            valence=valence,
            arousal=squash(totals[1]),
            shown=self._states(told, said, totals),
            stance=self._stance(totals[2], totals[3]),
            arc=[
                ArcPoint(
                    span=CharSpan(reading.clause.start, reading.clause.end),
                    valence=reading.valence,
                    weight=reading.weight,
                )
                for reading in told.clauses
            ],
            evidence=evidence,
            coverage=_coverage(told.clauses, passage),
        )

    def _read(self, turn: Turn, talk: Talk) -> Told:
        reading = self._finder.read(turn.text, turn.marks)
        clauses, passage = read_clauses(reading, self._weights), reading.passage
        carried = [*talk.carried(), *self._answered(talk, passage)] if passage.words else []
        if any(each.cue == "answer.no" for each in carried):
            # The "not" of a bare no has done its work.
            clauses = []
        valence, share, shares = self._valence(clauses, carried)
        states = _states_met(clauses, valence)
        leaning = sum(shown.stance for clause in clauses for shown in clause.shown)
        figures = [
            valence,
            self._arousal(clauses, passage),
            min(1.0, max(0.0, leaning)),
            min(1.0, max(0.0, -leaning)),
            *(states[state][0] if state in states else 0.0 for state in State),
        ]
        return Told(reading, clauses, carried, figures, states, share, shares)

    def _evidence(self, told: Told, said: Said, bend: float) -> list[Evidence]:
        """
        All that the valence is made of, the strongest first; the weights add up to it.
        """
        passage, counted = told.passage, bend * self._words.lexicon[0]
        evidence = [
            Evidence(
                passage.span(shown.first, shown.last),
                shown.entry.id,
                counted * share * shown.valence,
            )
            for reading, share in zip(told.clauses, told.shares, strict=True)
            for shown in reading.shown
        ]
        evidence += [
            Evidence(passage.span(0, 1), c.cue, counted * told.share * c.weight * c.valence)
            for c in told.carried
        ]
        evidence += [
            Evidence(passage.span(*place), WORD + word, bend * added)
            for added, word, place in said.pieces
        ]
        if abs(said.rest) > ROUNDING:
            whole = passage.span(0, len(passage.words))
            evidence.append(Evidence(whole, DIFFUSE, bend * said.rest))
        evidence.sort(key=lambda piece: (-abs(piece.weight), piece.span.start))
        return evidence

    def _answered(self, talk: Talk, passage: Passage) -> list[Carried]:
        """
        What an answer takes over from the therapist's words, which are read only for one.
        """
        if talk.asked is None or not is_answer(passage.words):
            return []
        asked = read_clauses(self._finder.read(talk.asked.text, talk.asked.marks), self._weights)
        return talk.answered(passage.words, self._valence(asked, [])[0])

    def _valence(
        self, clauses: Sequence[ClauseReading], carried: Sequence[Carried]
    ) -> tuple[float, float, list[float]]:
        """
        The turn's valence, and what the carried and each clause's phrases are multiplied by for it.
        """
        total = sum(c.weight for c in clauses) + self._weights.thin
        told = self._weights.gain * sum(c.weight * c.valence for c in clauses)
        raw = (told + sum(each.weight * each.valence for each in carried)) / total
        valence = squash(raw)
        bend = valence / raw if raw else 1.0
        shares = []
        for clause in clauses:
            said = sum(shown.valence for shown in clause.shown)
            clause_bend = clause.valence / said if said else 1.0
            shares.append(bend * clause_bend * self._weights.gain * clause.weight / total)
        return valence, bend / total, shares

    def _arousal(self, clauses: Sequence[ClauseReading], passage: Passage) -> float:
        raw = sum(
            clause.weight * shown.entry.arousal * shown.factor
            for clause in clauses
            for shown in clause.shown
            if not shown.is_negated
        )
        total = sum(clause.weight for clause in clauses) + self._weights.thin
        exclaimed = min(MAX_EXCLAIMED, sum(each.closing == "!" for each in passage.sentences))
        return squash(self._weights.gain * raw / total + self._weights.exclaimed * exclaimed)

    def _states(self, told: Told, said: Said, totals: Sequence[float]) -> tuple[ShownState, ...]:
        """
        The states told strongly enough, at most `MAX_STATES`, the strongest first.
        """
        strengths = {
            state: min(1.0, total)
            for state, total in zip(State, totals[N_PLAIN_HEADS:], strict=True)
            if total >= self._weights.shown
        }
        strongest = sorted(strengths, key=lambda state: -strengths[state])[:MAX_STATES]
        return tuple(
            ShownState(
                state=state,
                strength=strengths[state],
                evidence=self._state_evidence(told, said, state),
            )
            for state in strongest
        )

    def _state_evidence(self, told: Told, said: Said, state: State) -> list[Evidence]:
        head, passage = HEADS.index(state), told.passage
        met = told.states[state][1] if state in told.states else []
        pieces = [
            Evidence(
                passage.span(shown.first, shown.last),
                shown.entry.id,
                self._words.lexicon[head] * strength,
            )
            for strength, shown in met
        ]
        pieces += [
            Evidence(passage.span(*place), WORD + word, added)
            for added, word, place in self._words.speaking_for(said, head)
        ]
        return sorted(pieces, key=lambda piece: -piece.weight)

    def _stance(self, change: float, sustain: float) -> Stance:
        change, sustain = change - self._weights.change, sustain - self._weights.sustain
        if max(change, sustain) < 0:
            return Stance.NEUTRAL
        return Stance.CHANGE if change >= sustain else Stance.SUSTAIN


def _states_met(clauses: Sequence[ClauseReading], valence: float) -> StatesMet:
    """
    How strongly the lexicon's phrases show each state, and which do.
    """
    met: dict[State, list[tuple[float, Shown]]] = {}
    for clause in clauses:
        for shown in clause.shown:
            if not shown.is_negated:
                for state, strength in shown.entry.states.items():
                    met.setdefault(state, []).append((strength * min(1.0, shown.factor), shown))
    states: StatesMet = {}
    for state, pieces in met.items():
        # Several phrases make a state surer; a turn that ends on the other side, less sure.
        strength = 1.0 - prod(1.0 - each for each, _ in pieces)
        if (state in _GOOD) == (valence < 0):
            strength *= 1.0 - abs(valence)
        states[state] = strength, pieces
    return states


def _coverage(clauses: Sequence[ClauseReading], passage: Passage) -> float:
    """
    The share of the passage's words that its own cues hold.
    """
    held = {
        word
        for clause in clauses
        for shown in clause.shown
        for word in range(shown.first, shown.last)
    }
    return len(held) / len(passage.words) if passage.words else 0.0
