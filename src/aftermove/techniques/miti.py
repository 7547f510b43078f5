"""
One session in the figures of motivational interviewing's treatment integrity.
"""

from collections import Counter
from typing import Any

from attrs import asdict, field, frozen

from aftermove import markup
from aftermove.errors import ModelError
from aftermove.model import Role, SessionAnalysis
from aftermove.model import _checks as check
from aftermove.techniques.crosswalk import Crosswalk

__all__ = ["MitiSummary"]


@frozen(kw_only=True)
class MitiSummary:
    """
    The counts that MITI's summary scores are made of, and the scores.

    A turn counts once for each code, whereas MITI's coders part long turns into utterances, and
    codes are found by the detector or by people who followed another manual.  So the figures are
    like MITI's and not MITI's: compare them with each other rather than with its thresholds.
    Shares and ratios, unlike counts, may be compared between sessions of different length.

    Raises:
        ModelError: If a count isn't a whole number of at least 0.

    Example:
        >>> coded = SessionAnalysis.from_codes(
        ...     id="s1", valence=[0, 0, 0, 0],
        ...     techniques=[["open_question"], ["complex_reflection", "affirmation"], ["advice"]])
        >>> summary = MitiSummary.from_analysis(coded)
        >>> summary.reflection_to_question, summary.complex_share, summary.open_share
        (1.0, 1.0, 1.0)
        >>> summary.n_adherent, summary.n_non_adherent, summary.talk_share
        (1, 1, None)

    Source:
        Moyers, Manuel & Ernst (2014), MITI 4.2.1, except where said otherwise.
    """

    session: str = field(validator=check.text(blank=False))
    """The session's id."""

    n_moves: int = field(validator=check.index())
    n_simple_reflections: int = field(validator=check.index())
    """Moves with the MITI code SR."""

    n_complex_reflections: int = field(validator=check.index())
    """Moves with CR; they have no SR."""

    n_questions: int = field(validator=check.index())
    """Moves with Q, open or closed."""

    n_open_questions: int = field(validator=check.index())
    """Moves with the technique `open_question`."""

    n_closed_questions: int = field(validator=check.index())
    """Moves with the technique `closed_question`; a move may have both."""

    n_adherent: int = field(validator=check.index())
    """Total MI-adherent: Affirm, Seeking Collaboration and Emphasizing Autonomy."""

    n_non_adherent: int = field(validator=check.index())
    """Total MI non-adherent: Confront, and Persuade without permission."""

    therapist_words: int = field(validator=check.index())
    patient_words: int = field(validator=check.index())

    @classmethod
    def from_analysis(cls, analysis: SessionAnalysis) -> "MitiSummary":
        """
        The summary of one session, by the crosswalk to MITI 4.

        Args:
            analysis: As made by `aftermove.analyze`, or from people's codes.

        Raises:
            ModelError: If *analysis* isn't a `SessionAnalysis`.
        """
        if not isinstance(analysis, SessionAnalysis):
            raise ModelError("MitiSummary", "takes a SessionAnalysis, as analyze makes it")
        miti = Crosswalk.load("miti")
        n_by_code = Counter(label for move in analysis.moves for label in miti.of(move))
        n_by_technique = Counter(name for move in analysis.moves for name in move.techniques)
        words = analysis.session.word_count_by_role
        return cls(
            session=analysis.session.id,
            n_moves=len(analysis.moves),
            n_simple_reflections=n_by_code["SR"],
            n_complex_reflections=n_by_code["CR"],
            n_questions=n_by_code["Q"],
            n_open_questions=n_by_technique["open_question"],
            n_closed_questions=n_by_technique["closed_question"],
            n_adherent=sum(n_by_code[code] for code in miti.in_group("MI-adherent")),
            n_non_adherent=sum(n_by_code[code] for code in miti.in_group("MI non-adherent")),
            therapist_words=words.get(Role.THERAPIST, 0),
            patient_words=words.get(Role.PATIENT, 0),
        )

    @property
    def n_reflections(self) -> int:
        """
        Moves with a reflection of either kind.
        """
        return self.n_simple_reflections + self.n_complex_reflections

    @property
    def reflection_to_question(self) -> float | None:
        """
        Reflections for each question, from 0 up; `None` without questions.

        More means that the therapist listens more than asks.
        """
        return _ratio(self.n_reflections, self.n_questions)

    @property
    def complex_share(self) -> float | None:
        """
        The share of complex ones among reflections, from 0 to 1; `None` without reflections.
        """
        return _ratio(self.n_complex_reflections, self.n_reflections)

    @property
    def open_share(self) -> float | None:
        """
        The share of open ones among open and closed questions, from 0 to 1; `None` without any.

        Source:
            Moyers, Martin, Manuel, Miller & Ernst (2010), MITI 3.1.1; version 4 parts them no more.
        """
        return _ratio(self.n_open_questions, self.n_open_questions + self.n_closed_questions)

    @property
    def talk_share(self) -> float | None:
        """
        The therapist's share of the two's words, from 0 to 1; `None` where there are none.

        Source:
            Miller (2000), MISC coder's manual 1.0, whose third pass takes time, not words.
        """
        return _ratio(self.therapist_words, self.therapist_words + self.patient_words)

    def to_dict(self) -> dict[str, Any]:
        """
        Counts and scores as plain values, by name.
        """
        return asdict(self) | {name: getattr(self, name) for name in _SCORES}

    def __repr__(self) -> str:
        said = ", ".join(f"{name} {_told(getattr(self, name))}" for name in _SCORES)
        return f"<MitiSummary {self.session!r}: {said}>"

    def _repr_html_(self) -> str:
        of_moves = f"of {self.n_moves:,} moves"
        asked = f"{self.n_open_questions:,} open, {self.n_closed_questions:,} closed"
        deep = f"{self.n_complex_reflections:,} of {self.n_reflections:,}"
        words = f"{self.therapist_words:,} and {self.patient_words:,} words"
        rows = [
            (
                "Reflections to questions",
                _told(self.reflection_to_question),
                f"{self.n_reflections:,} to {self.n_questions:,}",
            ),
            ("Complex among reflections", _told(self.complex_share), deep),
            ("Open among questions", _told(self.open_share), asked),
            ("Therapist’s share of words", _told(self.talk_share), words),
            ("MI-adherent", f"{self.n_adherent:,}", of_moves),
            ("MI non-adherent", f"{self.n_non_adherent:,}", of_moves),
        ]
        caption = "Like MITI 4’s summary scores; a turn counts once for each code. – undefined."
        return markup.table(("Score", "Value", "Counts"), rows, caption)


_SCORES = ("reflection_to_question", "complex_share", "open_share", "talk_share")


def _ratio(above: int, below: int) -> float | None:
    return above / below if below else None


def _told(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
