"""
One session with all that was found in it.
"""

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from os import PathLike

from attrs import field, frozen

from aftermove.errors import ModelError
from aftermove.model import _checks as check
from aftermove.model.findings import (
    Affect,
    AffectShift,
    Behaviour,
    Evidence,
    Intervention,
    Move,
    ShownState,
    Stance,
    State,
)
from aftermove.model.session import Metadata, Session
from aftermove.model.transcript import Role, Speaker, Turn

__all__ = ["SessionAnalysis", "TechniqueSummary"]


@frozen(kw_only=True)
class TechniqueSummary:
    """
    One technique over one session.

    A single session proves little: the change is unadjusted, an association in time, and
    therapists choose moves by how the patient feels.

    Example:
        >>> TechniqueSummary(technique="values", n_moves=3, n_shifts=2, mean_change=0.1).n_moves
        3
    """

    technique: str = field(validator=check.text(blank=False))
    n_moves: int = field(validator=check.index())
    """Moves that hold the technique."""

    n_shifts: int = field(validator=check.index())
    """Those of them with patient talk on both sides."""

    mean_change: float | None = field(validator=check.number(-2.0, 2.0, optional=True))
    """Mean of `AffectShift.change` over the shifts; `None` where there is none."""


def _as_moves(members: Iterable[Move]) -> tuple[Move, ...]:
    return check.as_tuple(members)


def _as_affect(members: Iterable[Affect]) -> tuple[Affect, ...]:
    return check.as_tuple(members)


def _as_shifts(members: Iterable[AffectShift]) -> tuple[AffectShift, ...]:
    return check.as_tuple(members)


