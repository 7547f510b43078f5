"""
What documents hold, as a JSON Schema that any validator reads.
"""

from enum import StrEnum
from typing import Any, Final

import attrs

from aftermove import model
from aftermove.storage.kinds import KINDS, Member, StoredShift, members_of, stored_as
from aftermove.storage.upgrades import SCHEMA_VERSION

__all__ = ["json_schema"]

_TYPES: Final = {str: "string", int: "integer", float: "number"}


def json_schema() -> dict[str, Any]:
    """
    The JSON Schema of the documents that `dumps` writes.

    Returns:
        A schema of draft 2020-12, as plain dicts and lists, anew at each call.  It tells keys,
        types and ranges.  What one part of a document asks of another, as that spans lie in their
        text, no schema tells: `loads` refuses more than the schema does.

    Example:
        >>> schema = json_schema()
        >>> schema["properties"]["aftermove"]
        {'const': 2}
        >>> schema["$defs"]["CharSpan"]["required"]
        ['start', 'end']

    .. versionadded:: 0.1.0
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "aftermove document",
        "type": "object",
        "properties": {
            "aftermove": {"const": SCHEMA_VERSION},
            "kind": {"enum": list(KINDS)},
            "value": {},
        },
        "required": ["aftermove", "kind", "value"],
        "additionalProperties": False,
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": name}}},
                "then": {"properties": {"value": _reference(kind)}},
            }
            for name, kind in KINDS.items()
        ],
        "$defs": {
            kind.__name__: _definition(kind)
            for kind in (*KINDS.values(), StoredShift, model.Metadata)
        },
    }


def _definition(kind: type) -> dict[str, Any]:
    if kind is model.Metadata:
        return {"type": "object", "additionalProperties": {"type": "string"}}
    members = members_of(stored_as(kind))
    return {
        "type": "object",
        "properties": {member.name: _property(member) for member in members},
        "required": [member.name for member in members if member.is_required],
        "additionalProperties": False,
    }


def _property(member: Member) -> dict[str, Any]:
    if member.is_list:
        return {"type": "array", "items": _plain(member.kind), **member.limits}
    schema = {**_plain(member.kind), **member.limits}
    return {"anyOf": [schema, {"type": "null"}]} if member.is_optional else schema


def _plain(kind: Any) -> dict[str, Any]:  # noqa: ANN401  # what stands in an annotation
    if kind is model.Metadata or attrs.has(kind):
        return _reference(kind)
    if issubclass(kind, StrEnum):
        return {"enum": [str(member) for member in kind]}
    return {"type": _TYPES[kind]}


def _reference(kind: type) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{kind.__name__}"}
