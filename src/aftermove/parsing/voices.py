"""
Which of the places that may label a turn do: told by what recurs over the whole source.
"""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from aftermove.model import Role
from aftermove.parsing.labels import Label, Style
from aftermove.parsing.roles import grade, is_machine_name, part, short_part

__all__ = ["Opening", "choose_openings"]

# A trait of the layout is the source's own where so many of its sure labels have it; a doubtful
# name must then have it in half of its places.
_REGULAR: Final = 0.8
_CONFORMING: Final = 0.5

# Numbers count turns where so many of a name's are different; those of people recur.
_DISTINCT: Final = 0.7


class Opening(NamedTuple):
    """
    A label that opens a turn.
    """

    label: Label
    voice: str
    """What all labels of one speaker share."""
    name: str
    """The speaker's, as written, without the number of the turn."""
    grade: int
    """How sure the name is a speaker's: see `roles.grade`."""


def choose_openings(labels: Iterable[Label], given: Collection[str]) -> list[Opening]:
    """
    The labels that open turns, in order.

    One style of label is chosen for the whole source: the one with two voices, sure ones rather
    than others, and then the one with more labels.

    Args:
        labels: All places that may be one, in order.
        given: Keys of names known to be speakers'.
    """
    labels = list(labels)
    shapes = dict.fromkeys(label.shape for label in labels)
    bases = {shape.base for shape in shapes}
    grade_by_name = {
        name: grade(name, bases, given) for name in dict.fromkeys(shape.name for shape in shapes)
    }
    labels_by_style: dict[Style, list[Label]] = {style: [] for style in Style}
    for label in labels:
        sureness = grade_by_name[label.shape.name]
        # Two blanks or a bracket set too little apart to make a name of a mere word.
        if sureness or (sureness == 0 and label.shape.style not in {Style.GAP, Style.BRACKET}):
            labels_by_style[label.shape.style].append(label)
    chosen = [
        _choose(_openings(styled, grade_by_name, given), style)
        for style, styled in labels_by_style.items()
    ]
    return max(chosen, key=_rank)


def _rank(openings: Sequence[Opening]) -> tuple[int, int, int]:
    voices = {opening.voice for opening in openings}
    sure = {opening.voice for opening in openings if opening.grade}
    return min(len(voices), 2), min(len(sure), 2), len(openings)


def _openings(
    labels: Sequence[Label], grade_by_name: Mapping[str, int | None], given: Collection[str]
) -> list[Opening]:
    counting = _counting_bases(labels, given)
    openings = []
    for label in labels:
        voice, name = label.shape.base, label.shape.name
        if label.shape.number is not None and label.shape.base in counting:
            name = name.rstrip("0123456789").rstrip(" #-_.\xa0")
        elif label.shape.number is not None:
            voice = f"{label.shape.base} {label.shape.number}"
        openings.append(Opening(label, voice, name, grade_by_name[label.shape.name] or 0))
    return openings


def _counting_bases(labels: Sequence[Label], given: Collection[str]) -> set[str]:
    """
    The bases whose numbers count turns ("T12"), not people ("Client 2").
    """
    numbers_by_base: defaultdict[str, list[int]] = defaultdict(list)
    for label in labels:
        if label.shape.number is not None and not is_machine_name(label.shape.base):
            numbers_by_base[label.shape.base].append(label.shape.number)
    all_numbered = all(label.shape.number is not None for label in labels)
    return {
        base
        for base, numbers in numbers_by_base.items()
        if len(set(numbers)) > _DISTINCT * len(numbers)
        and (len(numbers) > 2 or all_numbered)
        and not any(f"{base} {number}" in given for number in numbers)
    }


def _choose(openings: list[Opening], style: Style) -> list[Opening]:
    """
    The openings of those voices that are speakers', if labels of this style open turns at all.
    """
    grade_by_voice = {opening.voice: opening.grade for opening in openings}
    firm = style is Style.FIRM
    counted = openings if style is not Style.ALONE else _followed_by_talk(openings)
    count_by_voice = Counter(opening.voice for opening in counted)
    untimed = {opening.voice for opening in counted if not opening.label.times}
    anchors = _anchors(count_by_voice, grade_by_voice, untimed, firm=firm)
    # One voice alone must be a sure one, or a recurring letter, and set apart firmly.
    if len(anchors) < 2 and not (
        firm and any(_stands_alone(grade_by_voice[v], count_by_voice[v]) for v in anchors)
    ):
        return []
    voices = anchors | _leading(counted, anchors)
    for sureness in (1, 0):
        likely = [x for x in counted if x.grade == sureness or x.voice in voices]
        voices = voices | _joining(likely, voices)
    return [opening for opening in openings if opening.voice in voices]


