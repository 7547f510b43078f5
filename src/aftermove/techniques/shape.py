"""
The shape of a turn: what opens its sentences, whom it speaks of, how long it is, what came before.

Each shape found is a feature that the detector weighs, with the words that show it.
"""

import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple, TypeAlias

from aftermove.language import GO_AHEADS, Passage, Sentence

__all__ = ["Before", "Place", "shapes", "stems"]

_MOST_WORDS: Final = (1, 4, 9, 19, 39, 79)
_LENGTHS: Final = (
    "shape.words_1",
    "shape.words_2",
    "shape.words_5",
    "shape.words_10",
    "shape.words_20",
    "shape.words_40",
    "shape.words_80",
)
_PERSONS: Final = ("you", "i", "we", "they")
# What follows an auxiliary where a sentence turns into a question.
_INVERTED: Final = frozenset({"you", "it", "that", "there", "they"})


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


Place: TypeAlias = tuple[int, int]
"""The words that show a feature: the index of the first, and the one behind the last."""


@cache
def _sets() -> dict[str, frozenset[str]]:
    content = (files("aftermove.techniques") / "data" / "words.toml").read_bytes()
    return {name: frozenset(words) for name, words in tomllib.loads(content.decode()).items()}


def stems(words: Iterable[str]) -> frozenset[str]:
    """
    The words that carry content, without their commonest endings.
    """
    return frozenset(filter(None, map(_content, words)))


@lru_cache(maxsize=20_000)
def _content(word: str) -> str:
    """
    The stem of a word that carries content; empty for others.
    """
    return "" if len(word) <= 2 or word in _sets()["common"] else _stem(word)


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word[: -len(ending)]
    return word


def shapes(passage: Passage, before: Before) -> dict[str, Place]:
    """
    The features of a turn that has words, each with the first place that shows it.
    """
    found: dict[str, Place] = {}
    _add_sentences(found, passage)
    _add_words(found, passage.words)
    _add_marks(found, passage)
    _add_talk(found, passage.words, before)
    _add_place(found, len(passage.words), before)
    return found


def _add_sentences(found: dict[str, Place], passage: Passage) -> None:
    sets = _sets()
    words, last_form, last_place = passage.words, "", (0, 0)
    for sentence in passage.sentences:
        start = _opening(words, sentence, sets["fillers"])
        if start == sentence.last:
            if sentence.closing == "?":
                found.setdefault("shape.filler_asked", (sentence.first, sentence.last))
            continue
        inner = _inner_questions(words, start, sentence, sets)
        last_form = _form(words, start, sentence, sets, asks_inside=bool(inner))
        last_place = start, sentence.last
        found.setdefault(f"shape.{last_form}", (start, min(start + 3, sentence.last)))
        for name, place in inner:
            found.setdefault(name, place)
        if sentence.closing == "?":
            found.setdefault("shape.question_mark", last_place)
    if last_form:
        found[f"shape.last_{last_form}"] = last_place
    # Without any mark, as from speech-to-text, the lack of a question mark tells nothing.
    if len(words) > 2 and all(s.closing in {"", "-"} for s in passage.sentences):
        found["shape.unmarked"] = 0, len(words)


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
    words: Sequence[str],
    start: int,
    sentence: Sentence,
    sets: dict[str, frozenset[str]],
    *,
    asks_inside: bool,
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
    if asked and asks_inside:
        return "asked_inside"
    if asked:
        is_short = sentence.last - start <= 3
        return "fragment_asked" if is_short else f"asked_{_subject(opening, sets)}"
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


def _subject(opening: str, sets: dict[str, frozenset[str]]) -> str:
    for name in ("you", "i", "we", "they", "it", "because"):
        if opening in sets[name]:
            return name
    return "else"


