from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove import testing
from aftermove.affect import ClauseScorer, Entry, Lexicon, WordWeights
from aftermove.errors import ModelError
from aftermove.model import Affect, Mark, Scorer, Session, Speaker, Stance, State, Turn
from aftermove.model import CharSpan as Span
from aftermove.testing import sessions

SCORER = ClauseScorer()
LEXICON_ALONE = ClauseScorer(words=WordWeights.none())
FEELINGS = ["sad", "angry", "scared", "ashamed", "happy", "calm", "hopeful", "proud", "lonely"]
TALK = st.lists(
    st.sampled_from(
        [
            "I'm scared",
            "but",
            "“You’re useless”",
            "it got easier",
            "?",
            ".",
            ", ",
            "not",
            "thank you",
            "the bus came",
            "I'll try",
            "what good would that do",
            "for a second",
        ]
    ),
    max_size=12,
).map(" ".join)


def _scored(*pairs: tuple[str, str], scorer: ClauseScorer = SCORER) -> tuple[Affect, ...]:
    return scorer.score(Session.from_pairs(pairs))


def _one(text: str) -> Affect:
    return _scored(("patient", text))[0]


def _alone(*pairs: tuple[str, str]) -> tuple[Affect, ...]:
    return _scored(*pairs, scorer=LEXICON_ALONE)


def test_the_scorer_keeps_the_protocol() -> None:
    """
    `ClauseScorer` takes the place of any `Scorer`.
    """
    assert isinstance(SCORER, Scorer)


@given(sessions())
def test_each_patient_turn_has_one_affect(session: Session) -> None:
    """
    Affects come in turn order, for patient turns alone, with evidence inside the text.
    """
    affects = SCORER.score(session)
    assert [a.turn for a in affects] == [t.index for t in session.by_role("patient")]
    for affect in affects:
        length = len(session[affect.turn].text)
        spans = [piece.span for piece in affect.evidence]
        spans += [piece.span for shown in affect.shown for piece in shown.evidence]
        spans += [point.span for point in affect.arc]
        assert all(span.end <= length for span in spans)


@given(TALK)
def test_evidence_adds_up_to_the_valence(text: str) -> None:
    """
    The weights of the evidence add up to the turn's valence, so that no part of it is unexplained.
    """
    affect = _one(text)
    total = sum(piece.weight for piece in affect.evidence)
    assert total == pytest.approx(affect.valence, abs=1e-5)


@given(TALK)
def test_the_same_words_score_the_same(text: str) -> None:
    """
    Curly quotes, doubled blanks, the case of starts and the speaker's name change no score.
    """
    affect = _one(text)
    for other in (
        text.replace("'", "’"),
        text.replace(" ", "  "),
        text[:1].swapcase() + text[1:],
    ):
        again = _one(other)
        assert (again.valence, again.arousal, again.states, again.stance) == (
            affect.valence,
            affect.arousal,
            affect.states,
            affect.stance,
        )
    turn = Turn(index=0, speaker=Speaker("Somebody Else", "patient"), text=text)
    assert SCORER.score(Session(id="s", turns=[turn])) == (affect,)


@given(st.sampled_from(FEELINGS), st.sampled_from(["not", "never", "hardly"]))
def test_negation_never_strengthens(feeling: str, negation: str) -> None:
    """
    Negating an affect word never makes it stronger in the same direction.
    """
    bare, negated = _one(f"I am {feeling}.").valence, _one(f"I am {negation} {feeling}.").valence
    assert negated <= bare if bare > 0 else negated >= bare


@given(st.sampled_from(FEELINGS), st.sampled_from(["very", "so", "really", "extremely", "such a"]))
def test_intensifiers_never_weaken(feeling: str, degree: str) -> None:
    """
    An intensifier never takes from a feeling.
    """
    bare, strong = _one(f"I am {feeling}.").valence, _one(f"I am {degree} {feeling}.").valence
    assert abs(strong) >= abs(bare)
    assert strong * bare > 0


@pytest.mark.parametrize("text", ["", "...", "[sighs]", "The bus stops at the corner.", "Mm-hmm."])
def test_neutral_text_moves_nothing(text: str) -> None:
    """
    Text without a cue is zero and neutral, with nothing shown.
    """
    assert _one(text) == Affect(turn=0, valence=0.0, coverage=0.0)


def test_marks_are_no_words() -> None:
    """
    What a transcriber marked counts for nothing.
    """
    turn = Turn(
        index=0,
        speaker=Speaker("P", "patient"),
        text="(crying) The bus.",
        marks=[Mark(Span(0, 8), "sound")],
    )
    assert SCORER.score(Session(id="s", turns=[turn]))[0].valence == 0
    assert _one("(crying) The bus.").valence < 0


