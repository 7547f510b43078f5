"""
The rules that several model classes share.

attrs' own validators quote the offending value, which may be a speaker's words; these never do.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from enum import StrEnum
from math import inf
from sys import float_info
from typing import Any, Final, TypeAlias, TypeVar

from attrs import Attribute

from aftermove.errors import ModelError

Validator: TypeAlias = Callable[[Any, "Attribute[Any]", Any], None]

# What each validator made here asks, as keywords of JSON Schema.
_LIMITS: Final[dict[Validator, Mapping[str, object]]] = {}
E_ = TypeVar("E_", bound=StrEnum)
T = TypeVar("T")


def refuse(instance: object, field: str, reason: str) -> ModelError:
    """
    The error for one field of *instance*, ready to raise.
    """
    return ModelError(f"{type(instance).__name__}.{field}", reason)


def limits_of(validator: Validator | None) -> Mapping[str, object]:
    """
    What a validator of this module asks besides the type, as keywords of JSON Schema.
    """
    return {} if validator is None else _LIMITS.get(validator, {})


def number(low: float = -inf, high: float = inf, *, optional: bool = False) -> Validator:
    """
    A validator for finite numbers from *low* to *high*; NaN and bools are refused.
    """
    lowest, highest = max(low, -float_info.max), min(high, float_info.max)
    allowed = "a finite number"
    if low > -inf:
        allowed += f" of at least {low:g}" if high == inf else f" from {low:g} to {high:g}"
    if optional:
        allowed += ", or None"

    def check(instance: object, attribute: "Attribute[Any]", value: object) -> None:
        if type(value) is float and lowest <= value <= highest:
            # The way of nearly all values.
            return
        if optional and value is None:
            return
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, float))
            # NaN, infinities and whole numbers past all floats lie outside of this.
            or not lowest <= value <= highest
        ):
            raise refuse(instance, attribute.name, f"must be {allowed}")

    bounds = {"minimum": low, "maximum": high}
    _LIMITS[check] = {name: bound for name, bound in bounds.items() if abs(bound) < inf}
    return check


def index(*, optional: bool = False) -> Validator:
    """
    A validator for whole numbers from 0 up.
    """

    def check(instance: object, attribute: "Attribute[Any]", value: object) -> None:
        if type(value) is int and value >= 0:
            return
        if optional and value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            ending = ", or None" if optional else ""
            raise refuse(instance, attribute.name, f"must be a whole number of at least 0{ending}")

    _LIMITS[check] = {"minimum": 0}
    return check


def text(*, blank: bool = True) -> Validator:
    """
    A validator for strings of valid Unicode; *blank* tells whether white space alone will do.
    """

    def check(instance: object, attribute: "Attribute[Any]", value: object) -> None:
        if not isinstance(value, str):
            raise refuse(instance, attribute.name, "must be a string")
        if not blank and not value.strip():
            raise refuse(instance, attribute.name, "must not be blank")
        if not value.isascii() and has_surrogate(value):
            raise refuse(instance, attribute.name, "must not hold lone surrogates; decode it anew")

    # JSON Schema's idea of white space differs from Python's in a few rare signs.
    _LIMITS[check] = {} if blank else {"minLength": 1}
    return check


def has_surrogate(value: str) -> bool:
    """
    Whether *value* holds half of a character, which no file can store.
    """
    try:
        value.encode()
    except UnicodeEncodeError:
        return True
    return False


def instance_of(kind: type) -> Validator:
    """
    A validator for instances of *kind*.
    """

    def check(instance: object, attribute: "Attribute[Any]", value: object) -> None:
        if not isinstance(value, kind):
            raise refuse(instance, attribute.name, f"must be {_a(kind.__name__)}")

    return check


def tuple_of(kind: type) -> Validator:
    """
    A validator for tuples whose members are all instances of *kind*.
    """

    def check(instance: object, attribute: "Attribute[Any]", value: tuple[object, ...]) -> None:
        for position, member in enumerate(value):
            if not isinstance(member, kind):
                raise refuse(
                    instance, f"{attribute.name}[{position}]", f"must be {_a(kind.__name__)}"
                )

    return check


def as_tuple(members: Iterable[T]) -> tuple[T, ...]:
    """
    The members in order, as a tuple; a string isn't taken for a collection of letters.
    """
    if isinstance(members, str) or not isinstance(members, Iterable):
        raise ModelError("a collection field", "must be a list, tuple or other iterable")
    return tuple(members)


def as_member(kind: type[E_], value: object) -> E_:
    """
    The member of the enum *kind* with this value; the refusal lists the values there are.
    """
    if isinstance(value, kind):
        return value
    if isinstance(value, str):
        # Ten times as fast as looking for it among the members.
        with suppress(ValueError):
            return kind(value)
    raise ModelError(kind.__name__, f"must be one of {', '.join(kind)}")


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'AEIOU' else 'a'} {noun}"
