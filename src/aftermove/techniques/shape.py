"""
The shape of a turn: what opens its sentences, whom it speaks of, how long it is, what came before.

Each shape found is a feature that the detector weighs, with the words that show it.
"""

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from aftermove.language import Passage, Sentence

__all__ = ["Before", "Feature", "is_minimal", "shapes", "stems"]

_LENGTHS: Final = (
    (1, "shape.words_1"),
    (4, "shape.words_2"),
    (9, "shape.words_5"),
    (19, "shape.words_10"),
    (39, "shape.words_20"),
    (79, "shape.words_40"),
)


class Before(NamedTuple):
    """
    What a turn comes after, and where in the session it stands.
    """

    stems: frozenset[str] = frozenset()
    """Of the patient's talk since the therapist's last turn."""
    patient_words: int = 0
    """How many words that talk has."""
    patient_asks: bool = False
    """Whether it ends in a question mark."""
    patient_minimal: bool = False
    """Whether it is no more than a go-ahead."""
    behaviour: str = ""
    """Of the therapist's last turn; empty at the start."""
    broken_off: bool = False
    """Whether the therapist's last turn ended without a stop."""
    from_start: int = 0
    """Therapist turns before this one."""
    from_end: int = 1_000
    """Therapist turns after this one."""


class Feature(NamedTuple):
    """
    A shape or cue found, with its words.
    """

    name: str
    first: int
    """Index of its first word."""
    last: int
    """Index behind its last word."""


@cache
def _sets() -> dict[str, frozenset[str]]:
    content = (files("aftermove.techniques") / "data" / "words.toml").read_bytes()
    return {name: frozenset(words) for name, words in tomllib.loads(content.decode()).items()}


def stems(words: Sequence[str]) -> frozenset[str]:
    """
    The words that carry content, without their commonest endings.
    """
    common = _sets()["common"]
    return frozenset(_stem(word) for word in words if len(word) > 2 and word not in common)


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word[: -len(ending)]
    return word


def is_minimal(words: Sequence[str]) -> bool:
    """
    Whether the words are no more than a go-ahead.
    """
    return len(words) <= 4 and _sets()["encouragers"].issuperset(words)


def shapes(passage: Passage, before: Before) -> list[Feature]:
    """
    The features of a turn that has words, each name once.
    """
    found: dict[str, Feature] = {}
    for feature in (
        *_sentence_features(passage),
        *_word_features(passage),
        *_talk_features(passage, before),
        *_place_features(len(passage.words), before),
    ):
        found.setdefault(feature.name, feature)
    return list(found.values())


def _sentence_features(passage: Passage) -> Iterator[Feature]:
    last_form = None
    sets = _sets()
    for sentence in passage.sentences:
        start = _opening(passage.words, sentence, sets["fillers"])
        if start == sentence.last:
            if sentence.closing == "?":
                yield Feature("shape.filler_asked", sentence.first, sentence.last)
            continue
        form = _form(passage.words, start, sentence, sets)
        last_form = Feature(f"shape.last_{form}", start, sentence.last)
        yield Feature(f"shape.{form}", start, min(start + 3, sentence.last))
        yield from _inner_questions(passage.words, start, sentence, sets)
        if sentence.closing == "?":
            yield Feature("shape.question_mark", start, sentence.last)
    if last_form is not None:
        yield last_form
    # Without any mark, as from speech-to-text, the lack of a question mark tells nothing.
    if len(passage.words) > 2 and all(s.closing in {"", "-"} for s in passage.sentences):
        yield Feature("shape.unmarked", 0, len(passage.words))


def _opening(words: Sequence[str], sentence: Sentence, fillers: frozenset[str]) -> int:
    """
    The index of the sentence's first word that is neither filler nor stutter.
    """
    word = sentence.first
    while word < sentence.last and (
        words[word] in fillers
        or (word + 1 < sentence.last and words[word] == words[word + 1])
        or (words[word] == "i" and word + 1 < sentence.last and words[word + 1] in {"see", "mean"})
        or (words[word] in {"see", "mean"} and word > sentence.first)
        or (words[word] == "you" and words[word + 1 : word + 2] == ["know"])
        or (words[word] == "know" and word > sentence.first)
    ):
        word += 1
    return word


def _form(
    words: Sequence[str], start: int, sentence: Sentence, sets: dict[str, frozenset[str]]
) -> str:
    """
    The name of a sentence's form, told by the words that open it and the mark that closes it.
    """
    opening = words[start]
    second = words[start + 1] if start + 1 < sentence.last else ""
    asked = sentence.closing == "?"
    if opening in sets["wh"]:
        return _wh_form(opening, second, sets, asked=asked)
    if opening in sets["auxiliaries"] and (asked or second in sets["subjects"]):
        return "yes_no" if asked else "yes_no_unmarked"
    if opening in sets["asking"]:
        return "asks_to_tell"
    if asked:
        return _marked_statement(words, start, sentence, sets)
    return "imperative" if opening in sets["imperatives"] else f"opens_{_subject(opening, sets)}"


def _wh_form(opening: str, second: str, sets: dict[str, frozenset[str]], *, asked: bool) -> str:
    if opening == "how" and second in sets["how_closed"]:
        return "how_much"
    inverted = second in sets["auxiliaries"] or "'" in opening
    if asked:
        # "What matters?" asks; "When you lie there it's worse?" and "What you want is that?" don't.
        asks = inverted or (opening not in {"when", "where"} and second not in sets["subjects"])
        return "wh" if asks else "wh_other"
    return "wh_unmarked" if inverted and opening != "when" else "wh_clause"


