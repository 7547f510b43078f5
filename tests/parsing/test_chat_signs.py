import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.model import Speaker, Turn
from aftermove.parsing.chat_signs import find_marks

MARKED = [
    ("so [/] so <I do> [//] I try", {"[/]": "comment", "[//]": "comment"}),
    ("&=laughs yes &=clears:throat", {"&=laughs": "sound", "&=clears:throat": "sound"}),
    ("&=points:door [=! sobs]", {"&=points:door": "comment", "[=! sobs]": "sound"}),
    ("&{l=whispers so &}l=whispers", {"&{l=whispers": "sound", "&}l=whispers": "sound"}),
    ("&-um AT&T R & D &-uh", {}),
    ("<&+wo &~gaga> &um", {"&+wo": "comment", "&~gaga": "comment", "&um": "comment"}),
    ("well &*INV:uh_huh yes", {"&*INV:uh_huh": "overlap"}),
    ("(.) a (..) b (...) c", {"(.)": "pause", "(..)": "pause", "(...)": "pause"}),
    ("(1.5) (3.) (1:02.5) (3) (be)cause", dict.fromkeys(["(1.5)", "(3.)", "(1:02.5)"], "pause")),
    ("a # b ## c #long d #1_5 e #2nd", dict.fromkeys(["#", "##", "#long", "#1_5"], "pause")),
    ("xxx said yyy . www.example.org", {"xxx": "inaudible", "yyy": "inaudible"}),
    ("www and maxxx and <xxx> xx.", {"www": "comment", "xxx": "inaudible", "xx": "inaudible"}),
    ("[<1] a [>] ⌈b⌉", {"[<1]": "overlap", "[>]": "overlap", "⌈": "overlap", "⌉": "overlap"}),
    ("0is 0 10 0.5 90", {"0is": "comment", "0": "comment"}),
    ("hola@s:spa ay@fp sam@a.org", {"@s:spa": "comment", "@fp": "comment"}),
    ("+< and +/?", {"+<": "overlap", "+/": "comment"}),
    ("+^ so +...", {"+^": "comment", "+..": "comment"}),
    ('1 + 1 +". C++', {'+"': "comment"}),
    ('\x15%pic:"a.jpg"\x15 ((coughs))', {'\x15%pic:"a.jpg"\x15': "comment", "((coughs))": "sound"}),
    (f"[% {'w ' * 90}] *sighs*", {f"[% {'w ' * 90}]": "comment", "*sighs*": "sound"}),
    ("a [=] b [* p:w]", {"[=]": "comment", "[* p:w]": "comment"}),
    ("(laughs xxx) [inaudible xxx]", {"xxx": "inaudible", "[inaudible xxx]": "comment"}),
]


@pytest.mark.parametrize(("talk", "kinds"), MARKED)
def test_what_is_no_word_is_marked(talk: str, kinds: dict[str, str]) -> None:
    """
    Signs of CHAT's own and of any form are marked with their kinds, and the words are not.
    """
    assert {mark.span.of(talk): mark.kind.value for mark in find_marks(talk)} == kinds


@given(st.text("[]()<>&=*+~0x#.@\x15 \na:", max_size=60))
def test_marks_of_any_talk_are_in_order(talk: str) -> None:
    """
    Whatever the signs, a turn can hold their marks: within the text, without overlap.
    """
    marks = find_marks(talk)
    assert Turn(index=0, speaker=Speaker("P"), text=talk, marks=marks).marks == marks
