"""
ELAN's annotation files (.eaf): tiers of talk, and tiers of codes beneath them.

Source:
    The schema EAFv3.0 (mpi.nl/tools/elan).
"""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from aftermove.codings.codes import codes_of, sound
from aftermove.errors import ModelError
from aftermove.model import Role, Session, SessionAnalysis, Speaker, Turn

__all__ = ["elan_file"]

_CODES: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.THERAPIST: ("behaviour", "technique"),
    Role.PATIENT: ("valence", "state", "stance"),
}


def elan_file(analyses: tuple[SessionAnalysis, ...]) -> bytes:
    """
    The bytes of an annotation file that holds this session with its codes; the same at each call.

    Raises:
        ModelError: If there are several, or the turns can't be placed in time.
    """
    if len(analyses) > 1:
        raise ModelError("write_codings", "writes one session to a file of ELAN's")
    (analysis,) = analyses
    root = _document()
    slots = SubElement(root, "TIME_ORDER")
    times = _times(analysis.session)
    ids = count(1)
    values = _values(analysis)
    for number, speaker in enumerate(analysis.session.speakers, start=1):
        tier = f"{number} {sound(speaker.name)}"
        turns = [turn for turn in analysis.session if turn.speaker == speaker]
        id_by_turn = {turn.index: f"a{next(ids)}" for turn in turns}
        attributes = {"LINGUISTIC_TYPE_REF": "talk", "PARTICIPANT": sound(speaker.name)}
        talk = SubElement(root, "TIER", {**attributes, "TIER_ID": tier})
        for turn in turns:
            _add_turn(talk, slots, turn, times[turn.index], id_by_turn[turn.index])
        for kind in _CODES.get(speaker.role, ()):
            value_by_parent = {
                id_: values[turn, kind]
                for turn, id_ in id_by_turn.items()
                if (turn, kind) in values
            }
            _add_codes(root, tier, kind, ids, value_by_parent)
    _add_types(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root)


def _document() -> Element:
    # The date is asked for; a true one would make each file another.
    root = Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": "aftermove",
            "DATE": "1970-01-01T00:00:00+00:00",
            "FORMAT": "3.0",
            "VERSION": "3.0",
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:noNamespaceSchemaLocation": "http://www.mpi.nl/tools/elan/EAFv3.0.xsd",
        },
    )
    SubElement(root, "HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
    return root


def _times(session: Session) -> list[tuple[int, int]]:
    """
    Start and end of each turn in milliseconds; what tells no end lasts until the next turn.
    """
    times: list[tuple[int, int]] = []
    reached: dict[Speaker, int] = {}
    for turn in session:
        if turn.start is None:
            raise _refusal(turn, "tells no start; ELAN places all talk by its time")
        start = round(1000 * turn.start)
        # ELAN takes no annotation without length.
        end = max(round(1000 * _end(turn, session)), start + 1)
        if start < reached.get(turn.speaker, 0):
            raise _refusal(turn, "begins before the speaker's last turn ends; mend the times")
        reached[turn.speaker] = end
        times.append((start, end))
    return times


def _end(turn: Turn, session: Session) -> float:
    if turn.end is not None:
        return turn.end
    later = session[turn.index + 1 : turn.index + 2]
    return (later[0].start if later else None) or 0.0


def _refusal(turn: Turn, reason: str) -> ModelError:
    return ModelError(f"write_codings: turn {turn.index}", reason)


def _values(analysis: SessionAnalysis) -> dict[tuple[int, str], str]:
    """
    The value of each turn on each tier of codes; several of a kind stand in one, with commas.
    """
    names: dict[tuple[int, str], list[str]] = {}
    for code in codes_of(analysis):
        names.setdefault((code.turn, code.group), []).append(code.name)
    values = {place: ", ".join(each) for place, each in names.items()}
    return values | {
        (affect.turn, "valence"): f"{affect.valence:.2f}" for affect in analysis.affect
    }


def _add_turn(talk: Element, slots: Element, turn: Turn, times: tuple[int, int], id_: str) -> None:
    references = {}
    for number, time in enumerate(times, start=1):
        slot = f"ts{len(slots) + 1}"
        SubElement(slots, "TIME_SLOT", {"TIME_SLOT_ID": slot, "TIME_VALUE": str(time)})
        references[f"TIME_SLOT_REF{number}"] = slot
    aligned = SubElement(
        SubElement(talk, "ANNOTATION"),
        "ALIGNABLE_ANNOTATION",
        {"ANNOTATION_ID": id_, **references},
    )
    SubElement(aligned, "ANNOTATION_VALUE").text = sound(turn.text)


def _add_codes(
    root: Element, tier: str, kind: str, ids: Iterator[int], value_by_parent: Mapping[str, str]
) -> None:
    attributes = {"LINGUISTIC_TYPE_REF": "code", "PARENT_REF": tier, "TIER_ID": f"{kind}@{tier}"}
    codes = SubElement(root, "TIER", attributes)
    for parent, value in value_by_parent.items():
        reference = SubElement(
            SubElement(codes, "ANNOTATION"),
            "REF_ANNOTATION",
            {"ANNOTATION_ID": f"a{next(ids)}", "ANNOTATION_REF": parent},
        )
        SubElement(reference, "ANNOTATION_VALUE").text = sound(value)


def _add_types(root: Element) -> None:
    talk = {"GRAPHIC_REFERENCES": "false", "LINGUISTIC_TYPE_ID": "talk", "TIME_ALIGNABLE": "true"}
    SubElement(root, "LINGUISTIC_TYPE", talk)
    association = "Symbolic_Association"
    code = {
        "CONSTRAINTS": association,
        "GRAPHIC_REFERENCES": "false",
        "LINGUISTIC_TYPE_ID": "code",
        "TIME_ALIGNABLE": "false",
    }
    SubElement(root, "LINGUISTIC_TYPE", code)
    description = "1-1 association with a parent annotation"
    SubElement(root, "CONSTRAINT", {"DESCRIPTION": description, "STEREOTYPE": association})
