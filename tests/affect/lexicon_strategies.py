"""
Strategies for the public classes of `aftermove.affect`.
"""

from hypothesis import strategies as st

from aftermove.affect import Entry, Lexicon
from aftermove.model import State

_words = st.sampled_from("heavy light alone glad lost wired can't|couldn't so-so don’t".split())
_signed = st.floats(-1.0, 1.0)


def entries() -> st.SearchStrategy[Entry]:
    """
    Entries of one to three phrases, of one to three words each.
    """
    phrases = st.lists(_words, min_size=1, max_size=3).map(" ".join)
    return st.builds(
        Entry,
        id=st.sampled_from(["mine.one", "mine.two", "yours.three"]),
        phrases=st.lists(phrases, min_size=1, max_size=3),
        valence=_signed,
        arousal=_signed,
        stance=_signed,
        states=st.dictionaries(st.sampled_from(State), st.floats(0.0, 1.0), max_size=3),
    )


def lexicons() -> st.SearchStrategy[Lexicon]:
    """
    Lexicons of up to five entries, none too.
    """
    return st.lists(entries(), max_size=5).map(Lexicon)
