"""
Any model value as a JSON document, and back.

A document is ``{"aftermove": 2, "kind": "Session", "value": {...}}``: the version of the
schema, the class, and its fields by name.  Loading is strict: a key that is missing or
unknown, or a value of the wrong type, is refused with its path.
"""

import json
from typing import Any

from aftermove.errors import DocumentError, ModelError
from aftermove.storage.kinds import KINDS
from aftermove.storage.refusal import RefusedError
from aftermove.storage.structuring import structured, unstructured
from aftermove.storage.upgrades import SCHEMA_VERSION, upgraded

__all__ = ["dumps", "loads"]


def dumps(value: object, *, indent: int | None = None) -> str:
    """
    A model value as a JSON document, which holds every word of it.

    Args:
        value: An instance of a model class, as of `Session` or `SessionAnalysis`.
        indent: Blanks a level, for people to read; `None` for one line.

    Raises:
        ModelError: If *value* is of another class.

    Example:
        >>> from aftermove import CharSpan
        >>> dumps(CharSpan(0, 4))
        '{"aftermove": 2, "kind": "CharSpan", "value": {"start": 0, "end": 4}}'
    """
    kind = type(value).__name__
    if KINDS.get(kind) is not type(value):
        raise ModelError("dumps", f"can't store a {kind}; it stores {', '.join(KINDS)}")
    document = {"aftermove": SCHEMA_VERSION, "kind": kind, "value": unstructured(value)}
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=indent)


def loads(text: str | bytes, *, source: str | None = None) -> Any:  # noqa: ANN401
    """
    The value that `dumps` wrote, equal to what it was given; documents of every version are read.

    Args:
        text: A JSON document; bytes are UTF-8.
        source: What to call the document in errors, as its path.

    Raises:
        DocumentError: If it isn't JSON, isn't a document of ours, is of a newer version, or
            breaks a rule of its class.  It lists each problem with its path.
        ModelError: If *text* is neither a string nor bytes.

    Example:
        >>> from aftermove import TimeSpan
        >>> loads(dumps(TimeSpan(0.5, 2.0)))
        TimeSpan(start=0.5, end=2.0)
    """
    document = _parse(text, source)
    kind = _kind_of(document, source)
    value = upgraded(document["kind"], document["value"], document["aftermove"])
    try:
        return structured(value, kind)
    except RefusedError as error:
        raise DocumentError(error.at("$.value"), source) from None


def _parse(text: str | bytes, source: str | None) -> Any:  # noqa: ANN401  # JSON of any shape
    if not isinstance(text, str | bytes):
        raise ModelError("loads", "takes a document as dumps writes it, a string or bytes")
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        return json.loads(
            text.removeprefix("\ufeff"), parse_constant=_refuse_constant, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        place, reason = f"line {error.lineno}, column {error.colno}", f"not JSON: {error.msg}"
    except UnicodeDecodeError as error:
        place, reason = f"byte {error.start}", "not UTF-8; store documents as dumps writes them"
    except RecursionError:
        place, reason = "$", "nested too deeply"
    except ValueError as error:
        # Raised by our hooks, or by Python for whole numbers of thousands of digits.
        place, reason = "$", str(error)
    raise DocumentError([(place, reason)], source)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number that a document may hold")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value_by_key = dict(pairs)
    if len(value_by_key) < len(pairs):
        raise ValueError("an object holds the same key twice")
    return value_by_key


def _kind_of(document: Any, source: str | None) -> type:  # noqa: ANN401  # JSON of any shape
    wanted = {"aftermove", "kind", "value"}
    if not isinstance(document, dict) or document.keys() != wanted:
        reason = f"must be an object with the keys {', '.join(sorted(wanted))}, as dumps writes it"
        raise DocumentError([("$", reason)], source)
    version = document["aftermove"]
    if type(version) is not int or not 1 <= version <= SCHEMA_VERSION:
        newer = type(version) is int and version > SCHEMA_VERSION
        remedy = "; a newer release of aftermove wrote it: upgrade" if newer else ""
        reason = f"must be a schema version from 1 to {SCHEMA_VERSION}{remedy}"
        raise DocumentError([("$.aftermove", reason)], source)
    kind = document["kind"]
    if not isinstance(kind, str) or kind not in KINDS:
        raise DocumentError([("$.kind", f"must be one of {', '.join(KINDS)}")], source)
    return KINDS[kind]
