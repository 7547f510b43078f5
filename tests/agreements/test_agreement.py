from collections.abc import Sequence

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import (
    cohen_kappa_score,
    confusion_matrix,
    f1_score,
    precision_recall_fscore_support,
)
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

import aftermove as am
from aftermove import testing
from aftermove.errors import ModelError, UnknownNameError
from aftermove.model import SessionAnalysis
from aftermove.sequence.distributions import t_quantile

# Krippendorff (2011), "Computing Krippendorff's alpha-reliability", section C: twelve units,
# four observers, some values missing.
PUBLISHED = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
# The worked example that statsmodels checks its own kappa against: ten subjects, fourteen raters.
FLEISS = """
0,0,0,0,14 0,2,6,4,2 0,0,3,5,6 0,3,9,2,0 2,2,8,1,1 7,7,0,0,0 3,2,6,3,0 2,5,3,2,2 6,5,2,1,0
0,2,2,3,7
"""

codes = st.sampled_from("abc")


def _columns(n_coders: int, cells: st.SearchStrategy[object]) -> st.SearchStrategy[list[object]]:
    rows = st.lists(st.tuples(*[cells] * n_coders), min_size=2, max_size=30)
    return rows.map(lambda rows: [list(column) for column in zip(*rows, strict=True)])


def _alpha(columns: Sequence[Sequence[object]], level: str, places: Sequence[object]) -> float:
    values = [[np.nan if c is None else places.index(c) for c in column] for column in columns]
    domain = None if level != "nominal" else range(len(places))
    alpha: float = krippendorff.alpha(
        np.array(values, dtype=float),
        value_domain=domain,
        level_of_measurement=level,  # type: ignore[arg-type]  # one of the three
    )
    return alpha


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_of_the_published_example(level: str, alpha: float) -> None:
    """
    Four observers with gaps reach the alphas that Krippendorff (2011) works out.
    """
    found = am.agreement(*PUBLISHED, level=level)
    assert found.alpha.value == pytest.approx(alpha, abs=0.0006)
    assert (found.n_items, found.n_complete, found.errors) == (11, 8, "by item")


def test_kappa_of_the_published_example() -> None:
    """
    Fourteen raters reach the kappa that is told for them.
    """
    counts = [row.split(",") for row in FLEISS.split()]
    rows = [[str(c) for c, n in enumerate(row) for _ in range(int(n))] for row in counts]
    found = am.agreement(*zip(*rows, strict=True))
    assert found.n_coders == 14
    assert found.kappa is not None
    assert found.kappa.value == pytest.approx(0.210, abs=0.0006)


@given(_columns(2, codes))
def test_two_coders_agree_as_in_scikit_learn(columns: list[list[str]]) -> None:
    """
    Kappa, F1, precision, recall and confusion are those of scikit-learn, for any codes.
    """
    a, b = columns
    found = am.agreement(a, b)
    labels = sorted({*a, *b})
    assert found.kappa is not None
    if len(labels) == 1:
        assert found.kappa.value is None
    else:
        counts = confusion_matrix(a, b, labels=labels).tolist()
        assert found.confusion == tuple(map(tuple, counts))
        assert found.kappa.value == pytest.approx(cohen_kappa_score(a, b))
    for name, average in (("f1_micro", "micro"), ("f1_macro", "macro")):
        expected = f1_score(a, b, average=average, zero_division=0.0)
        assert getattr(found, name).value == pytest.approx(expected)
    precision, recall, f1, _ = precision_recall_fscore_support(
        a, b, labels=labels, zero_division=np.nan
    )
    for at, code in enumerate(found):
        assert code.counts == (a.count(code.code), b.count(code.code))
        assert code.f1.value == pytest.approx(f1[at])
        pairs = ((code.precision, precision[at]), (code.recall, recall[at]))
        for estimate, expected in pairs:
            assert estimate is not None
            assert estimate.value == (None if np.isnan(expected) else pytest.approx(expected))


