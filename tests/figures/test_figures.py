import sys
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any

import matplotlib as mpl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt

import aftermove as am
from aftermove import figures, testing
from aftermove.errors import MissingExtraError, ModelError, UnknownNameError

TECHNIQUES = ("validation", "advice", "open_question", "values")


@pytest.fixture(autouse=True)
def _headless() -> Iterator[None]:
    """
    No window is opened, and no figure is left behind.
    """
    before = mpl.get_backend()
    mpl.use("agg")
    yield
    plt.close("all")
    mpl.use(before)


def coded(name: str = "s1", n: int = 13) -> am.SessionAnalysis:
    """
    A session of *n* stretches of talk, in which each technique has its own change.
    """
    valence = [((place * 5) % 7 - 3) / 4 for place in range(n)]
    return am.SessionAnalysis.from_codes(
        id=name,
        patient=name,
        valence=valence,
        techniques=[[TECHNIQUES[(place * place) % 4]] for place in range(n - 1)],
        states=[["anxiety"] if value < 0 else ["relief", "hope"] for value in valence],
        behaviours=[("question", "input", "reflection", "other")[i % 4] for i in range(n - 1)],
    )


def a_study() -> am.Study:
    """
    A study of six sessions of different length.
    """
    return am.study([coded(f"s{number}", 20 + number) for number in range(6)])


# Figures are looked into by parts that matplotlib types loosely.
DRAWN: dict[str, Callable[[], Any]] = {
    "arc": lambda: figures.plot_arc(coded()),
    "techniques": lambda: figures.plot_techniques(coded()),
    "states": lambda: figures.plot_states(coded()),
    "changes": lambda: figures.plot_changes(coded()),
    "mix": lambda: figures.plot_mix(a_study()),
    "effects": lambda: figures.plot_effects(a_study().effects()),
    "transitions": lambda: figures.plot_transitions(a_study().transitions()),
    "mix_against": lambda: figures.plot_mix_against(coded(), a_study()),
    "arc_against": lambda: figures.plot_arc_against(coded(), a_study()),
}
drawn = pytest.mark.parametrize("name", DRAWN)


def image_of(ax: Any) -> bytes:  # noqa: ANN401  # axes
    """
    What is drawn, as a PNG.
    """
    buffer = BytesIO()
    ax.figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def texts_in(labels: Iterable[Any]) -> list[str]:
    """
    The words of tick labels or of a legend.
    """
    return [label.get_text() for label in labels]


@drawn
def test_every_word_is_inside_the_picture(name: str) -> None:
    """
    Titles, labels and legends are drawn whole, and both axes say what they measure.
    """
    ax = DRAWN[name]()
    ax.figure.canvas.draw()
    assert ax.get_title()
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    width, height = ax.figure.canvas.get_width_height()
    box = ax.get_tightbbox()
    assert box is not None
    assert box.x0 >= -1
    assert box.y0 >= -1
    assert box.x1 <= width + 1
    assert box.y1 <= height + 1


@drawn
def test_the_same_values_give_the_same_picture(name: str) -> None:
    """
    A figure is the same to the byte each time, and different from an empty one.
    """
    first, second = image_of(DRAWN[name]()), image_of(DRAWN[name]())
    assert first == second
    assert first != image_of(plt.subplots()[1])


