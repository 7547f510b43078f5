"""
The order of messages that tell what they reply to.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

__all__ = ["order_of"]

_PARENTS: Final = ("reply_to", "reply-to", "replyTo", "in_reply_to", "parent_id")


def order_of(messages: Sequence[object]) -> list[int]:
    """
    The places of the messages in an order in which none comes before what it replies to.

    As they stand, if they stand so.  Else each is followed by its replies, with all that reply to
    those; what replies to nothing here, and circles of replies, stay in the order of the source.

    Example:
        >>> order_of([{"id": "b", "reply_to": "a"}, {"id": "a", "reply_to": None}])
        [1, 0]
    """
    place_by_id = {_key(message, ("id",)): place for place, message in enumerate(messages)}
    place_by_id.pop(None, None)
    parents = [place_by_id.get(_key(message, _PARENTS)) for message in messages]
    if all(parent is None or parent < place for place, parent in enumerate(parents)):
        return list(range(len(messages)))
    replies: defaultdict[int | None, list[int]] = defaultdict(list)
    for place, parent in enumerate(parents):
        replies[parent].append(place)
    order: dict[int, None] = {}
    for first in (*replies[None], *range(len(messages))):
        left = [first]
        while left:
            place = left.pop()
            if place not in order:
                order[place] = None
                left += reversed(replies[place])
    return list(order)


def _key(message: object, keys: Sequence[str]) -> str | None:
    """
    The id of a message, or of the one that it replies to.
    """
    if not isinstance(message, dict):
        return None
    told = (message.get(key) for key in keys)
    return next((str(value) for value in told if isinstance(value, (str, int))), None)
