"""
Figures of techniques over one session or many, and of one session beside many.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from aftermove.errors import ModelError
from aftermove.figures._axes import (
    BETTER,
    BODY,
    FAINT,
    WORSE,
    axes,
    checked,
    labelled_rows,
    plain,
    worded,
)
from aftermove.model import SessionAnalysis
from aftermove.sequence.coded import CodedSession
from aftermove.studies import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_arc_against", "plot_changes", "plot_mix", "plot_mix_against"]

_NO_TECHNIQUE: Final = "no technique"
# Where along a session its arc is read, in per cent.
_GRID: Final = tuple(range(0, 101, 5))


def plot_changes(
    value: SessionAnalysis | Study, ax: "Axes | None" = None, *, most: int = 15
) -> "Axes":
    """
    The change in valence around each move, by technique: one dot a move, a bar at their mean.

    The changes are adjusted for nothing; `plot_effects` shows effects.

    Args:
        value: An analysis, or a study.
        ax: The axes to draw on; `None` for new ones.
        most: How many techniques to show, the most frequent first.

    Returns:
        The axes: changes from -2 to 2, positive where the patient brightens.  A move with several
        techniques has a dot in the row of each.

    Raises:
        ModelError: If *value* is of another class.
        MissingExtraError: If matplotlib isn't installed.

    Example:
        >>> coded = SessionAnalysis.from_codes(id="s1", valence=[-.5, .25], techniques=[["values"]])
        >>> [label.get_text() for label in plot_changes(coded).get_yticklabels()]
        ['values (1)']
    """
    changes_by_technique: dict[str, list[float]] = {}
    for session in _sessions(value):
        for techniques, change in _changes(session):
            for technique in techniques:
                changes_by_technique.setdefault(technique, []).append(change)
    shown = sorted(changes_by_technique.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:most]
    ax = axes(ax, 8, 1.3 + 0.3 * len(shown))
    ax.axvline(0, color=FAINT, linewidth=0.8)
    for row, (_, changes) in enumerate(shown):
        colours = [BETTER if change > 0 else WORSE if change < 0 else FAINT for change in changes]
        ax.scatter(changes, _spread(row, len(changes)), c=colours, s=14, alpha=0.6, linewidths=0)
        # The mean of one would hide it.
        if len(changes) > 1:
            mean = sum(changes) / len(changes)
            ax.plot([mean, mean], [row - 0.38, row + 0.38], color=BODY, linewidth=2)
        ax.axhline(row, color="#EEEEEE", linewidth=0.6, zorder=0)
    labelled_rows(ax, [f"{worded(name)} ({len(changes):,})" for name, changes in shown])
    ax.set_xlabel("change in valence around the move (−2 to +2); bar: mean, unadjusted")
    ax.set_ylabel("technique (shifts)")
    ax.set_title("Changes after each technique, adjusted for nothing")
    return ax


def _sessions(value: SessionAnalysis | Study) -> tuple[CodedSession, ...]:
    checked(value, (SessionAnalysis, Study))
    if isinstance(value, Study):
        return value.sessions
    return (CodedSession.from_analysis(value),)


def _changes(session: CodedSession) -> Iterator[tuple[tuple[str, ...], float]]:
    for move in session.moves:
        if move.before is not None and move.after is not None:
            change = session.talk[move.after].valence - session.talk[move.before].valence
            yield move.techniques or (_NO_TECHNIQUE,), change


def _spread(row: int, n: int) -> list[float]:
    """
    Heights around a row, so that dots of one value lie beside each other; the same at each call.
    """
    # The golden ratio's multiples never bunch; the first is on the row itself.
    return [row + 0.5 * ((place * 0.618034 + 0.5) % 1 - 0.5) for place in range(n)]


def plot_mix(value: SessionAnalysis | Study, ax: "Axes | None" = None, *, most: int = 20) -> "Axes":
    """
    The share of moves that hold each technique, the most frequent on top.

    Args:
        value: An analysis, or a study.
        ax: The axes to draw on; `None` for new ones.
        most: How many techniques to show.

    Returns:
        The axes: per cent of the moves that do more than encourage.  A move may hold several
        techniques, so the shares don't add to 100 %.

    Raises:
        ModelError: If *value* is of another class.
        MissingExtraError: If matplotlib isn't installed.

    Example:
        >>> coded = SessionAnalysis.from_codes(id="s1", valence=[-.5, .25], techniques=[["values"]])
        >>> float(plot_mix(coded).patches[0].get_width())
        100.0
    """
    sessions = _sessions(value)
    n_moves = sum(len(session.moves) for session in sessions)
    shares = _shares(sessions)
    shown = sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
    ax = axes(ax, 8, 1.3 + 0.27 * len(shown))
    ax.barh(range(len(shown)), [share for _, share in shown], color=BETTER, height=0.7)
    for row, (_, share) in enumerate(shown):
        ax.text(share, row, f" {share:.0f} %", va="center", fontsize=8, color=BODY)
    labelled_rows(ax, [worded(name) for name, _ in shown])
    ax.set_xlabel("share of moves (%)")
    ax.set_ylabel("technique")
    ax.set_title(f"Techniques in {n_moves:,} moves")
    return ax


def _shares(sessions: Sequence[CodedSession]) -> dict[str, float]:
    """
    Per cent of the moves that hold each technique, or none.
    """
    moves = [move for session in sessions for move in session.moves]
    n_by_technique = Counter(
        technique for move in moves for technique in move.techniques or (_NO_TECHNIQUE,)
    )
    return {technique: 100 * n / len(moves) for technique, n in n_by_technique.items()}


def plot_mix_against(
    analysis: SessionAnalysis, study: Study, ax: "Axes | None" = None, *, most: int = 15
) -> "Axes":
    """
    The techniques of one session beside those of many.

    Args:
        analysis: Of the one session.
        study: Of the many; at least one of its sessions must have a move.
        ax: The axes to draw on; `None` for new ones.
        most: How many techniques to show, those most frequent in the study first.

    Returns:
        The axes: for each technique a dot at the session's share of moves, over a thin line from
        the study's 5th to its 95th percentile of sessions, a thick one from the 25th to the 75th,
        and a tick at the median.

    Raises:
        ModelError: If an argument is of another class, or there is nothing to compare with.
        MissingExtraError: If matplotlib isn't installed.

    Example:
        >>> coded = SessionAnalysis.from_codes(id="s1", valence=[-.5, .25], techniques=[["values"]])
        >>> from aftermove import study
        >>> plot_mix_against(coded, study([coded])).get_xlabel()
        'share of moves (%)'
    """
    checked(analysis, SessionAnalysis)
    checked(study, Study)
    by_session = [_shares([session]) for session in study.sessions if session.moves]
    if not by_session:
        raise ModelError("plot_mix_against: study", "holds no session with a move")
    own = _shares(_sessions(analysis))
    total = Counter(_shares(study.sessions)) + Counter(dict.fromkeys(own, 1e-9))
    names = [name for name, _ in sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))][:most]
    ax = axes(ax, 8, 1.5 + 0.3 * len(names))
    for row, name in enumerate(names):
        _add_range(ax, row, [shares.get(name, 0.0) for shares in by_session])
        ax.plot([own.get(name, 0.0)], [row], "o", color=WORSE, markersize=6, zorder=3)
    labelled_rows(ax, list(map(worded, names)))
    ax.set_xlabel("share of moves (%)")
    ax.set_ylabel("technique")
    said = f"Session {plain(analysis.session.id)} (dots) beside {len(by_session):,}"
    ax.set_title(f"{said}: their median, 50 % and 90 %")
    return ax


def _add_range(ax: "Axes", row: int, shares: Sequence[float]) -> None:
    import numpy as np

    low, lower, median, upper, high = np.percentile(shares, [5, 25, 50, 75, 95]).tolist()
    ax.plot([low, high], [row, row], color=FAINT, linewidth=1)
    ax.plot([lower, upper], [row, row], color=FAINT, linewidth=5, solid_capstyle="butt")
    ax.plot([median, median], [row - 0.3, row + 0.3], color=BODY, linewidth=1.5)


def plot_arc_against(analysis: SessionAnalysis, study: Study, ax: "Axes | None" = None) -> "Axes":
    """
    The valence arc of one session over those of many, each from its start to its end.

    Args:
        analysis: Of the one session.
        study: Of the many; at least one of its sessions must have patient talk beside a move.
        ax: The axes to draw on; `None` for new ones.

    Returns:
        The axes: the session's stretches of talk in order, over the study's median and the bands
        that hold 50 % and 90 % of its sessions.

    Raises:
        ModelError: If an argument is of another class, or there is nothing to compare with.
        MissingExtraError: If matplotlib isn't installed.

    Example:
        >>> coded = SessionAnalysis.from_codes(id="s1", valence=[-.5, .25], techniques=[["values"]])
        >>> from aftermove import study
        >>> plot_arc_against(coded, study([coded])).get_xlabel()
        'progress through the session (%)'
    """
    import numpy as np

    checked(analysis, SessionAnalysis)
    checked(study, Study)
    arcs = [_arc(session) for session in study.sessions if session.talk]
    if not arcs:
        raise ModelError("plot_arc_against: study", "holds no session with talk beside a move")
    ax = axes(ax, 9, 3.6)
    low, lower, median, upper, high = np.percentile(arcs, [5, 25, 50, 75, 95], axis=0)
    ax.fill_between(
        _GRID, low, high, color=FAINT, alpha=0.25, linewidth=0, label="90 % of sessions"
    )
    ax.fill_between(
        _GRID, lower, upper, color=FAINT, alpha=0.5, linewidth=0, label="50 % of sessions"
    )
    ax.plot(_GRID, median, color=BODY, linestyle="--", linewidth=1.2, label="their median")
    (own,) = _sessions(analysis)
    valences = [talk.valence for talk in own.talk]
    ax.plot(
        _progress(len(valences)), valences, "o-", color=WORSE, markersize=3.5, label="the session"
    )
    ax.axhline(0, color=FAINT, linewidth=0.8)
    ax.set_ylim(-1.05, 1.05)
    ax.set_xlabel("progress through the session (%)")
    ax.set_ylabel("valence (−1 worst, +1 best)")
    ax.set_title(f"Session {plain(analysis.session.id)} beside {len(arcs):,}")
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=8)
    return ax


def _progress(n: int) -> list[float]:
    """
    Where each of *n* stretches of talk stands, in per cent; a lone one in the middle.
    """
    return [50.0] if n == 1 else [100 * place / (n - 1) for place in range(n)]


def _arc(session: CodedSession) -> list[float]:
    """
    The valence of a session's talk at each point of the grid, on straight lines between stretches.
    """
    import numpy as np

    valences = [talk.valence for talk in session.talk]
    arc: list[float] = np.interp(_GRID, _progress(len(valences)), valences).tolist()
    return arc
