"""
What in a turn's text isn't words: pauses, laughter, times, transcribers' remarks.
"""

import re
import tomllib
from bisect import bisect
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final

from aftermove.model import CharSpan, Mark, MarkKind

__all__ = ["find_marks"]

# Every gap is bounded, so that brackets left open cost no more than their length.
# Each branch begins with a letter of its own, by which the places where none matches are passed
# over quickly.
_SIGN: Final = re.compile(
    r"""
      \(\( [^()\n]{1,80} \)\)                   # ((coughs)), always a remark
    | \[ [^\[\]\n]{1,80} \]                     # [chuckles], always a remark
    | \# [0-9]{1,2} (?: :[0-9]{2} ){1,2} (?: -[0-9]{1,3} )? \#   # #00:00:12-3#
    | \( [^()\n]{1,60} \)                       # (laughs), but not (my sister)
    | < [^<>\n]{1,60} >
    | \{ [^{}\n]{1,60} \}
    | \* [^*\n]{1,60} \*                        # *sighs*, but not *really*
    # //S02: ja//, said by another meanwhile, but not https://a.org//b
    | // (?<! [\w:/] // ) (?! \s ) [^/\n]{1,80} // (?! [\w/] )
    | & (?<! \w & ) = [^\s<>\[\](){}]{1,60}     # &=laughs
    | ♪ [^♪\n]{1,80} ♪ | ♪ | ♫
    | ° °? [^\s°()\[\]] [^°()\[\]\n]{0,80} °{1,2}       # °quietly°, but not 20 °C
    """,
    re.VERBOSE,
)
_KIND_BY_START: Final = {"//": MarkKind.OVERLAP, "♪": MarkKind.SOUND, "♫": MarkKind.SOUND}
# Around words that are talk: (?:wall), where it was guessed, and °quietly°.
_EDGES: Final = re.compile(r"(?P<start>\(\?:|°{1,2}).*?(?P<end>\)|°{1,2})")
# Breath in and out: .hh and hhh.
_BREATH: Final = re.compile(r"(?<![\w.'’-])\.?h{2,12}(?![\w'’-])")
_TIME: Final = re.compile(r"[0-9]{1,3}(?::[0-9]{2}){1,2}(?:[.,-][0-9]{1,3})?")
# Pauses told by dots, dashes or seconds: (..), (--), (0.5), (2s); a bare whole number is talk.
_MEASURED: Final = re.compile(
    r"\.{1,5}|…|-{1,5}|[0-9]{0,3}[.,][0-9]{1,2}(?: ?s)?|[0-9]{1,3} ?(?:s|secs?|seconds?|sek)\.?"
)
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
    marks = list(_signs(text))
    if "hh" not in text:
        return tuple(marks)
    starts = [mark.span.start for mark in marks]
    for found in _BREATH.finditer(text):
        nth = bisect(starts, found.start())
        # Within a bracket, breath is a part of what the bracket tells.
        if not nth or marks[nth - 1].span.end <= found.start():
            marks.append(Mark(CharSpan(*found.span()), MarkKind.SOUND))
    return tuple(sorted(marks, key=lambda mark: mark.span.start))


def _signs(text: str) -> Iterator[Mark]:
    for found in _SIGN.finditer(text):
        written, start = found[0], found.start()
        kind = _KIND_BY_START.get(written[: 2 if written[0] == "/" else 1])
        kind = kind or _kind(written.strip("[](){}<>*#&= \t").casefold())
        edges = _EDGES.fullmatch(written) if kind is None else None
        if edges:
            yield Mark(CharSpan(start, start + edges.end("start")), MarkKind.COMMENT)
            yield Mark(CharSpan(start + edges.start("end"), found.end()), MarkKind.COMMENT)
            continue
        if kind is None and (written[0] in "[&" or written.startswith("((")):
            kind = MarkKind.COMMENT
        if kind is not None:
            yield Mark(CharSpan(start, found.end()), kind)


def _kind(content: str) -> MarkKind | None:
    """
    What a mark of this content stands for; `None` if the content may be talk.
    """
    if _MEASURED.fullmatch(content):
        return MarkKind.PAUSE
    if content.strip("?: ") == "" or content.startswith("♪"):
        return MarkKind.SOUND if content.startswith("♪") else MarkKind.INAUDIBLE
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
