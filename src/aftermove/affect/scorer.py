"""
What the patient shows, turn by turn.
"""

from collections.abc import Sequence
from math import prod
from typing import Final

from aftermove.affect.clauses import ClauseReading, Shown, read_clauses, squash
from aftermove.affect.lexicon import Lexicon
from aftermove.affect.phrases import PhraseFinder
from aftermove.affect.talk import Carried, Talk, is_answer
from aftermove.affect.weights import Weights
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

__all__ = ["ClauseScorer"]

_GOOD: Final = frozenset({State.RELIEF, State.HOPE, State.JOY, State.CONNECTION, State.WILLINGNESS})
MAX_EXCLAIMED: Final = 2
"""Exclamation marks of one turn that raise its arousal; more are a manner of writing."""
MAX_STATES: Final = 3
"""Of one turn; raters name one or two, seldom three."""


class ClauseScorer:
    """
    Scores by lexicon and clause: who feels, when, how sure, and what the "but" takes back.

    Args:
        lexicon: `None` for the default one.
        weights: `None` for those that ship.

    Example:
        >>> session = Session.from_pairs([("patient", "I'm scared, but a bit lighter now.")])
        >>> affect = ClauseScorer().score(session)[0]
        >>> affect.states
        (<State.RELIEF: 'relief'>, <State.ANXIETY: 'anxiety'>)

    Source:
        Our own; `docs/explanation/affect.md` tells what it looks for and what it misses.
    """

    def __init__(self, lexicon: Lexicon | None = None, weights: Weights | None = None) -> None:
        self._finder = PhraseFinder(Lexicon.default() if lexicon is None else lexicon)
        self._weights = Weights.default() if weights is None else weights

    def score(self, session: Session) -> tuple[Affect, ...]:
        """
        One affect for each patient turn, in turn order; zero and neutral where nothing was met.
        """
        affects = []
        talk = Talk(self._weights)
        for turn in session:
            if turn.role is Role.PATIENT:
                affects.append(self._affect(turn, talk))
                talk.hear_patient(affects[-1].valence)
            elif turn.role is Role.THERAPIST:
                talk.hear_therapist(turn)
        return tuple(affects)

    def _affect(self, turn: Turn, talk: Talk) -> Affect:
        reading = self._finder.read(turn.text, turn.marks)
        clauses, passage = read_clauses(reading, self._weights), reading.passage
        carried = [*talk.carried(), *self._answered(talk, passage)] if passage.words else []
        if any(each.cue == "answer.no" for each in carried):
            # The "not" of a bare no has done its work.
            clauses = []
        if not clauses and not carried:
            arousal = self._arousal((), passage)
            return Affect(turn=turn.index, valence=0.0, arousal=arousal, coverage=0.0)
        valence, share, share_by_clause = self._valence(clauses, carried)
        evidence = [
            Evidence(passage.span(shown.first, shown.last), shown.entry.id, share * shown.valence)
            for reading, share in zip(clauses, share_by_clause, strict=True)
            for shown in reading.shown
        ]
        evidence += [
            Evidence(passage.span(0, 1), each.cue, share * each.weight * each.valence)
            for each in carried
        ]
        evidence.sort(key=lambda piece: (-abs(piece.weight), piece.span.start))
        return Affect(
            turn=turn.index,
            valence=valence,
            arousal=self._arousal(clauses, passage),
            shown=self._states(clauses, passage, valence),
            stance=self._stance(clauses),
            arc=[
                ArcPoint(
                    span=CharSpan(reading.clause.start, reading.clause.end),
                    valence=reading.valence,
                    weight=reading.weight,
                )
                for reading in clauses
            ],
            evidence=evidence,
            coverage=_coverage(clauses, passage),
        )

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

    def _states(
        self, clauses: Sequence[ClauseReading], passage: Passage, valence: float
    ) -> tuple[ShownState, ...]:
        """
        The states told strongly enough, at most `MAX_STATES`, the strongest first.
        """
        met: dict[State, list[tuple[float, Shown]]] = {}
        for clause in clauses:
            for shown in clause.shown:
                if not shown.is_negated:
                    for state, strength in shown.entry.states.items():
                        piece = (strength * min(1.0, shown.factor), shown)
                        met.setdefault(state, []).append(piece)
        states = []
        for state, pieces in met.items():
            # Several phrases make a state surer; a turn that ends on the other side, less sure.
            strength = 1.0 - prod(1.0 - each for each, _ in pieces)
            if (state in _GOOD) == (valence < 0):
                strength *= 1.0 - abs(valence)
            if strength >= self._weights.shown:
                evidence = [
                    Evidence(passage.span(shown.first, shown.last), shown.entry.id, each)
                    for each, shown in pieces
                ]
                states.append(ShownState(state=state, strength=strength, evidence=evidence))
        return tuple(sorted(states, key=lambda each: -each.strength)[:MAX_STATES])

    def _stance(self, clauses: Sequence[ClauseReading]) -> Stance:
        leaning = sum(shown.stance for clause in clauses for shown in clause.shown)
        if leaning >= self._weights.change:
            return Stance.CHANGE
        return Stance.SUSTAIN if leaning <= -self._weights.sustain else Stance.NEUTRAL


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
