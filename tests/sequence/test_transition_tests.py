from collections import Counter
from itertools import pairwise, permutations, product
from math import log

import numpy as np
import pytest

from aftermove.errors import ModelError
from aftermove.sequence import transition_tests
from aftermove.sequence.transition_tests import homogeneity_p, permutation_p, stationarity_p
from aftermove.sequence.transitions import transition_table


@pytest.mark.parametrize("lag", [1, -1, 2, 5])
def test_sampled_orders_agree_with_all_orders(lag: int) -> None:
    """
    Each p is near the share of all orders, within each session, that are at least as far off.
    """
    said = [list("aabb"), list("abcc"), ["c"]]
    table = transition_table(said, lag)
    all_counts = np.array(
        [
            transition_table(list(map(list, orders)), lag, codes=table.codes).counts
            for orders in product(*map(permutations, said))
        ]
    )
    mean = all_counts.mean(axis=0)
    far = np.abs(table.counts - mean) - 1e-9
    wanted = (np.abs(all_counts - mean) >= far).mean(axis=0)
    p = permutation_p(said, table, n=20_000, seed=3)
    np.testing.assert_allclose(p, wanted, atol=0.015)


def test_p_is_never_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What no order reaches has one over all orders, however many are dealt at a time.
    """
    said = [list("ab" * 40)]
    table = transition_table(said)
    for n_codes in (1, 40 * 80, 200_000):
        monkeypatch.setattr(transition_tests, "_CODES_PER_BLOCK", n_codes)
        assert permutation_p(said, table, n=99, seed=1).min() == pytest.approx(0.01)
        assert set(permutation_p(said, table, n=1).ravel()) <= {0.5, 1.0}


def test_the_seed_decides() -> None:
    """
    The same seed gives the same p, and another one another.
    """
    random = np.random.default_rng(3)
    said = _drawn(random, 9, 0.6)
    table = transition_table(said)
    for find in (
        lambda seed: permutation_p(said, table, n=999, seed=seed).tolist(),
        lambda seed: homogeneity_p([said[:5], said[5:]], n=999, seed=seed),
        lambda seed: stationarity_p(said, n=999, seed=seed),
    ):
        assert find(1) == find(1) != find(2)


def likelihood_ratio(groups: list[list[list[str]]]) -> float:
    """
    Twice the sum over groups and transitions of n log of the group's share over that of all.
    """
    counts = [
        sum((Counter(pairwise(codes)) for codes in group), Counter[tuple[str, str]]())
        for group in groups
    ]
    whole = sum(counts, Counter[tuple[str, str]]())

    def share(some: Counter[tuple[str, str]], pair: tuple[str, str]) -> float:
        return some[pair] / sum(n for other, n in some.items() if other[0] == pair[0])

    return 2 * sum(
        n * log(share(some, pair) / share(whole, pair))
        for some in counts
        for pair, n in some.items()
    )


SAID = [list("aabbabbb"), list("abcabca"), list("aaaab"), list("bca"), list("cccaccc")]


def test_groups_are_dealt_in_all_ways() -> None:
    """
    The p of groups is near the share of all dealings whose likelihood ratio is as large.
    """
    ratios = [likelihood_ratio([list(o[:3]), list(o[3:])]) for o in permutations(SAID)]
    wanted = np.mean(np.array(ratios) >= likelihood_ratio([SAID[:3], SAID[3:]]) - 1e-9)
    assert 0.05 < wanted < 0.9
    found = homogeneity_p([SAID[:3], SAID[3:]], n=5_000, seed=2)
    assert found == pytest.approx(wanted, abs=0.025)


@pytest.mark.parametrize("parts", [2, 3])
def test_stretches_are_dealt_within_their_session(parts: int) -> None:
    """
    The p of stretches is near the share of all orders of them whose likelihood ratio is as large.
    """
    cuts = [[list(p) for p in np.array_split(codes, parts)] for codes in SAID[:4]]
    ratios = [
        likelihood_ratio([list(place) for place in zip(*dealt, strict=True)])
        for dealt in product(*map(permutations, cuts))
    ]
    wanted = np.mean(np.array(ratios) >= ratios[0] - 1e-9)
    assert 0.05 < wanted < 0.9
    found = stationarity_p(SAID[:4], parts, n=5_000, seed=2)
    assert found == pytest.approx(wanted, abs=0.025)


def test_what_is_wrong_is_said() -> None:
    """
    Counts that aren't whole, zeros, and tables of other sequences are refused.
    """
    said = [list("abab")]
    table = transition_table(said)
    with pytest.raises(ModelError, match="at least 1"):
        permutation_p(said, table, n=0)
    three = [list("abcab")]
    with pytest.raises(ModelError, match="structural"):
        permutation_p(three, transition_table(three, allow_repeats=False))
    with pytest.raises(ModelError, match="codes alone"):
        permutation_p([["z"]], table)
    with pytest.raises(ModelError, match="table of the sequences"):
        permutation_p([list("aabb")], table)


@pytest.mark.parametrize("lag", [1, -1, 2, 3])
def test_strict_turns_are_dealt_within_their_speaker(lag: int) -> None:
    """
    Each p is near the share of all orders that keep the turns, and cells that can't be are NaN.
    """
    said = [list("axbxay"), list("xbya")]
    sides = ("ab", "xy")
    table = transition_table(said, lag, alternating=sides, codes=tuple("abxy"))

    def orders(codes: list[str]) -> list[list[str]]:
        own = [[code for code in codes if code in side] for side in sides]
        found = []
        for dealt in product(*map(permutations, own)):
            left = [iter(part) for part in dealt]
            found.append([next(left[0 if code in sides[0] else 1]) for code in codes])
        return found

    all_counts = np.array(
        [
            transition_table(list(each), lag, codes=table.codes).counts
            for each in product(*map(orders, said))
        ]
    )
    mean = all_counts.mean(axis=0)
    wanted = (np.abs(all_counts - mean) >= np.abs(table.counts - mean) - 1e-9).mean(axis=0)
    p = permutation_p(said, table, n=20_000, seed=3)
    np.testing.assert_allclose(p[table.allowed], wanted[table.allowed], atol=0.015)
    assert np.isnan(p[~table.allowed]).all()


def _drawn(random: np.random.Generator, n: int, stay: float) -> list[list[str]]:
    """
    Sessions of two codes that stay the same with a given chance.
    """
    sessions = []
    for _ in range(n):
        turned = np.cumsum(random.random(20) > stay) % 2
        sessions.append(["ab"[code] for code in turned])
    return sessions


def test_alike_groups_are_seldom_found_to_differ() -> None:
    """
    Chances are about even where all sessions come from one process, and small where they don't.
    """
    random = np.random.default_rng(5)
    p_values = [
        homogeneity_p([_drawn(random, 6, 0.6), _drawn(random, 4, 0.6)], n=99, seed=seed)
        for seed in range(200)
    ]
    assert 0.4 < np.mean(p_values) < 0.6
    assert np.mean(np.array(p_values) <= 0.1) < 0.17
    assert homogeneity_p([_drawn(random, 8, 0.9), _drawn(random, 8, 0.3)], n=999) < 0.01


def test_steady_sessions_are_seldom_found_to_change() -> None:
    """
    Chances are about even where nothing changes on the way, and small where the process does.
    """
    random = np.random.default_rng(6)
    p_values = [stationarity_p(_drawn(random, 8, 0.6), n=99, seed=seed) for seed in range(200)]
    assert 0.4 < np.mean(p_values) < 0.6
    assert np.mean(np.array(p_values) <= 0.1) < 0.17
    changing = [
        [*early, *late]
        for early, late in zip(_drawn(random, 8, 0.9), _drawn(random, 8, 0.2), strict=True)
    ]
    assert stationarity_p(changing, n=999) < 0.03


def test_codes_and_groups_may_be_named_otherwise() -> None:
    """
    Neither the names of codes nor the order of the groups matter, and empty cells do no harm.
    """
    one, other = [list("abab"), list("aabb")], [list("cc"), ["a"], []]
    p = homogeneity_p([one, other], n=500, seed=1)
    renamed = [[[code.upper() for code in codes] for codes in group] for group in (one, other)]
    assert homogeneity_p(renamed, n=500, seed=1) == p
    assert 0 < p <= 1
    assert stationarity_p([["a"], []], n=10) == 1


def test_what_is_wrong_with_groups_is_said() -> None:
    """
    A single group, an empty one, and numbers that can't be are refused.
    """
    said = [list("abab")]
    with pytest.raises(ModelError, match="two or more"):
        homogeneity_p([said])
    with pytest.raises(ModelError, match="with a session"):
        homogeneity_p([said, []])
    with pytest.raises(ModelError, match="lag"):
        homogeneity_p([said, said], lag=0)
    with pytest.raises(ModelError, match="at least 1"):
        stationarity_p(said, n=0)
    with pytest.raises(ModelError, match="at least 2"):
        stationarity_p(said, parts=1)
    with pytest.raises(ModelError, match="hold a session"):
        stationarity_p([])
