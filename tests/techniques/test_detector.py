from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.errors import ModelError, UnknownNameError
from aftermove.model import Behaviour, Detector, Move, Role, Session, Speaker, Turn
from aftermove.techniques import Codebook, Cue, CueDetector, Technique
from aftermove.techniques.detector import MAX_TALK, turns_with_before

DETECTOR = CueDetector(threshold=0.2)
EVERYTHING = CueDetector(threshold=0.0)

TALK = [
    "Mm-hmm.",
    "How was the week?",
    "So you’re torn, it sounds like: part of you wants to go, part of you doesn't.",
    "Thank your mind for that “helpful” thought and notice your feet on the floor.",
    "On a scale from 0 to 10, how sure are you",
    "Most people would feel that way. You should try to rest.",
    "- and then the other thing --",
    "I missed my sister all week and I couldn't sleep.",
    "You missed your sister",
    "Yeah?",
    "[laughs]",
    "",
    "...",
]
texts = st.sampled_from(TALK) | st.lists(st.sampled_from(TALK), max_size=4).map(" ".join)
texts |= st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
pairs = st.lists(st.tuples(st.sampled_from(Role), texts), max_size=10)


def _found(moves: tuple[Move, ...]) -> list[Any]:
    """
    What was found, without the places where it stands.
    """
    return [
        (
            move.turn,
            move.behaviour,
            round(move.confidence, 9),
            [(i.technique, round(i.confidence, 9)) for i in move.interventions],
            [evidence.cue for evidence in move.evidence],
        )
        for move in moves
    ]


@given(pairs)
def test_every_therapist_turn_has_one_move_in_order(said: list[tuple[Role, str]]) -> None:
    """
    Moves are of the therapist's turns, one each, in order; nobody else's turn has one.
    """
    session = Session.from_pairs(said)
    moves = DETECTOR.detect(session)
    assert [m.turn for m in moves] == [t.index for t in session.by_role("therapist")]
    assert moves == DETECTOR.detect(session)


@given(pairs)
def test_evidence_quotes_the_turn(said: list[tuple[Role, str]]) -> None:
    """
    Every finding has evidence within its turn, the strongest first, unless the turn has no words.
    """
    session = Session.from_pairs(said)
    for move in DETECTOR.detect(session):
        text = session[move.turn].text
        if not move.evidence:
            assert move.behaviour.value == "other"
            assert not move.interventions
            continue
        for evidence in (move.evidence, *(i.evidence for i in move.interventions)):
            assert evidence
            assert all(e.span.end <= len(text) for e in evidence)
            assert [e.weight for e in evidence] == sorted(
                (e.weight for e in evidence), reverse=True
            )
        confidences = [i.confidence for i in move.interventions]
        assert confidences == sorted(confidences, reverse=True)
        assert all(0.2 <= c <= 1 for c in confidences)


@given(pairs)
def test_names_of_speakers_change_nothing(said: list[tuple[Role, str]]) -> None:
    """
    Only the role of a speaker counts.
    """
    session = Session.from_pairs(said)
    renamed = Session(
        id="other",
        turns=[
            Turn(index=t.index, speaker=Speaker(f"Dr. {t.index % 2}", t.role), text=t.text)
            for t in session
        ],
    )
    assert DETECTOR.detect(renamed) == DETECTOR.detect(session)


@given(pairs)
def test_the_shape_of_quotes_changes_nothing(said: list[tuple[Role, str]]) -> None:
    """
    Curly and straight quotes are read alike.
    """
    straight = str.maketrans("‘’“”", "''\"\"")
    session = Session.from_pairs(said)
    moves = DETECTOR.detect(Session.from_pairs([(r, t.translate(straight)) for r, t in said]))
    assert moves == DETECTOR.detect(session)


@given(pairs)
def test_doubled_blanks_change_no_finding(said: list[tuple[Role, str]]) -> None:
    """
    More blanks between words move the evidence and change nothing else.
    """
    doubled = Session.from_pairs([(role, text.replace(" ", "  ")) for role, text in said])
    assert _found(DETECTOR.detect(doubled)) == _found(DETECTOR.detect(Session.from_pairs(said)))


def test_it_is_a_detector() -> None:
    """
    The detector keeps the protocol that users' own detectors keep.
    """
    assert isinstance(DETECTOR, Detector)


def _only(text: str, *before: tuple[str, str]) -> Move:
    return CueDetector().detect(Session.from_pairs([*before, ("therapist", text)]))[-1]


