"""
Documents of earlier versions, brought up to the present one step at a time.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

__all__ = ["SCHEMA_VERSION", "upgraded"]

SCHEMA_VERSION: Final = 2
"""
The version that is written.  Every earlier one is read.

1. Each class with its fields by name.
2. A shift of a `SessionAnalysis` names its move by turn, and `Affect` tells its coverage.
"""


def upgraded(kind: str, value: Any, version: int) -> Any:  # noqa: ANN401  # JSON of any shape
    """
    The value of a document as the present version holds it.

    What isn't as its own version says stays as it is, to be refused with its path.

    Args:
        kind: Of the document.
        value: As parsed; may be changed.
        version: That the document tells, from 1 to `SCHEMA_VERSION`.
    """
    for step in range(version, SCHEMA_VERSION):
        value = _STEPS[step](kind, value)
    return value


def _shifts_by_turn(kind: str, value: Any) -> Any:  # noqa: ANN401
    """
    From version 1 to 2: the move of an analysis' shift was written out once more.
    """
    if kind != "SessionAnalysis" or not isinstance(value, dict):
        return value
    moves = [move for move in _list(value.get("moves")) if isinstance(move, dict)]
    for shift in _list(value.get("shifts")):
        move = shift.get("move") if isinstance(shift, dict) else None
        if isinstance(move, dict) and move in moves:
            shift["move"] = move.get("turn")
    return value


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


# By the version that each starts from.
_STEPS: Final[Mapping[int, Callable[[str, Any], Any]]] = {1: _shifts_by_turn}
