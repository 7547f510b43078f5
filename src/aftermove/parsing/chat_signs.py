"""
What in the talk of CHAT is no word.
"""

import re
from typing import Final

from aftermove.model import CharSpan, Mark, MarkKind
from aftermove.parsing import marks

__all__ = ["find_marks"]

# What in CHAT is no word, by kind; the kind of what is `told` is told by words within.
_SIGN: Final = re.compile(
    r"""
    (?= [\[⌈⌉⌊⌋&(\#+@0wxy\x15] ) (?:                    # what any sign begins with: for speed
      (?P<overlap> \[ [<>] [0-9]{0,2} \] | [⌈⌉⌊⌋] [0-9]? | (?<!\S) \+< (?!\S)
        | (?<!\w) &\* [A-Za-z0-9]{1,10} [:=] [^\s<>\[\]]{1,200} )       # &*INV:mhm
    | (?P<pause> \( (?: [0-9]{1,3} : )? [0-9]{1,3} \. [0-9]{0,3} \)     # (1.5) and (3.), not (3)
        | (?<!\S) \# (?: long | [0-9_]{1,12} | \#{0,3} ) (?!\S) )       # older: ##
    | (?P<inaudible> (?<![\w.@]) (?: xxx? | yyy? ) (?! [\w@] | \.\w ) )
    | (?P<told> \[ [^\[\]\n]{1,500} \]                                  # [=! laughs] [//] [% aside]
        | (?<!\w) & [={}] [^\s<>\[\]]{1,100} )                          # &=laughs, but not &-um
    | (?P<comment> (?<!\w) & [+~]? [^\W\d_] [^\s<>\[\]]{0,60}           # &+wor, not AT&T
        | (?<![\w.@]) www (?! [\w@] | \.\w )                            # not www.example.org
        | (?<![\w.&]) 0 (?: [a-z] [\w']{0,30} )? (?! [\w.:%] )          # 0is, not 10 or 0.5
        | (?<=\w) @ [a-z]{1,3} (?: [:$] [a-z&+]{1,9} )? (?! [\w.] )     # hola@s:spa, not a@b.org
        | (?<!\S) \+ [,+"^≈≋] (?!\S)
        | (?<!\S) \+ [/".!]{0,3} (?= [.?!] (?!\S) )                     # +/? but for its last sign
        | \x15 [^\x15\n]{0,300} \x15 )
    )
    """,
    re.VERBOSE,
)


def find_marks(text: str) -> tuple[Mark, ...]:
    """
    The marks of one turn's text: CHAT's own signs, and between them those of any form.

    Example:
        >>> text = "it was &-um (..) long &=sighs ."
        >>> [(mark.span.of(text), mark.kind.value) for mark in find_marks(text)]
        [('(..)', 'pause'), ('&=sighs', 'sound')]
    """
    own = [Mark(CharSpan(*found.span()), _kind(found)) for found in _SIGN.finditer(text)]
    # No bracket of any form goes on over a new line, so none takes in a sign of CHAT's.
    others = marks.find_marks(_SIGN.sub(lambda found: "\n" * len(found[0]), text) if own else text)
    return tuple(sorted([*own, *others], key=lambda mark: mark.span.start))


def _kind(found: re.Match[str]) -> MarkKind:
    if found["told"] is None:
        return MarkKind(str(found.lastgroup))
    words = found[0].strip("[]").rpartition("=")[2]
    return next((mark.kind for mark in marks.find_marks(f"[{words}]")), MarkKind.COMMENT)
