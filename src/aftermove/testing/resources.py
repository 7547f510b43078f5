"""
Strategies for codebooks and lexicons.
"""

from hypothesis import strategies as st

from aftermove import model
from aftermove.affect import Entry, Lexicon
from aftermove.techniques import Codebook, Cue, Technique
from aftermove.testing.transcripts import texts

__all__ = ["codebooks", "cues", "entries", "lexicons", "techniques"]

_valences = st.floats(-1.0, 1.0)
_shares = st.floats(0.0, 1.0)
_words = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
_phrases = st.lists(_words, min_size=1, max_size=3).map(" ".join)


@st.composite
def cues(draw: st.DrawFn, technique: str = "values") -> Cue:
    """
    Cues of a technique: phrases, or a word behind a gate.
    """
    name = f"{technique}.{draw(_words)}"
    weight = draw(st.floats(-10.0, 10.0))
    if draw(st.booleans()):
        phrases = draw(st.lists(_phrases, min_size=1, max_size=3))
        return Cue(id=name, phrases=phrases, weight=weight, match=draw(texts()))
    gate = draw(st.lists(_words, min_size=1, max_size=3))
    return Cue(id=name, pattern="(?:so )?<gate> ~ you", gate=gate, weight=weight)


@st.composite
def techniques(draw: st.DrawFn) -> Technique:
    """
    Techniques with few cues or none.
    """
    name = draw(_words)
    return Technique(
        id=name,
        name=name.capitalize(),
        family=draw(_words),
        definition=draw(texts()),
        source=draw(texts()),
        near_misses=draw(st.lists(texts(), max_size=2)),
        cues=draw(st.lists(cues(name), max_size=3, unique_by=lambda cue: cue.id)),
    )


def codebooks() -> st.SearchStrategy[Codebook]:
    """
    Codebooks of up to four techniques.
    """
    unique = st.lists(techniques(), max_size=4, unique_by=lambda technique: technique.id)
    return unique.map(Codebook)


def entries() -> st.SearchStrategy[Entry]:
    """
    Entries of a lexicon, of one to three phrases.
    """
    awkward = st.sampled_from("heavy lost wired can't|couldn't so-so don’t".split())
    return st.builds(
        Entry,
        id=st.sampled_from(["mine.one", "mine.two", "yours.three"]),
        phrases=st.lists(_phrases | awkward, min_size=1, max_size=3),
        valence=_valences,
        arousal=_valences,
        stance=_valences,
        states=st.dictionaries(st.sampled_from(model.State), _shares, max_size=3),
    )


def lexicons() -> st.SearchStrategy[Lexicon]:
    """
    Lexicons of up to five entries, none too.
    """
    return st.lists(entries(), max_size=5).map(Lexicon)
