"""
Finds what the therapist does, turn by turn, and shows the words that tell.
"""

from collections.abc import Iterator, Mapping
from math import exp, inf, log
from typing import Final, NamedTuple

from aftermove.errors import ModelError, UnknownNameError
from aftermove.language import Passage, is_go_ahead, words_of
from aftermove.model import Behaviour, CharSpan, Evidence, Intervention, Move, Role, Session, Turn
from aftermove.techniques.codebook import Codebook, load_cues
from aftermove.techniques.cues import Cue, CueIndex
from aftermove.techniques.reasons import Claim, told_in_words
from aftermove.techniques.shape import Before, Place, shapes, stems
from aftermove.techniques.weights import BEHAVIOURS, MAX_STRENGTH, WORD, Weights

__all__ = ["DEFAULT_THRESHOLD", "TALK", "CueDetector", "Reading", "shaped", "turns_with_before"]

DEFAULT_THRESHOLD: Final = 0.3
"""Where precision and recall of all techniques together balance best on the tuning sessions."""

TALK: Final = "talk."
"""How the names of features begin that tell what family the session's other turns speak of."""

MAX_TALK: Final = 3.0
"""No session speaks more of a school than this: else, in long turns, its talk alone would tell."""
# The family of skills that all schools share.
_FRAME: Final = "common"

# Turns without a cue that each session is taken to have besides its own, so that a short one
# isn't thought to be all of one family.
_TALK_PRIOR: Final = 4
_BEHAVIOURS: Final = tuple(Behaviour)
_N_BEHAVIOURS: Final = len(BEHAVIOURS)
# More than a reader takes in at a glance.
_MAX_EVIDENCE: Final = 4
# What speaks for a finding as weakly as this explains nothing.
_LEAST_SAID: Final = 0.2


class Reading(NamedTuple):
    """
    What was met in one turn.
    """

    passage: Passage
    place_by_feature: dict[str, Place]
    """Shapes, each by its own name, and cues of techniques, by the cue's, with their words."""
    value_by_feature: dict[str, float]
    """
    What the weights are applied to: shapes, the strength of each technique's cues, and the talk
    of each family in the session's other turns.
    """
    span_by_place: dict[tuple[int, int], CharSpan]
    """The characters of evidence already shown, as many findings rest on the same words."""


