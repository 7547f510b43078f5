"""
How a patient's affect goes over one session, and the doubts that come back in it.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from math import nan, sqrt
from statistics import fmean, pstdev
from typing import Final

from attrs import frozen

from aftermove.errors import ModelError
from aftermove.language import Passage
from aftermove.model import Affect, ArcShape, CharSpan, Session, SessionAnalysis
from aftermove.sequence.dynamics import inertia

__all__ = ["Course", "Refrain", "affect_course", "find_refrains", "instability", "trend"]

REFRAIN_BELOW: Final = -0.1
"""The valence under which a clause may be part of a refrain."""

# Words that hold a sentence together and say little alone; what is left must match.
_SMALL: Final = frozenset(
    """
    a about actually again ain't all also always am an and any anyway are aren't as at be
    because been being but by came can can't come could couldn't did didn't do does doesn't
    doing don't even ever every feel feeling feels felt for from get gets getting go goes going
    gonna got had has have haven't having he he'd he'll he's her here him his how i i'd i'll i'm
    i've if in into is isn't it it's its just keep keeps kind know like made make makes maybe me
    mean mine more most much my myself no not now of oh okay on one only or other our out over
    quite really right said same say says see she she'd she's should so some something sort
    still such than that that's the their them then there there's these they they're they've
    thing things think this those though thought to too uh um up us very want wanted was wasn't
    we we're well were what what's when where which while who why will with won't would wouldn't
    yeah yes you you're your
    """.split()
)


@frozen(kw_only=True)
class Refrain:
    """
    A low point of the talk that comes back in like words.

    Example:
        >>> Refrain(turns=(0, 4), spans=(CharSpan(0, 15), CharSpan(8, 20))).n_turns
        2
    """

    turns: tuple[int, ...]
    """The indexes of the patient turns that hold it, in order."""

    spans: tuple[CharSpan, ...]
    """For each of those turns, the clause that holds it."""

    @property
    def n_turns(self) -> int:
        """
        How many turns hold it.
        """
        return len(self.turns)


@frozen(kw_only=True)
class Course:
    """
    A session's affect in few numbers; NaN where there are too few turns to tell.

    Example:
        >>> analysis = SessionAnalysis.from_codes(
        ...     id="s1", valence=[-0.5, -0.25, 0.0], techniques=[[], []]
        ... )
        >>> affect_course(analysis).trend
        0.25
    """

    n_turns: int
    """Patient turns."""
    level: float
    """Mean valence, from -1 to 1."""
    trend: float
    """Change of valence from one patient turn to the next, by least squares."""
    variability: float
    """Standard deviation of valence over the turns (divided by n), from 0 to 1."""
    instability: float
    """Root mean square of the differences from turn to turn, from 0 to 2."""
    inertia: float
    """Lag-1 autocorrelation of valence, from -1 to 1; biased down in short sessions."""
    below_zero: float
    """The share of turns whose valence is below zero, from 0 to 1."""
    shapes: Mapping[ArcShape, int]
    """How many turns have each within-turn shape."""
    refrains: tuple[Refrain, ...]
    """The low points that come back, those of most turns first."""


def affect_course(analysis: SessionAnalysis) -> Course:
    """
    How a patient's affect goes over one session.

    Raises:
        ModelError: If *analysis* is of another class.

    Source:
        Level, variability, instability and inertia as in Houben, Van Den Noortgate & Kuppens
        (2015), Psychological Bulletin 141(4), 901-930.
    """
    if not isinstance(analysis, SessionAnalysis):
        raise ModelError("affect_course", "takes a SessionAnalysis; analyze makes one of a session")
    valences = [affect.valence for affect in analysis.affect]
    n = len(valences)
    return Course(
        n_turns=n,
        level=fmean(valences) if n else nan,
        trend=trend(valences),
        variability=pstdev(valences) if n else nan,
        instability=instability(valences),
        inertia=inertia(valences),
        below_zero=sum(valence < 0 for valence in valences) / n if n else nan,
        shapes=dict(Counter(affect.shape for affect in analysis.affect)),
        refrains=find_refrains(analysis.session, analysis.affect),
    )


def trend(scores: Sequence[float]) -> float:
    """
    The slope of scores over their places, by least squares; NaN for fewer than two.

    Example:
        >>> trend([0.0, 0.5, 1.0])
        0.5
    """
    n = len(scores)
    if n < 2:
        return nan
    middle = (n - 1) / 2
    spread = n * (n * n - 1) / 12
    return sum((place - middle) * score for place, score in enumerate(scores)) / spread


def instability(scores: Sequence[float]) -> float:
    """
    The root mean square of successive differences; NaN for fewer than two scores.

    Example:
        >>> instability([0.0, 0.5, 0.0])
        0.5

    Source:
        Von Neumann, Kent, Bellinson & Hart (1941), Annals of Mathematical Statistics 12,
        153-162.
    """
    if len(scores) < 2:
        return nan
    return sqrt(fmean([(after - before) ** 2 for before, after in pairwise(scores)]))


def find_refrains(
    session: Session, affects: Sequence[Affect], min_turns: int = 2
) -> tuple[Refrain, ...]:
    """
    The low points of the talk that come back in like words, those of most turns first.

    Two clauses of negative valence are alike if two words that say something stand next to one
    another in both, small words passed over: "never good enough" and "I'm not good, just not
    enough".  The cost grows with the text.

    Args:
        session: What was said.
        affects: What was shown in it, with arcs.
        min_turns: How many turns must hold it, at least 2.

    Raises:
        ModelError: If an affect is of no turn of the session, or *min_turns* no whole number.

    Example:
        >>> from aftermove import analyze
        >>> said = ["I'm not good enough.", "It was all right.", "Never good enough, that's me."]
        >>> session = Session.from_pairs([("patient", text) for text in said])
        >>> [refrain.turns for refrain in find_refrains(session, analyze(session).affect)]
        [(0, 2)]
    """
    if type(min_turns) is not int:
        raise ModelError("find_refrains: min_turns", "must be a whole number of at least 2")
    if any(each.turn >= len(session) for each in affects):
        raise ModelError("find_refrains: affects", "must be affects of the session's own turns")
    clauses_by_pair: dict[tuple[str, str], list[tuple[int, CharSpan]]] = {}
    for affect in affects:
        turn = session[affect.turn]
        passage = Passage(turn.text, turn.marks)
        for point in affect.arc:
            if point.valence < REFRAIN_BELOW:
                for pair in _pairs(passage, point.span):
                    clauses_by_pair.setdefault(pair, []).append((affect.turn, point.span))
    candidates = [
        # The first of each turn; clauses come in the order of the talk.
        [next(group) for _, group in groupby(clauses, key=lambda clause: clause[0])]
        for clauses in clauses_by_pair.values()
    ]
    told: set[tuple[int, CharSpan]] = set()
    refrains = []
    for clauses in sorted(candidates, key=lambda clauses: (-len(clauses), clauses[0][0])):
        # A pair of words tells nothing new where all of its clauses are in longer refrains.
        if len(clauses) >= max(2, min_turns) and not told.issuperset(clauses):
            told.update(clauses)
            turns, spans = zip(*clauses, strict=True)
            refrains.append(Refrain(turns=turns, spans=spans))
    return tuple(refrains)


def _pairs(passage: Passage, span: CharSpan) -> Iterator[tuple[str, str]]:
    """
    The neighbours among the words of a clause that say something.
    """
    first = bisect_left(passage.starts, span.start)
    last = bisect_left(passage.starts, span.end)
    return pairwise(word for word in passage.words[first:last] if word not in _SMALL)
