"""
The labels of a whole source, packed: as tuples, those of a long one would outweigh its text.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import NamedTuple

from aftermove.parsing.labels import Label, Shape

__all__ = ["Labels", "Opening", "Openings", "Voice"]


class Labels:
    """
    Labels in order, as many passes over them as needed.
    """

    def __init__(self, labels: Iterable[Label] = ()) -> None:
        number_by_shape: dict[Shape, int] = {}
        self.starts, self.ends, self.numbers = array("q"), array("q"), array("L")
        """The shape of each is told by its number."""
        self._times: list[str] = []
        for label in labels:
            self.starts.append(label.start)
            self.ends.append(label.end)
            self.numbers.append(number_by_shape.setdefault(label.shape, len(number_by_shape)))
            self._times.append(label.times)
        self.shapes: Sequence[Shape] = list(number_by_shape)
        """Each once, also those that none of the labels has."""

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, place: int) -> Label:
        shape = self.shapes[self.numbers[place]]
        return Label(self.starts[place], self.ends[place], self._times[place], shape)

    def __iter__(self) -> Iterator[Label]:
        return map(self.__getitem__, range(len(self)))

    def only(self, keep: Sequence[bool] | bytearray) -> "Labels":
        """
        Those for which *keep* holds true at their place.
        """
        kept = Labels()
        kept.shapes = self.shapes
        kept.starts = array("q", compress(self.starts, keep))
        kept.ends = array("q", compress(self.ends, keep))
        kept.numbers = array("L", compress(self.numbers, keep))
        kept._times = list(compress(self._times, keep))
        return kept

    def of_shapes(self, numbers: Iterable[int]) -> "Labels":
        """
        Those whose shape has one of the numbers.
        """
        wanted = bytearray(len(self.shapes))
        for number in numbers:
            wanted[number] = True
        return self.only(bytearray(map(wanted.__getitem__, self.numbers)))

    def counts(self) -> Counter[int]:
        """
        How many labels have the shape of each number.
        """
        return Counter(self.numbers)


class Voice(NamedTuple):
    """
    Who speaks behind a label, told by its shape.
    """

    key: str
    """What all labels of one speaker share."""
    name: str
    """As written, without the number of the turn."""
    grade: int
    """How sure the name is a speaker's: see `roles.grade`."""


class Opening(NamedTuple):
    """
    A label that opens a turn.
    """

    label: Label
    voice: str
    """What all labels of one speaker share."""
    name: str
    """The speaker's, as written, without the number of the turn."""


class Openings:
    """
    Labels in order, each with who speaks behind it.
    """

    def __init__(self, labels: Labels, voices: Mapping[int, Voice]) -> None:
        self.labels = labels
        self.voices = voices
        """Of all shapes that the labels have, by number."""

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, place: int) -> Opening:
        voice = self.voices[self.labels.numbers[place]]
        return Opening(self.labels[place], voice.key, voice.name)

    def __iter__(self) -> Iterator[Opening]:
        return map(self.__getitem__, range(len(self)))

    def of_voices(self, wanted: Callable[[Voice], bool]) -> "Openings":
        """
        Those of the voices for which *wanted* holds.
        """
        numbers = (number for number, voice in self.voices.items() if wanted(voice))
        return Openings(self.labels.of_shapes(numbers), self.voices)

    def counts(self) -> Counter[str]:
        """
        How many labels each voice has, in order of the first.
        """
        counts: Counter[str] = Counter()
        for number, n in self.labels.counts().items():
            counts[self.voices[number].key] += n
        return counts

    def shapes(self) -> dict[Shape, int]:
        """
        How many labels have each shape.
        """
        return {self.labels.shapes[number]: n for number, n in self.labels.counts().items()}

    def heard(self) -> list[Voice]:
        """
        The voice of each shape that a label has, in the order of `shapes`.
        """
        return [self.voices[number] for number in self.labels.counts()]
