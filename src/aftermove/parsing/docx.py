"""
Word's documents (.docx, .docm): what is said in them, from their own XML.

python-docx loses tracked insertions, content controls, fields and smart tags, gives merged cells
twice and hidden text as talk, and unpacks whatever size an archive has.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree.ElementTree import Element

from aftermove.errors import TranscriptError
from aftermove.parsing.office import Document, Runs, get, lines, local, paragraph_of
from aftermove.parsing.xml import parse_xml

__all__ = ["main_part", "read_docx"]

_SIDE_PART: Final = re.compile(r"(?:header|footer|footnotes|endnotes|comments)[0-9]{0,4}\.xml")
# Codes of fields, the second form of a drawing, reading aids above a word, and settings.
_SKIPPED: Final = frozenset("instrText delInstrText Fallback rt pPr rPr sectPr tblPr tcPr".split())
_DELETED: Final = frozenset({"del", "moveFrom"})
_SIGNS: Final = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_LOOKS: Final = ("b", "i", "u", "caps", "smallCaps", "color", "highlight", "rStyle")
_OFF: Final = ("0", "false", "off", "none", "auto")
_MAX_SPAN: Final = 63  # Word's own limit of columns


def main_part(rels: bytes | None) -> str | None:
    """
    The name of the member that holds a Word document's text, by its package's relations.
    """
    if rels is None:
        return None
    for each in parse_xml(rels):
        if each.get("Type", "").endswith("/officeDocument"):
            target = each.get("Target", "").lstrip("/")
            # Workbooks and slides have a main part too.
            return target if target.startswith("word/") else None
    return None


def read_docx(content_by_name: Mapping[str, bytes], main: str) -> Document:
    """
    The document whose text is in the member *main*.

    Raises:
        TranscriptError: If that member is missing, or no sound XML.
    """
    if main not in content_by_name:
        raise TranscriptError(["the document has no text part; save it anew"], [None])
    document = Document()
    for each in document.side_part(content_by_name, "docProps/core.xml"):
        document.set_aside(local(each), each.text or "")
    _Body(document).read(parse_xml(content_by_name[main]))
    folder = main.rpartition("/")[0] + "/"
    for name in sorted(content_by_name):
        if name.startswith(folder) and _SIDE_PART.fullmatch(name.removeprefix(folder)):
            for key, part in _side_parts(document.side_part(content_by_name, name)):
                document.set_aside(key, _plain(part))
    return document


def _side_parts(root: Element) -> Iterator[tuple[str, Element]]:
    """
    The header, the footer, each note or each comment that a part holds.
    """
    kind = local(root)
    if kind in ("hdr", "ftr"):
        yield {"hdr": "header", "ftr": "footer"}[kind], root
        return
    for each in root:
        author = get(each, "author")
        yield local(each) + (f" ({author})" if author else ""), each


def _plain(element: Element) -> str:
    """
    The text of all paragraphs within, one a line.
    """
    body = _Body(Document())
    body.read(element)
    return "\n".join(lines(body.document.blocks))


class _Body:
    """
    The way through a part, which puts all that it meets into a document.
    """

    def __init__(self, document: Document) -> None:
        self.document = document

    def read(self, container: Element) -> None:
        """
        Put the blocks of a container into the document.
        """
        for each in container:
            name = local(each)
            if name == "p":
                self._add_paragraph(each)
            elif name == "tbl":
                self.document.add([self._row(row) for row in _within(each, "tr")])
            elif name in _DELETED:
                self._leave_out("deleted-text", each)
            elif name not in _SKIPPED:
                self.read(each)

    def _add_paragraph(self, paragraph: Element) -> None:
        runs: Runs = []
        self._walk(paragraph, "", runs)
        self.document.add(paragraph_of(runs))

    def _row(self, row: Element) -> list[str]:
        cells = [""] * _number(row, "gridBefore", 0)
        for cell in _within(row, "tc"):
            inner = Document()
            _Body(inner).read(cell)
            cells.append(self.document.cell(inner))
            # What spans several columns stands in the first of them.
            cells += [""] * (_number(cell, "gridSpan", 1) - 1)
        return cells

    def _walk(self, element: Element, look: str, runs: Runs) -> None:
        for each in element:
            name = local(each)
            if name == "t":
                runs.append((each.text or "", look))
            elif name == "r":
                self._run(each, runs)
            elif name in _DELETED:
                self._leave_out("deleted-text", each)
            elif name == "txbxContent":
                self.document.set_aside("text box", _plain(each))
            elif name == "sym":
                runs.append((_symbol(each), look))
            elif name in _SIGNS:
                runs.append((_SIGNS[name], look))
            elif name not in _SKIPPED:
                self._walk(each, look, runs)

    def _run(self, run: Element, runs: Runs) -> None:
        looks = {
            local(each): get(each, "val")
            for settings in run
            if local(settings) == "rPr"
            for each in settings
            if get(each, "val") not in _OFF
        }
        if "vanish" in looks:
            self._leave_out("hidden-text", run)
        else:
            self._walk(run, " ".join(f"{k}{looks[k]}" for k in _LOOKS if k in looks), runs)

    def _leave_out(self, code: str, element: Element) -> None:
        texts = [e.text or "" for e in element.iter() if local(e) in ("t", "delText")]
        self.document.leave_out(code, "".join(texts))


def _within(element: Element, name: str) -> Iterator[Element]:
    """
    The elements of the name, through content controls and the like, not within one another.
    """
    for each in element:
        if local(each) == name:
            yield each
        elif local(each) not in _SKIPPED:
            yield from _within(each, name)


def _number(element: Element, name: str, default: int) -> int:
    for settings in element:
        for each in settings:
            value = get(each, "val")
            if local(each) == name and re.fullmatch("[0-9]{1,4}", value):
                return min(int(value), _MAX_SPAN)
    return default


def _symbol(element: Element) -> str:
    code = get(element, "char")
    # Symbol fonts keep their signs among the private characters.
    return chr(int(code, 16)) if re.fullmatch("[0-9A-Ca-cE-Fe-f][0-9A-Fa-f]{3}", code) else ""
