"""
The only place that makes HTML and SVG: escaped text, marks, tables, arcs.

Knows no model class.  What comes back is `Html`; any other string that goes in is somebody's words
and is escaped, so that forgetting it is impossible.
"""

import re
from bisect import bisect, insort
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import blake2s
from html import escape as _escape_html
from importlib.resources import files
from itertools import islice, pairwise
from typing import NamedTuple

__all__ = [
    "Dot",
    "Highlight",
    "Html",
    "arc",
    "document",
    "element",
    "escape",
    "fragment",
    "isolated",
    "joined",
    "local_id",
    "marked",
    "signed",
    "sparkline",
    "table",
]

# Stands at the head of every id until the whole is known.  Words never hold it: `escape` takes
# controls out.
_OWN = "\x00"

# Controls and halves of characters break a page; overrides of direction make words read as others.
# Tab, line feed and carriage return stay, and so do the marks that honest right-to-left text needs.
_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202d\u202e]")

_EMPTY = frozenset({"circle", "meta", "path", "polyline"})

# More reasons than this on one piece of text say nothing to a reader, and cost room.
_REASONS_SHOWN = 4


class Html(str):
    """
    A piece of markup, safe to put into a page as it is.
    """

    __slots__ = ()


def escape(words: str) -> Html:
    """
    The words as markup that shows them and does nothing else; `Html` comes back as it is.

    Control characters, lone surrogates and overrides of direction become U+FFFD.

    Example:
        >>> escape("<b>fine</b>")
        '&lt;b&gt;fine&lt;/b&gt;'
    """
    if isinstance(words, Html):
        return words
    return Html(_escape_html(_UNSAFE.sub("\ufffd", words), quote=False))


def joined(pieces: Iterable[str]) -> Html:
    """
    The pieces one behind the other, each escaped unless it is `Html`.
    """
    return Html("".join(map(escape, pieces)))


