"""
Figures of sessions, studies, effects and transitions, drawn with matplotlib.

Each takes and returns matplotlib's `Axes`, labels itself with units, holds no speaker's words,
works without a screen, and never tells anything by colour alone.  Needs the `figures` extra.
"""

from aftermove.figures.many import plot_arc_against, plot_changes, plot_mix, plot_mix_against
from aftermove.figures.session import plot_arc, plot_states, plot_techniques
from aftermove.figures.tables import plot_effects, plot_transitions

__all__ = [
    "plot_arc",
    "plot_arc_against",
    "plot_changes",
    "plot_effects",
    "plot_mix",
    "plot_mix_against",
    "plot_states",
    "plot_techniques",
    "plot_transitions",
]