@pytest.mark.parametrize(
    ("text", "behaviour", "technique"),
    [
        ("What happened when you got home?", "question", "open_question"),
        ("Did you sleep last night?", "question", "closed_question"),
        ("so what do you think you will do about the flat", "question", "open_question"),
        ("Mm-hmm.", "other", "encourager"),
        ("Hello, my name is Ana. Thanks for coming in today.", "other", "structuring"),
        ("Research shows that nicotine leaves the body within three days.", "input", "information"),
        ("I'd suggest that you try to eat before noon.", "input", "advice"),
        ("It sounds like you're torn about leaving.", "reflection", "complex_reflection"),
    ],
)
def test_plain_cases(text: str, behaviour: str, technique: str) -> None:
    """
    What no rater would disagree about is found.
    """
    move = _only(text, ("patient", "It was a long week and I don't know what to do."))
    assert move.behaviour.value == behaviour
    assert technique in move.techniques


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("How many did you have?", "shape.how_much"),
        ("What you want is rest?", "shape.wh_other"),
        ("What do you want", "shape.wh_unmarked"),
        ("When you rest it eases.", "shape.wh_clause"),
        ("Tell me about the harbour.", "shape.asks_to_tell"),
        ("Rested?", "shape.fragment_asked"),
        ("The harbour again on Sunday?", "shape.asked_else"),
        ("The harbour, how cold is it?", "shape.asked_inside"),
        ("Notice the cold.", "shape.imperative"),
        ("It was Monday or", "shape.ends_in_or"),
        ("-and the boats", "shape.goes_on"),
        ("I see, I see. You know, you waited.", "shape.opens_you"),
        ("You, you and your boats, your nets", "shape.much_you"),
        ("the harbour was cold", "shape.unmarked"),
        ("Okay, yeah, right.", "shape.encouragers_only"),
        ("It said “stay”.", "shape.quotes"),
        ("Three evenings!", "shape.exclaims"),
        ("The boats, the nets, the ice, the cold, the harbour.", "shape.lists"),
    ],
)
def test_the_shape_of_a_sentence_is_told(text: str, cue: str) -> None:
    """
    Each form of a sentence has its own name, whatever small words stand before it.
    """
    (turn, before), *_ = turns_with_before(Session.from_pairs([("therapist", text)]))
    assert cue in CueDetector().read(turn, before).value_by_feature


def test_words_of_the_patient_s_that_come_again_are_told() -> None:
    """
    A turn made of the patient's own words echoes them; a longer one takes them up.
    """
    patient = ("patient", "The harbour froze, the boats stayed and the fishermen waited inside.")
    detector = CueDetector()
    said = [
        "Frozen boats.",
        "The boats stayed.",
        "So the harbour and boats, fishermen waiting.",
        "The harbour was a beautiful sight.",
        "Harbour towns everywhere struggle through bitter winters nowadays.",
    ]
    found = []
    for text in said:
        session = Session.from_pairs([patient, ("therapist", text)])
        ((turn, before),) = turns_with_before(session)
        found.append(set(detector.read(turn, before).place_by_feature))
    assert "shape.takes_up_most" in found[0]
    assert "shape.echoes" in found[1]
    assert "shape.takes_up_many" in found[2]
    assert "shape.takes_up_some" in found[3]
    assert {"shape.takes_up_some", "shape.takes_up_most"}.isdisjoint(found[4])
    assert "shape.takes_up" in found[4]


def test_a_turn_knows_what_it_goes_on_from() -> None:
    """
    After a mere go-ahead of the patient's, a turn goes on from the therapist's own last one.
    """
    session = Session.from_pairs(
        [
            ("therapist", "Research shows that nicotine leaves the body within -"),
            ("patient", "Mm-hmm."),
            ("therapist", "three days."),
            ("patient", "And then? " + "It is a long time to wait. " * 6 + "Is it over?"),
            ("therapist", "It is."),
        ]
    )
    names = [set(_names(session, behaviour="input")[i]) for i in range(3)]
    assert {"shape.goes_on_from_input", "shape.completes_input"} <= names[1]
    assert {"shape.follows_input", "shape.patient_asked", "shape.patient_long"} <= names[2]
    assert "shape.first_turn" in names[0]


def test_the_last_turns_of_a_session_are_late() -> None:
    """
    The last three therapist turns of a session of some length are late, the others aren't.
    """
    names = _names(Session.from_pairs([("therapist", "We rest.")] * 12), behaviour="other")
    assert ["shape.late" in each for each in names] == [False] * 9 + [True] * 3
    assert ["shape.early" in each for each in names[:4]] == [False, True, True, False]


def test_a_turn_is_read_among_the_talk_of_the_others() -> None:
    """
    What family the other turns' cues are of counts, in proportion to the turns; its own don't.
    """
    ladder = ("therapist", "Which rung of the ladder is it?")
    number = ("therapist", "The number?")
    detector = CueDetector()
    talk = []
    for turns in ([number], [ladder], [ladder, number], [ladder, number, ladder, number]):
        *_, (_, _, reading) = detector.readings(Session.from_pairs(turns))
        talk.append(reading.value_by_feature.get("talk.cbt", 0.0))
    assert talk[:2] == [0.0, 0.0]
    assert 0.0 < talk[2] < talk[3]