def _marked_statement(
    words: Sequence[str], start: int, sentence: Sentence, sets: dict[str, frozenset[str]]
) -> str:
    """
    The form of what has a question mark and doesn't open like a question.
    """
    if next(_inner_questions(words, start, sentence, sets), None):
        return "asked_inside"
    if sentence.last - start <= 3:
        return "fragment_asked"
    return f"asked_{_subject(words[start], sets)}"


def _subject(opening: str, sets: dict[str, frozenset[str]]) -> str:
    for name in ("you", "i", "we", "they", "it", "because"):
        if opening in sets[name]:
            return name
    return "else"


def _inner_questions(
    words: Sequence[str], start: int, sentence: Sentence, sets: dict[str, frozenset[str]]
) -> Iterator[Feature]:
    """
    Inversions inside a sentence, as in speech that was written down without marks.
    """
    auxiliaries, wh = sets["auxiliaries"], sets["wh"]
    for word in range(start + 1, sentence.last - 1):
        if words[word] in auxiliaries and words[word + 1] in {"you", "it", "that", "there", "they"}:
            name = "shape.inner_wh" if words[word - 1] in wh else "shape.inner_yes_no"
            yield Feature(name, word - (words[word - 1] in wh), word + 2)


def _word_features(passage: Passage) -> Iterator[Feature]:
    words = passage.words
    n = len(words)
    sets = _sets()
    yield Feature(next((name for most, name in _LENGTHS if n <= most), "shape.words_80"), 0, n)
    if sets["encouragers"].issuperset(words):
        yield Feature("shape.encouragers_only", 0, n)
        if n <= 2:
            yield Feature("shape.encouragers_few", 0, n)
    for name in ("you", "i", "we", "they"):
        yield from _person(name, words, sets[name])
    yield from _mark_features(passage)


def _mark_features(passage: Passage) -> Iterator[Feature]:
    """
    What the punctuation tells: quotations, exclamations, lists, and turns that go on or break off.
    """
    words = passage.words
    n = len(words)
    text = passage.plain.strip()
    if '"' in text:
        yield Feature("shape.quotes", 0, n)
    if "!" in text:
        yield Feature("shape.exclaims", 0, n)
    if text.count(",") >= 4:
        yield Feature("shape.lists", 0, n)
    if text.startswith(("-", "—", "...", "…")):
        yield Feature("shape.goes_on", 0, min(n, 3))
    if text.endswith(("-", "—", ",", "...", "…")):
        yield Feature("shape.breaks_off", max(0, n - 3), n)
    if words[-1] == "or" or (n > 1 and words[-2] == "or"):
        yield Feature("shape.ends_in_or", n - 1, n)


def _person(name: str, words: Sequence[str], members: frozenset[str]) -> Iterator[Feature]:
    places = [i for i, word in enumerate(words) if word in members]
    if not places:
        if len(words) >= 8:
            yield Feature(f"shape.no_{name}", 0, len(words))
        return
    yield Feature(f"shape.any_{name}", places[0], places[0] + 1)
    if len(places) * 12 >= len(words) and len(places) > 1:
        yield Feature(f"shape.much_{name}", places[0], places[0] + 1)


def _talk_features(passage: Passage, before: Before) -> Iterator[Feature]:
    """
    What ties the turn to the talk before it.
    """
    n = len(passage.words)
    yield from _uptake(passage.words, before.stems)
    if before.patient_asks:
        yield Feature("shape.patient_asked", 0, n)
    if before.patient_minimal:
        yield Feature("shape.patient_minimal", 0, n)
    elif before.patient_words >= 30:
        yield Feature("shape.patient_long", 0, n)
    if before.behaviour:
        how = "goes_on_from" if before.patient_minimal else "follows"
        yield Feature(f"shape.{how}_{before.behaviour}", 0, n)
        if before.broken_off:
            yield Feature(f"shape.completes_{before.behaviour}", 0, n)


def _uptake(words: Sequence[str], patient_stems: frozenset[str]) -> Iterator[Feature]:
    """
    Words of the patient's that come again.
    """
    taken = [i for i, word in enumerate(words) if len(word) > 2 and _stem(word) in patient_stems]
    if not taken:
        return
    first, last = taken[0], taken[-1] + 1
    yield Feature("shape.takes_up", first, first + 1)
    if len(taken) >= 4:
        yield Feature("shape.takes_up_many", first, last)
    share = len({_stem(words[i]) for i in taken}) / len(stems(words))
    if share >= 0.5:
        yield Feature("shape.takes_up_most", first, last)
        if len(words) <= 6:
            yield Feature("shape.echoes", first, last)
    elif share >= 0.25:
        yield Feature("shape.takes_up_some", first, last)


def _place_features(n: int, before: Before) -> Iterator[Feature]:
    if before.from_start == 0:
        yield Feature("shape.first_turn", 0, n)
    elif before.from_start < 3:
        yield Feature("shape.early", 0, n)
    # A session of a few turns has no end to speak of.
    if before.from_end < 3 and before.from_start > 6:
        yield Feature("shape.late", 0, n)
