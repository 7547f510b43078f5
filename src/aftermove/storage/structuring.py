"""
From parsed JSON to model values, with the path of each thing that is wrong.

A class is made for each object by keywords.  What its own validators check is looked at again only
when they refuse it, to tell which key is wrong; so a sound document is checked once.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Final, TypeAlias

import attrs

from aftermove import model
from aftermove.errors import ModelError
from aftermove.storage.kinds import Member, StoredAnalysis, members_of, stored_as
from aftermove.storage.refusal import RefusedError

__all__ = ["structurer"]

Structure: TypeAlias = Callable[[Any], Any]

_NOUNS: Final = {str: "a string", int: "a whole number", float: "a number"}


@cache
def structurer(kind: Any) -> Structure:  # noqa: ANN401  # a class, or what stands in an annotation
    """
    What makes a value of this kind from parsed JSON, which it may change.

    What comes back raises `RefusedError` for whatever isn't as `dumps` writes it.
    """
    if kind is model.Metadata:
        return _metadata
    if attrs.has(kind):
        return _of_class(kind)

    def structure(value: object) -> object:
        if (reason := _wrong(value, kind)) is not None:
            raise RefusedError([("", reason)])
        return value

    return structure


def _wrong(value: object, kind: type) -> str | None:
    """
    What a plain value or an enum's should be, if it isn't.
    """
    if issubclass(kind, StrEnum):
        if isinstance(value, str) and value in kind.__members__.values():
            return None
        return f"must be one of {', '.join(kind)}"
    accepted = (int, float) if kind is float else kind
    if isinstance(value, accepted) and not isinstance(value, bool):
        return None
    return f"must be {_NOUNS[kind]}"


def _metadata(value: object) -> model.Metadata:
    if not isinstance(value, dict):
        raise RefusedError([("", "must be an object")])
    try:
        return model.Metadata(value)
    except ModelError as error:
        raise RefusedError([("", str(error))]) from None


def _of_class(kind: type) -> Structure:
    stored = stored_as(kind)
    members = members_of(stored)
    inner = {member.name: _part(member) for member in members if _has_parts(member)}
    make: Callable[..., object] = _analysis if stored is StoredAnalysis else kind

    def structure(value: object) -> object:
        if not isinstance(value, dict):
            raise RefusedError([("", "must be an object")])
        problems: list[tuple[str, str]] = []
        for name, part in inner.items():
            if name in value:
                try:
                    value[name] = part(value[name])
                except RefusedError as error:
                    problems += error.at(f".{name}")
        if not problems:
            try:
                return make(**value)
            except RefusedError as error:
                problems = error.problems
            except (ModelError, TypeError) as error:
                problems = _faults(value, members) or [("", _said(error))]
        else:
            problems += _faults(value, members)
        raise RefusedError(problems)

    return structure


def _analysis(**keys: Any) -> model.SessionAnalysis:  # noqa: ANN401
    return StoredAnalysis(**keys).restored()


def _said(error: ModelError | TypeError) -> str:
    # A TypeError of ours would be a mistake in this library, and may quote the document.
    return str(error) if isinstance(error, ModelError) else "can't be read"


def _has_parts(member: Member) -> bool:
    return member.is_list or member.kind is model.Metadata or attrs.has(member.kind)


def _part(member: Member) -> Structure:
    structure = structurer(member.kind)
    return _list_of(structure) if member.is_list else structure


def _list_of(structure: Structure) -> Structure:
    def structure_all(value: object) -> list[object]:
        if not isinstance(value, list):
            raise RefusedError([("", "must be a list")])
        problems: list[tuple[str, str]] = []
        made = []
        for place, each in enumerate(value):
            try:
                made.append(structure(each))
            except RefusedError as error:
                problems += error.at(f"[{place}]")
        if problems:
            raise RefusedError(problems)
        return made

    return structure_all


def _faults(value: Mapping[str, object], members: tuple[Member, ...]) -> list[tuple[str, str]]:
    """
    Keys that are missing or unknown, and plain values of a wrong type.
    """
    faults = []
    for member in members:
        if member.name not in value:
            if member.is_required:
                faults.append((f".{member.name}", "is missing"))
        elif not _has_parts(member):
            found = value[member.name]
            reason = _wrong(found, member.kind)
            if reason is not None and not (member.is_optional and found is None):
                faults.append((f".{member.name}", reason))
    unknown = len(value.keys() - {member.name for member in members})
    if unknown:
        # They aren't named: in a strange document they may hold anything.
        known = ", ".join(member.name for member in members)
        plural = "key" if unknown == 1 else "keys"
        faults.append(("", f"holds {unknown} {plural} too many; it takes {known}"))
    return faults