def _inner_questions(
    words: Sequence[str], start: int, sentence: Sentence, sets: dict[str, frozenset[str]]
) -> list[tuple[str, Place]]:
    """
    Inversions inside a sentence, as in speech that was written down without marks.
    """
    auxiliaries, wh = sets["auxiliaries"], sets["wh"]
    return [
        ("shape.inner_wh", (word - 1, word + 2))
        if words[word - 1] in wh
        else ("shape.inner_yes_no", (word, word + 2))
        for word in range(start + 1, sentence.last - 1)
        if words[word + 1] in _INVERTED and words[word] in auxiliaries
    ]


def _add_words(found: dict[str, Place], words: Sequence[str]) -> None:
    sets = _sets()
    n = len(words)
    found[_LENGTHS[bisect_left(_MOST_WORDS, n)]] = whole = 0, n
    if GO_AHEADS.issuperset(words):
        found["shape.encouragers_only"] = whole
        if n <= 2:
            found["shape.encouragers_few"] = whole
    for name in _PERSONS:
        if sets[name].isdisjoint(words):
            if n >= 8:
                found[f"shape.no_{name}"] = whole
        else:
            _add_person(found, name, [i for i, word in enumerate(words) if word in sets[name]], n)


def _add_person(found: dict[str, Place], name: str, places: Sequence[int], n: int) -> None:
    found[f"shape.any_{name}"] = place = places[0], places[0] + 1
    if len(places) * 12 >= n and len(places) > 1:
        found[f"shape.much_{name}"] = place


def _add_marks(found: dict[str, Place], passage: Passage) -> None:
    """
    What the punctuation tells: quotations, exclamations, lists, and turns that go on or break off.
    """
    words = passage.words
    n = len(words)
    text = passage.plain.strip()
    if '"' in text:
        found["shape.quotes"] = 0, n
    if "!" in text:
        found["shape.exclaims"] = 0, n
    if text.count(",") >= 4:
        found["shape.lists"] = 0, n
    if text.startswith(("-", "—", "...", "…")):
        found["shape.goes_on"] = 0, min(n, 3)
    if text.endswith(("-", "—", ",", "...", "…")):
        found["shape.breaks_off"] = max(0, n - 3), n
    if words[-1] == "or" or (n > 1 and words[-2] == "or"):
        found["shape.ends_in_or"] = n - 1, n


def _add_talk(found: dict[str, Place], words: Sequence[str], before: Before) -> None:
    """
    What ties the turn to the talk before it.
    """
    whole = 0, len(words)
    if before.stems:
        _add_uptake(found, words, before.stems)
    if before.patient_asks:
        found["shape.patient_asked"] = whole
    if before.patient_minimal:
        found["shape.patient_minimal"] = whole
    elif before.patient_words >= 30:
        found["shape.patient_long"] = whole
    if before.behaviour:
        how = "goes_on_from" if before.patient_minimal else "follows"
        found[f"shape.{how}_{before.behaviour}"] = whole
        if before.broken_off:
            found[f"shape.completes_{before.behaviour}"] = whole


def _add_uptake(
    found: dict[str, Place], words: Sequence[str], patient_stems: frozenset[str]
) -> None:
    """
    Words of the patient's that come again.
    """
    told = [*map(_stem, words)]
    if patient_stems.isdisjoint(told):
        return
    taken = [i for i, stem in enumerate(told) if stem in patient_stems]
    first, last = taken[0], taken[-1] + 1
    found["shape.takes_up"] = first, first + 1
    if len(taken) >= 4:
        found["shape.takes_up_many"] = first, last
    # "Not you?" takes up the patient's "notes", as their stems go, and has no content of its own.
    n_content = len(stems(words))
    share = len(patient_stems.intersection(told)) / n_content if n_content else 0.0
    if share >= 0.5:
        found["shape.takes_up_most"] = first, last
        if len(words) <= 6:
            found["shape.echoes"] = first, last
    elif share >= 0.25:
        found["shape.takes_up_some"] = first, last


def _add_place(found: dict[str, Place], n: int, before: Before) -> None:
    if before.from_start == 0:
        found["shape.first_turn"] = 0, n
    elif before.from_start < 3:
        found["shape.early"] = 0, n
    # A session of a few turns has no end to speak of.
    if before.from_end < 3 and before.from_start > 6:
        found["shape.late"] = 0, n