@given(_columns(4, codes))
def test_more_coders_agree_as_in_statsmodels(columns: list[list[str]]) -> None:
    """
    Kappa of more than two coders is that of statsmodels.
    """
    found = am.agreement(*columns)
    places = [["abc".index(code) for code in column] for column in columns]
    table, _ = aggregate_raters(np.array(places).T)
    assert found.kappa is not None
    if len(found) == 1:
        assert found.kappa.value is None
    else:
        assert found.kappa.value == pytest.approx(fleiss_kappa(table))
    assert found.confusion is None
    assert found["".join(columns[0][:1])].precision is None


@given(_columns(3, st.none() | codes), st.sampled_from(["nominal", "ordinal", "interval"]))
def test_alpha_is_that_of_krippendorff_s_library(
    columns: list[list[str | None]], level: str
) -> None:
    """
    With gaps and at every level, alpha is that of the library of that name.
    """
    coded = [sum(code is not None for code in row) for row in zip(*columns, strict=True)]
    paired = [row for row, n in zip(zip(*columns, strict=True), coded, strict=True) if n > 1]
    if not paired:
        with pytest.raises(ModelError, match="two coders"):
            am.agreement(*columns)
        return
    given = columns
    if level != "nominal":
        given = [[None if c is None else "abc".index(c) for c in e] for e in columns]  # type: ignore[misc]  # numbers of the same
    found = am.agreement(*given, level=level)
    if len({code for row in paired for code in row if code}) == 1:
        assert found.alpha.value is None
    else:
        assert found.alpha.value == pytest.approx(_alpha(columns, level, "abc"))


@given(_columns(2, st.sets(codes)))
def test_sets_of_codes_are_pooled(columns: list[list[set[str]]]) -> None:
    """
    By code, kappa is that of having it; pooled, it is made of the mean disagreements.
    """
    found = am.agreement(*columns)
    assert found.confusion is None
    assert found.observed is None
    disagreed, expected = 0.0, 0.0
    for code in found:
        a, b = ([code.code in item for item in column] for column in columns)
        p, q = np.mean(a), np.mean(b)
        disagreed += float(np.mean(np.array(a) != np.array(b)))
        expected += float(p * (1 - q) + q * (1 - p))
        if len({*a, *b}) == 2:
            assert code.kappa.value == pytest.approx(cohen_kappa_score(a, b))
            assert code.alpha.value == pytest.approx(_alpha([a, b], "nominal", [False, True]))
            assert code.f1.value == pytest.approx(f1_score(a, b))
    assert found.kappa is not None
    wanted = pytest.approx(1 - disagreed / expected) if expected else None
    assert found.kappa.value == wanted


@given(_columns(2, st.floats(-1, 1)))
def test_numbers_are_correlated(columns: list[list[float]]) -> None:
    """
    Of numbers, r is that of numpy, and a shift of one coder leaves it while alpha falls.
    """
    found = am.agreement(*columns, level="interval")
    assert found.correlation is not None
    assert (found.kappa, found.f1_micro, found.codes) == (None, None, ())
    if all(np.std(column) > 1e-3 for column in columns):
        r = np.corrcoef(np.array(columns))[0, 1]
        assert found.correlation.value == pytest.approx(r, abs=1e-6)
        shifted = am.agreement(columns[0], [x + 9 for x in columns[0]], level="interval")
        assert shifted.correlation is not None
        assert shifted.correlation.value == pytest.approx(1.0)
        assert shifted.alpha.value is not None
        assert shifted.alpha.value < 0.1


@given(testing.coded_items())
def test_order_and_names_change_nothing(columns: tuple[list[str | None], ...]) -> None:
    """
    Items in another order and coders the other way round agree as much.
    """
    a, b = columns
    one = am.agreement(a, b)
    other = am.agreement(b[::-1], a[::-1])
    for name in ("kappa", "alpha", "f1_macro"):
        for end in ("", "_low", "_high"):
            assert one.to_dict()[name + end] == pytest.approx(other.to_dict()[name + end])
    for row, twin in zip(one.to_dicts(), other.to_dicts(), strict=True):
        assert row["precision"] == pytest.approx(twin["recall"])


