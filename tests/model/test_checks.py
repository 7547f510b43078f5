from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from math import inf
from typing import Any

import pytest
from attrs import field, frozen

from aftermove.errors import ModelError
from aftermove.model import _checks as check

Rule = Callable[[], check.Validator]


def refusal(rule: Rule, value: object) -> str | None:
    """
    Why a field with this rule refuses the value; `None` where it takes it.
    """

    @frozen
    class Kestrel:
        wing: Any = field(validator=rule())

    try:
        Kestrel(value)
    except ModelError as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    ("rule", "taken", "refused", "reason"),
    [
        (check.number, [0, -1.5, 1e300], [inf, "0", None, True], "a finite number"),
        (partial(check.number, 0.5), [0.5, 7], [0.4, 0, None], "a finite number of at least 0.5"),
        (
            partial(check.number, -1, 2),
            [-1, -1.0, 2, 2.0],
            [-1.1, 3],
            "a finite number from -1 to 2",
        ),
        (
            partial(check.number, 0, optional=True),
            [None, 0],
            [-1, False],
            "a finite number of at least 0, or None",
        ),
        (partial(check.number, optional=True), [None, 0], [inf], "a finite number, or None"),
        (check.index, [0, 5, HTTPStatus.OK], [-1, 1.0, True, None], "a whole number of at least 0"),
        (
            partial(check.index, optional=True),
            [0, None],
            [-1, "0"],
            "a whole number of at least 0, or None",
        ),
        (check.text, ["", " ", "a"], [b"a", None], "a string"),
        (partial(check.instance_of, int), [3], ["3"], "a int"),
    ],
)
def test_what_is_taken_and_what_is_refused(
    rule: Rule, taken: list[object], refused: list[object], reason: str
) -> None:
    """
    Each rule takes its limits, refuses what lies beyond, and says what it asks.
    """
    assert [refusal(rule, value) for value in taken] == [None] * len(taken)
    assert {refusal(rule, value) for value in refused} <= {f"Kestrel.wing: must be {reason}"}


def test_text_must_be_storable() -> None:
    """
    White space alone is refused on demand, and half characters always are.
    """
    assert refusal(partial(check.text, blank=False), " \n") == "Kestrel.wing: must not be blank"
    assert refusal(partial(check.text, blank=False), "é") is None
    assert "lone surrogates" in (refusal(check.text, "a\udc00") or "")


@pytest.mark.parametrize(
    ("rule", "limits"),
    [
        (check.number, {}),
        (partial(check.number, 0.0), {"minimum": 0.0}),
        (partial(check.number, high=2.0), {"maximum": 2.0}),
        (partial(check.number, -1.0, 1.0, optional=True), {"minimum": -1.0, "maximum": 1.0}),
        (check.index, {"minimum": 0}),
        (check.text, {}),
        (partial(check.text, blank=False), {"minLength": 1}),
        (partial(check.instance_of, int), {}),
    ],
)
def test_limits_are_told(rule: Rule, limits: dict[str, object]) -> None:
    """
    What a rule asks besides the type is told as keywords of JSON Schema.
    """
    assert check.limits_of(rule()) == limits
    assert check.limits_of(None) == {}


def test_members_that_are_wrong_are_named() -> None:
    """
    A collection's member of another class is told by its place, with the article that it takes.
    """

    @frozen
    class Flock:
        members: tuple[object, ...] = field(validator=check.tuple_of(ArithmeticError))

    Flock((ArithmeticError(), ZeroDivisionError()))
    with pytest.raises(ModelError) as caught:
        Flock((ArithmeticError(), ValueError()))
    assert caught.value.where == "Flock.members[1]"
    assert caught.value.reason == "must be an ArithmeticError"
