"""
What all figures share: axes to draw on, colours that colour-blind readers tell apart, and words.
"""

from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from aftermove.errors import MissingExtraError, ModelError
from aftermove.model import Behaviour

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

__all__ = [
    "BEHAVIOUR_LOOKS",
    "BETTER",
    "BODY",
    "FAINT",
    "WORSE",
    "axes",
    "checked",
    "diverging",
    "labelled_rows",
    "plain",
    "pyplot",
    "worded",
]

# The palette of Okabe & Ito (2008), "Color universal design", made for colour-blind readers;
# as in the report, blue is better and orange worse.
BETTER: Final = "#0072B2"
WORSE: Final = "#D55E00"
BODY: Final = "#333333"
FAINT: Final = "#999999"
BEHAVIOUR_LOOKS: Final = {
    Behaviour.QUESTION: ("o", "#0072B2"),
    Behaviour.REFLECTION: ("s", "#009E73"),
    Behaviour.INPUT: ("^", "#D55E00"),
    Behaviour.OTHER: ("x", "#777777"),
}
"""Marker and colour of each behaviour: neither is the only sign."""


def pyplot() -> ModuleType:
    """
    The module of that name in matplotlib.

    Raises:
        MissingExtraError: If it isn't installed.
    """
    try:
        from matplotlib import pyplot as plt
    except ImportError:
        raise MissingExtraError("figures", "figures") from None
    return plt


def axes(ax: "Axes | None", width: float, height: float) -> "Axes":
    """
    The axes to draw on: those given, or new ones of this size in inches.
    """
    plt = pyplot()
    if ax is None:
        _, ax = plt.subplots(figsize=(width, height), layout="constrained")
    elif not hasattr(ax, "transAxes"):
        raise ModelError("figure: ax", "must be matplotlib's Axes, or None for new ones")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def checked(value: Any, kinds: type | tuple[type, ...]) -> None:  # noqa: ANN401  # of any class
    """
    Refuses a value of a class that a figure doesn't show.
    """
    if not isinstance(value, kinds):
        names = [kind.__name__ for kind in (kinds if isinstance(kinds, tuple) else (kinds,))]
        raise ModelError("figure", f"shows a {' or '.join(names)}, not a {type(value).__name__}")


def worded(name: str) -> str:
    """
    An id as words, in which no sign stands for mathematics.

    Example:
        >>> worded("open_question")
        'open question'
    """
    return plain(name.replace("_", " "))


def plain(text: str) -> str:
    """
    A text as it is, in which no sign stands for mathematics.
    """
    return text.replace("$", r"\$")


def labelled_rows(ax: "Axes", labels: Sequence[str]) -> None:
    """
    Names the rows of a figure from the top down.
    """
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(max(len(labels), 1) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)


def diverging() -> "Colormap":
    """
    Colours from worse over white to better.
    """
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("aftermove", [WORSE, "#FFFFFF", BETTER])
