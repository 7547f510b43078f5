"""
What a detector or scorer must hold to, as checks that a user's own can run.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from time import process_time
from typing import Any, Final, NamedTuple

import attrs
from hypothesis import HealthCheck, given, settings

from aftermove.errors import AftermoveError, ContractError, ModelError
from aftermove.model import (
    Affect,
    CharSpan,
    Detector,
    Evidence,
    Move,
    Role,
    Scorer,
    Session,
    SessionAnalysis,
)
from aftermove.storage import dumps, loads
from aftermove.testing.awkward import awkward_sessions, talk_of
from aftermove.testing.transcripts import sessions as any_sessions

__all__ = ["check_detector", "check_scorer"]

# Talk eight times as long may take so many times as long: what grows with the square takes 64.
_GROWTH: Final = 24.0
# Processor seconds below which growth doesn't matter and can't be measured.
_SHORT: Final = 1.0


def check_detector(
    detector: Detector, sessions: Iterable[Session] = (), *, examples: int = 50
) -> None:
    """
    Nothing, if the detector keeps its contract; else the error that names each broken clause.

    The clauses: it

    1. has a method `detect`, which takes a `Session` and raises nothing;
    2. returns `Move` values;
    3. returns one for each therapist turn, in turn order, and none for other turns;
    4. keeps what the classes demand, as confidences from 0 to 1;
    5. keeps evidence within the text of its turn;
    6. leaves the session as it was;
    7. says the same of an equal session again, whatever it saw in between;
    8. returns what can be stored and read back;
    9. takes time in proportion to the talk (measured once, in processor time, with a wide margin).

    It is run on sessions made to be awkward (without turns, without words, in other scripts, with
    very long turns), on yours, and on sessions drawn at random, the same ones every time.

    Args:
        detector: As `aftermove.analyze` takes it.
        sessions: Of your own, to be tried as well; their words enter no message.
        examples: How many sessions to draw; 0 for none.

    Raises:
        ContractError: If a clause is broken; it lists each broken clause once.

    Example:
        >>> from aftermove import CueDetector
        >>> check_detector(CueDetector(), examples=5)
    """
    _check(detector, _DETECTORS, sessions, examples)


def check_scorer(scorer: Scorer, sessions: Iterable[Session] = (), *, examples: int = 50) -> None:
    """
    Nothing, if the scorer keeps its contract; else the error that names each broken clause.

    The clauses are those of `check_detector`, for the method `score`, `Affect` values and patient
    turns: valence and arousal from -1 to 1, and arcs, too, within the text of their turn.

    Args:
        scorer: As `aftermove.analyze` takes it.
        sessions: Of your own, to be tried as well; their words enter no message.
        examples: How many sessions to draw; 0 for none.

    Raises:
        ContractError: If a clause is broken; it lists each broken clause once.

    Example:
        >>> from aftermove import ClauseScorer
        >>> check_scorer(ClauseScorer(), examples=5)
    """
    _check(scorer, _SCORERS, sessions, examples)


class _Contract(NamedTuple):
    """
    What detectors and scorers don't have in common.
    """

    method: str
    role: Role
    kind: type
    pieces: Callable[[Any], Iterator[Evidence | CharSpan]]
    analysis: Callable[[Session, Sequence[Any]], SessionAnalysis]


def _pieces_of_move(move: Move) -> Iterator[Evidence | CharSpan]:
    yield from move.evidence
    for intervention in move.interventions:
        yield from intervention.evidence


def _pieces_of_affect(affect: Affect) -> Iterator[Evidence | CharSpan]:
    yield from affect.evidence
    for shown in affect.shown:
        yield from shown.evidence
    for point in affect.arc:
        yield point.span


def _analysis_of_moves(session: Session, moves: Sequence[Move]) -> SessionAnalysis:
    affect = [Affect(turn=turn.index, valence=0.0) for turn in session.by_role(Role.PATIENT)]
    return SessionAnalysis(session=session, moves=moves, affect=affect, shifts=())


def _analysis_of_affect(session: Session, affect: Sequence[Affect]) -> SessionAnalysis:
    moves = [Move(turn=turn.index, behaviour="other") for turn in session.by_role(Role.THERAPIST)]
    return SessionAnalysis(session=session, moves=moves, affect=affect, shifts=())


_DETECTORS = _Contract("detect", Role.THERAPIST, Move, _pieces_of_move, _analysis_of_moves)
_SCORERS = _Contract("score", Role.PATIENT, Affect, _pieces_of_affect, _analysis_of_affect)


class _BrokenError(Exception):
    """
    A clause that a session has shown to be broken.
    """

    def __init__(self, clause: str, where: str) -> None:
        super().__init__(clause, where)
        self.clause, self.where = clause, where


def _check(model: object, contract: _Contract, sessions: Iterable[Session], examples: int) -> None:
    if type(examples) is not int or examples < 0:
        raise ModelError("examples", "must be a whole number of at least 0")
    if not callable(getattr(model, contract.method, None)):
        clause = f"has a method {contract.method}, which takes a session"
        raise ContractError([(clause, "its class")])
    run = _Run(getattr(model, contract.method), contract)
    tried = [*awkward_sessions(), *sessions]
    # Backwards the second time, so that what a model remembers shows.
    run.try_all(tried)
    run.try_all(tried[::-1])
    run.time("long turns", lambda n: talk_of("long turns", 1, 100 * n))
    run.time("many turns", lambda n: talk_of("many turns", 50 * n))
    run.report()
    if examples:
        _check_drawn(run, examples)


def _check_drawn(run: "_Run", examples: int) -> None:
    @settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(any_sessions())
    def check(session: Session) -> None:
        run.try_all([session, session], "a session drawn at random")
        run.report()

    try:
        check()
    except ContractError as error:
        # Anew: Hypothesis has noted the whole session on it.
        raise ContractError(error.broken, error.session) from None


class _Run:
    """
    One model under test: what it said, and which clauses it has broken.
    """

    def __init__(self, call: Callable[[Session], object], contract: _Contract) -> None:
        self._call, self._contract = call, contract
        self._said: list[tuple[Session, tuple[object, ...]]] = []
        self._broken: dict[str, tuple[str, Session | None]] = {}

    def report(self) -> None:
        """
        Raise what was broken since the last report, if anything.
        """
        broken, self._broken, self._said = self._broken, {}, []
        if broken:
            _, first = next(iter(broken.values()))
            pairs = [(clause, where) for clause, (where, _) in broken.items()]
            raise ContractError(pairs, first)

    def try_all(self, sessions: Iterable[Session], name: str | None = None) -> None:
        """
        Try each session, and note the first clause that it breaks.
        """
        for session in sessions:
            # A twin, so that nothing hangs on which object it is.
            twin = deepcopy(session)
            try:
                found = self._try(twin)
                _check_unchanged(twin, session)
                self._compare(session, found)
            except _BrokenError as error:
                where = (f"session {session.id!r}" if name is None else name) + error.where
                self._broken.setdefault(error.clause, (where, session))

    def time(self, name: str, session_of: Callable[[int], Session]) -> None:
        """
        Note if eight times the talk takes far more than eight times as long, twice.
        """
        small, large = session_of(1), session_of(8)
        if all(self._grows(small, large) for _ in range(2)):
            clause = "takes time in proportion to the talk"
            self._broken.setdefault(clause, (f"session {name!r}", large))

    def _grows(self, small: Session, large: Session) -> bool:
        seconds = []
        for session in (small, large):
            began = process_time()
            try:
                self._call(session)
            except Exception:  # noted where it was tried
                return False
            seconds.append(process_time() - began)
        return seconds[1] > max(_SHORT, _GROWTH * seconds[0])

    def _compare(self, session: Session, found: tuple[object, ...]) -> None:
        for earlier, said in self._said:
            if earlier is session and said != found:
                raise _BrokenError("says the same of an equal session again", "")
        self._said.append((session, found))

    def _try(self, session: Session) -> tuple[object, ...]:
        contract = self._contract
        try:
            returned = self._call(session)
            found = tuple(returned) if isinstance(returned, Iterable) else None
        except Exception as error:  # whatever a model of a user's raises
            # The type alone: what others raise may quote what was said.
            said = f"{type(error).__name__}, {error.where}" if isinstance(error, ModelError) else ""
            raise _BrokenError(
                f"raises nothing in {contract.method}",
                f" ({said or type(error).__name__})",
            ) from None
        kind = contract.kind.__name__
        if found is None or not all(isinstance(each, contract.kind) for each in found):
            raise _BrokenError(f"returns {kind} values", "")
        self._check_turns(session, found)
        for finding in found:
            self._check_finding(session, finding)
        self._check_storing(session, found)
        return found

    def _check_turns(self, session: Session, found: Sequence[Any]) -> None:
        role = self._contract.role
        wanted = [turn.index for turn in session.by_role(role)]
        if [finding.turn for finding in found] != wanted:
            kind = self._contract.kind.__name__
            clause = f"returns one {kind} for each {role} turn, in turn order, and no other"
            raise _BrokenError(clause, f" ({len(found)} for {len(wanted)} turns)")

    def _check_finding(self, session: Session, finding: Any) -> None:  # noqa: ANN401  # Move or Affect
        where = f", turn {finding.turn}"
        try:
            for value in _values_in(finding):
                attrs.validate(value)
        except AftermoveError as error:
            told = f" ({error.where})" if isinstance(error, ModelError) else ""
            clause = "keeps what the classes demand, as numbers within their range"
            raise _BrokenError(clause, where + told) from None
        text = session[finding.turn].text
        for piece in self._contract.pieces(finding):
            span = piece.span if isinstance(piece, Evidence) else piece
            if span.end > len(text):
                raise _BrokenError("keeps evidence within the text of its turn", where)

    def _check_storing(self, session: Session, found: tuple[Any, ...]) -> None:
        clause = "returns what can be stored and read back"
        try:
            analysis = self._contract.analysis(session, found)
            if loads(dumps(analysis)) == analysis:
                return
        except Exception as error:  # whatever strange values make of storing
            raise _BrokenError(clause, f" ({type(error).__name__})") from None
        raise _BrokenError(clause, "")


def _check_unchanged(twin: Session, session: Session) -> None:
    if twin != session:
        raise _BrokenError("leaves the session as it was", "")


def _values_in(value: Any) -> Iterator[Any]:  # noqa: ANN401  # whatever a class of ours holds
    """
    The value and those in it, as deep as our classes go.
    """
    if isinstance(value, tuple):
        for member in value:
            yield from _values_in(member)
    elif attrs.has(type(value)):
        yield value
        for attribute in attrs.fields(type(value)):
            yield from _values_in(getattr(value, attribute.name))
