from itertools import combinations
from math import inf, isnan, log2, nan, sqrt

import numpy as np
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
        # Just large enough, by itself and for the patient.
        ([28, 28, 28, 21, 21, 21], [2]),
        ([], []),
    ],
)
def test_sudden_gains_meet_all_three_criteria(scores: list[float], found: list[int]) -> None:
    """
    A gain is told only where it is large, large for the patient, and lasts.
    """
    assert dynamics.sudden_gains(scores, threshold=7) == found


@pytest.mark.parametrize(("n_before", "n_after"), [(2, 2), (3, 2), (2, 3), (3, 3)])
def test_a_gain_stands_out_as_in_a_t_test(n_before: int, n_after: int) -> None:
    """
    Of drops of any size, those are gains that scipy's t test of the sides finds at the 5 % level.
    """
    stats = pytest.importorskip("scipy.stats")
    random = np.random.default_rng(n_before + 2 * n_after)
    n_found = 0
    for spread in random.uniform(0.1, 3, 150):
        before = random.normal(12, spread, n_before).tolist()
        after = random.normal(9, 3.1 - spread, n_after).tolist()
        test = stats.ttest_ind(before, after)
        is_gain = test.pvalue < 0.05 and test.statistic > 0 and before[-1] - after[0] >= 0.1
        found = dynamics.sudden_gains([*before, *after], threshold=0.1, share=0)
        assert (n_before - 1 in found) == is_gain
        n_found += is_gain
    assert 10 < n_found < 140


def test_three_sessions_on_each_side_count() -> None:
    """
    What came earlier or comes later bears on no gain.
    """
    scores = [30, 29, 31, 15, 14, 16]
    assert dynamics.sudden_gains([-90, *scores, 90], threshold=7) == [3]


def test_inertia_by_hand() -> None:
    """
    The autocorrelation is that of the textbook, and missing where nothing varies.
    """
    assert dynamics.inertia([1, -1, 1, -1]) == pytest.approx(-0.75)
    assert dynamics.inertia([0, 1, 2, 5]) == pytest.approx((2 + 0 + 0) / (4 + 1 + 0 + 9))
    assert dynamics.inertia([0, 0, 2e-311]) == pytest.approx(dynamics.inertia([0, 0, 1]))
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
    # Stays of 1, 3 and 5: variance 8/3 of at most 8.
    assert dynamics.turbulence("abbbccccc") == pytest.approx(log2(8 * 9 / (8 / 3 + 1)))


def test_complexity_by_hand() -> None:
    """
    Half of one code and a quarter of two others are 1.5 bits; one change of three is a third.
    """
    assert dynamics.entropy("aabc") == pytest.approx(1.5)
    assert dynamics.complexity("aabb", 2) == pytest.approx(sqrt(1 / 3))
    assert dynamics.complexity("aabc", 4) == pytest.approx(sqrt(2 / 3 * 1.5 / 2))
    assert dynamics.complexity("ab", 2) == 1
    assert dynamics.complexity("a", 2) == 0


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
    with pytest.raises(ModelError, match="finite"):
        dynamics.sudden_gains([1.0], threshold=inf)
    with pytest.raises(ModelError, match="n_codes"):
        dynamics.complexity("abc", 2)
