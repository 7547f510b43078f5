"""
What is wrong with a part of a document.
"""

from collections.abc import Iterable

__all__ = ["RefusedError"]


class RefusedError(ValueError):
    """
    JSON that can't be made into a value; holds no piece of it.

    Attributes:
        problems: Pairs of a path from the part, as in ``".turns[3].text"``, and what is wrong.
    """

    def __init__(self, problems: Iterable[tuple[str, str]]) -> None:
        self.problems = list(problems)
        super().__init__(self.problems)

    def at(self, step: str) -> list[tuple[str, str]]:
        """
        The problems with paths from one step above.
        """
        return [(step + path, reason) for path, reason in self.problems]