def test_several_states_are_shown_the_strongest_first() -> None:
    """
    States come by strength, three at most, each with the words that show it.
    """
    affect = _one("I'm ashamed and furious, I feel hopeless and so alone. I'm scared. I'm numb.")
    assert len(affect.shown) == 3
    strengths = [shown.strength for shown in affect.shown]
    assert strengths == sorted(strengths, reverse=True)
    assert all(shown.evidence for shown in affect.shown)


def test_a_negated_state_is_not_shown() -> None:
    """
    Who isn't angry shows no anger.
    """
    assert _one("I am angry.").states == (State.ANGER,)
    assert _one("I am not angry.").states == ()


def test_a_state_against_the_turn_s_end_is_weaker() -> None:
    """
    Relief counts for less in a turn that is bad all in all.
    """
    lone = {s.state: s.strength for s in _one("I felt calmer.").shown}
    mixed = {s.state: s.strength for s in _one("I felt calmer. I'm terrified. I'm lost.").shown}
    assert mixed.get(State.RELIEF, 0.0) < lone[State.RELIEF]


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("I'll give it a try.", Stance.CHANGE),
        ("I need to change, for my kids.", Stance.CHANGE),
        ("I don't want to, it's not a problem.", Stance.SUSTAIN),
        ("I'm sad.", Stance.NEUTRAL),
        ("What good would that do?", Stance.SUSTAIN),
        ("It rained on Monday.", Stance.NEUTRAL),
    ],
)
def test_stance_reads_change_and_sustain_talk(text: str, stance: Stance) -> None:
    """
    Commitment, need and reasons lean to change; refusal and doubt lean to staying.
    """
    assert _alone(("patient", text))[0].stance is stance


def test_arousal_tells_agitated_from_drained() -> None:
    """
    Rage and panic are high, exhaustion is low, and what is negated is neither.
    """
    assert _one("I'm panicking.").arousal > 0.2 > -0.2 > _one("I'm exhausted.").arousal
    assert _alone(("patient", "I'm not panicking."))[0].arousal == 0
    assert abs(_one("I'm not panicking.").arousal) < 0.1


def test_the_arc_holds_the_lift_and_the_fall() -> None:
    """
    A lift that is taken back is low in all, and shows in the arc.
    """
    affect = _one("I felt lighter. But then the dread came back.")
    assert affect.valence < 0
    assert [point.valence > 0 for point in affect.arc] == [True, False]


def test_a_bare_yes_takes_over_what_was_asked() -> None:
    """
    "Yes" to a reflection of distress is distress, though less; "no" turns it, by less still.
    """
    said = "So you are terrified."
    _, yes = _alone(("patient", "Hm."), ("therapist", said), ("patient", "Yeah, yes."))
    (no,) = _alone(("therapist", said), ("patient", "Not really."))
    assert yes.valence < 0 < no.valence < -yes.valence
    assert [piece.cue for piece in (*yes.evidence, *no.evidence)] == ["answer.yes", "answer.no"]


def test_an_answer_takes_over_feeling_alone() -> None:
    """
    Nothing after neutral words, nothing of another patient turn, and nothing without a yes.
    """
    said = "You are terrified."
    assert _alone(("therapist", "So it rained."), ("patient", "Yes."))[0].valence == 0
    assert _alone(("therapist", said), ("patient", "It rained."))[0].valence == 0
    assert _alone(("patient", "I am terrified."), ("patient", "It rained."))[1].valence == 0
    (yes,) = _alone(("therapist", said), ("patient", "Yes, it rained."))
    assert yes.valence < 0
    (more,) = _alone(("therapist", said), ("patient", "Yes, and then it rained."))
    assert more.valence == 0


@pytest.mark.parametrize(("between", "cue"), [("Mm-hmm.", "goes_on"), ("What else?", "earlier")])
def test_a_turn_goes_on_from_the_one_before(between: str, cue: str) -> None:
    """
    Nearly in full over a go-ahead, a little over a move; and it is told as evidence.
    """
    turns = [("patient", "I am terrified."), ("therapist", between), ("patient", "It rained.")]
    first, then = _alone(*turns)
    assert first.valence < then.valence < 0
    assert [piece.cue for piece in then.evidence] == [f"talk.{cue}"]


def test_a_go_ahead_parts_less_than_a_move() -> None:
    """
    The same words after a mere "mm-hmm" are nearer to what came before.
    """
    told, after = ("patient", "I am terrified."), ("patient", "It rained.")
    gone_on = _scored(told, ("therapist", "Mm-hmm, okay."), after)[1].valence
    parted = _scored(told, ("therapist", "What was the weather like?"), after)[1].valence
    assert gone_on < parted < 0


def test_praise_alone_after_bad_news_is_none() -> None:
    """
    "Brilliant." turns against what it praises; after good news, or with a thing praised, it counts.
    """
    assert _one("They fired me. Brilliant.").valence < _one("They fired me.").valence
    assert _one("I'm so relieved. Brilliant.").valence > 0
    assert (
        _one("They fired me. My daughter was brilliant about it.").valence
        > _one("They fired me. Brilliant.").valence
    )


