"""
Every exception that the library raises on purpose.

Each derives from `AftermoveError` and from the built-in that a caller would expect.
Facts are attributes, and the message is made from them: what is wrong, where, and what to do.
What speakers said may sit in an attribute; it never enters a message.
"""

from collections.abc import Sequence
from typing import Self

__all__ = [
    "AftermoveError",
    "CodebookError",
    "ContractError",
    "CrosswalkError",
    "DocumentError",
    "FileAccessError",
    "LexiconError",
    "MissingExtraError",
    "ModelError",
    "PatternTimeoutError",
    "TranscriptError",
    "TranscriptProblemsError",
    "UnknownNameError",
]


class AftermoveError(Exception):
    """
    Base of all errors of this library.
    """


class ModelError(AftermoveError, ValueError):
    """
    A value that a model class doesn't allow.

    Attributes:
        where: Class and field, as in ``"Turn.start"``.
        reason: What must hold.
    """

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason)
        self.where, self.reason = where, reason

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


class TranscriptError(AftermoveError, ValueError):
    """
    A source that can't be read as a transcript.

    Attributes:
        reasons: One sentence for each thing that is wrong, with its remedy; never empty.
        lines: The 1-based line of each reason, or `None` where it is the whole source's.
        source: The file's path, or `None` for text given as a string.
    """

    def __init__(
        self,
        reasons: Sequence[str],
        lines: Sequence[int | None],
        source: str | None = None,
    ) -> None:
        super().__init__(reasons, lines, source)
        self.reasons, self.lines, self.source = tuple(reasons), tuple(lines), source

    def __str__(self) -> str:
        said = [
            reason if line is None else f"line {line}: {reason}"
            for reason, line in zip(self.reasons, self.lines, strict=True)
        ]
        where = "" if self.source is None else f"{self.source}: "
        return where + "\n".join(said)


class TranscriptProblemsError(TranscriptError, ExceptionGroup[TranscriptError]):
    """
    All problems of a source that was to have none: a `TranscriptError`, and a group with one each.

    Attributes:
        reasons: As for `TranscriptError`; so are `lines` and `source`.
        exceptions: One `TranscriptError` for each problem.
    """

    def __new__(
        cls,
        reasons: Sequence[str],
        lines: Sequence[int | None],
        source: str | None = None,
    ) -> Self:
        """
        The group of the errors; Python makes a group's members here, not in ``__init__``.
        """
        members = [
            TranscriptError([reason], [line], source)
            for reason, line in zip(reasons, lines, strict=True)
        ]
        return ExceptionGroup.__new__(cls, "problems", members)

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """
        How to make it anew: a group's own way would take a message and members.
        """
        return type(self), (self.reasons, self.lines, self.source)

    def derive(self, members: Sequence[TranscriptError]) -> "TranscriptProblemsError":  # type: ignore[override]  # members are of one class
        """
        The group of some of the members, as ``except*`` and `split` ask for.
        """
        return TranscriptProblemsError(
            [error.reasons[0] for error in members],
            [error.lines[0] for error in members],
            self.source,
        )


def may_be_talk(path: str) -> bool:
    """
    Whether what was given as a path may be somebody's words, which no error may tell.

    Example:
        >>> may_be_talk("T: So?"), may_be_talk("sessions/week 3.txt")
        (True, False)
    """
    return "\n" in path or ": " in path


class FileAccessError(AftermoveError, OSError):
    """
    A file that is missing, or that the system doesn't let us read or write.

    Attributes:
        path: The path as given.
        reason: The system's own words for it.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class UnknownNameError(AftermoveError, LookupError):
    """
    A name that isn't among the known ones.

    Attributes:
        kind: What was to be named, as in ``"format"``.
        name: The name that was given.
        known: The names there are, in order.
    """

    def __init__(self, kind: str, name: str, known: Sequence[str]) -> None:
        super().__init__(kind, name, known)
        self.kind, self.name, self.known = kind, name, tuple(known)

    def __str__(self) -> str:
        return f"no {self.kind} is called {self.name!r}; known: {', '.join(self.known) or 'none'}"


class MissingExtraError(AftermoveError, ImportError):
    """
    A feature whose optional dependencies aren't installed.

    Attributes:
        feature: What was asked for.
        extra: The extra that brings it.
    """

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(feature, extra)
        self.feature, self.extra = feature, extra

    def __str__(self) -> str:
        return f"an extra is missing for {self.feature}: pip install 'aftermove[{self.extra}]'"


class PatternTimeoutError(AftermoveError, TimeoutError):
    """
    A cue's pattern that takes too long on one turn.

    Attributes:
        cue: The cue's id.
        limit: The time it was given, in seconds.
    """

    def __init__(self, cue: str, limit: float) -> None:
        super().__init__(cue, limit)
        self.cue, self.limit = cue, limit

    def __str__(self) -> str:
        return (
            f"the pattern of cue {self.cue} takes over {self.limit:g} s on one turn; "
            "write it without repetitions inside of repetitions"
        )


class _PathedError(AftermoveError, ValueError):
    """
    Several things wrong with one structured file, each at its path.
    """

    noun = "file"

    def __init__(self, problems: Sequence[tuple[str, str]], source: str | None = None) -> None:
        super().__init__(problems, source)
        self.problems, self.source = tuple(problems), source

    def __str__(self) -> str:
        lines = [f"{path}: {reason}" for path, reason in self.problems]
        return f"{self.source or self.noun}: " + "\n".join(lines)


class DocumentError(_PathedError):
    """
    A stored document that can't be loaded.

    Attributes:
        problems: Pairs of a path, as in ``"$.session.turns[3].text"``, and what is wrong there.
        source: The file's path, or `None`.
    """

    noun = "document"


class CodebookError(_PathedError):
    """
    A codebook file that breaks its rules.

    Attributes:
        problems: Pairs of a path, as in ``"techniques.defusion.cues[2]"``, and what is wrong there.
        source: The file's path, or `None`.
    """

    noun = "codebook"


class CrosswalkError(_PathedError):
    """
    A crosswalk file that breaks its rules.

    Attributes:
        problems: Pairs of a path, as in ``"labels.SR.when[0]"``, and what is wrong there.
        source: The file's path, or `None`.
    """

    noun = "crosswalk"


class LexiconError(_PathedError):
    """
    A lexicon file that breaks its rules.

    Attributes:
        problems: Pairs of a path, as in ``"line 12"``, and what is wrong there.
        source: The file's path, or `None`.
    """

    noun = "lexicon"


class ContractError(AftermoveError, AssertionError):
    """
    A detector or scorer of a user's that breaks what analyses rely on.

    Attributes:
        broken: Pairs of a clause of the contract and where it was broken; neither holds a word of
            any session.
        session: The session on which the first of them was broken, to look into; `None` where it
            was none in particular.
    """

    def __init__(self, broken: Sequence[tuple[str, str]], session: object = None) -> None:
        super().__init__(broken, session)
        self.broken, self.session = tuple(broken), session

    def __str__(self) -> str:
        lines = [f"- {clause}; broken by {where}" for clause, where in self.broken]
        return "\n".join(["it must hold that the model", *lines])
