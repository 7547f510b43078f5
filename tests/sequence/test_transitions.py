import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove import testing
from aftermove.errors import ModelError, UnknownNameError
from aftermove.sequence import independence
from aftermove.sequence.transitions import TransitionTable, transition_table

LISTS = testing.code_sequences()


def of(sequences: list[list[str]], lag: int = 1) -> TransitionTable:
    """
    The table of the codes a, b and c.
    """
    return transition_table(sequences, lag, codes=["a", "b", "c"])


@given(LISTS, LISTS, st.sampled_from([-3, -2, -1, 1, 2, 3]))
def test_sequences_add_up(one: list[list[str]], two: list[list[str]], lag: int) -> None:
    """
    Sequences together have the sum of their counts, so that no pair crosses a border.
    """
    both = of(one + two, lag).counts
    assert (both == of(one, lag).counts + of(two, lag).counts).all()
    naive = sum(max(len(each) - abs(lag), 0) for each in one + two)
    assert both.sum() == naive


@given(LISTS)
def test_rows_of_probability_add_to_one(sequences: list[list[str]]) -> None:
    """
    A row adds to one, or is missing where its code has nothing behind it.
    """
    table = of(sequences)
    for row, n in zip(table.probability, table.counts.sum(axis=1), strict=True):
        assert np.isnan(row).all() if n == 0 else row.sum() == pytest.approx(1)


@given(LISTS, st.permutations(["a", "b", "c"]))
def test_another_order_permutes_the_table(sequences: list[list[str]], order: list[str]) -> None:
    """
    Each measure of a pair is the same whatever the order of the codes.
    """
    place = ["abc".index(code) for code in order]
    other = transition_table(sequences, codes=order)
    for name in ("expected", "adjusted_residual", "p_value", "yules_q", "odds_ratio", "kappa"):
        wanted = getattr(of(sequences), name)[np.ix_(place, place)]
        np.testing.assert_allclose(getattr(other, name), wanted, rtol=1e-6, atol=1e-9)


def test_a_table_by_hand() -> None:
    """
    The measures of a two by two table are those of the textbook formulas.
    """
    pairs = [["a", "a"]] * 8 + [["a", "b"]] * 2 + [["b", "a"]] * 3 + [["b", "b"]] * 7
    table = transition_table(pairs)
    assert table.counts.tolist() == [[8, 2], [3, 7]]
    np.testing.assert_allclose(table.expected, [[5.5, 4.5], [5.5, 4.5]])
    z = 2.5 / math.sqrt(5.5 * 0.5 * 0.45)
    np.testing.assert_allclose(table.adjusted_residual, [[z, -z], [-z, z]])
    assert table.odds_ratio[0, 0] == pytest.approx(56 / 6)
    assert table.yules_q[0, 0] == pytest.approx(50 / 62)
    assert table.kappa[0, 0] == pytest.approx(2.5 / 4.5)
    assert table.kappa[0, 1] == pytest.approx(-2.5 / 4.5)
    low, high = table.log_odds_interval()
    half = 1.959963985 * math.sqrt(1 / 8 + 1 / 2 + 1 / 3 + 1 / 7)
    assert (low[0, 0], high[0, 0]) == pytest.approx(
        (math.log(56 / 6) - half, math.log(56 / 6) + half)
    )
    assert table["a", "b"] == table.to_dicts()[1]
    assert list(table["a", "b"].items())[:3] == [("given", "a"), ("target", "b"), ("count", 2)]
    assert table["a", "b"]["expected"] == pytest.approx(4.5)
    assert len(table) == len(list(table)) == 4
    assert "<td>8 (+2.25)</td>" in table._repr_html_()
    assert repr(table) == "<TransitionTable: 20 transitions between 2 codes, lag 1>"


