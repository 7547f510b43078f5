"""
What a document of a word processor holds, whatever program wrote it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from aftermove.errors import TranscriptError
from aftermove.model import Problem
from aftermove.parsing.xml import parse_xml

__all__ = ["Document", "Paragraph", "Runs", "Table", "get", "lines", "local", "paragraph_of"]

Table = list[list[str]]
"""The text of each cell, row by row."""

Runs = list[tuple[str, str]]
"""Stretches of text, each with what sets its type apart; empty for plain type."""

_OUT: Final = "is in no turn; accept or reject the changes, or show it, to have it read"
_REASON_BY_CODE: Final = {
    "deleted-text": f"text that was deleted with tracked changes {_OUT}",
    "hidden-text": f"hidden text {_OUT}",
}


def local(element: Element) -> str:
    """
    The name of an element without its namespace: the strict form of .docx has others.
    """
    return element.tag.rpartition("}")[2]


def get(element: Element, name: str) -> str:
    """
    The value of an attribute by its name without namespace; empty where there is none.
    """
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


class Paragraph(NamedTuple):
    """
    One paragraph as text, with tabs and line feeds for those within it.
    """

    text: str
    lead: int
    """How many characters at its start are set apart from the rest, by bold type or the like."""

    def __repr__(self) -> str:
        return f"Paragraph(length={len(self.text)})"


def lines(blocks: Iterable[Paragraph | Table]) -> Iterator[str]:
    """
    The text of each paragraph, and of each row with tabs between its cells.
    """
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            yield from ("\t".join(cells).rstrip("\t") for cells in block)


def paragraph_of(runs: Sequence[tuple[str, str]]) -> Paragraph:
    """
    The paragraph that the runs make.

    Example:
        >>> paragraph_of([("Kim", "b"), (" ", "b"), ("Long.", "")]).lead
        4
    """
    text = "".join(text for text, _ in runs)
    looks = [look for text, look in runs if text]
    lead = 0
    if looks and looks[0]:
        for run, look in runs:
            if run and look != looks[0]:
                return Paragraph(text, lead)
            lead += len(run)
    return Paragraph(text, 0)


class Document:
    """
    The paragraphs and tables of a document in order, and what stands beside them.
    """

    def __init__(self) -> None:
        self.blocks: list[Paragraph | Table] = []
        self.metadata: dict[str, str] = {}
        self.problems: list[Problem] = []
        self._texts_by_key: dict[str, set[str]] = {}
        self._line = 1

    def add(self, block: Paragraph | Table) -> None:
        """
        Put a block behind the others.
        """
        self.blocks.append(block)
        self._line += sum(line.count("\n") + 1 for line in lines([block]))

    def set_aside(self, key: str, text: str) -> None:
        """
        Keep as metadata what is no talk, under the key or, if that is taken, the key and a number.
        """
        texts = self._texts_by_key.setdefault(key, set())
        text = text.strip()
        # Headers of first, even and odd pages are often one.
        if text and text not in texts:
            texts.add(text)
            self.metadata[key if len(texts) == 1 else f"{key} {len(texts)}"] = text

    def leave_out(self, code: str, text: str) -> None:
        """
        Keep in a problem, at the place of the next block, what is taken for no talk.
        """
        if text.strip():
            reason = _REASON_BY_CODE[code]
            self.problems.append(
                Problem(code=code, reason=reason, line=self._line, text=text.strip())
            )

    def side_part(self, content_by_name: Mapping[str, bytes], name: str) -> Element:
        """
        The root of a member beside the text; empty where it is missing, or torn: a problem then.
        """
        raw = content_by_name.get(name)
        if raw is not None:
            try:
                return parse_xml(raw)
            except TranscriptError:
                reason = "a part beside the text is no sound XML and was left out; save it anew"
                text = raw.decode(errors="replace")
                self.problems.append(Problem(code="unread-part", reason=reason, text=text))
        return Element("none")

    def cell(self, inner: "Document") -> str:
        """
        The text of a cell that was read as a document; what stands beside it is taken over.
        """
        for problem in inner.problems:
            self.leave_out(problem.code, problem.text)
        for key, text in inner.metadata.items():
            self.set_aside(key.rstrip(" 0123456789"), text)
        return "\n".join(lines(inner.blocks)).strip()
