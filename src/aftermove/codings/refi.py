"""
REFI-QDA projects (.qdpx): a ZIP with an XML file of codes and selections, and the texts.

Source:
    REFI-QDA Standard, project exchange 1.0 (qdasoftware.org).  Positions count characters, from 0.
"""

import uuid
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import count
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from aftermove.codings.codes import Code, codes_of, sound
from aftermove.model import SessionAnalysis

__all__ = ["refi_file"]

_SPACE: Final = "urn:QDA-XML:project:1.0"
# Ids come from content, so that the same analyses give the same file.
_IDS: Final = uuid.UUID("8a4f0a8e-5a3c-4f0e-9a53-1f6f0a3b7c21")
_GROUPS: Final = ("behaviour", "technique", "state", "stance")


def refi_file(analyses: tuple[SessionAnalysis, ...]) -> bytes:
    """
    The bytes of a project that holds these sessions with their codes; the same at each call.
    """
    root = Element("Project", {"xmlns": _SPACE, "name": "aftermove", "origin": "aftermove"})
    user = _id("user")
    root.set("creatingUserGUID", user)
    SubElement(SubElement(root, "Users"), "User", {"guid": user, "name": "aftermove"})
    _add_codes(SubElement(SubElement(root, "CodeBook"), "Codes"), analyses)
    sources = SubElement(root, "Sources")
    texts = {}
    for analysis in analyses:
        text, starts = _text(analysis)
        guid = _id("source", analysis.session.id)
        texts[f"sources/{guid}.txt"] = text
        _add_source(sources, guid, analysis, starts)
    project = b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root)
    return _zipped({"project.qde": project, **{n: t.encode() for n, t in texts.items()}})


def _id(*parts: object) -> str:
    return str(uuid.uuid5(_IDS, repr(parts)))


def _add_codes(codes: Element, analyses: Iterable[SessionAnalysis]) -> None:
    names_by_group: dict[str, set[str]] = {group: set() for group in _GROUPS}
    for analysis in analyses:
        for code in codes_of(analysis):
            names_by_group[code.group].add(code.name)
    for group, names in names_by_group.items():
        if names:
            attributes = {"guid": _id("group", group), "name": group, "isCodable": "false"}
            parent = SubElement(codes, "Code", attributes)
            for name in sorted(names):
                guid = _id("code", group, name)
                attributes = {"guid": guid, "name": sound(name), "isCodable": "true"}
                SubElement(parent, "Code", attributes)


def _text(analysis: SessionAnalysis) -> tuple[str, list[int]]:
    """
    A session as one text, and where in it each turn's words start.
    """
    pieces, starts, reached = [], [], 0
    for turn in analysis.session:
        label = f"{turn.speaker.name}: "
        # Programs take all ends of lines for one sign; positions hold only if they are one.
        words = turn.text.replace("\r\n", " \n").replace("\r", "\n")
        label = label.replace("\r", " ").replace("\n", " ")
        starts.append(reached + len(label))
        pieces.append(f"{label}{words}\n\n")
        reached += len(pieces[-1])
    return "".join(pieces), starts


def _add_source(sources: Element, guid: str, analysis: SessionAnalysis, starts: list[int]) -> None:
    attributes = {"guid": guid, "name": sound(analysis.session.id)}
    attributes["plainTextPath"] = f"internal://{guid}.txt"
    source = SubElement(sources, "TextSource", attributes)
    number = count()
    for code in codes_of(analysis):
        for start, end in _stretches(code, analysis):
            place = next(number)
            at = {
                "guid": _id("selection", guid, place),
                "name": sound(code.name),
                "startPosition": str(starts[code.turn] + start),
                "endPosition": str(starts[code.turn] + end),
            }
            selection = SubElement(source, "PlainTextSelection", at)
            coding = SubElement(selection, "Coding", {"guid": _id("coding", guid, place)})
            SubElement(coding, "CodeRef", {"targetGUID": _id("code", code.group, code.name)})


def _stretches(code: Code, analysis: SessionAnalysis) -> Iterator[tuple[int, int]]:
    """
    The words of a code, stretches that touch as one; where there are none, those of the turn.
    """
    spans = sorted((piece.span.start, piece.span.end) for piece in code.evidence)
    if not spans:
        length = len(analysis.session[code.turn].text)
        # A turn whose words are kept elsewhere has nothing to be selected.
        yield from [(0, length)] if length else []
        return
    start, end = spans[0]
    for other_start, other_end in spans[1:]:
        if other_start > end:
            yield start, end
            start = other_start
        end = max(end, other_end)
    yield start, end


def _zipped(content_by_name: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in content_by_name.items():
            # ZipInfo's own date is fixed, which a file's wouldn't be.
            archive.writestr(ZipInfo(name), content, compress_type=ZIP_DEFLATED)
    return buffer.getvalue()