def test_kappa_by_hand() -> None:
    """
    Kappa divides by what the margins leave above or below chance, however uneven they are.
    """
    # Rows 4 and 11, columns 6 and 9: each count is 0.4 off chance, and none could be 2.4 off.
    counts = {"aa": 2, "ab": 2, "ba": 4, "bb": 7}
    table = transition_table([[*pair] for pair, n in counts.items() for _ in range(n)])
    np.testing.assert_allclose(table.expected, [[1.6, 2.4], [4.4, 6.6]])
    np.testing.assert_allclose(table.kappa, [[1 / 6, -1 / 6], [-1 / 6, 1 / 6]])


@pytest.mark.parametrize("zeros", [[], [("a", "a"), ("b", "b"), ("c", "c"), ("d", "d")]])
def test_residuals_are_those_of_the_log_linear_model(zeros: list[tuple[str, str]]) -> None:
    """
    Expected counts and adjusted residuals equal those of a Poisson model by statsmodels.
    """
    sm = pytest.importorskip("statsmodels.api")
    random = np.random.default_rng(4)
    pairs = [["abcd"[i], "abcd"[j]] for i, j in random.integers(0, 4, (150, 2)).tolist()]
    kept = [pair for pair in pairs if tuple(pair) not in zeros]
    table = transition_table(kept, structural_zeros=zeros)
    i, j = np.nonzero(table.allowed)
    design = np.hstack([np.eye(4)[i], np.eye(4)[j][:, 1:]])
    observed = table.counts[i, j]
    fit = sm.GLM(observed, design, family=sm.families.Poisson()).fit(tol=1e-13)
    mu = fit.fittedvalues
    wanted = (observed - mu) / np.sqrt(mu * (1 - fit.get_hat_matrix_diag()))
    np.testing.assert_allclose(table.expected[i, j], mu, rtol=1e-6)
    np.testing.assert_allclose(table.adjusted_residual[i, j], wanted, rtol=1e-6, atol=1e-6)


def test_what_cannot_occur_is_missing() -> None:
    """
    A structural zero has no measure, isn't a row, and can't be asked for.
    """
    table = transition_table([list("abcabcbacbab")], allow_repeats=False)
    for name in ("probability", "adjusted_residual", "p_value", "yules_q", "odds_ratio", "kappa"):
        assert np.isnan(np.diag(getattr(table, name))).all()
    assert len(table) == 6
    with pytest.raises(ModelError, match="structural zero"):
        table["a", "a"]
    with pytest.raises(UnknownNameError):
        table["a", "z"]


@pytest.mark.parametrize(
    ("codes", "zeros"),
    [
        ("abc", ["aa", "bb", "cc"]),
        ("abcd", ["aa", "bb", "cc", "dd"]),
        ("abcd", ["ab", "ca"]),
        ("abxy", ["aa", "ab", "ba", "bb", "xx", "xy", "yx", "yy"]),
    ],
)
def test_measures_by_chance_with_zeros(codes: str, zeros: list[str]) -> None:
    """
    Counts that are as expected have odds ratio 1, and Yule's Q, log odds ratio and kappa 0.
    """
    weights = [1, 2, 3, 4]
    pairs = [
        [given, target]
        for i, given in enumerate(codes)
        for j, target in enumerate(codes)
        for _ in range(weights[i] * weights[-j])
        if given + target not in zeros
    ]
    table = transition_table(pairs, structural_zeros=[(zero[0], zero[1]) for zero in zeros])
    cells = table.allowed
    np.testing.assert_allclose(table.expected, table.counts, atol=1e-9)
    np.testing.assert_allclose(table.odds_ratio[cells], 1)
    for measure in (table.log_odds_ratio, table.yules_q, table.kappa):
        np.testing.assert_allclose(measure[cells], 0, atol=1e-9)


@pytest.mark.parametrize("repeats", [True, False])
def test_log_odds_intervals_hold_the_truth(repeats: bool) -> None:  # noqa: FBT001  # a case
    """
    Of 95 % intervals of codes paired by chance, about 95 % hold 0, with and without zeros.
    """
    random = np.random.default_rng(5)
    held = []
    for _ in range(300):
        pairs = random.choice(list("abc"), (400, 2), p=[0.4, 0.35, 0.25]).tolist()
        kept = [pair for pair in pairs if repeats or pair[0] != pair[1]]
        table = transition_table(kept, allow_repeats=repeats)
        low, high = table.log_odds_interval()
        held.append(((low <= 0) & (high >= 0))[table.allowed])
    assert np.mean(held) == pytest.approx(0.95, abs=0.015)


