import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.errors import ModelError
from aftermove.language import WeightRows

FEATURES = ["why", "so", "then", "mum"]
WEIGHTS = st.integers(-1_000, 1_000).map(lambda weight: weight / 64)
VALUES = st.dictionaries(st.sampled_from([*FEATURES, "unknown"]), WEIGHTS)


@given(
    start=st.lists(WEIGHTS, min_size=3, max_size=3),
    rows=st.fixed_dictionaries(dict.fromkeys(FEATURES, st.lists(WEIGHTS, min_size=3, max_size=3))),
    values=VALUES,
)
def test_totals_are_what_adding_one_by_one_gives(
    start: list[float], rows: dict[str, list[float]], values: dict[str, float]
) -> None:
    """
    One addition of long integers does what a loop over heads would.
    """
    expected = [
        start[head]
        + sum(rows[name][head] * value for name, value in values.items() if name in rows)
        for head in range(3)
    ]
    assert WeightRows(start, rows).total(values) == expected


@given(VALUES)
def test_totals_dont_hang_on_the_order_of_features(values: dict[str, float]) -> None:
    """
    Sums are exact, not only close.
    """
    rows = WeightRows([0.1], {name: [0.1 * i - 0.3] for i, name in enumerate(FEATURES)})
    assert rows.total(values) == rows.total(dict(reversed(values.items())))


def test_weights_are_kept_to_a_millionth() -> None:
    """
    Fractions that 20 bits don't hold are rounded.
    """
    assert WeightRows([0.1], {"so": [-1 / 3]}).total({"so": 0.7})[0] == pytest.approx(
        0.1 - 0.7 / 3, abs=2e-6
    )


@pytest.mark.parametrize("weight", [1_001.0, float("nan"), float("-inf")])
def test_weights_out_of_bounds_are_refused(weight: float) -> None:
    """
    What would run over into the next head never gets in.
    """
    with pytest.raises(ModelError, match="from -1,000 to 1,000"):
        WeightRows([0.0], {"so": [weight]})
