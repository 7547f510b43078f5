"""
Many phrases, looked for in a row of words at once.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, Generic, TypeAlias, TypeVar

from aftermove.errors import ModelError
from aftermove.language.words import STRAIGHT

__all__ = ["PhraseIndex"]

T = TypeVar("T")

# Each word's alternatives multiply those of the words before it.
_MAX_SPELLINGS: Final = 1_000


# A place in a trie of words: what ends here, and where each next word leads.
_Node: TypeAlias = tuple[list[Any], dict[str, "_Node"]]


class PhraseIndex(Generic[T]):
    """
    Phrases to be found in rows of words, all in one pass.

    A phrase is words with blanks between them; ``a|b`` stands for either word.  The cost of a
    search grows with the words searched, not with the number of phrases.

    Raises:
        ModelError: If the alternatives of one phrase multiply to more than a thousand spellings.

    Example:
        >>> index = PhraseIndex([("chest|throat tightened", "tight"), ("heavy", "heavy")])
        >>> index.find("my throat tightened and felt heavy".split())
        [(1, 3, 'tight'), (5, 6, 'heavy')]
    """

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        self._root: _Node = ([], {})
        for phrase, value in phrases:
            nodes = [self._root]
            for word in phrase.lower().translate(STRAIGHT).split():
                nodes = [
                    following.setdefault(choice, ([], {}))
                    for _, following in nodes
                    for choice in word.split("|")
                ]
                if len(nodes) > _MAX_SPELLINGS:
                    reason = f"a phrase spells out in more than {_MAX_SPELLINGS:,} ways; split it"
                    raise ModelError("PhraseIndex", reason)
            for values, _ in nodes:
                values.append(value)

    def find(self, words: Sequence[str]) -> list[tuple[int, int, T]]:
        """
        Every phrase met, overlapping ones too, in order of first word, then of length.

        Returns:
            For each the index of its first word, that behind its last, and what it stands for.
        """
        found: list[tuple[int, int, T]] = []
        openings, n = self._root[1], len(words)
        for first, opened in enumerate(map(openings.get, words)):
            node, last = opened, first
            while node is not None:
                last += 1
                values, following = node
                for value in values:
                    # Mostly there is none or one, for which a comprehension takes far longer.
                    found.append((first, last, value))  # noqa: PERF401
                node = following.get(words[last]) if following and last < n else None
        return found
