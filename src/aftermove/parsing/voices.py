"""
Which of the places that may label a turn do: told by what recurs over the whole source.
"""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, islice
from typing import Final

from aftermove.model import Role
from aftermove.parsing.labels import Label, Shape, Style
from aftermove.parsing.packed import Labels, Openings, Voice
from aftermove.parsing.roles import grade, is_machine_name, part, short_part

__all__ = ["choose_openings"]

# A trait of the layout is the source's own where so many of its sure labels have it; a doubtful
# name must then have it in half of its places.
_REGULAR: Final = 0.8
_CONFORMING: Final = 0.5

# Numbers count turns where so many of a name's are different; those of people recur.
_DISTINCT: Final = 0.7


def choose_openings(labels: Iterable[Label], given: Collection[str]) -> Openings:
    """
    The labels that open turns, in order.

    One style of label is chosen for the whole source: the one with two voices, sure ones rather
    than others, and then the one with more labels.

    Args:
        labels: All places that may be one, in order.
        given: Keys of names known to be speakers'.
    """
    labels = labels if isinstance(labels, Labels) else Labels(labels)
    shapes = {number: labels.shapes[number] for number in labels.counts()}
    bases = {shape.base for shape in shapes.values()}
    grade_by_name = {
        name: grade(name, bases, given) for name in {shape.name for shape in shapes.values()}
    }
    chosen = [Openings(Labels(), {})]
    for style in Style:
        # Two blanks or a bracket set too little apart to make a name of a mere word.
        least = 1 if style in {Style.GAP, Style.BRACKET} else 0
        styled = [
            number
            for number, shape in shapes.items()
            if shape.style is style and _at_least(grade_by_name[shape.name], least)
        ]
        if not styled:
            continue
        those = labels.of_shapes(styled)
        voices = _voices(those, grade_by_name, given)
        chosen.append(_choose(Openings(those, voices), style))
    return max(chosen, key=_rank)


def _at_least(sureness: int | None, least: int) -> bool:
    return sureness is not None and sureness >= least


def _rank(openings: Openings) -> tuple[int, int, int]:
    heard = openings.heard()
    voices, sure = {voice.key for voice in heard}, {voice.key for voice in heard if voice.grade}
    return min(len(voices), 2), min(len(sure), 2), len(openings)


def _voices(
    labels: Labels, grade_by_name: Mapping[str, int | None], given: Collection[str]
) -> dict[int, Voice]:
    """
    The voice of each shape that a label has, by the shape's number.
    """
    counts = labels.counts()
    counting = _counting_bases({labels.shapes[each]: n for each, n in counts.items()}, given)
    voices = {}
    for each, shape in ((each, labels.shapes[each]) for each in counts):
        key, name = shape.base, shape.name
        if shape.number is not None and shape.base in counting:
            name = name.rstrip("0123456789").rstrip(" #-_.\xa0")
        elif shape.number is not None:
            key = f"{shape.base} {shape.number}"
        voices[each] = Voice(key, name, grade_by_name[shape.name] or 0)
    return voices


def _counting_bases(count_by_shape: Mapping[Shape, int], given: Collection[str]) -> set[str]:
    """
    The bases whose numbers count turns ("T12"), not people ("Client 2").
    """
    numbers_by_base: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for shape, n in count_by_shape.items():
        if shape.number is not None and not is_machine_name(shape.base):
            numbers_by_base[shape.base][shape.number] += n
    all_numbered = all(shape.number is not None for shape in count_by_shape)
    return {
        base
        for base, numbers in numbers_by_base.items()
        if len(numbers) > _DISTINCT * numbers.total()
        and (numbers.total() > 2 or all_numbered)
        and not any(f"{base} {number}" in given for number in numbers)
    }