def _stands_alone(sureness: int, count: int) -> bool:
    return sureness == 2 or (sureness == 1 and count > 1)


def _followed_by_talk(openings: Sequence[Opening]) -> list[Opening]:
    """
    Those that don't stand right below another: there, they are its talk ("Yes").
    """
    ends = [-2] + [opening.label.end for opening in openings]
    return [
        opening
        for end, opening in zip(ends, openings, strict=False)
        if opening.grade or opening.label.start > end + 1
    ]


def _anchors(
    count_by_voice: Counter[str],
    grade_by_voice: Mapping[str, int],
    untimed: AbstractSet[str],
    *,
    firm: bool,
) -> set[str]:
    """
    The voices that the others are measured by: the sure ones, or else the two most heard.
    """
    anchors = {voice for voice in count_by_voice if grade_by_voice[voice] == 2}
    ranked = [voice for voice, _ in count_by_voice.most_common()]
    for role in (Role.THERAPIST, Role.PATIENT):
        if role not in map(part, anchors):
            letters = [voice for voice in ranked if grade_by_voice[voice] == 1]
            anchors.update([voice for voice in letters if short_part(voice) is role][:1])
    names = [voice for voice in ranked if grade_by_voice[voice] < 2 and voice not in anchors]
    # Two mere names that aren't set apart firmly must recur more, lest words pass for them.
    least = 2 if firm or anchors else 3
    names = [voice for voice in ranked if grade_by_voice[voice] < 2 and voice not in anchors]
    recurring = [v for v in names if count_by_voice[v] >= least or grade_by_voice[v] == 1]
    if firm and untimed.isdisjoint([*anchors, *recurring]):
        # Where all others stand beside times, so may one that stands but once.
        recurring = [v for v in names if v in recurring or v not in untimed]
    # Beside one sure voice, a lone name is the other's, even if it stands but once.
    likely = recurring or (names if firm and anchors and len(names) == 1 else [])
    anchors.update(likely[: max(0, 2 - len(anchors))])
    return anchors


def _leading(openings: Sequence[Opening], anchors: Collection[str]) -> set[str]:
    """
    The parts' letters and relations heard before all anchors: no turn is there that quotes them.
    """
    first = next(opening.label for opening in openings if opening.voice in anchors)
    return {
        opening.voice
        for opening in openings
        if opening.label.start < first.start
        and short_part(opening.voice)
        # The first trait, blank lines above, is as it may be where the text begins.
        and opening.label.shape.layout[1:] == first.shape.layout[1:]
    }


def _joining(openings: Sequence[Opening], anchors: Collection[str]) -> set[str]:
    """
    The other voices that are heard between different turns of the anchors, and labelled as they.

    A script that a patient reads out has voices as well, but all of them within one turn.  Letters
    that stand for a part also join where there are more of them than of all anchors' labels.
    """
    anchored = [opening.label for opening in openings if opening.voice in anchors]
    starts = [label.start for label in anchored]
    labels_by_voice: defaultdict[str, list[Label]] = defaultdict(list)
    for opening in openings:
        if opening.voice not in anchors:
            labels_by_voice[opening.voice].append(opening.label)
    letters = {opening.voice for opening in openings if opening.grade == 1}
    expected = _shares(anchored)
    return {
        voice
        for voice, labels in labels_by_voice.items()
        if (voice in letters and len(labels) > len(anchored))
        or (len({bisect(starts, x.start) for x in labels}) > 1 and _conform(labels, expected))
    }


def _conform(labels: Sequence[Label], expected: Sequence[float]) -> bool:
    """
    Whether the labels have the traits that nearly all of the sure ones have.
    """
    return all(
        share >= _CONFORMING
        for share, usual in zip(_shares(labels), expected, strict=True)
        if usual >= _REGULAR
    )


def _shares(labels: Sequence[Label]) -> list[float]:
    """
    For each trait of the layout, and for its lack, the share of the labels.
    """
    shares = [
        sum(column) / len(labels) for column in zip(*(x.shape.layout for x in labels), strict=True)
    ]
    return shares + [1 - share for share in shares]
