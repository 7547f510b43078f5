"""
Documents of word processors: labelled paragraphs, and tables with a row for each turn.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from aftermove.errors import TranscriptError
from aftermove.parsing.archive import is_archive, members
from aftermove.parsing.columns import is_header
from aftermove.parsing.decoding import Source
from aftermove.parsing.docx import main_part, read_docx
from aftermove.parsing.forms import Given, Reader, Transcript
from aftermove.parsing.labelled import LABELLED
from aftermove.parsing.odt import read_odt
from aftermove.parsing.office import Document, Paragraph, Table, lines
from aftermove.parsing.preamble import read_preamble
from aftermove.parsing.reshaping import are_voices
from aftermove.parsing.roles import is_name_shaped
from aftermove.parsing.tabular import read_rows

__all__ = ["WORD"]

_RELATIONS: Final = "_rels/.rels"
_OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument.text"
_NO_DOCUMENT: Final = "the source is no .docx or .odt document; save it as one of these, or as text"


def _sniff(source: Source) -> float:
    if source.text is not None or not is_archive(source.raw):
        return 0.0
    try:
        head = members(source.raw, ("mimetype", _RELATIONS))
        is_known = head.get("mimetype", b"").startswith(_OPEN_DOCUMENT)
        return 1.0 if is_known or main_part(head.get(_RELATIONS)) else 0.0
    except TranscriptError:
        return 0.0


def _read(source: Source, given: Given) -> Iterator[Transcript]:
    document = _document(source.raw)
    problems = document.problems
    for transcript in _transcripts(document, given):
        metadata = dict(transcript.metadata)
        for key, value in document.metadata.items():
            metadata[f"document {key}" if key in metadata else key] = value
        yield transcript._replace(problems=[*problems, *transcript.problems], metadata=metadata)
        # Told once, with the first session.
        problems = []


def _document(raw: bytes) -> Document:
    if not is_archive(raw):
        raise TranscriptError([_NO_DOCUMENT], [None])
    content_by_name = members(raw, (".xml", ".rels", "mimetype"))
    if content_by_name.get("mimetype", b"").startswith(_OPEN_DOCUMENT):
        return read_odt(content_by_name)
    main = main_part(content_by_name.get(_RELATIONS))
    if main is None:
        raise TranscriptError([_NO_DOCUMENT], [None])
    return read_docx(content_by_name, main)


def _transcripts(document: Document, given: Given) -> list[Transcript]:
    """
    The sessions in the document: in its tables with headings, or else in all of it as lines.
    """
    rows = _rows(document.blocks)
    if not given.column_by_use and not any(_names(cells) for cells in rows):
        return _labelled(document.blocks, given)
    paragraphs: list[Paragraph | Table] = [each for each in document.blocks if not _is_wide(each)]
    try:
        if _n_said(_labelled(paragraphs, given)) > len(rows):
            return _labelled(document.blocks, given)
    except TranscriptError:
        pass  # No talk but in the tables, as is usual.
    text = _text(paragraphs)
    beside = read_preamble(text, len(text))
    first, *others = read_rows(enumerate(rows, start=1), given)
    first = first._replace(
        problems=[*beside.problems, *first.problems], metadata=beside.metadata | first.metadata
    )
    return [first, *others]


def _labelled(blocks: Sequence[Paragraph | Table], given: Given) -> list[Transcript]:
    return list(LABELLED.read(Source.from_text(_text(blocks)), given))


def _n_said(transcripts: Sequence[Transcript]) -> int:
    return sum(len(transcript.said) for transcript in transcripts)


def _is_wide(block: Paragraph | Table) -> bool:
    """
    Whether a block is a table of several columns; one of a single column is there for its frame.
    """
    return not isinstance(block, Paragraph) and max(map(len, block), default=0) > 1


def _names(cells: Sequence[str]) -> bool:
    return is_header(cells) or are_voices(cells)


def _rows(blocks: Sequence[Paragraph | Table]) -> list[list[str]]:
    """
    The rows of all tables of several columns; headings repeated on each page are given once.
    """
    rows: list[list[str]] = []
    headings: set[tuple[str, ...]] = set()
    for block in blocks:
        if isinstance(block, Paragraph) or not _is_wide(block):
            continue
        for cells in block:
            if _names(cells):
                if tuple(cells) in headings:
                    continue
                headings.add(tuple(cells))
            rows.append(cells)
    return rows


def _text(blocks: Sequence[Paragraph | Table]) -> str:
    """
    The blocks as lines, with a tab behind each cell, and behind each name set apart by its type.
    """
    names = _names_set_apart(blocks)
    return "\n".join(
        line
        for block in blocks
        for line in ([_line(block, names)] if isinstance(block, Paragraph) else lines([block]))
    )


def _names_set_apart(blocks: Sequence[Paragraph | Table]) -> frozenset[str]:
    """
    What more than one paragraph begins with in type of its own, and has the shape of a name.
    """
    leads = Counter(
        block.text[: block.lead].strip() for block in blocks if isinstance(block, Paragraph)
    )
    return frozenset(lead for lead, n in leads.items() if n > 1 and is_name_shaped(lead))


def _line(paragraph: Paragraph, names: frozenset[str]) -> str:
    lead, rest = paragraph.text[: paragraph.lead], paragraph.text[paragraph.lead :]
    name, talk = lead.strip(), rest.lstrip()
    # A tab labels as a colon does, and changes no word if it turns out to be no label.
    is_label = name in names and talk and (lead + rest).removeprefix(lead.rstrip())[:1].isspace()
    return f"{name}\t{talk}" if is_label else paragraph.text


WORD: Final = Reader(sniff=_sniff, read=_read)
