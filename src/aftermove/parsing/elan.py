"""
ELAN's annotation files (.eaf): tiers in XML, with times in a list of their own.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree.ElementTree import Element

from aftermove.errors import TranscriptError
from aftermove.model import Problem
from aftermove.parsing.forms import Transcript
from aftermove.parsing.tiers import Piece, Tier, transcript_of
from aftermove.parsing.xml import parse_xml

__all__ = ["is_elan", "read_elan"]

_DECLARATION: Final = re.compile(r"\s{0,99}<\?xml[^>]{0,200}\?>")
_MILLISECONDS: Final = re.compile("[0-9]{1,15}")
_HEAD: Final = 4_096

_Times = tuple[float | None, float | None]


def is_elan(text: str) -> bool:
    """
    Whether a text is XML whose root is an annotation document of ELAN's.
    """
    head = text[:_HEAD].lstrip()
    return head.startswith("<") and "<ANNOTATION_DOCUMENT" in head


def read_elan(text: str) -> Transcript:
    """
    The session of an annotation document.

    Raises:
        TranscriptError: If it is no sound XML, no annotation document, or holds no talk.
    """
    # The text is decoded already, so what it declares of its encoding no longer holds.
    declared = _DECLARATION.match(text)
    if declared:
        text = "\n" * declared[0].count("\n") + text[declared.end() :]
    root = parse_xml(text.encode())
    if root.tag != "ANNOTATION_DOCUMENT":
        raise TranscriptError(["the XML is no annotation document of ELAN's"], [None])
    problems: list[Problem] = []
    times = _times(root, _slots(root, problems), problems)
    tiers = [
        Tier(
            name=tier.get("TIER_ID", "").strip(),
            pieces=[_piece(each, times) for each in _annotations(tier)],
            speaker=tier.get("PARTICIPANT", "").strip(),
            parent=tier.get("PARENT_REF", "").strip(),
            kind=tier.get("LINGUISTIC_TYPE_REF", ""),
        )
        for tier in root.iter("TIER")
    ]
    return transcript_of(tiers, _metadata(root), problems)


def _annotations(tier: Element) -> Iterator[Element]:
    for annotation in tier.iter("ANNOTATION"):
        yield from annotation


def _piece(annotation: Element, times: Mapping[str, _Times]) -> Piece:
    text = "".join(annotation.itertext())
    start, end = times.get(annotation.get("ANNOTATION_ID", ""), (None, None))
    return Piece(text.strip(), None, start, end)


def _slots(root: Element, problems: list[Problem]) -> dict[str, float | None]:
    """
    The seconds of each slot of time; `None` for those that were never tied to the recording.
    """
    seconds_by_slot: dict[str, float | None] = {}
    for place, slot in enumerate(root.iter("TIME_SLOT"), start=1):
        value = slot.get("TIME_VALUE", "").strip()
        sound = _MILLISECONDS.fullmatch(value)
        seconds_by_slot[slot.get("TIME_SLOT_ID", "")] = int(value) / 1000 if sound else None
        if value and not sound:
            reason = f"time slot {place} holds no time in milliseconds, and was left out; mend it"
            problems.append(Problem(code="unread-time", reason=reason, text=value))
    return seconds_by_slot


def _times(
    root: Element, seconds_by_slot: Mapping[str, float | None], problems: list[Problem]
) -> dict[str, _Times]:
    """
    Start and end of each annotation; those tied to another annotation have that one's.
    """
    times: dict[str, _Times] = {}
    above: dict[str, str] = {}
    for place, annotation in enumerate(_annotations(root), start=1):
        id_ = annotation.get("ANNOTATION_ID", "")
        if annotation.tag == "REF_ANNOTATION":
            above[id_] = annotation.get("ANNOTATION_REF", "")
            continue
        slots = [annotation.get(f"TIME_SLOT_REF{n}", "") for n in (1, 2)]
        times[id_] = seconds_by_slot.get(slots[0]), seconds_by_slot.get(slots[1])
        if not all(slot in seconds_by_slot for slot in slots):
            reason = f"annotation {place} names a time slot that isn't there; mend its times"
            problems.append(Problem(code="unread-time", reason=reason))
    for id_ in list(above):
        chain: dict[str, None] = {}
        reached = id_
        # Up to an annotation with times, or to one seen: references may run in a circle.
        while reached in above and reached not in times and reached not in chain:
            chain[reached] = None
            reached = above[reached]
        times.update(dict.fromkeys(chain, times.get(reached, (None, None))))
    return times


def _metadata(root: Element) -> dict[str, str]:
    """
    What the document tells of itself: author, date, media, licence, annotators and properties.
    """
    told = [("author", root.get("AUTHOR", "")), ("date", root.get("DATE", ""))]
    told += [("media", each.get("MEDIA_URL", "")) for each in root.iter("MEDIA_DESCRIPTOR")]
    for each in root.iter("LICENSE"):
        told += [("license", each.get("LICENSE_URL", "")), ("license", each.text or "")]
    told += [("annotator", each.get("ANNOTATOR", "")) for each in root.iter("TIER")]
    told += [
        (each.get("NAME", "").strip() or "property", each.text or "")
        for each in root.iter("PROPERTY")
        # The program's own counter.
        if each.get("NAME") != "lastUsedAnnotationId"
    ]
    values_by_key: dict[str, dict[str, None]] = {}
    for key, value in told:
        if value.strip():
            values_by_key.setdefault(key, {})[value.strip()] = None
    return {key: "\n".join(values) for key, values in values_by_key.items()}
