"""
Many sessions as numbers, which add up.

Not called `study`, which is the function that makes them.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from aftermove.model import _checks as check
from aftermove.sequence.coded import CodedSession
from aftermove.sequence.codes import sequences_of
from aftermove.sequence.transitions import TransitionTable, transition_table

if TYPE_CHECKING:
    from aftermove.sequence.effect_table import EffectTable

__all__ = ["Study", "StudyProblem"]


@frozen(order=True)
class StudyProblem:
    """
    A file or session that isn't in a study, and why.

    Example:
        >>> StudyProblem("week 3.txt", "no label of a speaker was found")
        StudyProblem(source='week 3.txt', reason='no label of a speaker was found')
    """

    source: str = field(validator=check.text(blank=False))
    """The file's path, or the id of a session that came from none."""

    reason: str = field(validator=check.text())
    """What is wrong, without any of the speakers' words."""


def _as_sessions(members: Iterable[CodedSession]) -> tuple[CodedSession, ...]:
    return tuple(sorted(check.as_tuple(members)))


def _as_problems(members: Iterable[StudyProblem]) -> tuple[StudyProblem, ...]:
    return tuple(sorted(check.as_tuple(members)))


@frozen(kw_only=True)
class Study:
    """
    Many sessions as numbers, in one order whatever order they came in.

    Studies add up: ``+`` is associative, and ``Study()`` changes nothing.  A session that is in
    both counts twice.

    Example:
        >>> from aftermove import SessionAnalysis, study
        >>> first = study([SessionAnalysis.from_codes(id="s1", patient="p1", valence=[-0.5, 0.25],
        ...                                           techniques=[["values"]])])
        >>> second = study([SessionAnalysis.from_codes(id="s2", patient="p1", valence=[0.0, 0.1],
        ...                                            techniques=[[]])])
        >>> first + second
        <Study: 2 sessions of 1 patient, 2 moves>
        >>> first + second == second + first
        True
    """

    sessions: tuple[CodedSession, ...] = field(
        default=(), converter=_as_sessions, validator=check.tuple_of(CodedSession)
    )
    problems: tuple[StudyProblem, ...] = field(
        default=(), converter=_as_problems, validator=check.tuple_of(StudyProblem)
    )
    """What couldn't be read or analysed."""

    @classmethod
    def total(cls, parts: "Iterable[Study]") -> "Study":
        """
        The sum of many studies, in time that grows with their sessions.
        """
        parts = list(parts)
        return cls(
            sessions=[session for part in parts for session in part.sessions],
            problems=[problem for part in parts for problem in part.problems],
        )

    def __add__(self, other: object) -> "Study":
        if not isinstance(other, Study):
            return NotImplemented
        return Study.total([self, other])

    @property
    def n_moves(self) -> int:
        """
        The moves of all sessions, without those that are a mere go-ahead.
        """
        return sum(len(session.moves) for session in self.sessions)

    @property
    def n_patients(self) -> int:
        """
        The patients; a session whose patient isn't told counts as a patient of its own.
        """
        told = {session.patient for session in self.sessions} - {None}
        return len(told) + sum(session.patient is None for session in self.sessions)

    def effects(  # one argument for each choice; all have a default
        self,
        by: Literal["technique", "behaviour"] = "technique",
        outcome: str = "valence",
        horizon: int = 0,
        *,
        permutations: int = 0,
        scheme: Literal["shuffle", "shift"] = "shuffle",
        seed: int = 0,
        reliability: float | None = None,
    ) -> "EffectTable":
        """
        What follows each technique or behaviour, at the same level before it: a table of effects.

        Args:
            by: "technique", or "behaviour" for question, reflection and input against other.
            outcome: "valence", "arousal", "stance", or the name of a state.
            horizon: How many exchanges past the next talk the outcome is taken.
            permutations: How many orders to draw for a permutation test; 0 for none.
            scheme: "shuffle" or "shift": how they are drawn.
            seed: For the permutation test.
            reliability: For a sensitivity analysis: the share of the variance of the level before
                that isn't error of measurement.

        Raises:
            ModelError: If an argument isn't allowed.
            UnknownNameError: If there is no such outcome.

        Source:
            See the explanation page on effects, and `aftermove.sequence.effects.effects`.
        """
        from aftermove.sequence.effects import effects
        from aftermove.sequence.panel import Panel

        return effects(
            Panel.from_sessions(self.sessions, by, outcome),
            horizon,
            permutations=permutations,
            scheme=scheme,
            seed=seed,
            reliability=reliability,
        )

    def transitions(
        self, given: str = "technique", target: str = "state", lag: int = 1
    ) -> TransitionTable:
        """
        Which code follows which, pooled over the sessions without crossing their borders.

        Each move counts by its most confident technique or its behaviour, each stretch of patient
        talk by its strongest state, its stance, or the third of the scale its valence is in.
        Where one of *given* and *target* is of moves and the other of talk, the two take turns,
        and the table holds both ways: row the code given, column the code that follows.

        Args:
            given: "technique", "behaviour", "state", "stance" or "valence".
            target: The other side's; or the same as *given*, for the moves or the talk alone.
            lag: How many places on; negative to look back.

        Raises:
            UnknownNameError: If there is no such way of coding.
            ModelError: If the two are of one side and differ, or fewer than two codes are met.

        Example:
            >>> from aftermove import SessionAnalysis, study
            >>> coded = SessionAnalysis.from_codes(id="s1", valence=[-0.5, 0.0, 0.5],
            ...                                    techniques=[["values"], []])
            >>> table = study(coded).transitions("technique", "valence")
            >>> table["values", "middle"]["count"]
            1
        """
        sequences, sides = sequences_of(self.sessions, given, target)
        return transition_table(sequences, lag, alternating=sides)

    def save(self, path: str | os.PathLike[str]) -> None:
        """
        Write the study to a file, which holds none of the speakers' words.

        Args:
            path: With the suffix ``.parquet``, a table with a row for each move, which needs the
                `parquet` extra; with any other, JSON Lines.

        Raises:
            FileAccessError: If the file can't be written.
            MissingExtraError: If the extra is missing.
        """
        from aftermove import _study_files

        _study_files.save(self, Path(path))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Study":
        """
        The study that `save` wrote, equal to what was saved.

        Raises:
            FileAccessError: If the file can't be read.
            MissingExtraError: If the extra for Parquet is missing.
            DocumentError: If the file isn't a study, with each line that is wrong.
        """
        from aftermove import _study_files

        return _study_files.load(Path(path))

    def __len__(self) -> int:
        return len(self.sessions)

    def _repr_html_(self) -> str:
        """
        What the study holds, for a notebook.
        """
        from aftermove import _study_display

        return _study_display.study_box(self)

    def __repr__(self) -> str:
        counts = [
            _counted(len(self), "session") + f" of {_counted(self.n_patients, 'patient')}",
            _counted(self.n_moves, "move"),
        ]
        if self.problems:
            counts.append(_counted(len(self.problems), "problem"))
        return f"<Study: {', '.join(counts)}>"


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"