def test_lines_to_be_said_count_little() -> None:
    """
    A turn that is all quotation tries out words for someone else.
    """
    line = "I was frightened and I need you to listen."
    assert _one(line).valence < _one(f'"{line}"').valence < 0


def test_coverage_is_the_share_of_words_with_a_cue() -> None:
    """
    From none to all; what is only taken over covers nothing.
    """
    assert _one("I hate it").coverage == pytest.approx(1 / 3)
    assert _one("The bus stops.").coverage == _one("").coverage == 0
    _, yes = _scored(("patient", "I hate it"), ("therapist", "Mm."), ("patient", "It rained."))
    assert yes.valence < 0
    assert yes.coverage == 0


def test_exclamation_rouses() -> None:
    """
    Up to two marks raise arousal, and more raise it no further.
    """
    calm, once, twice, often = (
        _alone(("patient", f"It rained{end}"))[0].arousal
        for end in (".", "!", "! Oh!", "! Oh! Oh!")
    )
    assert calm < once < twice == often


@given(testing.lexicons(), TALK)
def test_any_lexicon_scores_any_talk(lexicon: Lexicon, text: str) -> None:
    """
    A user's lexicon never makes a score leave its bounds.
    """
    pairs = [("patient", f"{text} heavy light. don't alone")]
    (affect,) = ClauseScorer(lexicon).score(Session.from_pairs(pairs))
    assert -1 <= affect.valence <= 1
    assert -1 <= affect.arousal <= 1


def test_opposites_that_cancel_leave_nothing() -> None:
    """
    Two phrases that cancel within a clause are both evidence, and add up to nothing.
    """
    lexicon = Lexicon(
        [
            Entry(id="mine.up", phrases=["up"], valence=0.5),
            Entry(id="mine.down", phrases=["down"], valence=-0.5),
        ]
    )
    scorer = ClauseScorer(lexicon, words=WordWeights.none())
    (affect,) = _scored(("patient", "up down"), scorer=scorer)
    assert affect.valence == 0
    assert len(affect.evidence) == 2


def test_time_grows_with_text() -> None:
    """
    A hundred thousand words of distress are scored, and stay in bounds.
    """
    affect = _one("I'm so scared, but not " * 20_000)
    assert -1 <= affect.valence < 0


def test_words_add_to_what_the_lexicon_reads() -> None:
    """
    A turn in which no phrase is met can still lean, by its words, which are told as evidence.
    """
    words = WordWeights(by_word={"wool coat": (-2.0, *(0.0,) * 17)})
    (affect,) = _scored(("patient", "A wool coat."), scorer=ClauseScorer(words=words))
    assert affect.valence < 0
    assert [(piece.cue, piece.span) for piece in affect.evidence] == [
        ("word.wool coat", Span(2, 11))
    ]


@given(st.sampled_from(["Anna", "Tom", "Priya", "Kwame", "Zoltan"]), st.sampled_from(FEELINGS))
def test_renaming_people_changes_nothing(name: str, feeling: str) -> None:
    """
    Whom a turn names tells nothing of how the patient feels.
    """
    told, other = (_one(f"I talked to {each} and I was {feeling}.") for each in (name, "Maria"))
    assert (told.valence, told.arousal, told.states, told.stance) == (
        other.valence,
        other.arousal,
        other.states,
        other.stance,
    )


@pytest.mark.parametrize(
    "text",
    [
        "The shop opens at nine.",
        "I park behind the office.",
        "My sister lives in another town.",
        "The meeting was on Thursday.",
        "I came by bus.",
        "The house has three rooms.",
        "I take two tablets in the morning.",
        "She called on Friday.",
        "The form is on the table.",
    ],
)
def test_plain_talk_shows_nothing(text: str) -> None:
    """
    Sentences without a feeling stay at zero, or within a hair of it.
    """
    affect = _one(text)
    assert abs(affect.valence) < 0.05
    assert affect.states == ()
    assert affect.stance is Stance.NEUTRAL


@pytest.mark.parametrize("rows", [{"by_word": {"coat": (1.0,)}}, {"by_word": {}, "lexicon": ()}])
def test_rows_of_words_have_a_weight_for_each_head(rows: dict[str, Any]) -> None:
    """
    A row too short is refused when it is given, not when its word is met.
    """
    with pytest.raises(ModelError, match="18 weights"):
        WordWeights(**rows)


@given(testing.word_weights(), TALK)
def test_any_weights_of_words_score_any_talk(words: WordWeights, text: str) -> None:
    """
    A user's weights never make a score leave its bounds, and are told as evidence.
    """
    (affect,) = _scored(("patient", f"{text} my coat"), scorer=ClauseScorer(words=words))
    assert -1 <= affect.valence <= 1
    assert -1 <= affect.arousal <= 1
    total = sum(piece.weight for piece in affect.evidence)
    assert total == pytest.approx(affect.valence, abs=1e-5)