@given(testing.session_analyses())
def test_an_analysis_agrees_with_itself(analysis: SessionAnalysis) -> None:
    """
    Compared with itself, every figure is 1 or undefined, in whatever it is compared by.
    """
    for by in ("behaviour", "technique", "stance", "state", "valence", "arousal"):
        if not (
            analysis.affect if by in ("stance", "state", "valence", "arousal") else analysis.moves
        ):
            with pytest.raises(ModelError, match="two coders"):
                am.agreement(analysis, analysis, by=by)
            continue
        found = am.agreement(analysis, [analysis], by=by)
        assert found.by == by
        for figure in (found.kappa, found.alpha, found.f1_micro, found.correlation):
            assert figure is None or figure.value in (None, pytest.approx(1.0))
        assert found.n_sessions == 1
        assert found._repr_html_()


def _session(
    name: str, techniques: list[list[str]], valence: list[float] | None = None
) -> SessionAnalysis:
    valence = [0.0] * (len(techniques) + 1) if valence is None else valence
    return SessionAnalysis.from_codes(id=name, valence=valence, techniques=techniques)


def test_sessions_are_matched_by_id() -> None:
    """
    Coders may give sessions in any order, and one of them as plain codes in the first's order.
    """
    one, two = _session("one", [["values"], []]), _session("two", [["defusion"]])
    found = am.agreement([one, two], [two, one])
    assert found.alpha.value == 1.0
    assert (found.n_items, found.n_sessions, found.by) == (3, 2, "technique")
    mixed = am.agreement([["values"], [], ["defusion"]], [one, two])
    assert mixed.alpha.value == 1.0
    assert am.agreement(one, ["other", "other"], by="behaviour").n_items == 2


def test_intervals_hold_the_figure() -> None:
    """
    An interval holds its figure and stays within the figure's range.
    """
    found = am.agreement(list("aabbabab" * 12), list("aabbabba" * 12))
    assert found.errors == "by item"
    for figure in (found.kappa, found.alpha, found.observed, found.f1_macro, found["a"].precision):
        assert figure is not None
        assert figure.ci_low < figure.value < figure.ci_high <= 1  # type: ignore[operator]  # none is None


def test_the_interval_of_a_share_is_the_textbook_one() -> None:
    """
    Of independent items, the observed agreement has the standard error of a share.
    """
    observed = am.agreement(["a"] * 100, ["a"] * 80 + ["b"] * 20).observed
    assert observed is not None
    half = t_quantile(0.975, 99) * (0.8 * 0.2 / 99) ** 0.5
    assert (observed.ci_low, observed.ci_high) == pytest.approx((0.8 - half, 0.8 + half))


