import pickle
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
from attrs import evolve, frozen

from aftermove.affect import ClauseScorer
from aftermove.errors import ContractError, ModelError
from aftermove.model import (
    Affect,
    ArcPoint,
    CharSpan,
    Evidence,
    Intervention,
    Metadata,
    Move,
    Session,
    ShownState,
)
from aftermove.techniques import CueDetector
from aftermove.testing import check_detector, check_scorer, contracts
from aftermove.testing.awkward import awkward_sessions


class Detector:
    """
    A detector that keeps its contract, to be spoilt by what is given to it.
    """

    def __init__(self, spoil: Callable[[Session, list[Any]], Any] = lambda _, moves: moves) -> None:
        self._spoil = spoil

    def detect(self, session: Session) -> Sequence[Move]:
        """
        Each turn that has a word shows a technique, by its first character.
        """
        moves = [Move(turn=turn.index, behaviour="other") for turn in session.by_role("therapist")]
        found: Sequence[Move] = self._spoil(session, moves)
        return found


class Scorer:
    """
    A scorer that keeps its contract, to be spoilt by what is given to it.
    """

    def __init__(
        self, spoil: Callable[[Session, list[Any]], Any] = lambda _, affect: affect
    ) -> None:
        self._spoil = spoil

    def score(self, session: Session) -> Sequence[Affect]:
        """
        No turn shows anything.
        """
        affect = [Affect(turn=turn.index, valence=0.0) for turn in session.by_role("patient")]
        found: Sequence[Affect] = self._spoil(session, affect)
        return found


def _found_in_lower_case(session: Session, moves: list[Move]) -> list[Move]:
    found = []
    for move in moves:
        # Lower case may be longer than the text it is of.
        place = session[move.turn].text.lower().find("breathe")
        cue = [Evidence(CharSpan(place, place + 7), "breathe")] if place >= 0 else []
        shown = Intervention(turn=move.turn, technique="relaxation", evidence=cue)
        found.append(evolve(move, interventions=[shown]))
    return found


def _set(value: Any, name: str, to: object) -> Any:  # noqa: ANN401  # any class of ours
    object.__setattr__(value, name, to)
    return value


class _Memory:
    """
    Says of a session how many it saw before.
    """

    def __init__(self, field: str) -> None:
        self.field, self.seen = field, 0

    def __call__(self, session: Session, findings: list[Any]) -> list[Any]:
        del session
        self.seen += 1
        return [evolve(each, **{self.field: min(1.0, self.seen / 1000)}) for each in findings]


def _spoil_metadata(session: Session, findings: list[Any]) -> list[Any]:
    _set(session, "metadata", Metadata({"seen": "yes"}))
    return findings


def _secret(session: Session, findings: list[Any]) -> list[Any]:
    del findings
    raise ValueError(session[0].text)


@frozen(kw_only=True)
class _OwnMove(Move):
    """
    A move with more to it than files can hold.
    """

    note: str = ""


BROKEN_DETECTORS: dict[str, tuple[object, str]] = {
    "no method": (object(), "has a method detect"),
    "raises": (Detector(_secret), r"raises nothing in detect.*\(IndexError\)"),
    "breaks a class": (
        Detector(lambda _, moves: [Move(turn=m.turn, behaviour="asks") for m in moves]),
        r"raises nothing in detect.*\(ModelError, Behaviour\)",
    ),
    "returns nothing": (Detector(lambda *_: None), "returns Move values"),
    "returns other things": (Detector(lambda _, moves: [m.turn for m in moves]), "Move values"),
    "forgets a turn": (Detector(lambda _, moves: moves[1:]), "one Move for each therapist turn"),
    "turns about": (Detector(lambda _, moves: moves[::-1]), "in turn order"),
    "takes every turn": (
        Detector(lambda s, _: [Move(turn=turn.index, behaviour="other") for turn in s]),
        "and no other",
    ),
    "confidence of 2": (
        Detector(lambda _, moves: [_set(move, "confidence", 2.0) for move in moves]),
        r"numbers within their range.*\(Move.confidence\)",
    ),
    "spans of another text": (Detector(_found_in_lower_case), "letters that grow', turn 0"),
    "changes the session": (Detector(_spoil_metadata), "leaves the session as it was"),
    "remembers": (Detector(_Memory("confidence")), "says the same of an equal session again"),
    "of a class of its own": (
        Detector(lambda _, moves: [_OwnMove(turn=m.turn, behaviour="other") for m in moves]),
        "stored and read back",
    ),
    "what no file can hold": (
        Detector(lambda _, moves: [_set(move, "behaviour", object()) for move in moves]),
        "stored and read back",
    ),
}
BROKEN_SCORERS: dict[str, tuple[object, str]] = {
    "no method": (Detector(), "has a method score"),
    "raises": (Scorer(_secret), r"raises nothing in score.*\(IndexError\)"),
    "forgets a turn": (Scorer(lambda _, affect: affect[:-1]), "one Affect for each patient turn"),
    "moves": (Scorer(lambda *_: [Move(turn=0, behaviour="other")]), "Affect values"),
    "valence of -3": (
        Scorer(lambda _, affect: [_set(each, "valence", -3) for each in affect]),
        r"numbers within their range.*\(Affect.valence\)",
    ),
    "arc beyond the text": (
        Scorer(
            lambda _, affect: [
                evolve(each, arc=[ArcPoint(span=CharSpan(0, 10**6), valence=0.5)])
                for each in affect
            ]
        ),
        "evidence within the text",
    ),
    "evidence of a state beyond the text": (
        Scorer(
            lambda _, affect: [
                evolve(
                    each,
                    shown=[ShownState(state="joy", evidence=[Evidence(CharSpan(9, 10**6), "a")])],
                )
                for each in affect
            ]
        ),
        "evidence within the text",
    ),
    "remembers": (
        Scorer(_Memory("arousal")),
        "says the same",
    ),
}


