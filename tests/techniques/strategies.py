"""
Strategies for the classes of the codebook.
"""

from hypothesis import strategies as st

from aftermove.techniques import Codebook, Cue, Technique

_words = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
_prose = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@st.composite
def cues(draw: st.DrawFn, technique: str = "values") -> Cue:
    """
    Cues of a technique: phrases, or a word behind a gate.
    """
    name = f"{technique}.{draw(_words)}"
    weight = draw(st.floats(-10.0, 10.0))
    if draw(st.booleans()):
        phrases = draw(st.lists(st.lists(_words, min_size=1).map(" ".join), min_size=1))
        return Cue(id=name, phrases=phrases, weight=weight, match=draw(_prose))
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
        definition=draw(_prose),
        source=draw(_prose),
        near_misses=draw(st.lists(_prose, max_size=2)),
        cues=draw(st.lists(cues(name), max_size=3, unique_by=lambda cue: cue.id)),
    )


def codebooks() -> st.SearchStrategy[Codebook]:
    """
    Codebooks of up to four techniques.
    """
    unique = st.lists(techniques(), max_size=4, unique_by=lambda technique: technique.id)
    return unique.map(Codebook)
