from collections.abc import Iterable, Sequence
from itertools import permutations, product
from typing import TypeAlias

import numpy as np
import pytest
from attrs import evolve

from aftermove.sequence.estimator import Rows, fit, rows_of
from aftermove.sequence.panel import Floats, Panel
from aftermove.sequence.permutation import Scheme, permuted

Uses: TypeAlias = Sequence[Sequence[int]]

# Three patients of one session each; each exchange by its techniques.
USED = [[[1, 0], [0, 1], [0, 0], [0, 0]], [[0, 1], [0, 0], [0, 0], [1, 0]], [[0, 0], [1, 0]] * 2]


def rows() -> Rows:
    """
    The rows of a small study, so that all its orders can be listed.
    """
    random = np.random.default_rng(2)
    place = np.repeat(np.arange(3), 4)
    panel = Panel(
        codes=["one", "other"],
        session=place,
        patient=place,
        position=[0, 1, 2, 3] * 3,
        before=random.normal(0, 0.2, 12),
        after=random.normal(0, 0.2, 12),
        uses=np.vstack(USED).astype(bool),
    )
    return rows_of(panel, 0, long_only=False)


def statistics(uses: Iterable[Uses]) -> Floats:
    """
    How far each technique's coefficient is from 0, in errors, were the techniques used so.
    """
    used = np.array([row for session in uses for row in session], dtype=bool)
    found = fit(evolve(rows(), uses=used))
    ratios: Floats = np.abs(found.coefficients / found.errors)[-2:]
    return ratios


def orders(session: Uses, scheme: Scheme) -> Iterable[Uses]:
    """
    All orders of a session's exchanges that the scheme may draw, each as likely.
    """
    if scheme == "shift":
        return [[*session[at:], *session[:at]] for at in range(len(session))]
    return set(permutations(map(tuple, session)))


@pytest.mark.parametrize(
    ("scheme", "tested"), [("shuffle", [0, 1]), ("shift", [0, 1]), ("shift", [1])]
)
def test_sampled_orders_agree_with_all_orders(scheme: Scheme, tested: list[int]) -> None:
    """
    Each p is near the share of all orders whose statistic, or largest statistic, is as large.
    """
    listed = product(*(orders(session, scheme) for session in USED))
    dealt = np.array([statistics(uses) for uses in listed])[:, tested]
    observed = statistics(USED)[tested] - 1e-9
    found = permuted(rows(), np.isin([0, 1], tested), 1_500, scheme, seed=1)
    alone = (dealt >= observed).mean(axis=0)
    at_once = (dealt.max(axis=1, keepdims=True) >= observed).mean(axis=0)
    np.testing.assert_allclose(found.p_values, alone, atol=0.025)
    np.testing.assert_allclose(found.p_max, at_once, atol=0.025)
