"""
Any model value as a JSON document, and back.

A document is ``{"aftermove": 1, "kind": "Session", "value": {...}}``: the version of the
schema, the class, and its fields by name.  Loading is strict: a key that is missing or
unknown, or a value of the wrong type, is refused with its path.
"""

import json
from collections.abc import Callable
from enum import StrEnum
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias, get_args, get_origin

import attrs

from aftermove import model
from aftermove.errors import AftermoveError, DocumentError, ModelError

if TYPE_CHECKING:
    from cattrs import BaseValidationError, Converter

__all__ = ["SCHEMA_VERSION", "dumps", "loads"]

SCHEMA_VERSION: Final = 1

# cattrs' own signature.
Hook: TypeAlias = Callable[[Any, Any], Any]

_KINDS: Final[dict[str, type]] = {
    kind.__name__: kind
    for kind in (
        model.Affect,
        model.AffectShift,
        model.ArcPoint,
        model.CharSpan,
        model.Evidence,
        model.Intervention,
        model.Mark,
        model.Move,
        model.Problem,
        model.Session,
        model.SessionAnalysis,
        model.ShownState,
        model.Speaker,
        model.TechniqueSummary,
        model.TimeSpan,
        model.Turn,
    )
}


def dumps(value: object, *, indent: int | None = None) -> str:
    """
    A model value as a JSON document, which holds every word of it.

    Args:
        value: An instance of a model class, as of `Session` or `SessionAnalysis`.
        indent: Blanks a level, for people to read; `None` for one line.

    Raises:
        ModelError: If *value* is of another class.

    Example:
        >>> dumps(model.CharSpan(0, 4))
        '{"aftermove": 1, "kind": "CharSpan", "value": {"start": 0, "end": 4}}'
    """
    kind = type(value).__name__
    if _KINDS.get(kind) is not type(value):
        raise ModelError("dumps", f"can't store a {kind}; it stores {', '.join(_KINDS)}")
    document = {
        "aftermove": SCHEMA_VERSION,
        "kind": kind,
        "value": _converter().unstructure(value),
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=indent)


def loads(text: str | bytes, *, source: str | None = None) -> Any:  # noqa: ANN401
    """
    The value that `dumps` wrote, equal to what it was given.

    Args:
        text: A JSON document; bytes are UTF-8.
        source: What to call the document in errors, as its path.

    Raises:
        DocumentError: If it isn't JSON, isn't a document of ours, is of a newer version, or
            breaks a rule of its class.  It lists each problem with its path.

    Example:
        >>> loads(dumps(model.TimeSpan(0.5, 2.0)))
        TimeSpan(start=0.5, end=2.0)
    """
    document = _parse(text, source)
    kind = _kind_of(document, source)
    from cattrs import BaseValidationError

    try:
        return _converter().structure(document["value"], kind)
    except BaseValidationError as error:
        problems = _problems(error)
    except _RefusedError as error:
        problems = [("$.value", str(error))]
    raise DocumentError(problems, source)


def _parse(text: str | bytes, source: str | None) -> Any:  # noqa: ANN401  # JSON of any shape
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
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
    if version is True or version != SCHEMA_VERSION:
        newer = isinstance(version, int) and version > SCHEMA_VERSION
        remedy = "; a newer release of aftermove wrote it: upgrade" if newer else ""
        reason = f"must be the schema version {SCHEMA_VERSION}{remedy}"
        raise DocumentError([("$.aftermove", reason)], source)
    kind = document["kind"]
    if not isinstance(kind, str) or kind not in _KINDS:
        raise DocumentError([("$.kind", f"must be one of {', '.join(_KINDS)}")], source)
    return _KINDS[kind]


class _RefusedError(ValueError):
    """
    A JSON value of the wrong type; its message holds none of it.
    """


@cache
def _converter() -> "Converter":
    """
    Reads and writes model classes; takes no value of a wrong type for a right one.
    """
    from cattrs import Converter

    converter = Converter(forbid_extra_keys=True)
    converter.register_structure_hook(str, _exactly(str, "a string"))
    converter.register_structure_hook(int, _exactly(int, "a whole number"))
    converter.register_structure_hook(float, _exactly((int, float), "a number"))
    converter.register_structure_hook(StrEnum, _member)
    converter.register_structure_hook_factory(attrs.has, partial(_class_hook, converter))
    converter.register_structure_hook_factory(_is_tuple, partial(_tuple_hook, converter))
    converter.register_unstructure_hook(model.Metadata, dict)
    converter.register_structure_hook(model.Metadata, _metadata)
    return converter


def _is_tuple(kind: Any) -> bool:  # noqa: ANN401  # whatever stands in an annotation
    return get_origin(kind) is tuple


def _exactly(accepted: type | tuple[type, ...], noun: str) -> Hook:
    def structure(value: object, _: object) -> object:
        if isinstance(value, bool) or not isinstance(value, accepted):
            raise _RefusedError(f"must be {noun}")
        return value

    return structure


def _member(value: object, kind: type[StrEnum]) -> StrEnum:
    if not isinstance(value, str) or value not in kind.__members__.values():
        raise _RefusedError(f"must be one of {', '.join(kind)}")
    return kind(value)


def _class_hook(converter: "Converter", kind: type) -> Hook:
    """
    Structures an object into a model class; cattrs' own hook stumbles over what is no object.
    """
    from cattrs.gen import make_dict_structure_fn

    structure_fields: Hook = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True)

    def structure(value: object, _: object) -> object:
        if not isinstance(value, dict):
            raise _RefusedError("must be an object")
        return structure_fields(value, kind)

    return structure


def _tuple_hook(converter: "Converter", kind: object) -> Hook:
    """
    Structures a list into ``tuple[member, ...]``; cattrs' own hook also takes strings and objects.
    """
    members: Any = list.__class_getitem__(get_args(kind)[0])
    structure_members = converter.get_structure_hook(members)

    def structure(value: object, _: object) -> tuple[object, ...]:
        if not isinstance(value, list):
            raise _RefusedError("must be a list")
        return tuple(structure_members(value, members))

    return structure


def _metadata(value: object, _: object) -> model.Metadata:
    if not isinstance(value, dict):
        raise _RefusedError("must be an object")
    return model.Metadata(value)


def _problems(error: "BaseValidationError") -> list[tuple[str, str]]:
    """
    The path of each thing that is wrong, and what it is.
    """
    from cattrs import transform_error

    lines = transform_error(error, path="$.value", format_exception=_describe)
    pairs = (line.rpartition(" @ ") for line in lines)
    return [(path, reason) for reason, _, path in pairs]


def _describe(error: BaseException, _: type | None) -> str:
    from cattrs import ForbiddenExtraKeysError

    match error:
        case AftermoveError() | _RefusedError():
            return str(error)
        case KeyError():
            return "is missing"
        case ForbiddenExtraKeysError():
            # The unknown ones aren't named: in a strange document they may hold anything.
            known = ", ".join(field.name for field in attrs.fields(error.cl))
            return f"holds {len(error.extra_fields)} keys too many; it takes {known}"
        case _:  # pragma: no cover
            # Nothing that we know of gets here; whatever does may quote the value.
            return f"can't be read ({type(error).__name__})"
