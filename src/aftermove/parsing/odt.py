"""
Documents in the OpenDocument format (.odt), from their own XML.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree.ElementTree import Element

from aftermove.errors import TranscriptError
from aftermove.parsing.office import Document, Runs, get, lines, local, paragraph_of
from aftermove.parsing.xml import parse_xml

__all__ = ["read_odt"]

_BLANKS: Final = re.compile(r"[ \t\r\n]+")
_LOOKS: Final = ("font-weight", "font-style", "color", "text-underline-style", "font-variant")
_OFF: Final = ("normal", "none")
_MAX_REPEATED: Final = 1_000
_ASIDE: Final = {"annotation": "comment", "note": "footnote", "text-box": "text box"}
# What tells of a comment or a note, but isn't its text.
_SKIPPED: Final = frozenset("creator date date-string note-citation sender-initials".split())


def read_odt(content_by_name: Mapping[str, bytes]) -> Document:
    """
    The document of an archive's members.

    Raises:
        TranscriptError: If its content is missing, or no sound XML.
    """
    if "content.xml" not in content_by_name:
        raise TranscriptError(["the document has no text part; save it anew"], [None])
    document = Document()
    for meta in _named(document.side_part(content_by_name, "meta.xml"), "meta"):
        for each in meta:
            # A user's own properties have names of their own.
            document.set_aside(get(each, "name") or local(each), each.text or "")
    root = parse_xml(content_by_name["content.xml"])
    body = _Body(document, _look_by_style(root))
    for each in root:
        if local(each) == "body":
            body.read(each)
    styles = document.side_part(content_by_name, "styles.xml")
    for key in ("header", "footer"):
        for each in _named(styles, key):
            document.set_aside(key, _plain(each))
    return document


def _named(root: Element, name: str) -> Iterator[Element]:
    return (each for each in root.iter() if local(each) == name)


def _look_by_style(root: Element) -> dict[str, str]:
    """
    What each style of stretches of text sets apart; most set nothing that is seen.
    """
    looks: dict[str, str] = {}
    for style in root.iter():
        if local(style) == "style":
            for settings in style:
                found = [f"{n}{get(settings, n)}" for n in _LOOKS if get(settings, n)]
                kept = [each for each in found if not each.endswith(_OFF)]
                if local(settings) == "text-properties" and kept:
                    looks[get(style, "name")] = " ".join(kept)
    return looks


def _plain(element: Element) -> str:
    """
    The text of all paragraphs within, one a line.
    """
    body = _Body(Document(), {})
    body.read(element)
    return "\n".join(lines(body.document.blocks))


class _Body:
    """
    The way through a document's text, which puts all that it meets into a `Document`.
    """

    def __init__(self, document: Document, look_by_style: Mapping[str, str]) -> None:
        self.document = document
        self._look_by_style = look_by_style

    def read(self, container: Element) -> None:
        """
        Put the blocks of a container into the document.
        """
        for each in container:
            name = local(each)
            if name in ("p", "h"):
                runs: Runs = []
                self._walk(each, "", runs)
                self.document.add(paragraph_of(_collapsed(runs)))
            elif name == "table":
                self.document.add([self._row(row) for row in _rows(each)])
            elif name == "deletion":
                self.document.leave_out("deleted-text", _plain(each))
            elif name in _ASIDE:
                self.document.set_aside(_ASIDE[name], _plain(each))
            elif name not in _SKIPPED:
                self.read(each)

    def _row(self, row: Element) -> list[str]:
        cells: list[str] = []
        for cell in row:
            if local(cell) in ("table-cell", "covered-table-cell"):
                inner = Document()
                _Body(inner, self._look_by_style).read(cell)
                cells.append(self.document.cell(inner))
        return cells

    def _walk(self, element: Element, look: str, runs: Runs) -> None:
        runs.append((_BLANKS.sub(" ", element.text or ""), look))
        for each in element:
            name = local(each)
            if name == "s":
                # Kept apart from the blanks that are collapsed.
                runs.append(("\0" * _count(each), look))
            elif name in ("tab", "line-break"):
                runs.append(({"tab": "\t"}.get(name, "\n"), look))
            elif name in _ASIDE:
                self.document.set_aside(_ASIDE[name], _plain(each))
            elif name in ("hidden-text", "hidden-paragraph"):
                text = get(each, "string-value") or "".join(each.itertext())
                self.document.leave_out("hidden-text", text)
            elif name != "ruby-text" and "svg" not in each.tag:
                # Not reading aids, nor descriptions of pictures.
                self._walk(each, self._look_by_style.get(get(each, "style-name"), look), runs)
            runs.append((_BLANKS.sub(" ", each.tail or ""), look))


def _rows(table: Element) -> Iterator[Element]:
    for each in table:
        if local(each) == "table-row":
            yield each
        elif local(each) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(each)


def _count(element: Element) -> int:
    told = get(element, "c")
    return min(int(told), _MAX_REPEATED) if re.fullmatch("[0-9]{1,9}", told) else 1


def _collapsed(runs: Runs) -> Runs:
    """
    The runs with each stretch of blanks made one, and none at the start, as the format has it.
    """
    kept: Runs = []
    at_blank = True
    for text, look in runs:
        if at_blank:
            text = text.lstrip(" ")  # noqa: PLW2901  # the rest of the run
        if text:
            at_blank = text.endswith(" ")
            kept.append((text.replace("\0", " "), look))
    return kept