def test_no_amount_of_a_school_s_talk_tells_by_itself() -> None:
    """
    However many cues of a school the other turns hold, its talk counts no more than so much.
    """
    detector = CueDetector()
    ladder = ("therapist", "Which rung of the ladder, and then the next rung? " * 40)
    *_, (_, _, reading) = detector.readings(
        Session.from_pairs([*[ladder] * 30, ("therapist", "The number?")])
    )
    assert reading.value_by_feature["talk.cbt"] <= MAX_TALK


def test_talk_of_exposure_makes_exposure_likelier() -> None:
    """
    The same words are the likelier to be of a technique, the more of its family is around.
    """

    def share(session: Session) -> float:
        last = CueDetector(threshold=0.0).detect(session)[-1]
        (found,) = [i for i in last.interventions if i.technique == "exposure"]
        return found.confidence

    step = ("therapist", "Stay with it until the fear comes down, no checking.")
    chat = ("therapist", "The bus was late again and the rain came down all day.")
    last = ("therapist", "What's the number now?")
    assert share(Session.from_pairs([step] * 9 + [last])) > share(
        Session.from_pairs([chat] * 9 + [last])
    )


def _names(session: Session, behaviour: str) -> list[list[str]]:
    detector = CueDetector()
    return [
        [*detector.read(turn, before._replace(behaviour=behaviour)).place_by_feature]
        for turn, before in turns_with_before(session)
    ]


def test_a_common_word_may_be_all_that_is_taken_up() -> None:
    """
    A turn of common words alone is read too where one has the stem of a word of the patient's.
    """
    session = Session.from_pairs([("patient", "I took notes."), ("therapist", "Not you?")])
    (move,) = CueDetector().detect(session)
    assert move.behaviour is Behaviour.QUESTION


def test_a_user_s_own_technique_is_found_by_its_cues() -> None:
    """
    A technique that no weights were fitted for is told by the strengths of its cues.
    """
    own = Technique(
        id="sand_play",
        name="Sand play",
        family="own",
        definition="Builds a scene in sand.",
        source="Our own",
        cues=[Cue(id="sand_play.tray", phrases=["sand tray"], weight=4.0)],
    )
    session = Session.from_pairs([("therapist", "Shall we go to the sand tray?")])
    (move,) = CueDetector(Codebook.default().extend(Codebook([own]))).detect(session)
    (found,) = [i for i in move.interventions if i.technique == "sand_play"]
    assert found.confidence == pytest.approx(0.88, abs=0.01)
    assert found.evidence[0].span.of(session[0].text) == "sand tray"


def test_the_threshold_may_be_moved() -> None:
    """
    A threshold holds for all techniques, or for those it names.
    """
    session = Session.from_pairs([("therapist", "What matters most to you as a friend?")])
    assert not CueDetector(threshold=1.0).detect(session)[0].interventions
    assert len(CueDetector(threshold=0.0).detect(session)[0].interventions) == 40
    (move,) = CueDetector(threshold={"values": 1.0}).detect(session)
    assert "values" not in move.techniques
    assert "open_question" in move.techniques


def test_a_wrong_threshold_is_refused() -> None:
    """
    A threshold out of range, or of an unknown technique, is refused.
    """
    with pytest.raises(ModelError):
        CueDetector(threshold=1.5)
    with pytest.raises(ModelError):
        CueDetector(threshold=True)
    with pytest.raises(UnknownNameError, match="defusion"):
        CueDetector(threshold={"sand_play": 0.5})


def test_a_reading_is_explained_in_the_turn_s_own_words() -> None:
    """
    The explanation names what was found and what came next, each with words of the turn.
    """
    session = Session.from_pairs(
        [("patient", "It was a long week."), ("therapist", "What matters most to you as a friend?")]
    )
    why, techniques, nearly = CueDetector().explain(session, 1).splitlines()
    assert why.startswith("It is read as a question (")
    assert "values (" in techniques
    assert "“What matters”" in techniques
    assert nearly.startswith("Nearly, but not: ")
    assert "question" not in nearly.partition(";")[0]


def test_a_turn_without_words_has_nothing_to_explain() -> None:
    """
    What has no words is told as neither, and with no more.
    """
    session = Session.from_pairs([("therapist", "..."), ("patient", "Yes.")])
    assert CueDetector().explain(session, 0).splitlines() == [
        "It is read as neither question, reflection nor input (1.00)."
    ]
    with pytest.raises(ModelError, match="turn 1"):
        CueDetector().explain(session, 1)


@given(pairs)
def test_every_therapist_turn_can_be_explained(said: list[tuple[Role, str]]) -> None:
    """
    Each therapist turn has an explanation that names its behaviour's confidence.
    """
    session = Session.from_pairs(said)
    for detector in (DETECTOR, EVERYTHING):
        for move in detector.detect(session):
            assert f"({move.confidence:.2f})" in detector.explain(session, move.turn)