def test_sessions_are_left_out_whole() -> None:
    """
    Where coders differ by session, intervals by session are wider; one session tells no such.
    """
    a = list("ab" * 60)
    b = [code if (at // 12) % 2 else "ab"[at % 3 % 2] for at, code in enumerate(a)]
    ten, one = [str(at // 12) for at in range(120)], ["0"] * 120
    by_session, by_item = (am.agreement(a, b, sessions=names) for names in (ten, one))
    assert by_session.errors == "clustered by session"
    assert (by_item.errors, by_item.n_sessions) == ("by item", 1)
    widths = [e.observed.ci_high - e.observed.ci_low for e in (by_session, by_item)]  # type: ignore[union-attr, operator]  # none is None
    assert widths[0] > 1.5 * widths[1]


def test_sessions_that_one_coder_left_out_count_for_nothing() -> None:
    """
    Items that only one coder coded change no figure and no interval.
    """
    a, b, sessions = list("aabbab") * 4, list("abbbab") * 4, list("112233") * 4
    plain = am.agreement(a, b, sessions=sessions)
    longer = am.agreement([*a, "a", None], [*b, None, None], sessions=[*sessions, "4", "1"])
    assert plain.n_items == longer.n_items == 24
    assert (plain.kappa, plain.alpha, plain.codes) == (longer.kappa, longer.alpha, longer.codes)


def test_what_hangs_on_one_session_has_no_interval() -> None:
    """
    A code given in one item alone has a figure and no interval.
    """
    found = am.agreement(list("aaaaab"), list("aaaaab"))
    assert str(found["b"].recall) == "1.00"
    assert found["b"].recall == am.agreement(["b", "a"], ["b", "a"])["b"].recall
    assert str(am.agreement(["a"], ["a"]).observed) == "1.00"


def test_ranks_are_made_anew() -> None:
    """
    Ordinal alpha has an interval too, and it holds the figure.
    """
    found = am.agreement([1, 2, 3, 4, 2, 1] * 5, [1, 2, 4, 4, 2, 2] * 5, level="ordinal")
    assert found.alpha.ci_low < found.alpha.value < found.alpha.ci_high  # type: ignore[operator]  # none is None
    assert found.level == "ordinal"


def test_one_session_s_huge_numbers_leave_no_trace_without_it() -> None:
    """
    Without the one session whose numbers differ, agreement is undefined, however large they are.
    """
    a, b = [1e9, 3e9, 0.1, 0.1, 0.1, 0.1], [2e9, 3e9, 0.1, 0.1, 0.1, 0.1]
    found = am.agreement(a, b, level="interval", sessions=list("112233"))
    assert found.alpha.value is not None
    assert found.alpha.ci_low is None
    assert found.correlation is not None
    assert found.correlation.ci_low is None


def test_many_items_are_left_out_in_groups() -> None:
    """
    Intervals of more items than groups are near those of the items one by one.
    """
    generator = np.random.default_rng(1)
    a = generator.choice(["a", "b"], 1000).tolist()
    b = [code if generator.random() < 0.7 else "a" for code in a]
    few, many = am.agreement(a[:400], b[:400]), am.agreement(a, b)
    widths = [e.observed.ci_high - e.observed.ci_low for e in (few, many)]  # type: ignore[union-attr, operator]  # none is None
    assert widths[0] / widths[1] == pytest.approx(2.5**0.5, rel=0.15)


def test_it_shows_itself_as_plain_values() -> None:
    """
    The whole and each code come as rows of plain values.
    """
    found = am.agreement(["a", "b", True], ["a", "b", "<b>"])
    whole = found.to_dict()
    assert whole["kappa"] == found.kappa.value  # type: ignore[union-attr]  # nominal codes have it
    assert whole["correlation"] is None
    row = found.to_dicts()[0]
    assert (row["code"], row["counts"], row["f1_low"]) == ("<b>", (0, 1), None)
    assert len(found) == 4
    assert "&lt;b&gt;" in found._repr_html_()
    assert repr(found["a"].f1) == "<Estimate: 1.00>"
    with pytest.raises(UnknownNameError, match="known: <b>, True, a, b"):
        found["c"]


@given(testing.agreements())
def test_any_comparison_shows_itself(found: am.Agreement) -> None:
    """
    Figures lie within their range, and all have a row or a cell to stand in.
    """
    for figure in (found.f1_micro, found.f1_macro, found.observed):
        assert figure is None or figure.value is None or 0 <= figure.value <= 1
    assert found.alpha.value is None or found.alpha.value <= 1 + 1e-9
    whole = (found.kappa, found.alpha, found.observed, found.f1_micro, found.f1_macro)
    n_figures = sum(figure is not None for figure in (*whole, found.correlation))
    n_tables = 1 if found.confusion is None else 2
    rows = n_figures + n_tables * len(found.to_dicts())
    assert found._repr_html_().count('<th scope="row">') == rows


@given(testing.code_agreements(), testing.estimates())
def test_a_row_is_told_in_plain_values(row: am.agreements.CodeAgreement, figure: object) -> None:
    """
    A row's plain values are those of its figures, and a figure says its interval if it has one.
    """
    plain = row.to_dict()
    assert plain["kappa"] == row.kappa.value
    assert plain["precision"] == (row.precision.value if row.precision else None)
    assert ("from" in repr(figure)) == (getattr(figure, "ci_low", None) is not None)


REFUSED: list[tuple[tuple[object, ...], dict[str, object], str]] = [
    ((["a"], ["a", "b"]), {}, "same items; they have 1, 2"),
    (([], []), {}, "coded something"),
    ((["a"], [None]), {}, "two coders"),
    (("ab", "ab"), {}, "a list of codes in order"),
    (({"a"}, {"a"}), {}, "a list of codes in order"),
    ((3, 3), {}, "a list of codes in order"),
    (([1], [1]), {}, "must be told for numbers"),
    (([1.0], [float("nan")]), {"level": "interval"}, "None where one is missing"),
    (([10**400], [1]), {"level": "interval"}, "at most 1e\\+60"),
    (([1.0, 1e308], [2.0, -1e308]), {"level": "ordinal"}, "at most 1e\\+60"),
    ((list(map(str, range(1_001))), ["a"] * 1_001), {}, "at most 1,000 different ones, not 1,002"),
    ((["a"], [1]), {"level": "interval"}, "all single codes"),
    ((["a"], ["b"]), {"level": "ordinal"}, "takes numbers"),
    (([{"a": 1}], ["b"]), {}, "strings, numbers"),
    (([["a", 1]], [["b"]]), {}, "strings, numbers"),
    ((["a"], ["b"]), {"by": "technique"}, "is for analyses"),
    ((["a"], ["b"]), {"sessions": "s"}, "ids of the items"),
    ((["a"], ["b"]), {"sessions": [1]}, "ids of the items"),
    ((["a"], ["b"]), {"sessions": ["s", "s"]}, "same items"),
    ((_session("s", [[]]), _session("t", [[]])), {}, "same sessions; see session 's'"),
    ((_session("s", [[]]), _session("s", [[], []])), {}, "same turns; see session 's'"),
    (([_session("s", [[]])] * 2, _session("s", [[]])), {}, "each session once"),
    (([_session("s", [[]]), "a"], ["a"]), {}, "not both"),
    ((_session("s", [[]]), [[]]), {"sessions": ["s"]}, "analyses know their session"),
]


@pytest.mark.parametrize(("coders", "told", "reason"), REFUSED)
def test_bad_input_is_refused(
    coders: tuple[object, ...], told: dict[str, object], reason: str
) -> None:
    """
    What can't be compared is refused with an error of ours that says why.
    """
    with pytest.raises(ModelError, match=reason):
        am.agreement(*coders, **told)  # type: ignore[arg-type]  # what is refused


def test_other_talk_under_the_same_id_is_refused_without_its_words() -> None:
    """
    Two sessions of one id whose words differ aren't compared, and no word is told.
    """
    one, other = (
        am.analyze(am.Session.from_pairs([("therapist", words)], id="s"))
        for words in ("A secret?", "Another?")
    )
    with pytest.raises(ModelError, match="same talk; see session 's'") as caught:
        am.agreement(one, other)
    assert "secret" not in str(caught.value)


def test_unknown_ways_and_levels_are_refused() -> None:
    """
    A way of comparing or a level that isn't known is refused with the known ones.
    """
    with pytest.raises(UnknownNameError, match="behaviour, technique"):
        am.agreement(["a"], ["a"], by="moves")
    with pytest.raises(UnknownNameError, match="nominal, ordinal, interval"):
        am.agreement(["a"], ["a"], level="ratio")
