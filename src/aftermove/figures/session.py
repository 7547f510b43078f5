"""
Figures of one session.
"""

from collections import Counter
from typing import TYPE_CHECKING, Final, Literal

from aftermove.errors import ModelError
from aftermove.figures._axes import (
    BEHAVIOUR_LOOKS,
    BETTER,
    BODY,
    FAINT,
    axes,
    checked,
    labelled_rows,
    plain,
    worded,
)
from aftermove.model import Session, SessionAnalysis, State

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_arc", "plot_states", "plot_techniques"]

# Of the states: those that feel better stand above the line.
_BRIGHT: Final = (State.WILLINGNESS, State.CONNECTION, State.JOY, State.HOPE, State.RELIEF)
# Okabe & Ito's, from both ends; with a pattern each, so that colour is never the only sign.
_STATE_COLOURS: Final = ("#0072B2", "#56B4E9", "#009E73", "#D55E00", "#E69F00", "#CC79A7")
_HATCHES: Final = ("", "//", "..", "", "\\\\", "xx")


def plot_arc(
    analysis: SessionAnalysis, ax: "Axes | None" = None, *, by: Literal["turn", "time"] = "turn"
) -> "Axes":
    """
    The patient's valence over the session, with the therapist's moves beneath it.

    Args:
        analysis: As made by `analyze`.
        ax: The axes to draw on; `None` for new ones.
        by: "turn" to place everything by the number of its turn, "time" by its start in minutes.

    Returns:
        The axes: a line through the valence of each patient turn, from -1, worst, to 1, best, and
        a marker for each move, whose shape and colour tell the behaviour.

    Raises:
        ModelError: If *analysis* isn't one, or, by time, a turn tells no start.
        MissingExtraError: If matplotlib isn't installed.

    Example:
        >>> coded = SessionAnalysis.from_codes(id="s1", valence=[-.5, .25], techniques=[["values"]])
        >>> plot_arc(coded).get_ylabel()
        'valence (−1 worst, +1 best)'
    """
    checked(analysis, SessionAnalysis)
    places = _places(analysis.session, by)
    ax = axes(ax, 9, 3.6)
    ax.axhline(0, color=FAINT, linewidth=0.8)
    ax.plot(
        [places[affect.turn] for affect in analysis.affect],
        [affect.valence for affect in analysis.affect],
        color=BODY,
        marker="o",
        markersize=3.5,
        linewidth=1.2,
    )
    _add_moves(ax, analysis, places)
    ax.set_ylim(-1.35, 1.05)
    ax.set_yticks([-1.2, -1, -0.5, 0, 0.5, 1], ["moves", "−1", "−0.5", "0", "+0.5", "+1"])
    ax.set_xlabel("turn" if by == "turn" else "minutes from the start")
    ax.set_ylabel("valence (−1 worst, +1 best)")
    ax.set_title(f"Session {plain(analysis.session.id)}: the patient’s valence and the moves")
    return ax


def _places(session: Session, by: str) -> list[float]:
    if by == "turn":
        return [turn.index for turn in session]
    if by != "time":
        raise ModelError("plot_arc: by", "must be 'turn' or 'time'")
    starts = [turn.start for turn in session]
    if None in starts:
        reason = f"turn {starts.index(None)} tells no start; place the turns by 'turn'"
        raise ModelError("plot_arc: by", reason)
    return [start / 60 for start in starts if start is not None]


def _add_moves(ax: "Axes", analysis: SessionAnalysis, places: list[float]) -> None:
    for behaviour, (marker, colour) in BEHAVIOUR_LOOKS.items():
        at = [places[move.turn] for move in analysis.moves if move.behaviour is behaviour]
        if at:
            ax.scatter(
                at, [-1.2] * len(at), marker=marker, color=colour, s=22, label=behaviour.value
            )
    if analysis.moves:
        ax.legend(
            title="move", loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=8
        )