@drawn
def test_without_matplotlib_the_extra_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The error tells what to install.
    """
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"aftermove\[figures\]"):
        DRAWN[name]()


@settings(max_examples=15)
@given(testing.session_analyses(), testing.studies())
def test_any_session_is_drawn_on_the_axes_given(
    analysis: am.SessionAnalysis, study: am.Study
) -> None:
    """
    Whatever is in a session or a study, the axes that go in come back.
    """
    figure, ax = plt.subplots()
    try:
        assert figures.plot_arc(analysis, ax) is ax
        assert figures.plot_techniques(analysis, ax) is ax
        assert figures.plot_states(analysis, ax) is ax
        for value in (analysis, study):
            assert figures.plot_changes(value, ax) is ax
            assert figures.plot_mix(value, ax) is ax
        if any(session.moves for session in study.sessions):
            assert figures.plot_mix_against(analysis, study, ax) is ax
        if any(session.talk for session in study.sessions):
            assert figures.plot_arc_against(analysis, study, ax) is ax
    finally:
        plt.close(figure)


@settings(max_examples=15)
@given(testing.effect_tables(), testing.transition_tables())
def test_any_table_is_drawn(effects: am.EffectTable, transitions: am.TransitionTable) -> None:
    """
    Whatever is in a table, the axes that go in come back.
    """
    figure, ax = plt.subplots()
    try:
        assert figures.plot_effects(effects, ax) is ax
        assert figures.plot_transitions(transitions, ax) is ax
    finally:
        plt.close(figure)


@given(st.sampled_from(sorted(DRAWN)), st.none() | st.integers() | st.text(max_size=3))
def test_other_values_are_refused(name: str, value: object) -> None:
    """
    A figure of what it doesn't show is refused by an error of ours, before anything is drawn.
    """
    plot = getattr(figures, f"plot_{name}")
    arguments = [value, am.Study()] if name.endswith("against") else [value]
    with pytest.raises(ModelError, match="figure: shows a"):
        plot(*arguments)
    assert not plt.get_fignums()


def test_axes_must_be_axes() -> None:
    """
    A figure in the place of its axes is refused.
    """
    with pytest.raises(ModelError, match="must be matplotlib's Axes"):
        figures.plot_arc(coded(), plt.figure())  # type: ignore[arg-type]  # refused


def test_the_arc_holds_every_valence_and_every_move() -> None:
    """
    The line goes through each patient turn; each behaviour has a marker of its own shape.
    """
    analysis = coded()
    ax: Any = figures.plot_arc(analysis)
    line = ax.lines[-1]
    assert list(line.get_xdata()) == [affect.turn for affect in analysis.affect]
    assert list(line.get_ydata()) == [affect.valence for affect in analysis.affect]
    assert sum(len(points.get_offsets()) for points in ax.collections) == len(analysis.moves)
    legend = ax.get_legend()
    assert legend is not None
    assert texts_in(legend.get_texts()) == ["question", "reflection", "input", "other"]
    shapes = [points.get_paths()[0].vertices.tolist() for points in ax.collections]
    assert all(a != b for i, a in enumerate(shapes) for b in shapes[:i])


def test_the_arc_can_be_placed_by_time() -> None:
    """
    By time a turn stands at its start in minutes; without all starts that is refused.
    """
    talk = [("T", 0.0, "So?"), ("P", 90.0, "Tired."), ("T", None, "Tired.")]
    turns = [
        am.Turn(index=i, speaker=am.Speaker(who, "patient" if who == "P" else "therapist"),
                text=text, start=start)
        for i, (who, start, text) in enumerate(talk)
    ]  # fmt: skip
    timed = am.analyze(am.Session(id="s", turns=turns[:2]))
    ax: Any = figures.plot_arc(timed, by="time")
    assert list(ax.lines[-1].get_xdata()) == [1.5]
    assert "minutes" in ax.get_xlabel()
    with pytest.raises(ModelError, match="turn 2 tells no start"):
        figures.plot_arc(am.analyze(am.Session(id="s", turns=turns)), by="time")
    with pytest.raises(ModelError, match="must be 'turn' or 'time'"):
        figures.plot_arc(timed, by="words")  # type: ignore[arg-type]  # refused


def test_the_timeline_holds_each_intervention() -> None:
    """
    Rows stand from the most frequent down, with their counts, and *most* cuts them.
    """
    ax: Any = figures.plot_techniques(coded())
    assert texts_in(ax.get_yticklabels()) == ["advice (6)", "validation (6)"]
    assert len(ax.collections[0].get_offsets()) == 12
    assert len(figures.plot_techniques(coded(), most=1).get_yticklabels()) == 1


def test_states_that_feel_better_stand_above() -> None:
    """
    Bands of both sides start at the line; windows average over turns.
    """
    analysis = am.SessionAnalysis.from_codes(
        id="s", valence=[0] * 3, techniques=[[]] * 2, states=[["relief"], [], ["anger"]]
    )
    above, below = figures.plot_states(analysis, window=1).collections
    assert above.get_paths()[0].get_extents().ymax == 1.0
    assert below.get_paths()[0].get_extents().ymin == -1.0
    wide, _ = figures.plot_states(analysis, window=3).collections
    assert wide.get_paths()[0].get_extents().ymax == 0.5
    for window in (0, 1.5, True):
        with pytest.raises(ModelError, match="window"):
            figures.plot_states(analysis, window=window)  # type: ignore[arg-type]  # refused


def test_rarer_states_are_counted() -> None:
    """
    What has no band is told in the title.
    """
    every = [[state.value] for state in am.State]
    analysis = am.SessionAnalysis.from_codes(
        id="s", valence=[0] * len(every), techniques=[[]] * (len(every) - 1), states=every
    )
    assert "8 rarer not shown" in figures.plot_states(analysis).get_title()


def test_the_id_is_told_as_it_is() -> None:
    """
    Titles name the session by its own id, in which no sign is mathematics.
    """
    analysis = am.SessionAnalysis.from_codes(
        id="a_b $c$", valence=[0, 0.5], techniques=[["values"]]
    )
    study = am.study([analysis])
    for ax in (
        figures.plot_arc(analysis),
        figures.plot_techniques(analysis),
        figures.plot_states(analysis),
        figures.plot_arc_against(analysis, study),
        figures.plot_mix_against(analysis, study),
    ):
        assert r"a_b \$c\$" in ax.get_title()


def test_the_one_change_is_on_its_row() -> None:
    """
    A dot that has no other beside it isn't moved aside.
    """
    analysis = am.SessionAnalysis.from_codes(id="s", valence=[0, 0.5], techniques=[["values"]])
    ax: Any = figures.plot_changes(analysis)
    assert ax.collections[0].get_offsets().tolist() == [[0.5, 0.0]]


def test_changes_are_those_of_the_shifts() -> None:
    """
    Each technique's dots are its changes, and moves without a technique have a row.
    """
    analysis = am.SessionAnalysis.from_codes(
        id="s", valence=[0, 0.5, 0.25, 0.25], techniques=[["values"], [], ["values"]]
    )
    ax: Any = figures.plot_changes(analysis)
    assert texts_in(ax.get_yticklabels()) == ["values (2)", "no technique (1)"]
    dots = [sorted(points.get_offsets()[:, 0].tolist()) for points in ax.collections]
    assert dots == [[0.0, 0.5], [-0.25]]
    assert texts_in(figures.plot_changes(am.study([analysis])).get_yticklabels()) == texts_in(
        ax.get_yticklabels()
    )


def test_the_forest_tells_each_effect() -> None:
    """
    The largest shift is on top, marks are full where q is small, and what isn't told is at the end.
    """
    table = a_study().effects()
    ax: Any = figures.plot_effects(table)
    told = sorted((e.shift for e in table if e.shift is not None), reverse=True)
    marks = [line for line in ax.lines if line.get_marker() == "s"]
    assert [line.get_xdata()[0] for line in marks] == told
    full = [line.get_markerfacecolor() != "white" for line in marks]
    by_shift = {effect.shift: effect for effect in table}
    assert full == [(by_shift[shift].q_value or 0.0) < 0.05 for shift in told]
    few = am.study([coded()]).effects()
    untold = [text for text in figures.plot_effects(few).texts if text.get_text() == "–"]
    assert len(untold) == sum(effect.shift is None for effect in few) > 0


def test_the_heat_map_tells_counts_and_residuals() -> None:
    """
    Each cell that can occur has its count and z; rows and columns can be chosen.
    """
    table = a_study().transitions()
    ax: Any = figures.plot_transitions(table)
    assert sum(int(text.get_text().split("\n")[0]) for text in ax.texts) == table.counts.sum()
    chosen: Any = figures.plot_transitions(table, given=["advice"], targets=["relief", "anxiety"])
    assert texts_in(chosen.get_xticklabels()) == ["relief", "anxiety"]
    count = table["advice", "relief"]["count"]
    assert chosen.texts[0].get_text().startswith(f"{count}\n")
    with pytest.raises(UnknownNameError, match="known: "):
        figures.plot_transitions(table, given=["kestrel"])


def test_there_must_be_something_to_compare_with() -> None:
    """
    An empty study is refused.
    """
    with pytest.raises(ModelError, match="no session with a move"):
        figures.plot_mix_against(coded(), am.Study())
    with pytest.raises(ModelError, match="no session with talk"):
        figures.plot_arc_against(coded(), am.Study())


def test_one_session_stands_among_many() -> None:
    """
    The session's own shares and valences are those drawn, also where the study lacks a technique.
    """
    own = am.SessionAnalysis.from_codes(id="own", valence=[0, 0.5], techniques=[["metaphor"]])
    ax: Any = figures.plot_mix_against(own, a_study())
    assert texts_in(ax.get_yticklabels())[-1] == "metaphor"
    assert [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"][-1] == 100.0
    arc: Any = figures.plot_arc_against(own, a_study())
    lines = {line.get_label(): line for line in arc.lines}
    assert list(lines["the session"].get_ydata()) == [0.0, 0.5]


def test_no_sign_of_a_name_is_taken_for_mathematics() -> None:
    """
    Names with dollar signs, underscores and backslashes are drawn as they are.
    """
    name = r"$\frac{a_b}$"
    analysis = am.SessionAnalysis.from_codes(id=name, valence=[0, 0.5], techniques=[[name]])
    image_of(figures.plot_techniques(analysis))
    image_of(figures.plot_mix_against(analysis, am.study([analysis])))
