"""
From parsed JSON to model values and back, by cattrs, with the path of each thing that is wrong.

cattrs' hooks take a value of a wrong type for a right one where they can; ours never do.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeAlias, get_args, get_origin

import attrs

from aftermove import model
from aftermove.errors import ModelError
from aftermove.storage.kinds import StoredAnalysis
from aftermove.storage.refusal import RefusedError

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["structured", "unstructured"]

Hook: TypeAlias = Callable[[Any, Any], Any]


def structured(value: object, kind: type) -> Any:  # noqa: ANN401  # an instance of *kind*
    """
    The value of that kind which parsed JSON holds.

    Raises:
        RefusedError: For whatever isn't as `unstructured` writes it.
    """
    from cattrs import BaseValidationError

    try:
        return _converter().structure(value, kind)
    except (BaseValidationError, RefusedError) as error:
        raise RefusedError(_problems(error, "")) from None


def unstructured(value: object) -> Any:  # noqa: ANN401  # JSON of any shape
    """
    A model value as what JSON can hold.
    """
    return _converter().unstructure(value)


@cache
def _converter() -> "Converter":
    """
    Reads and writes model classes; made when first asked for, since cattrs is slow to import.
    """
    from cattrs import Converter

    converter = Converter(forbid_extra_keys=True)
    converter.register_structure_hook(str, _exactly(str, "a string"))
    converter.register_structure_hook(int, _exactly(int, "a whole number"))
    converter.register_structure_hook(float, _exactly((int, float), "a number"))
    converter.register_structure_hook(StrEnum, _member)
    converter.register_structure_hook_factory(attrs.has, partial(_class_hook, converter))
    converter.register_structure_hook_factory(_is_tuple, partial(_tuple_hook, converter))
    converter.register_structure_hook(model.Metadata, _metadata)
    converter.register_structure_hook(model.SessionAnalysis, partial(_analysis, converter))
    converter.register_unstructure_hook(model.Metadata, dict)
    converter.register_unstructure_hook(
        model.SessionAnalysis, lambda value: converter.unstructure(StoredAnalysis.of(value))
    )
    return converter


def _is_tuple(kind: Any) -> bool:  # noqa: ANN401  # whatever stands in an annotation
    return get_origin(kind) is tuple


def _exactly(accepted: type | tuple[type, ...], noun: str) -> Hook:
    def structure(value: object, _: object) -> object:
        if isinstance(value, bool) or not isinstance(value, accepted):
            raise RefusedError([("", f"must be {noun}")])
        return value

    return structure


def _member(value: object, kind: type[StrEnum]) -> StrEnum:
    if not isinstance(value, str) or value not in kind.__members__.values():
        raise RefusedError([("", f"must be one of {', '.join(kind)}")])
    return kind(value)


def _metadata(value: object, _: object) -> model.Metadata:
    if not isinstance(value, dict):
        raise RefusedError([("", "must be an object")])
    return model.Metadata(value)


def _analysis(converter: "Converter", value: object, _: object) -> model.SessionAnalysis:
    stored: StoredAnalysis = converter.structure(value, StoredAnalysis)
    return stored.restored()


def _class_hook(converter: "Converter", kind: type) -> Hook:
    """
    Structures an object into a model class; cattrs' own hook stumbles over what is no object.
    """
    from cattrs.gen import make_dict_structure_fn

    structure_fields: Hook = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True)

    def structure(value: object, _: object) -> object:
        if not isinstance(value, dict):
            raise RefusedError([("", "must be an object")])
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
            raise RefusedError([("", "must be a list")])
        return tuple(structure_members(value, members))

    return structure


def _problems(error: Exception, path: str) -> Iterator[tuple[str, str]]:
    """
    The path of each thing that is wrong, and what it is.
    """
    from cattrs import ClassValidationError, ForbiddenExtraKeysError, IterableValidationError

    match error:
        case ClassValidationError():
            named, others = error.group_exceptions()
            for each, attribute in named:
                yield from _problems(each, f"{path}.{attribute.name}")
            for each in others:
                yield from _problems(each, path)
        case IterableValidationError():
            for each, item in error.group_exceptions()[0]:
                yield from _problems(each, f"{path}[{item.index}]")
        case RefusedError():
            yield from error.at(path)
        case ModelError():
            yield path, str(error)
        case KeyError():
            yield path, "is missing"
        case ForbiddenExtraKeysError():
            # They aren't named: in a strange document they may hold anything.
            plural = "key" if len(error.extra_fields) == 1 else "keys"
            known = ", ".join(field.name for field in attrs.fields(error.cl))
            yield path, f"holds {len(error.extra_fields)} {plural} too many; it takes {known}"
        # Nothing that we know of gets here; whatever does may quote the value.
        case _:  # pragma: no cover
            yield path, f"can't be read ({type(error).__name__})"