@pytest.mark.parametrize("name", BROKEN_DETECTORS)
def test_a_broken_detector_is_caught(name: str) -> None:
    """
    Each way of breaking the contract is caught, and its clause named.
    """
    detector, clause = BROKEN_DETECTORS[name]
    with pytest.raises(ContractError, match=clause) as caught:
        check_detector(detector, examples=0)  # type: ignore[arg-type]  # broken
    assert "breathe" not in str(caught.value)


@pytest.mark.parametrize("name", BROKEN_SCORERS)
def test_a_broken_scorer_is_caught(name: str) -> None:
    """
    Each way of breaking the contract is caught, and its clause named.
    """
    scorer, clause = BROKEN_SCORERS[name]
    with pytest.raises(ContractError, match=clause):
        check_scorer(scorer, examples=0)  # type: ignore[arg-type]  # broken


@pytest.mark.parametrize(
    ("name", "exponent", "words"),
    [
        ("long turns", 2, lambda session: max(len(turn.text) for turn in session)),
        ("many turns", 2, len),
        (None, 1, lambda session: sum(len(turn.text) for turn in session)),
    ],
)
def test_time_that_grows_with_the_square_is_caught(
    monkeypatch: pytest.MonkeyPatch,
    name: str | None,
    exponent: int,
    words: Callable[[Session], int],
) -> None:
    """
    Time in proportion to the talk is fine, however long; its square is caught.
    """
    seconds = 0.0

    def take_time(session: Session, moves: list[Move]) -> list[Move]:
        nonlocal seconds
        if len(session):
            seconds += words(session) ** exponent / 1000
        return moves

    monkeypatch.setattr(contracts, "process_time", lambda: seconds)
    if name is None:
        check_detector(Detector(take_time), examples=0)
        return
    with pytest.raises(ContractError, match=f"in proportion to the talk; .* '{name}'"):
        check_detector(Detector(take_time), examples=0)


def test_ours_keep_their_contract() -> None:
    """
    The detector and the scorer that ship pass.
    """
    check_detector(CueDetector())
    check_scorer(ClauseScorer())


def test_the_simplest_models_keep_the_contract() -> None:
    """
    A model that finds nothing passes, and one that gives its findings as a generator does too.
    """
    check_detector(Detector(), examples=10)
    check_scorer(Scorer(lambda _, affect: iter(affect)), examples=10)


def test_sessions_of_a_user_s_own_are_tried_and_their_words_kept_back() -> None:
    """
    A clause that only a user's session breaks is told by that session's id, without its words.
    """

    def forget_secrets(session: Session, moves: list[Move]) -> list[Move]:
        return [move for move in moves if "secret" not in session[move.turn].text]

    own = Session.from_pairs([("therapist", "A secret.")], id="mine")
    detector = Detector(forget_secrets)
    check_detector(detector, examples=5)
    with pytest.raises(ContractError, match="session 'mine'") as caught:
        check_detector(detector, [own], examples=5)
    assert "secret" not in str(caught.value)
    assert caught.value.session == own
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301  # ours


def test_drawn_sessions_are_tried_too() -> None:
    """
    What no prepared session shows, those drawn do; the report quotes none of them.
    """
    prepared = {session.id for session in awkward_sessions()}

    def forget_others(session: Session, moves: list[Move]) -> list[Move]:
        return moves if session.id in prepared else [*moves, *moves[:1]]

    with pytest.raises(ContractError, match="drawn at random") as caught:
        check_detector(Detector(forget_others))
    assert getattr(caught.value, "__notes__", []) == []
    assert isinstance(caught.value.session, Session)


def test_all_broken_clauses_are_told_at_once() -> None:
    """
    Each broken clause comes once, whatever the number of sessions that break it.
    """

    def spoil(session: Session, moves: list[Move]) -> Iterable[Move]:
        if session.id == "plain talk":
            raise RuntimeError
        return moves[1:]

    with pytest.raises(ContractError) as caught:
        check_detector(Detector(spoil), examples=0)
    assert [clause.split()[0] for clause, _ in caught.value.broken] == ["raises", "returns"]


def test_examples_are_a_whole_number() -> None:
    """
    A number of examples that makes no sense is refused.
    """
    with pytest.raises(ModelError, match="examples"):
        check_detector(Detector(), examples=-1)


def test_awkward_sessions_have_names_of_their_own() -> None:
    """
    Each prepared session has an id that no other has, by which reports tell it.
    """
    names = [session.id for session in awkward_sessions()]
    assert len(set(names)) == len(names)
