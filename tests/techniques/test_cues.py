import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.errors import ModelError, PatternTimeoutError
from aftermove.language import Passage
from aftermove.techniques import Codebook, Cue, cues
from aftermove.techniques.codebook import load_cues
from aftermove.techniques.cues import CueIndex, line_of, pattern_problems

ALL_CUES = [
    *load_cues("shape"),
    *(cue for technique in Codebook.default().values() for cue in technique.cues),
]
PATTERNS = [cue for cue in ALL_CUES if cue.pattern]


@pytest.mark.parametrize("cue", ALL_CUES, ids=lambda cue: str(cue.id))
def test_a_cue_meets_its_example_and_not_its_near_miss(cue: Cue) -> None:
    """
    Each cue that ships is met by its example, and not by what only looks alike.
    """
    index = CueIndex([cue])
    assert index.find(Passage(cue.match))
    assert cue.near_miss
    assert not index.find(Passage(cue.near_miss))


def _ungated(cue: Cue, passage: Passage) -> str | None:
    """
    The pattern's first match when it is run on everything, whatever the gate.
    """
    words = "|".join(cue.gate)
    body = cue.pattern.removeprefix("^").replace("~ ", r"(?:[^ .?!\n]{1,30}+ ){0,5}")
    body = body.replace("<gate>", rf"(?<![\w'])(?:{words})(?![\w'])")
    left = r"(?<![\w' ])" if cue.pattern.startswith("^") else r"(?<![\w'])"
    found = re.search(rf"{left}(?:{body})(?![\w'])", line_of(passage))
    return found and found[0]


@given(st.data())
def test_the_gate_loses_no_match(data: st.DataObject) -> None:
    """
    A pattern is met behind its gate exactly where it would be met without one.
    """
    cue = data.draw(st.sampled_from(PATTERNS))
    vocabulary = [*cue.gate, *re.findall(r"[a-z']+", cue.pattern), "don't", "a", "?", ".", "_"]
    joints = st.sampled_from([" ", "  ", ", ", "? ", ". ", "-", "'", "_", "\n", '"'])
    pieces = data.draw(st.lists(st.tuples(st.sampled_from(vocabulary), joints), max_size=12))
    text = "".join(word + joint for word, joint in pieces)
    passage = Passage(data.draw(st.sampled_from([text, cue.match, cue.near_miss, text.upper()])))
    hits = CueIndex([cue]).find(passage)
    first = _ungated(cue, passage)
    assert bool(hits) == (first is not None)
    for hit in hits:
        assert re.findall(r"[\w']+", first or "") == passage.words[hit.first : hit.last]


def test_a_hit_points_at_its_words() -> None:
    """
    A pattern's first and last word are told, over sentences and punctuation.
    """
    cue = Cue(id="x.y", pattern="stay <gate> that", gate=["with"])
    passage = Passage("Well... yes? Can you, um, stay -- with   that, please?")
    (hit,) = CueIndex([cue]).find(passage)
    assert passage.span(hit.first, hit.last).of(passage.text) == "stay -- with   that"


def test_a_gap_stays_within_its_sentence() -> None:
    """
    "~" stands for words of one sentence, and for no more than five.
    """
    index = CueIndex([Cue(id="x.y", pattern="<gate> ~ feet", gate=["notice"])])
    assert index.find(Passage("notice feet"))
    assert index.find(Passage("Notice how very cold your feet are."))
    assert not index.find(Passage("You notice. The feet are cold."))
    assert not index.find(Passage("notice one two three four five six feet"))


def test_a_pattern_may_be_bound_to_the_start_of_a_sentence() -> None:
    """
    "^" holds a pattern to where a sentence begins.
    """
    index = CueIndex([Cue(id="x.y", pattern="^<gate> it", gate=["try"])])
    assert index.find(Passage("Try it."))
    assert index.find(Passage("Good. Try it."))
    assert not index.find(Passage("They try it."))


@pytest.mark.parametrize(
    ("pattern", "gate", "part"),
    [
        ("try <gate>", [], "gate must list"),
        ("try <gate>", ["role-play"], "gate must list"),
        ("try .* <gate>", ["it"], "bounded"),
        ("a{2,} <gate>", ["it"], "bounded"),
        ("try it", ["it"], "must stand once"),
        ("(?:<gate>) it", ["it"], "must stand once"),
        ("<gate> <gate>", ["it"], "must stand once"),
        ("try|<gate>", ["it"], "part of every match"),
        ("<gate>?", ["it"], "part of every match"),
        ("(?:try <gate>", ["it"], "must stand once"),
        ("<gate> a{3,2}", ["it"], "regular expression"),
    ],
)
def test_an_unsafe_pattern_is_refused(pattern: str, gate: list[str], part: str) -> None:
    """
    A pattern that could be slow, or slip past its gate, is refused with the reason.
    """
    assert part in pattern_problems(pattern, gate)
    with pytest.raises(ModelError):
        Cue(id="x.y", pattern=pattern, gate=gate)


def test_a_cue_has_phrases_or_a_pattern() -> None:
    """
    A cue with both, or with neither, is refused.
    """
    with pytest.raises(ModelError, match="either"):
        Cue(id="x.y")
    with pytest.raises(ModelError, match="either"):
        Cue(id="x.y", phrases=["a"], pattern="<gate>", gate=["a"])


def test_hostile_text_costs_no_more_than_its_length() -> None:
    """
    The work of all patterns on the words they wait for, over and over, is finished in time.
    """
    rng = random.Random(0)  # noqa: S311  # no secret
    words = [word for cue in PATTERNS for word in cue.gate]
    text = " ".join(rng.choice(words) for _ in range(20_000)) + "a" * 100_000
    assert CueIndex(ALL_CUES).find(Passage(text))


@pytest.mark.parametrize("opening", ["", "so "])
def test_a_pattern_of_a_user_runs_under_a_time_limit(
    opening: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A pattern that breaks no rule and yet takes for ever is stopped, and its cue named.
    """
    monkeypatch.setattr(cues, "TIME_LIMIT", 0.05)
    slow = Cue(id="mine.slow", pattern=opening + "(?:a{1,90}){1,90} <gate>", gate=["go"])
    with pytest.raises(PatternTimeoutError, match=r"mine\.slow takes over 0\.05 s"):
        CueIndex([slow]).find(Passage(f"{opening}{'a' * 60}b go"))
