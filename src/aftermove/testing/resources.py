"""
Strategies for codebooks, crosswalks, lexicons and weights of words.
"""

from hypothesis import strategies as st

from aftermove import model
from aftermove.affect import Entry, Lexicon, WordWeights
from aftermove.affect.words import HEADS
from aftermove.techniques import Codebook, Crosswalk, Cue, MitiSummary, Technique
from aftermove.techniques.crosswalk import Condition, Label
from aftermove.testing.transcripts import names, texts

__all__ = [
    "codebooks",
    "conditions",
    "crosswalks",
    "cues",
    "entries",
    "labels",
    "lexicons",
    "miti_summaries",
    "techniques",
    "word_weights",
]

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


def word_weights() -> st.SearchStrategy[WordWeights]:
    """
    Weights of a few words of the tests' own talk, and shares of the lexicon.
    """
    rows = st.lists(st.floats(-9.0, 9.0), min_size=len(HEADS), max_size=len(HEADS)).map(tuple)
    return st.builds(
        WordWeights,
        by_word=st.dictionaries(st.sampled_from(["coat", "my coat", "scared"]) | _phrases, rows),
        lexicon=st.lists(_shares, min_size=len(HEADS), max_size=len(HEADS)).map(tuple),
    )


# Of those that `aftermove.testing.moves` draws, so that conditions are met now and then.
_ids = st.sampled_from(["defusion", "encourager", "open_question", "validation"])


def conditions() -> st.SearchStrategy[Condition]:
    """
    Conditions of a label: techniques, and what a move must have besides, or not.
    """
    found = st.lists(_ids | st.sampled_from(model.Behaviour).map(str), max_size=1)
    return st.builds(
        Condition,
        techniques=st.lists(_ids, min_size=1, max_size=2),
        with_all=found,
        without=found,
    )


def labels() -> st.SearchStrategy[Label]:
    """
    Labels of a scheme, with conditions or without.
    """
    return st.builds(
        Label,
        id=names,
        name=names,
        group=st.none() | names,
        behaviours=st.lists(st.sampled_from(model.Behaviour), max_size=2, unique=True),
        when=st.lists(conditions(), max_size=2),
    )


@st.composite
def crosswalks(draw: st.DrawFn) -> Crosswalk:
    """
    Crosswalks of up to four labels.
    """
    own = draw(st.lists(labels(), max_size=4, unique_by=lambda label: label.id))
    ids = st.sampled_from([label.id for label in own]) if own else st.nothing()
    behaviours = st.sampled_from(model.Behaviour)
    return Crosswalk(
        scheme=draw(names),
        source=draw(names),
        labels=own,
        defaults=draw(st.dictionaries(behaviours, ids, max_size=4 if own else 0)),
        one_label=draw(st.booleans()),
    )


def miti_summaries() -> st.SearchStrategy[MitiSummary]:
    """
    Summaries of sessions, of empty ones too.
    """
    counts = st.integers(0, 10**4)
    return st.builds(
        MitiSummary,
        session=names,
        n_moves=counts,
        n_simple_reflections=counts,
        n_complex_reflections=counts,
        n_questions=counts,
        n_open_questions=counts,
        n_closed_questions=counts,
        n_adherent=counts,
        n_non_adherent=counts,
        therapist_words=counts,
        patient_words=counts,
    )
