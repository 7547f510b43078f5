from itertools import permutations, product

import numpy as np
import pytest

from aftermove.errors import ModelError
from aftermove.sequence.transition_tests import permutation_p
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


def test_the_seed_decides_and_p_is_never_zero() -> None:
    """
    The same seed gives the same p, and one that no order reaches is one over all orders.
    """
    said = [list("ab" * 40)]
    table = transition_table(said)
    p = permutation_p(said, table, n=99, seed=1)
    assert (p == permutation_p(said, table, n=99, seed=1)).all()
    assert p.min() == pytest.approx(0.01)


def test_what_is_wrong_is_said() -> None:
    """
    Counts that aren't whole, zeros, and tables of other sequences are refused.
    """
    said = [list("abab")]
    table = transition_table(said)
    with pytest.raises(ModelError, match="at least 1"):
        permutation_p(said, table, n=0)
    with pytest.raises(ModelError, match="structural"):
        permutation_p(said, transition_table(said, allow_repeats=False))
    with pytest.raises(ModelError, match="codes alone"):
        permutation_p([["z"]], table)
    with pytest.raises(ModelError, match="table of the sequences"):
        permutation_p([list("aabb")], table)