class CueDetector:
    """
    A detector that weighs cues and shapes, and needs no model and no training.

    Args:
        codebook: The techniques to look for; `None` for those that ship with the library.
        threshold: The confidence from which a technique is reported, between 0 and 1: for all,
            or by technique, the rest staying at the default.
        weights: How strongly each feature counts; `None` for the weights that ship.

    Raises:
        UnknownNameError: If a threshold names no technique of the codebook.
        ModelError: If a threshold isn't a number from 0 to 1.

    Example:
        >>> session = Session.from_pairs([("therapist", "What matters most to you in this?")])
        >>> move, = CueDetector().detect(session)
        >>> move.behaviour.value, "values" in move.techniques
        ('question', True)
    """

    def __init__(
        self,
        codebook: Codebook | None = None,
        *,
        threshold: float | Mapping[str, float] = DEFAULT_THRESHOLD,
        weights: Weights | None = None,
    ) -> None:
        self.codebook = Codebook.default() if codebook is None else codebook
        self._weights = Weights.of(self.codebook) if weights is None else weights
        self._least_by_head = {
            self._weights.heads.index(technique): _log_odds(share)
            for technique, share in _thresholds(self.codebook, threshold).items()
        }
        self._said_by_head = [
            {name: weight for name, weight in table.items() if weight > _LEAST_SAID}
            for table in self._weights.by_head
        ]
        cues = [cue for technique in self.codebook.values() for cue in technique.cues]
        self._family_by_technique = {each.id: each.family for each in self.codebook.values()}
        self._told_by_cue = {
            cue.id: (technique.id, cue.weight)
            for technique in self.codebook.values()
            for cue in technique.cues
        }
        words = [Cue(id=f"{WORD}{word}", phrases=[word]) for word in self._weights.words()]
        self._index = CueIndex([*load_cues("shape"), *words, *cues])

    def detect(self, session: Session) -> tuple[Move, ...]:
        """
        One move for each therapist turn, in turn order.

        A turn without a word is `other`, without interventions.  Interventions come with the
        most confident first; each has evidence, the strongest first.
        """
        return tuple([move for _, _, move in self._read_through(session)])

    def explain(self, session: Session, turn: int) -> str:
        """
        Why a therapist turn is read as it is, and what it was nearly taken for.

        Args:
            session: The session, since a turn is read among the others.
            turn: The index of a therapist turn.

        Returns:
            A few sentences.  They quote the turn, and are as confidential as it is.

        Raises:
            ModelError: If *turn* isn't the index of a therapist turn.

        Example:
            >>> session = Session.from_pairs([("therapist", "What matters most to you?")])
            >>> CueDetector().explain(session, 0).splitlines()[0][:28]
            'It is read as a question (0.'
        """
        for told, reading, move in self._read_through(session):
            if told.index == turn:
                return told_in_words(told.text, move, self._nearest(reading, move))
        raise ModelError("CueDetector.explain", f"turn {turn} isn't a turn of a therapist")

    def _nearest(self, reading: Reading, move: Move) -> list[Claim]:
        """
        The behaviour that comes next, and the technique nearest below its threshold.
        """
        if not reading.passage.words:
            return []
        log_odds = self._weights.log_odds(reading.value_by_feature)
        shares = _shares(log_odds)
        behaviours = [
            (share, head) for head, share in enumerate(shares) if BEHAVIOURS[head] != move.behaviour
        ]
        techniques = [
            (_sigmoid(log_odds[head]), head)
            for head, least in self._least_by_head.items()
            if log_odds[head] < least
        ]
        return [
            Claim(self._weights.heads[head], share, self._evidence(reading, head))
            for share, head in (max(behaviours), *([max(techniques)] if techniques else []))
        ]

    def _read_through(self, session: Session) -> Iterator[tuple[Turn, Reading, Move]]:
        behaviour = ""
        for turn, before, met in self.readings(session):
            reading = shaped(met, before._replace(behaviour=behaviour))
            move = self._move(turn, reading)
            behaviour = str(move.behaviour)
            yield turn, reading, move

    def readings(self, session: Session) -> list[tuple[Turn, Before, Reading]]:
        """
        Each therapist turn, what it comes after, and what was met in it but for its shapes.
        """
        met = [(turn, before, self._met(turn)) for turn, before in turns_with_before(session)]
        families = [self._strength_by_family(reading) for _, _, reading in met]
        totals: dict[str, float] = {}
        for strengths in families:
            for family, strength in strengths.items():
                totals[family] = totals.get(family, 0.0) + strength
        for (_, _, reading), own in zip(met, families, strict=True):
            if reading.passage.words:
                _add_talk(reading, totals, own, len(met))
        return met

    def read(self, turn: Turn, before: Before) -> Reading:
        """
        The features of one turn, of whose session nothing but *before* is known.
        """
        return shaped(self._met(turn), before)

    def _met(self, turn: Turn) -> Reading:
        passage = Passage(turn.text, turn.marks)
        places: dict[str, Place] = {}
        values: dict[str, float] = {}
        for first, last, cue in self._index.places(passage):
            places[cue] = first, last
            told = self._told_by_cue.get(cue)
            if told is None:
                values[cue] = 1.0
            else:
                technique, weight = told
                strength = values.get(technique, 0.0) + weight
                values[technique] = max(-MAX_STRENGTH, min(MAX_STRENGTH, strength))
        return Reading(passage, places, values, {})

    def _strength_by_family(self, reading: Reading) -> dict[str, float]:
        strengths: dict[str, float] = {}
        for name, value in reading.value_by_feature.items():
            family = self._family_by_technique.get(name)
            if family is not None:
                strengths[family] = strengths.get(family, 0.0) + value
        return strengths

    def _move(self, turn: Turn, reading: Reading) -> Move:
        if not reading.passage.words:
            return Move(turn=turn.index, behaviour=Behaviour.OTHER)
        log_odds = self._weights.log_odds(reading.value_by_feature)
        shares = _shares(log_odds)
        best = shares.index(max(shares))
        interventions = sorted(
            self._interventions(turn, reading, log_odds),
            key=lambda found: -found.confidence,
        )
        return Move(
            turn=turn.index,
            behaviour=_BEHAVIOURS[best],
            confidence=shares[best],
            interventions=interventions,
            evidence=self._evidence(reading, best),
        )

    def _interventions(
        self, turn: Turn, reading: Reading, log_odds: list[float]
    ) -> Iterator[Intervention]:
        for head, least in self._least_by_head.items():
            if log_odds[head] >= least:
                yield Intervention(
                    turn=turn.index,
                    technique=self._weights.heads[head],
                    confidence=_sigmoid(log_odds[head]),
                    evidence=self._evidence(reading, head),
                )

    def _evidence(self, reading: Reading, head: int) -> tuple[Evidence, ...]:
        """
        What speaks for *head*, the strongest first; if nothing does, what speaks least against it.
        """
        table = self._said_by_head[head]
        places, values = reading.place_by_feature, reading.value_by_feature
        # The strongest first, then in order of first word.
        kept = [
            (-said, (place := places[name])[0], name, place)
            for name in filter(table.__contains__, places)
            if (said := table[name] * values.get(name, 1.0)) > _LEAST_SAID
        ]
        if not kept:
            weights = self._weights.by_head[head]
            weight, name = max((weights.get(name, 0.0), name) for name in places)
            return (_shown(reading, weight, name, places[name]),)
        kept.sort()
        return tuple(
            [_shown(reading, -less, name, place) for less, _, name, place in kept[:_MAX_EVIDENCE]]
        )


