"""
What in a turn's text isn't words: pauses, laughter, times, transcribers' remarks.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final

from aftermove.model import CharSpan, Mark, MarkKind

__all__ = ["find_marks"]

# Every gap is bounded, so that brackets left open cost no more than their length.
_BRACKETED: Final = re.compile(
    r"""
      \(\( [^()\n]{1,80} \)\)                   # ((coughs)), always a remark
    | \[ [^\[\]\n]{1,80} \]                     # [chuckles], always a remark
    | \# [0-9]{1,2} (?: :[0-9]{2} ){1,2} (?: -[0-9]{1,3} )? \#   # #00:00:12-3#
    | \( [^()\n]{1,60} \)                       # (laughs), but not (my sister)
    | < [^<>\n]{1,60} >
    | \{ [^{}\n]{1,60} \}
    | \* [^*\n]{1,60} \*                        # *sighs*, but not *really*
    """,
    re.VERBOSE,
)
_TIME: Final = re.compile(r"[0-9]{1,3}(?::[0-9]{2}){1,2}(?:[.,-][0-9]{1,3})?")
# Pauses told by dots or by seconds: (..), (0.5), (2s); a bare whole number is talk.
_MEASURED: Final = re.compile(r"\.{1,5}|…|[0-9]{0,3}\.[0-9]{1,2}|[0-9]{1,3} ?s")
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def find_marks(text: str) -> tuple[Mark, ...]:
    """
    The marks of one turn's text, in order, without overlap.

    Square and double round brackets always hold a mark; round, curly and pointed ones and
    asterisks do where a mark's own words fill them.

    Example:
        >>> text = "I told her (my sister) [sighs] to go (long pause)."
        >>> [(mark.span.of(text), mark.kind.value) for mark in find_marks(text)]
        [('[sighs]', 'sound'), ('(long pause)', 'pause')]
    """
    return tuple(_marks(text))


def _marks(text: str) -> Iterator[Mark]:
    for found in _BRACKETED.finditer(text):
        written = found[0]
        kind = _kind(written.strip("[](){}<>*# \t").casefold())
        if kind is None and (written[0] == "[" or written.startswith("((")):
            kind = MarkKind.COMMENT
        if kind is not None:
            yield Mark(CharSpan(found.start(), found.end()), kind)


def _kind(content: str) -> MarkKind | None:
    """
    What a mark of this content stands for; `None` if the content may be talk.
    """
    if _MEASURED.fullmatch(content):
        return MarkKind.PAUSE
    untimed = _TIME.sub(" ", content)
    words = _WORD.findall(untimed)
    if not words:
        return MarkKind.TIME if untimed != content else None
    kind_by_word = _kind_by_word()
    if words == ["p"] and untimed != content:
        return MarkKind.PAUSE
    if any(word not in kind_by_word for word in words):
        return None
    return next((kind for word in words if (kind := kind_by_word[word])), None)


@cache
def _kind_by_word() -> dict[str, MarkKind | None]:
    """
    What each known word stands for; `None` for words that only stand beside others.
    """
    table = resources.files("aftermove.parsing").joinpath("data/marks.toml").read_text("utf-8")
    words_by_kind: dict[str, list[str]] = tomllib.loads(table)
    beside = dict.fromkeys(words_by_kind.pop("beside"))
    return beside | {
        word: MarkKind(kind) for kind, words in words_by_kind.items() for word in words
    }