def plot_techniques(
    analysis: SessionAnalysis, ax: "Axes | None" = None, *, most: int = 20
) -> "Axes":
    """
    When in the session each technique was found: a row for each, a mark for each move.

    Args:
        analysis: As made by `analyze`.
        ax: The axes to draw on; `None` for new ones.
        most: How many techniques to show, the most frequent first.

    Returns:
        The axes: the surer the finding, the larger and darker its mark.  The number of moves
        stands behind each name.

    Raises:
        ModelError: If *analysis* isn't one.
        MissingExtraError: If matplotlib isn't installed.

    Example:
        >>> coded = SessionAnalysis.from_codes(id="s1", valence=[-.5, .25], techniques=[["values"]])
        >>> [label.get_text() for label in plot_techniques(coded).get_yticklabels()]
        ['values (1)']
    """
    checked(analysis, SessionAnalysis)
    rows = analysis.summary()[:most]
    ax = axes(ax, 9, 1.2 + 0.27 * len(rows))
    from matplotlib.colors import to_rgba

    row_by_technique = {row.technique: place for place, row in enumerate(rows)}
    found = [
        (move.turn, row_by_technique[each.technique], each.confidence)
        for move in analysis.moves
        for each in move.interventions
        if each.technique in row_by_technique
    ]
    ax.scatter(
        [turn for turn, _, _ in found],
        [row for _, row, _ in found],
        s=[8 + 40 * confidence for _, _, confidence in found],
        c=[to_rgba(BETTER, 0.25 + 0.75 * confidence) for _, _, confidence in found],
        linewidths=0,
    )
    labelled_rows(ax, [f"{worded(row.technique)} ({row.n_moves})" for row in rows])
    ax.set_xlim(-1, max(len(analysis.session), 1))
    ax.grid(axis="y", color="#E5E5E5", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.set_xlabel("turn")
    ax.set_ylabel("technique (moves)")
    ax.set_title(f"Session {plain(analysis.session.id)}: techniques; larger is surer")
    return ax


def plot_states(analysis: SessionAnalysis, ax: "Axes | None" = None, *, window: int = 3) -> "Axes":
    """
    The stream of the patient's states: those that feel better above the line, the others below.

    Args:
        analysis: As made by `analyze`.
        ax: The axes to draw on; `None` for new ones.
        window: Over how many patient turns in a row each strength is averaged; 1 for none.

    Returns:
        The axes: the width of a band is the mean strength of its state, from 0 to 1.  Of each
        side the three most frequent states have a band; those left out are told in the title.

    Raises:
        ModelError: If *analysis* isn't one, or *window* isn't a whole number of at least 1.
        MissingExtraError: If matplotlib isn't installed.

    Example:
        >>> coded = SessionAnalysis.from_codes(id="s1", valence=[-.5, .25], techniques=[[]],
        ...                                    states=[["anxiety"], ["relief"]])
        >>> [text.get_text() for text in plot_states(coded).get_legend().get_texts()]
        ['relief', 'anxiety']
    """
    checked(analysis, SessionAnalysis)
    if type(window) is not int or window < 1:
        raise ModelError("plot_states: window", "must be a whole number of at least 1")
    n_by_state = Counter(state for affect in analysis.affect for state in affect.states)
    ranked = [
        state for state, _ in sorted(n_by_state.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    above = [state for state in ranked if state in _BRIGHT][:3]
    below = [state for state in ranked if state not in _BRIGHT][:3]
    ax = axes(ax, 9, 3.6)
    turns = [affect.turn for affect in analysis.affect]
    looks = dict(zip((*above, *below), [*range(len(above)), *range(3, 6)], strict=False))
    for states, sign in ((above, 1), (below, -1)):
        base = [0.0] * len(turns)
        for state in states:
            edge = [
                b + sign * s for b, s in zip(base, _smoothed(analysis, state, window), strict=True)
            ]
            ax.fill_between(
                turns,
                base,
                edge,
                facecolor=_STATE_COLOURS[looks[state]],
                hatch=_HATCHES[looks[state]],
                edgecolor="white",
                linewidth=0.3,
                label=state.value,
            )
            base = edge
    _finish_states(ax, analysis, len(ranked) - len(above) - len(below))
    return ax


def _smoothed(analysis: SessionAnalysis, state: State, window: int) -> list[float]:
    """
    The strength of a state at each patient turn, as the mean over the turns around it.
    """
    strengths = [
        next((shown.strength for shown in affect.shown if shown.state is state), 0.0)
        for affect in analysis.affect
    ]
    means = []
    for place in range(len(strengths)):
        start = max(place - (window - 1) // 2, 0)
        around = strengths[start : place + window // 2 + 1]
        means.append(sum(around) / len(around))
    return means


def _finish_states(ax: "Axes", analysis: SessionAnalysis, n_left_out: int) -> None:
    ax.axhline(0, color=BODY, linewidth=0.8)
    ax.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    ax.set_xlabel("turn")
    ax.set_ylabel("strengths, stacked (each 0 to 1)\nworse ↓   ↑ better")
    more = f"; {n_left_out} rarer not shown" if n_left_out else ""
    ax.set_title(f"Session {plain(analysis.session.id)}: states{more}")
    if any(affect.shown for affect in analysis.affect):
        ax.legend(title="state", loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