@frozen(kw_only=True)
class SessionAnalysis:
    """
    A session, the therapist's moves, the patient's affect, and how affect shifts after each move.

    Made by `aftermove.analyze`, or from people's codes by `from_codes`.

    Raises:
        ModelError: If a finding points at a turn that isn't there or isn't of its role, comes
            twice or out of order, or has evidence outside its turn's text.
    """

    session: Session = field(validator=check.instance_of(Session))
    moves: tuple[Move, ...] = field(converter=_as_moves, validator=check.tuple_of(Move))
    """One for each therapist turn, in order."""

    affect: tuple[Affect, ...] = field(converter=_as_affect, validator=check.tuple_of(Affect))
    """One for each patient turn, in order."""

    shifts: tuple[AffectShift, ...] = field(
        converter=_as_shifts, validator=check.tuple_of(AffectShift)
    )
    """One for each move with patient talk on both sides, in order."""

    def __attrs_post_init__(self) -> None:
        self._check_turns("moves", [move.turn for move in self.moves], Role.THERAPIST)
        self._check_turns("affect", [affect.turn for affect in self.affect], Role.PATIENT)
        move_by_turn = {move.turn: move for move in self.moves}
        # Most are the very same, which is quicker told than that they are equal.
        if any(
            (own := move_by_turn.get(shift.move.turn)) is not shift.move and own != shift.move
            for shift in self.shifts
        ):
            raise check.refuse(self, "shifts", "must be of the analysis' own moves")
        for move in self.moves:
            self._check_evidence("moves", move.turn, move.evidence)
            for intervention in move.interventions:
                self._check_evidence("moves", move.turn, intervention.evidence)
        for affect in self.affect:
            self._check_evidence("affect", affect.turn, affect.evidence)
            for shown in affect.shown:
                self._check_evidence("affect", affect.turn, shown.evidence)
            if affect.arc and affect.arc[-1].span.end > len(self.session[affect.turn].text):
                raise check.refuse(
                    self, "affect", f"arc of turn {affect.turn} must lie in its text"
                )

    def _check_turns(self, name: str, turns: list[int], role: Role) -> None:
        wanted = [turn.index for turn in self.session.turns if turn.role is role]
        if turns != wanted:
            first = next(
                found if found is not None else want
                for found, want in zip_longest(turns, wanted)
                if found != want
            )
            raise check.refuse(
                self,
                name,
                f"must hold one finding for each {role} turn, in order; see turn {first}",
            )

    def _check_evidence(self, name: str, turn: int, evidence: Iterable[Evidence]) -> None:
        length = len(self.session[turn].text)
        if any(piece.span.end > length for piece in evidence):
            raise check.refuse(self, name, f"evidence of turn {turn} must lie in its text")

    @classmethod
    def from_codes(  # noqa: PLR0913  # one argument for each kind of code
        cls,
        *,
        id: str,  # noqa: A002  # the contract's name, which reads best at the call
        valence: Sequence[float],
        techniques: Sequence[Iterable[str]],
        patient: str | None = None,
        arousal: Sequence[float] | None = None,
        states: Sequence[Iterable[str]] | None = None,
        stance: Sequence[str] | None = None,
        behaviours: Sequence[str] | None = None,
    ) -> "SessionAnalysis":
        """
        The analysis of a session that people coded, without its words.

        Args:
            id: The session's name.
            valence: For each stretch of patient talk, in order, from -1 to 1.
            techniques: For each move, the ids of its techniques; ``techniques[i]`` stands
                between ``valence[i]`` and ``valence[i + 1]``.
            patient: The patient's id, by which studies group sessions.
            arousal: As long as *valence*, from -1 to 1; `None` for 0 throughout.
            states: As long as *valence*; `None` for no states.
            stance: As long as *valence*; `None` for neutral throughout.
            behaviours: As long as *techniques*; `None` for "other" throughout.

        Raises:
            ModelError: If a length doesn't fit or a code isn't allowed.

        Example:
            >>> coded = SessionAnalysis.from_codes(id="s1", patient="p1", valence=[-.5, -.25, .25],
            ...                                    techniques=[["validation"], []])
            >>> [shift.change for shift in coded.shifts]
            [0.25, 0.5]
        """
        n = len(valence)
        affect_codes = {"arousal": arousal, "states": states, "stance": stance}
        for name, codes in affect_codes.items():
            _check_length(name, codes, n)
        _check_length("techniques", techniques, max(n - 1, 0))
        _check_length("behaviours", behaviours, max(n - 1, 0))
        affect = [
            Affect(
                turn=2 * i,
                valence=valence[i],
                arousal=0.0 if arousal is None else arousal[i],
                shown=[ShownState(state=_state(s)) for s in (states[i] if states else ())],
                stance=Stance.NEUTRAL if stance is None else stance[i],
            )
            for i in range(n)
        ]
        moves = [
            Move(
                turn=2 * i + 1,
                behaviour=Behaviour.OTHER if behaviours is None else behaviours[i],
                interventions=[Intervention(turn=2 * i + 1, technique=t) for t in techniques[i]],
            )
            for i in range(len(techniques))
        ]
        # Each coded valence is a stretch of its own, so each move has its shift.
        shifts = [
            AffectShift(
                move=move,
                before=(move.turn - 1,),
                after=(move.turn + 1,),
                valence_before=valence[i],
                valence_after=valence[i + 1],
            )
            for i, move in enumerate(moves)
        ]
        speakers = (Speaker("Patient", Role.PATIENT), Speaker("Therapist", Role.THERAPIST))
        turns = [Turn(index=i, speaker=speakers[i % 2], text="") for i in range(max(2 * n - 1, 0))]
        metadata = Metadata({} if patient is None else {"patient": patient})
        session = Session(id=id, turns=turns, metadata=metadata)
        return cls(session=session, moves=moves, affect=affect, shifts=shifts)

    @property
    def findings_by_turn(self) -> dict[int, Move | Affect]:
        """
        The move or the affect of each turn that has one, by turn index.
        """
        by_turn: dict[int, Move | Affect] = {move.turn: move for move in self.moves}
        by_turn.update((affect.turn, affect) for affect in self.affect)
        return by_turn

    def summary(self) -> tuple[TechniqueSummary, ...]:
        """
        One row for each technique found, the most frequent first, then by name.

        The changes are unadjusted and of one session, so they prove little.
        """
        changes_by_technique: dict[str, list[float]] = {}
        n_moves_by_technique: dict[str, int] = {}
        for move in self.moves:
            for technique in move.techniques:
                n_moves_by_technique[technique] = n_moves_by_technique.get(technique, 0) + 1
        for shift in self.shifts:
            for technique in shift.techniques:
                changes_by_technique.setdefault(technique, []).append(shift.change)
        rows = []
        for technique, n_moves in n_moves_by_technique.items():
            changes = changes_by_technique.get(technique, [])
            mean = sum(changes) / len(changes) if changes else None
            rows.append(
                TechniqueSummary(
                    technique=technique,
                    n_moves=n_moves,
                    n_shifts=len(changes),
                    mean_change=mean,
                )
            )
        return tuple(sorted(rows, key=lambda row: (-row.n_moves, row.technique)))

    def to_html(self, path: str | PathLike[str] | None = None) -> str:
        """
        The report as a whole page: transcript, techniques, affect and their evidence.

        It holds every word of the session.  It loads nothing, runs no script, and the same
        analysis gives the same bytes.

        Args:
            path: Where to write it besides, as UTF-8; `None` for nowhere.

        Raises:
            FileAccessError: If the file can't be written.
        """
        from aftermove.model import display

        page = display.analysis_page(self)
        if path is not None:
            display.write(page, path)
        return page

    def _repr_html_(self) -> str:
        """
        The report for a notebook, in a box that scrolls.
        """
        from aftermove.model import display

        return display.analysis_box(self)

    def __repr__(self) -> str:
        return (
            f"<SessionAnalysis {self.session.id!r}: {len(self.moves)} moves, "
            f"{len(self.affect)} patient turns, {len(self.shifts)} shifts>"
        )


def _check_length(name: str, codes: Sequence[object] | None, wanted: int) -> None:
    if codes is not None and len(codes) != wanted:
        raise ModelError(
            f"SessionAnalysis.from_codes: {name}",
            f"must hold {wanted} entries to fit valence, not {len(codes)}",
        )


def _state(value: str) -> State:
    return check.as_member(State, value)
