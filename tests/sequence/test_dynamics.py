from itertools import combinations
from math import isnan, log2, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.errors import ModelError
from aftermove.model import Session
from aftermove.sequence import dynamics


@pytest.mark.parametrize(
    ("scores", "found"),
    [
        ([30, 29, 31, 15, 14, 16], [2]),
        # Too small, a small share, lost in the ups and downs, too near an end.
        ([30, 29, 31, 25, 24, 26], []),
        ([60, 60, 60, 52, 52, 52], []),
        ([30, 10, 30, 15, 28, 16], []),
        ([30, 15, 15, 15], []),
        ([30, 30, 10, 10], [1]),
        ([], []),
    ],
)
def test_sudden_gains_meet_all_three_criteria(scores: list[float], found: list[int]) -> None:
    """
    A gain is told only where it is large, large for the patient, and lasts.
    """
    assert dynamics.sudden_gains(scores, threshold=7) == found


def test_inertia_by_hand() -> None:
    """
    The autocorrelation is that of the textbook, and missing where nothing varies.
    """
    assert dynamics.inertia([1, -1, 1, -1]) == pytest.approx(-0.75)
    assert isnan(dynamics.inertia([1, 1, 1]))
    assert isnan(dynamics.inertia([1, 2]))


@given(st.lists(st.sampled_from("abc"), max_size=9))
def test_turbulence_counts_each_order_once(codes: list[str]) -> None:
    """
    Subsequences are counted as by listing them all.
    """
    listed = {each for n in range(len(codes) + 1) for each in combinations(codes, n)}
    assert dynamics._distinct_subsequences(codes) == len(listed)


def test_turbulence_by_hand() -> None:
    """
    Stays of 1 and 3 have variance 1 of at most 1; stays alike have none.
    """
    assert dynamics.turbulence([]) == 0
    assert dynamics.turbulence("abbb") == pytest.approx(log2(4 * 2 / 2))
    assert dynamics.turbulence("aabb") == pytest.approx(log2(4 * 2))


@given(st.lists(st.sampled_from("abc"), max_size=20))
def test_complexity_is_a_share(codes: list[str]) -> None:
    """
    Complexity lies from 0 to 1, and entropy within its bound.
    """
    assert 0 <= dynamics.complexity(codes, 3) <= 1 + 1e-12
    assert 0 <= dynamics.entropy(codes) <= log2(3) + 1e-12


def test_talk_shares() -> None:
    """
    Shares add to one, and a session without words has none.
    """
    session = Session.from_pairs([("patient", "a b"), ("therapist", "c"), ("other", "d")])
    assert sum(dynamics.talk_share(session).values()) == pytest.approx(1)
    assert dynamics.talk_share(Session.from_pairs([("patient", "")])) == {}


def test_what_is_wrong_is_said() -> None:
    """
    Missing scores, a threshold of 0 and too few codes are refused.
    """
    with pytest.raises(ModelError, match="finite"):
        dynamics.inertia([0.0, nan])
    with pytest.raises(ModelError, match="above 0"):
        dynamics.sudden_gains([1.0], threshold=0)
    with pytest.raises(ModelError, match="n_codes"):
        dynamics.complexity("abc", 2)
