"""
Figures of effects and transitions.
"""

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from aftermove.errors import UnknownNameError
from aftermove.figures._axes import (
    BETTER,
    BODY,
    FAINT,
    WORSE,
    axes,
    checked,
    diverging,
    labelled_rows,
    worded,
)
from aftermove.sequence.effect_table import Effect, EffectTable, chance
from aftermove.sequence.transitions import TransitionTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_effects", "plot_transitions"]

# Where a corrected chance is taken for a finding.
_SURE = 0.05
# Residuals past this are all as dark: the number in the cell tells more.
_DARKEST = 5.0


def plot_effects(table: EffectTable, ax: "Axes | None" = None) -> "Axes":
    """
    A forest plot: the shift after each technique with its 95 % interval, the largest on top.

    Args:
        table: As made by `Study.effects`.
        ax: The axes to draw on; `None` for new ones.

    Returns:
        The axes.  A full mark has q below 0.05, a hollow one hasn't.  Techniques without a shift
        stand at the end, in grey, with a dash.

    Raises:
        ModelError: If *table* isn't one.
        MissingExtraError: If matplotlib isn't installed.

    Example:
        >>> from aftermove import Study
        >>> plot_effects(Study().effects()).get_xlabel()
        'shift in units of the outcome, with its 95 % interval'
    """
    checked(table, EffectTable)
    told = sorted((e for e in table if e.shift is not None), key=lambda e: -(e.shift or 0.0))
    untold = [effect for effect in table if effect.shift is None]
    ax = axes(ax, 8, 1.3 + 0.3 * len(table))
    ax.axvline(0, color=FAINT, linewidth=0.8)
    for row, effect in enumerate(told):
        _add_effect(ax, row, effect)
    for row in range(len(told), len(table)):
        ax.text(0, row, "–", color=FAINT, ha="center", va="center")
    labelled_rows(
        ax, [f"{worded(effect.technique)} ({effect.n_moves:,})" for effect in (*told, *untold)]
    )
    for label in ax.get_yticklabels()[len(told) :]:
        label.set_color(FAINT)
    ax.set_xlabel("shift in units of the outcome, with its 95 % interval")
    ax.set_ylabel("technique (moves)")
    when = "the next talk" if table.horizon == 0 else f"{table.horizon} exchanges later"
    ax.set_title(f"Associations within sessions, in {when}; full mark: q < {_SURE:g}")
    return ax


def _add_effect(ax: "Axes", row: int, effect: Effect) -> None:
    shift, low, high = (x or 0.0 for x in (effect.shift, effect.ci_low, effect.ci_high))
    colour = BETTER if shift > 0 else WORSE
    is_sure = effect.q_value is not None and effect.q_value < _SURE
    ax.plot([low, high], [row, row], color=colour, linewidth=1.4)
    face = colour if is_sure else "white"
    ax.plot([shift], [row], marker="s", color=colour, markerfacecolor=face, markersize=6)
    # Beside the plot, where no interval ever is.
    ax.text(
        1.01,
        row,
        f"q {chance(effect.q_value)}",
        transform=ax.get_yaxis_transform(),
        va="center",
        fontsize=8,
        color=BODY,
    )


def plot_transitions(
    table: TransitionTable,
    ax: "Axes | None" = None,
    *,
    given: Sequence[str] | None = None,
    targets: Sequence[str] | None = None,
) -> "Axes":
    """
    A heat map of which code follows which: colour by adjusted residual, numbers by count.

    Args:
        table: As made by `Study.transitions` or `transition_table`.
        ax: The axes to draw on; `None` for new ones.
        given: The codes of the rows, in order; `None` for all that are followed by any.
        targets: The codes of the columns, in order; `None` for all that follow any.

    Returns:
        The axes: blue more often than chance, orange less often; beneath each count stands its
        z.  Grey cells can't occur.

    Raises:
        ModelError: If *table* isn't one.
        UnknownNameError: If a code isn't one of the table's.
        MissingExtraError: If matplotlib isn't installed.

    Example:
        >>> from aftermove import transition_table
        >>> table = transition_table([["ask", "talk", "ask", "talk", "talk"]])
        >>> plot_transitions(table).get_title()
        'What follows what, at lag 1'
    """
    checked(table, TransitionTable)
    rows = _places(table, given, table.counts.sum(axis=1))
    columns = _places(table, targets, table.counts.sum(axis=0))
    ax = axes(ax, 2.5 + 0.75 * len(columns), 1.8 + 0.5 * len(rows))
    residuals = table.adjusted_residual[rows][:, columns]
    ax.set_facecolor("#DDDDDD")
    image = ax.imshow(residuals, cmap=diverging(), vmin=-_DARKEST, vmax=_DARKEST, aspect="auto")
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            _add_cell(ax, table, (row, column), (i, j))
    ax.set_xticks(
        range(len(columns)),
        [worded(table.codes[column]) for column in columns],
        rotation=40,
        ha="right",
        rotation_mode="anchor",
    )
    ax.set_yticks(range(len(rows)), [worded(table.codes[row]) for row in rows])
    ax.set_xlabel("code that follows")
    ax.set_ylabel("code given")
    ax.set_title(f"What follows what, at lag {table.lag}")
    bar = ax.figure.colorbar(image, ax=ax, extend="both")
    bar.set_label("adjusted residual (z against chance)")
    return ax


def _places(table: TransitionTable, codes: Sequence[str] | None, totals: Any) -> list[int]:  # noqa: ANN401  # an array
    if codes is None:
        met = [place for place, total in enumerate(totals.tolist()) if total]
        return met or list(range(len(table.codes)))
    for code in codes:
        if code not in table.codes:
            raise UnknownNameError("code of this table", str(code), table.codes)
    return [table.codes.index(code) for code in codes]


def _add_cell(
    ax: "Axes", table: TransitionTable, cell: tuple[int, int], place: tuple[int, int]
) -> None:
    if not table.allowed[cell]:
        return
    z = float(table.adjusted_residual[cell])
    said = f"{int(table.counts[cell]):,}" + (f"\n{z:+.1f}".replace("-", "−") if isfinite(z) else "")
    is_dark = isfinite(z) and abs(z) > 0.8 * _DARKEST
    ax.text(
        place[1],
        place[0],
        said,
        ha="center",
        va="center",
        fontsize=7,
        color="white" if is_dark else BODY,
    )