def test_a_table_does_not_change() -> None:
    """
    Counts and measures can't be written to.
    """
    table = transition_table([list("abba")])
    for array in (table.counts, table.allowed, table.expected, table.kappa, table.odds_ratio):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 0


def test_what_a_table_is_asked_wrongly() -> None:
    """
    A table wants pairs of codes, and a level between 0 and 1.
    """
    table = transition_table([list("abba")])
    with pytest.raises(ModelError, match="pair of codes"):
        table["a"]  # type: ignore[index]  # wrong on purpose
    for level in (0.0, 1.0):
        with pytest.raises(ModelError, match="level"):
            table.log_odds_interval(level)


@pytest.mark.parametrize("lag", [1, 2, -1])
def test_speakers_who_take_turns(lag: int) -> None:
    """
    Alternating speakers give two tables in one, each with the residuals it has alone.
    """
    said = list("axbyaxaybxbyaxbxay")
    table = transition_table([said], lag, alternating=("ab", "xy"))
    assert len(table) == 8
    rows, columns = [0, 1], [2, 3] if lag % 2 else [0, 1]
    counts = table.counts[np.ix_(rows, columns)]
    n, given, target = counts.sum(), counts.sum(1, keepdims=True), counts.sum(0)
    expected = given * target / n
    wanted = (counts - expected) / np.sqrt(expected * (1 - given / n) * (1 - target / n))
    np.testing.assert_allclose(table.adjusted_residual[np.ix_(rows, columns)], wanted)
    alone = counts * (n - given - target + counts) / ((given - counts) * (target - counts))
    np.testing.assert_allclose(table.odds_ratio[np.ix_(rows, columns)], alone)


def test_margins_may_leave_a_cell_no_chance() -> None:
    """
    Where one code must fill every other place, the model expects 0 of the rest, and fits at once.
    """
    table = transition_table([list("abacabacaba")], allow_repeats=False)
    np.testing.assert_allclose(table.expected, table.counts)
    for measure in (table.adjusted_residual, table.odds_ratio, table.yules_q, table.kappa):
        assert np.isnan(measure).all()
    shown = table._repr_html_()
    assert "<td>3</td>" in shown
    assert "nan" not in shown