def _shown(reading: Reading, weight: float, cue: str, place: Place) -> Evidence:
    span = reading.span_by_place.get(place)
    if span is None:
        span = reading.span_by_place[place] = reading.passage.span(*place)
    return Evidence(span, cue, weight)


def shaped(reading: Reading, before: Before) -> Reading:
    """
    The reading with the shapes of its turn.
    """
    if not reading.passage.words:
        return Reading(reading.passage, {}, {}, {})
    found = shapes(reading.passage, before)
    return Reading(
        reading.passage,
        found | reading.place_by_feature,
        dict.fromkeys(found, 1.0) | reading.value_by_feature,
        {},
    )


def _add_talk(
    reading: Reading, totals: Mapping[str, float], own: Mapping[str, float], n_turns: int
) -> None:
    """
    Adds what the session's other turns speak of, family by family, to a turn that has words.

    A "four" means one thing among steps of exposure, and another among reasons for change.
    """
    places, values = reading.place_by_feature, reading.value_by_feature
    whole = 0, len(reading.passage.words)
    for family, total in totals.items():
        others = total - own.get(family, 0.0)
        if others:
            name = TALK + family
            places[name] = whole
            value = others / (n_turns + _TALK_PRIOR)
            values[name] = value if family == _FRAME else min(MAX_TALK, value)


def turns_with_before(session: Session) -> Iterator[tuple[Turn, Before]]:
    """
    Each therapist turn with what it comes after, the last move's behaviour left open.
    """
    n_turns = len(session.by_role(Role.THERAPIST))
    count = 0
    broken_off = False
    heard: list[Turn] = []
    for turn in session:
        if turn.role is not Role.THERAPIST:
            if turn.role is Role.PATIENT:
                heard.append(turn)
            continue
        yield turn, _before(heard, count, n_turns - count - 1, broken_off=broken_off)
        count += 1
        broken_off = not turn.text.rstrip().endswith((".", "?", "!"))
        heard = []


def _before(heard: list[Turn], from_start: int, from_end: int, *, broken_off: bool) -> Before:
    words = [word for turn in heard for word in words_of(turn.text, turn.marks)]
    return Before(
        stems=stems(words),
        patient_words=len(words),
        patient_asks=bool(heard) and heard[-1].text.rstrip().endswith("?"),
        patient_minimal=bool(words) and is_go_ahead(words),
        broken_off=broken_off,
        from_start=from_start,
        from_end=from_end,
    )


def _thresholds(codebook: Codebook, threshold: float | Mapping[str, float]) -> dict[str, float]:
    given: Mapping[str, object] = (
        threshold if isinstance(threshold, Mapping) else dict.fromkeys(codebook, threshold)
    )
    chosen = dict.fromkeys(codebook, DEFAULT_THRESHOLD)
    for name, value in given.items():
        if name not in codebook:
            raise UnknownNameError("technique", name, codebook.techniques)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
            raise ModelError("CueDetector.threshold", "must be a number from 0 to 1")
        chosen[name] = float(value)
    return chosen


def _shares(log_odds: list[float]) -> list[float]:
    """
    The share of each behaviour; they add to 1.
    """
    most = max(log_odds[:_N_BEHAVIOURS])
    shares = [exp(value - most) for value in log_odds[:_N_BEHAVIOURS]]
    total = sum(shares)
    return [share / total for share in shares]


def _log_odds(share: float) -> float:
    if share in {0.0, 1.0}:
        return inf if share else -inf
    return log(share / (1.0 - share))


def _sigmoid(log_odds: float) -> float:
    # Beyond 30 the float is 0 or 1 anyway, and exp must not overflow.
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, log_odds))))