def _choose(openings: Openings, style: Style) -> Openings:
    """
    The openings of those voices that are speakers', if labels of this style open turns at all.
    """
    grade_by_voice = {voice.key: voice.grade for voice in openings.heard()}
    firm = style is Style.FIRM
    counted = openings if style is not Style.ALONE else _followed_by_talk(openings)
    count_by_voice = counted.counts()
    placed = zip(counted.shapes(), counted.heard(), strict=True)
    untimed = {voice.key for shape, voice in placed if not shape.is_timed}
    anchors = _anchors(count_by_voice, grade_by_voice, untimed, firm=firm)
    # One voice alone must be a sure one, or a recurring letter, and set apart firmly.
    if len(anchors) < 2 and not (
        firm and any(_stands_alone(grade_by_voice[v], count_by_voice[v]) for v in anchors)
    ):
        return openings.of_voices(lambda _: False)
    voices = anchors | _leading(counted, anchors)
    for sureness in (1, 0):
        likely = counted.of_voices(lambda each: each.grade == sureness or each.key in voices)  # noqa: B023
        voices |= _joining(likely, voices)
    return openings.of_voices(lambda each: each.key in voices)


def _stands_alone(sureness: int, count: int) -> bool:
    return sureness == 2 or (sureness == 1 and count > 1)


def _followed_by_talk(openings: Openings) -> Openings:
    """
    Those that don't stand right below another: there, they are its talk ("Yes").
    """
    labels = openings.labels
    ends = chain([-2], labels.ends)
    keep = bytearray(
        openings.voices[number].grade > 0 or start > end + 1
        for number, start, end in zip(labels.numbers, labels.starts, ends, strict=False)
    )
    return Openings(labels.only(keep), openings.voices)


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


def _leading(openings: Openings, anchors: Collection[str]) -> set[str]:
    """
    The parts' letters and relations heard before all anchors: no turn is there that quotes them.
    """
    n_before = next(n for n, opening in enumerate(openings) if opening.voice in anchors)
    first = openings[n_before].label.shape
    return {
        opening.voice
        for opening in islice(openings, n_before)
        if short_part(opening.voice)
        # The first trait, blank lines above, is as it may be where the text begins.
        and opening.label.shape.layout[1:] == first.layout[1:]
    }


def _joining(openings: Openings, anchors: Collection[str]) -> set[str]:
    """
    The other voices that are heard between different turns of the anchors, and labelled as they.

    A script that a patient reads out has voices as well, but all of them within one turn.  Letters
    that stand for a part also join where there are more of them than of all anchors' labels.
    """
    anchored = openings.of_voices(lambda each: each.key in anchors)
    others = openings.of_voices(lambda each: each.key not in anchors)
    turns_by_voice: defaultdict[str, set[int]] = defaultdict(set)
    for number, start in zip(others.labels.numbers, others.labels.starts, strict=True):
        turns = turns_by_voice[others.voices[number].key]
        if len(turns) < 2:
            turns.add(bisect(anchored.labels.starts, start))
    shapes_by_voice: defaultdict[str, dict[Shape, int]] = defaultdict(dict)
    for (shape, n), voice in zip(others.shapes().items(), others.heard(), strict=True):
        shapes_by_voice[voice.key][shape] = n
    letters = {voice.key for voice in others.heard() if voice.grade == 1}
    expected = _shares(anchored.shapes())
    return {
        key
        for key, shapes in shapes_by_voice.items()
        if (key in letters and sum(shapes.values()) > len(anchored))
        or (len(turns_by_voice[key]) > 1 and _conform(shapes, expected))
    }


def _conform(count_by_shape: Mapping[Shape, int], expected: Sequence[float]) -> bool:
    """
    Whether the labels have the traits that nearly all of the sure ones have.
    """
    return all(
        share >= _CONFORMING
        for share, usual in zip(_shares(count_by_shape), expected, strict=True)
        if usual >= _REGULAR
    )


def _shares(count_by_shape: Mapping[Shape, int]) -> list[float]:
    """
    For each trait of the layout, and for its lack, the share of the labels.
    """
    n_labels = sum(count_by_shape.values())
    columns = zip(*(shape.layout for shape in count_by_shape), strict=True)
    shares = [
        sum(n for n, has in zip(count_by_shape.values(), column, strict=True) if has) / n_labels
        for column in columns
    ]
    return shares + [1 - share for share in shares]