@pytest.mark.parametrize("most", [1, 3])
def test_fitting_ends(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """
    Expected counts that don't settle are left after so many rounds, each of rows and then columns.
    """
    monkeypatch.setattr(independence, "_MOST_ROUNDS", most)
    counts = np.array([[0, 5, 1], [2, 0, 4], [3, 1, 0]])
    wanted = (counts > 0).astype(float)
    for _ in range(most):
        wanted *= (counts.sum(axis=1) / wanted.sum(axis=1))[:, None]
        wanted *= counts.sum(axis=0) / wanted.sum(axis=0)
    np.testing.assert_allclose(independence.expected_counts(counts, counts > 0), wanted)
    assert not np.allclose(wanted.sum(axis=1), counts.sum(axis=1), 1e-13)


def test_odds_with_an_empty_cell() -> None:
    """
    Odds ratios reach 0 and infinity, and have no interval there.
    """
    table = transition_table([["a", "b"], ["b", "a"]])
    assert table.odds_ratio.tolist() == [[0, math.inf], [math.inf, 0]]
    assert table.log_odds_ratio.tolist() == [[-math.inf, math.inf], [math.inf, -math.inf]]
    assert np.isnan(table.log_odds_interval()[0]).all()


def test_html_escapes_codes() -> None:
    """
    A code is shown escaped.
    """
    said = transition_table([["<b>", "a", "a", "<b>", "<b>"], ["a"]])._repr_html_()
    assert "<b>" not in said
    assert '<th scope="col">Given</th><th scope="col">&lt;b&gt;</th>' in said


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"sequences": "abc"}, "one for each session"),
        ({"sequences": 3}, "one for each session"),
        ({"sequences": ["abc"]}, "put one sequence into a list"),
        ({"sequences": [["a", 1]]}, "strings"),
        ({"sequences": []}, "two or more"),
        ({"sequences": [["a", "a"]]}, "two or more"),
        ({"sequences": [["a"]], "codes": ["a", "a"]}, "each named once"),
        ({"sequences": [["a", "b"]], "lag": 0}, "other than 0"),
        ({"sequences": [["a", "b"]], "lag": 1.5}, "other than 0"),
        ({"sequences": [["a", "b", "b"]], "allow_repeats": False}, "'b' to 'b' occurs but mustn't"),
        ({"sequences": [["a", "z"]], "codes": ["a", "b"]}, "no code"),
        ({"sequences": [["a", "b"]], "alternating": ("a", "ab")}, "each code once"),
        ({"sequences": [["a", "b"]], "alternating": ("a", 3)}, "each code once"),
        ({"sequences": [["a", "b"]], "alternating": ("a", [["b"]])}, "each code once"),
        ({"sequences": [["a", "b"]], "alternating": "a"}, "each code once"),
        ({"sequences": [["a", "b"]], "structural_zeros": [("a", "z")]}, "no code"),
        ({"sequences": [["a", "b"]], "structural_zeros": ["ab"]}, "pairs"),
        ({"sequences": [["a", "b"]], "structural_zeros": [("a", 1)]}, "pairs"),
        ({"sequences": [["a", "b"]], "structural_zeros": "ab"}, "pairs"),
        ({"sequences": [["a", "b"]], "codes": "ab"}, "list of codes"),
        ({"sequences": [["a", "b"]], "codes": ["a", 1]}, "strings"),
        ({"sequences": [list(map(str, range(1_001)))]}, "at most 1,000, not 1,001"),
        ({"sequences": [{"a", "b"}]}, "put one sequence into a list"),
    ],
)
def test_what_is_wrong_is_said(arguments: dict[str, object], reason: str) -> None:
    """
    Each argument that can't be used is refused by an error of ours.
    """
    with pytest.raises((ModelError, UnknownNameError), match=reason):
        transition_table(**arguments)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("repeats", [True, False])
def test_residuals_by_chance_are_standard_normal(repeats: bool) -> None:  # noqa: FBT001  # a case
    """
    Over many tables of independent pairs, residuals have mean 0, deviation 1 and the usual tails.
    """
    random = np.random.default_rng(8)
    names, shares = list("abcd"), [0.4, 0.3, 0.2, 0.1]
    residuals = []
    for _ in range(300):
        pairs = random.choice(names, (600, 2), p=shares).tolist()
        kept = [pair for pair in pairs if repeats or pair[0] != pair[1]]
        table = transition_table(kept, allow_repeats=repeats, codes=names)
        residuals.append(table.adjusted_residual)
    all_z = np.array(residuals)
    cells = all_z[:, ~np.isnan(all_z[0])]
    assert np.abs(cells.mean(axis=0)).max() < 0.25
    assert np.abs(cells.std(axis=0) - 1).max() < 0.15
    assert (np.abs(cells) > 1.96).mean() == pytest.approx(0.05, abs=0.012)


@given(testing.transition_tables())
def test_any_table_shows_itself(table: TransitionTable) -> None:
    """
    Each pair of codes has a plain row and a cell of the page, and rows of probability add to 1.
    """
    assert len(table.to_dicts()) == len(table) == 9
    assert table._repr_html_().count("<tr>") == 4
    assert "–</td>" in transition_table([["a", "b"]], allow_repeats=False)._repr_html_()
    for shares, ns in zip(table.probability, table.counts, strict=True):
        assert np.isnan(shares).all() if not ns.any() else shares.sum() == pytest.approx(1)