def element(name: str, /, *children: str, **attributes: str | float | None) -> Html:
    """
    One element with its children, each escaped unless it is `Html`.

    Args:
        name: The tag.
        children: What it holds; shapes of SVG and ``meta`` hold nothing.
        attributes: By name; ``class_`` is written ``class`` and ``data_why`` is ``data-why``.
            `None` and the empty string leave the attribute out.

    Example:
        >>> element("p", "A & B", class_="note")
        '<p class="note">A &amp; B</p>'
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None and value != ""
    )
    if name in _EMPTY:
        return Html(f"<{name}{said}/>")
    return Html(f"<{name}{said}>{joined(children)}</{name}>")


def _attribute(value: str | float) -> str:
    return escape(value).replace('"', "&quot;") if isinstance(value, str) else f"{value:g}"


def isolated(words: str) -> Html:
    """
    The words, so that their direction leaves the rest of the line alone.
    """
    # ASCII runs left to right, as the line does.
    return escape(words) if words.isascii() else element("bdi", words)


def local_id(name: str, *, link: bool = False) -> Html:
    """
    An id that no other report on the same page has, or with *link* the address of that id.

    Args:
        name: Letters, digits and hyphens; once per report.
        link: Whether to give ``#id`` for an ``href``.
    """
    return Html(f"{'#' if link else ''}{_OWN}{name}")


def signed(value: float) -> str:
    """
    The number with its sign and two decimals; zero has no sign.

    Example:
        >>> signed(-0.5), signed(0.001), signed(0.25)
        ('−0.50', '0.00', '+0.25')
    """
    said = f"{value:+.2f}"
    return "0.00" if said in {"+0.00", "-0.00"} else said.replace("-", "−")


class Highlight(NamedTuple):
    """
    A stretch of text to be marked, with the reason.
    """

    start: int
    end: int
    kind: str
    """The classes that colour it."""

    why: str = ""
    """Shown on hover and on focus; words without a reason take no focus."""

    note: str = ""
    """A short sign behind the end, as in a footnote."""

    refers: str = ""
    """The id of the element that says more."""

    detail: str = ""
    """Shown behind the reason where the highlight ends."""


def marked(text: str, highlights: Sequence[Highlight]) -> Html:
    """
    The text with its highlights; these may overlap, and their words are there once, unchanged.

    Where highlights overlap, the first two kinds colour the words, and the first four highlights
    tell their reasons.

    Args:
        text: Somebody's words.
        highlights: Within the text, the weightiest first.
    """
    starting: dict[int, list[int]] = {}
    for order, highlight in enumerate(highlights):
        starting.setdefault(highlight.start, []).append(order)
    cuts = {0, len(text), *starting, *(highlight.end for highlight in highlights)}
    pieces: list[Html] = []
    active: list[int] = []
    for start, end in pairwise(sorted(cuts)):
        for order in starting.get(start, ()):
            insort(active, order)
        shown = list(islice((at for at in active if highlights[at].end > start), _REASONS_SHOWN))
        # Of a crowd over one word, those behind the shown ones wait to be looked at.
        active[: bisect(active, shown[-1]) if len(shown) == _REASONS_SHOWN else None] = shown
        pieces.append(_stretch(text[start:end], [highlights[order] for order in shown], end))
    return joined(pieces)


def _stretch(words: str, highlights: Sequence[Highlight], end: int) -> Html:
    """
    Words that are all under the same highlights.
    """
    if not highlights:
        return escape(words)
    outer, *others = dict.fromkeys(each.kind for each in highlights)
    # The keyboard stops where a highlight ends: its reason is told there, and told once.
    ending = [each for each in highlights if each.end == end]
    why = [each.why + each.detail * (each.end == end) for each in highlights if each.why]
    return element(
        "mark",
        element("mark", words, class_=others[0]) if others else words,
        class_=outer,
        tabindex="0" if any(each.why for each in ending) else None,
        data_why="\n".join(why),
        data_n=" ".join(each.note for each in ending if each.note),
        aria_describedby=Html(" ".join(each.refers for each in ending if each.refers)),
    )


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> Html:
    """
    A table whose columns and rows have headings; the first cell of a row heads it.
    """
    head = element("tr", *(element("th", heading, scope="col") for heading in headings))
    body = (
        element("tr", element("th", first, scope="row"), *(element("td", cell) for cell in cells))
        for first, *cells in rows
    )
    return element(
        "table",
        element("caption", caption),
        element("thead", head),
        element("tbody", *body),
    )


class Dot(NamedTuple):
    """
    One place on an arc, linked to what it stands for.
    """

    at: int
    """Position along the arc."""

    value: float | None
    """From -1 to 1; `None` for a sign beneath the arc."""

    label: str
    href: str
    id: str
    kind: str = ""
    """The classes that colour it."""


# Units of the drawing, which are CSS pixels at its natural width.
_LEFT, _RIGHT, _TOP, _BOTTOM, _STRIP, _HEIGHT, _NATURAL_WIDTH = 66, 14, 10, 118, 138, 172, 900
# A dot of this pitch still has its neighbours beside it, not on top of it.
_LEAST_PITCH = 6.0


def arc(dots: Sequence[Dot], *, length: int, title: str, description: str) -> Html:
    """
    A line through the dots that have a value, over a zero line, with the others beneath it.

    Args:
        dots: In order of position.
        length: How many positions there are, at least 1; with it grows the width.
        title: Names the drawing.
        description: Says in words what it shows.
    """
    pitch = max((_NATURAL_WIDTH - _LEFT - _RIGHT) / max(length - 1, 1), _LEAST_PITCH)
    width = round(_LEFT + _RIGHT + pitch * max(length - 1, 1))
    placed = [(dot, round(_LEFT + pitch * dot.at, 1)) for dot in dots]
    path = " ".join(f"{x:g},{_y(dot.value):g}" for dot, x in placed if dot.value is not None)
    return element(
        "svg",
        element("title", title, id=local_id("arc-title")),
        element("desc", description, id=local_id("arc-desc")),
        _axes(width, length, pitch),
        element("polyline", points=path, class_="line") if path else Html(),
        *(_dot(dot, x) for dot, x in placed),
        class_="arc",
        viewBox=f"0 0 {width} {_HEIGHT}",
        style=f"min-width:{max(width * 3 // 4, 640)}px",
        role="group",
        aria_labelledby=local_id("arc-title"),
        aria_describedby=local_id("arc-desc"),
    )


def _y(value: float) -> float:
    return round(_TOP + (1 - value) / 2 * (_BOTTOM - _TOP), 1)


def _dot(dot: Dot, x: float) -> Html:
    if dot.value is None:
        shape = element("path", class_=dot.kind, d=f"M{x:g} {_STRIP - 6}l5 6-5 6-5-6z")
    else:
        shape = element("circle", class_=dot.kind, cx=x, cy=_y(dot.value), r=4)
    return element("a", element("title", dot.label), shape, href=dot.href, id=dot.id)


def _axes(width: int, length: int, pitch: float) -> Html:
    end = width - _RIGHT + 6
    lines = [
        element(
            "path", class_="zero" if value == 0 else "grid", d=f"M{_LEFT - 6} {_y(value):g}H{end}"
        )
        for value in (1.0, 0.0, -1.0)
    ]
    names = [
        ("+1 best", _y(1) + 4),
        ("0", _y(0) + 4),
        ("−1 worst", _y(-1) + 4),
        ("moves", _STRIP + 4),
    ]
    labels = [element("text", name, x=_LEFT - 10, y=y, class_="y") for name, y in names]
    step = next(step for step in _steps() if step * pitch >= 42)
    ticks = [
        element("text", str(at), x=round(_LEFT + at * pitch, 1), y=_HEIGHT - 6, class_="x")
        for at in range(0, length, step)
    ]
    turn = element("text", "turn", x=_LEFT - 10, y=_HEIGHT - 6, class_="y")
    return element("g", *lines, *labels, *ticks, turn, aria_hidden="true")


def _steps() -> Iterable[int]:
    unit = 1
    while True:
        yield from (unit, 2 * unit, 5 * unit)
        unit *= 10


def sparkline(values: Sequence[float], label: str) -> Html:
    """
    A word-sized line through values from -1 to 1, evenly spaced; its end has a dot.

    Args:
        values: At least two.
        label: Says in words what it shows.
    """
    pitch = 84 / (len(values) - 1)
    points = [(round(3 + at * pitch), round(13 - 11 * value)) for at, value in enumerate(values)]
    return element(
        "svg",
        element("polyline", points=" ".join(f"{x},{y}" for x, y in points)),
        element("circle", cx=points[-1][0], cy=points[-1][1], r=3),
        class_="spark",
        viewBox="0 0 90 26",
        role="img",
        aria_label=label,
    )


@cache
def _style() -> Html:
    css = files("aftermove").joinpath("markup.css").read_text(encoding="utf-8")
    return Html(f"<style>{css}</style>")


def fragment(*children: str, kind: str, label: str) -> Html:
    """
    A piece that brings its styles with it and leaves the rest of the page alone.

    The ids in it begin with a digest of its content: the same content gives the same bytes,
    and other content has other ids.

    Args:
        children: What it holds.
        kind: ``"page"``, or ``"box"`` for one that scrolls within a notebook.
        label: Names it for a screen reader.
    """
    # A box scrolls, so that the keyboard must be able to reach it.
    tabindex = "0" if kind == "box" else None
    root = element(
        "div",
        *children,
        class_=f"aftermove {kind}",
        role="region",
        aria_label=label,
        tabindex=tabindex,
    )
    digest = blake2s(root.encode(), digest_size=3).hexdigest()
    return Html(_style() + root.replace(_OWN, f"a{digest}-"))


def document(title: str, body: Html) -> Html:
    """
    A whole page that loads nothing, runs nothing and is sent nowhere.
    """
    # Should a word ever get past `escape`, it still can't act.
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        _meta({"http-equiv": "Content-Security-Policy"}, policy),
        _meta({"name": "viewport"}, "width=device-width, initial-scale=1"),
        _meta({"name": "referrer"}, "no-referrer"),
        _meta({"name": "robots"}, "noindex"),
        element("title", title),
    )
    page = element(
        "html", head, element("body", element("main", body), style="margin:0"), lang="en"
    )
    return Html(f"<!DOCTYPE html>\n{page}\n")


def _meta(kind: Mapping[str, str], content: str) -> Html:
    return element("meta", **kind, content=content)
