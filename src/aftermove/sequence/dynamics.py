"""
How scores and codes move over a session or a treatment, one number at a time.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby, pairwise
from math import inf, isfinite, log, log2, nan, sqrt
from statistics import fmean, pvariance

from aftermove.errors import ModelError
from aftermove.model import Role, Session
from aftermove.sequence.distributions import t_quantile

__all__ = ["complexity", "entropy", "inertia", "sudden_gains", "talk_share", "turbulence"]


def sudden_gains(scores: Sequence[float], threshold: float, share: float = 0.25) -> list[int]:
    """
    The positions of the sessions after which symptoms drop suddenly, in order.

    A gain is large by itself (at least *threshold*), large for the patient (at least *share* of
    the score before it), and stands out from the ups and downs of the up to three sessions on
    each side (pooled t at the two-sided 5 % level; at least two sessions on each side).

    Args:
        scores: Symptoms at each session, in order; higher is worse.
        threshold: In points of the scale, as 7 for the first Beck inventory.
        share: From 0 to 1.

    Raises:
        ModelError: If a score isn't finite, or *threshold* isn't above 0.

    Example:
        >>> sudden_gains([30, 29, 31, 15, 14, 16], threshold=7)
        [2]

    Source:
        Tang & DeRubeis (1999), Journal of Consulting and Clinical Psychology 67(6), 894-904; the
        critical t follows the sessions there are, as in later work, where they used 2.776.
    """
    _check_scores("sudden_gains", scores)
    if not 0 < threshold < inf:
        raise ModelError("sudden_gains: threshold", "must be a finite number above 0")
    found = []
    for place, (before, after) in enumerate(pairwise(scores)):
        sides = scores[max(place - 2, 0) : place + 1], scores[place + 1 : place + 4]
        drop = before - after
        if drop >= threshold and drop >= share * before and _stands_out(*sides):
            found.append(place)
    return found


def _stands_out(before: Sequence[float], after: Sequence[float]) -> bool:
    if min(len(before), len(after)) < 2:
        return False
    df = len(before) + len(after) - 2
    pooled = (pvariance(before) * len(before) + pvariance(after) * len(after)) / df
    error = sqrt(pooled * (1 / len(before) + 1 / len(after)))
    return fmean(before) - fmean(after) > t_quantile(0.975, df) * error


def inertia(scores: Sequence[float]) -> float:
    """
    The lag-1 autocorrelation: from -1 to 1, higher where feeling lingers.  Biased down if short.

    NaN for fewer than three scores, and for scores that never change.

    Raises:
        ModelError: If a score isn't finite.

    Example:
        >>> round(inertia([0.0, 1.0, 2.0, 3.0]), 2)
        0.25

    Source:
        Kuppens, Allen & Sheeber (2010), Psychological Science 21(7), 984-991.
    """
    _check_scores("inertia", scores)
    if len(scores) < 3 or min(scores) == max(scores):
        return nan
    mean = fmean(scores)
    farthest = max(abs(score - mean) for score in scores)
    # In shares of the farthest, since squares of next to nothing are nothing.
    shares = [(score - mean) / farthest for score in scores]
    return sum(a * b for a, b in pairwise(shares)) / sum(share * share for share in shares)


def _check_scores(where: str, scores: Sequence[float]) -> None:
    if not all(isfinite(score) for score in scores):
        raise ModelError(f"{where}: scores", "must be finite numbers; leave missing ones out")


def entropy(codes: Sequence[str]) -> float:
    """
    In bits, from 0 for one code throughout; higher where more codes share the places evenly.

    Example:
        >>> entropy(["a", "b", "a", "b"])
        1.0

    Source:
        Shannon (1948), Bell System Technical Journal 27(3), 379-423.
    """
    n = len(codes)
    return sum(-count / n * log2(count / n) for count in Counter(codes).values()) + 0.0


def complexity(codes: Sequence[str], n_codes: int) -> float:
    """
    From 0 to 1: the geometric mean of how often the code changes and how even the codes are.

    Args:
        codes: In order; 0 for fewer than two.
        n_codes: How many codes there might have been, at least 2 and as many as there are.

    Raises:
        ModelError: If *n_codes* is too small.

    Example:
        >>> complexity(["a", "b", "a", "b"], 2)
        1.0

    Source:
        Gabadinho et al. (2010), in EGC 2010, RNTI E-19, 61-66.
    """
    if n_codes < max(2, len(set(codes))):
        raise ModelError("complexity: n_codes", "must be at least 2 and the number of codes met")
    if len(codes) < 2:
        return 0.0
    changes = sum(a != b for a, b in pairwise(codes)) / (len(codes) - 1)
    return sqrt(changes * entropy(codes) / log2(n_codes))


def turbulence(codes: Sequence[str]) -> float:
    """
    At least 1: higher with more distinct orders of codes within it, and more even stays in each.

    It grows with the number of stays.  0 for no codes.

    Example:
        >>> turbulence(["a", "a", "a"])
        1.0

    Source:
        Elzinga & Liefbroer (2007), European Journal of Population 23(3-4), 225-250.
    """
    stays = [(code, len(list(run))) for code, run in groupby(codes)]
    if not stays:
        return 0.0
    lengths = [length for _, length in stays]
    most = (len(stays) - 1) * (1 - fmean(lengths)) ** 2
    n_orders = _distinct_subsequences([code for code, _ in stays])
    # The logarithm of a whole number past all floats is still a float.
    return log(n_orders) / log(2) + log2((most + 1) / (pvariance(lengths) + 1))


def _distinct_subsequences(codes: Sequence[str]) -> int:
    """
    How many, the empty one counted.
    """
    total, before_last = 1, dict[str, int]()
    for code in codes:
        total, before_last[code] = 2 * total - before_last.get(code, 0), total
    return total


def talk_share(session: Session) -> dict[Role, float]:
    """
    The share of each role in the session's words, from 0 to 1; empty where there are no words.

    Example:
        >>> talk_share(Session.from_pairs([("patient", "a b c"), ("therapist", "d")]))
        {<Role.PATIENT: 'patient'>: 0.75, <Role.THERAPIST: 'therapist'>: 0.25}
    """
    total = session.word_count
    return {role: n / total for role, n in session.word_count_by_role.items()} if total else {}
