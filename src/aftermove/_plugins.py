"""
What installed packages bring: detectors, scorers, codebooks and formats, found by entry points.

Not called `plugins`, which is the function that lists them.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, Literal, TypeAlias, get_args, overload

from aftermove.errors import ModelError, UnknownNameError
from aftermove.model import Detector, Scorer, Session
from aftermove.techniques import Codebook

__all__ = ["Format", "plugin", "plugins"]

Kind: TypeAlias = Literal["detectors", "scorers", "codebooks", "formats"]
Format: TypeAlias = Callable[[str], Iterable[Session]]
"""The sessions of the file at a path."""

_CLASSES: Final = {"detectors": Detector, "scorers": Scorer, "codebooks": Codebook}


def plugins(kind: Kind) -> tuple[str, ...]:
    """
    The names of what installed packages bring, in order; nothing of them is loaded.

    Args:
        kind: "detectors", "scorers", "codebooks" or "formats": a package tells them as entry
            points of the group ``aftermove.detectors``, and so on.

    Raises:
        UnknownNameError: If there is no such kind.

    Example:
        >>> "kestrel" in plugins("detectors")
        False

    .. versionadded:: 0.1.0
    """
    return tuple(sorted({point.name for point in _points(kind)}))


@overload
def plugin(kind: Literal["detectors"], name: str) -> Detector: ...
@overload
def plugin(kind: Literal["scorers"], name: str) -> Scorer: ...
@overload
def plugin(kind: Literal["codebooks"], name: str) -> Codebook: ...
@overload
def plugin(kind: Literal["formats"], name: str) -> Format: ...
def plugin(kind: Kind, name: str) -> Detector | Scorer | Codebook | Format:
    """
    What an installed package brings under this name, loaded and made.

    Args:
        kind: "detectors", "scorers" or "codebooks", whose entry points are classes or functions
            that give one without arguments; or "formats", whose entry points are functions that
            give the sessions of the file at a path, for the *read* of `study`.
        name: One of `plugins`.

    Returns:
        For "formats" the function itself; else what it gives, anew at each call.

    Raises:
        UnknownNameError: If there is no such kind, or no such name.
        ModelError: If two packages bring the name, or what is brought can't be loaded or isn't of
            its kind.  The plugin's own error is its cause.
    """
    points = [point for point in _points(kind) if point.name == name]
    if not points:
        raise UnknownNameError(f"plugin for {kind}", str(name), plugins(kind))
    where = f"plugin {name!r} for {kind}"
    if len({point.value for point in points}) > 1:
        raise ModelError(where, "is brought by two packages; uninstall one of them")
    try:
        loaded: Any = points[0].load()
        made = loaded if kind == "formats" else loaded()
    # Whatever a strange package raises becomes an error that names it.
    except Exception as error:
        reason = f"can't be loaded ({type(error).__name__}); update or reinstall its package"
        raise ModelError(where, reason) from error
    if not (callable(made) if kind == "formats" else isinstance(made, _CLASSES[kind])):
        raise ModelError(where, f"gives a {type(made).__name__}, which is none of its kind")
    result: Detector | Scorer | Codebook | Format = made
    return result


def _points(kind: str) -> Iterable[Any]:
    if kind not in get_args(Kind):
        raise UnknownNameError("kind of plugins", str(kind), get_args(Kind))
    # Loads much of the standard library, so it waits.
    from importlib.metadata import entry_points

    return entry_points(group=f"aftermove.{kind}")
