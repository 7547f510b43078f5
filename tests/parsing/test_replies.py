import json
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from aftermove.parsing import parse
from aftermove.parsing.replies import order_of

ids = st.integers(0, 12)
linked = st.lists(
    st.fixed_dictionaries({"id": ids, "reply_to": ids | st.none()}) | st.text(max_size=1),
    max_size=12,
    unique_by=str,
)


def test_replies_follow_what_they_reply_to() -> None:
    """
    A corpus whose lines are shuffled gives the conversation as it went.
    """
    utterances = [
        {"id": "u3", "speaker": "client", "text": "So-so.", "reply-to": "u2"},
        {"id": "u1", "speaker": "client", "text": "Hello.", "reply-to": None},
        {"id": "u2", "speaker": "helper", "text": "How are you?", "reply-to": "u1"},
    ]
    session = parse("\n".join(map(json.dumps, utterances)))
    assert [turn.text for turn in session] == ["Hello.", "How are you?", "So-so."]


def test_branches_stay_together() -> None:
    """
    Each reply is followed by what replies to it, and what is in a circle stands last.
    """
    parents = {"d": "b", "c": "a", "b": "a", "a": None, "x": "y", "y": "x"}
    messages = [{"id": id_, "reply_to": parent} for id_, parent in parents.items()]
    order = [messages[place]["id"] for place in order_of(messages)]
    assert order == ["a", "c", "b", "d", "x", "y"]


@given(linked)
def test_each_message_is_kept_once(messages: list[object]) -> None:
    """
    Whatever replies to what, no message is lost or doubled.
    """
    order = order_of(messages)
    assert sorted(order) == list(range(len(messages)))


@given(st.lists(st.integers(0, 20), max_size=12), st.randoms())
def test_none_stands_before_what_it_replies_to(steps: list[int], random: Random) -> None:
    """
    However the file has it, each message is behind the one that it replies to.
    """
    # Each replies to one with a lower number, or, the first ones, to none.
    messages = [{"id": n, "reply_to": n - step - 1} for n, step in enumerate(steps)]
    random.shuffle(messages)
    seen: set[int] = set()
    for place in order_of(messages):
        seen.add(messages[place]["id"])
        parent = messages[place]["reply_to"]
        assert parent < 0 or parent in seen
