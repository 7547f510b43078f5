"""
One test for each mechanism: the case it is for, and a near miss that it must leave alone.
"""

import pytest

from aftermove.affect import ClauseScorer, WordWeights
from aftermove.model import Session

# What the lexicon reads by clause, without what words add.
SCORER = ClauseScorer(words=WordWeights.none())


def _valence(text: str) -> float:
    return SCORER.score(Session.from_pairs([("patient", text)]))[0].valence


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("I'm not angry.", "I'm angry."),
        ("Not that I'm angry.", "I'm angry."),
        ("I don't feel sad.", "I feel sad."),
        ("I was never afraid.", "I was afraid."),
    ],
)
def test_negated_distress_is_none(text: str, bare: str) -> None:
    """
    A negation takes distress away, and makes no joy of it.
    """
    assert _valence(bare) < _valence(text) <= 0


@pytest.mark.parametrize("text", ["I'm not happy.", "I can't say I'm happy.", "I don't feel calm."])
def test_negated_ease_weighs(text: str) -> None:
    """
    A negation turns ease, though not as far as distress goes.
    """
    assert _valence("I'm sad.") < _valence(text) < 0


def test_negation_ends_with_its_clause() -> None:
    """
    A negation in another clause turns nothing.
    """
    assert _valence("I didn't go, but I'm happy.") > 0


def test_a_phrase_with_its_own_negation_is_met_whole() -> None:
    """
    "No energy" is a phrase of distress, no negated energy; "not bad" is praise.
    """
    assert _valence("I have no energy.") < 0 < _valence("It was not too bad.")


@pytest.mark.parametrize("degree", ["really", "very", "so", "extremely", "too"])
def test_intensifiers_strengthen(degree: str) -> None:
    """
    "Really sad" is sadder than "sad".
    """
    assert _valence(f"I am {degree} sad.") < _valence("I am sad.")
    assert _valence(f"I am sad. It is {degree} far.") >= _valence("I am sad. It is far.")


@pytest.mark.parametrize("degree", ["a bit", "slightly", "kind of", "a little"])
def test_downtoners_weaken(degree: str) -> None:
    """
    "A bit sad" is less sad than "sad".
    """
    assert _valence("I am sad.") < _valence(f"I am {degree} sad.") < 0


@pytest.mark.parametrize(
    "text", ["I'd be happy there.", "If I were happy.", "Maybe I am happy.", "I wish I were happy."]
)
def test_imagined_feeling_counts_less(text: str) -> None:
    """
    Feeling that is hypothetical or hedged counts less than feeling.
    """
    assert 0 < _valence(text) < _valence("I am happy.")


def test_words_of_the_phrase_itself_take_nothing_from_it() -> None:
    """
    The "would" of "that would be great" is part of a yes.
    """
    assert _valence("That would be great.") > _valence("A happy man would say so.")


@pytest.mark.parametrize("text", ["I was happy back then.", "Years ago I felt calm."])
def test_past_feeling_counts_little(text: str) -> None:
    """
    What was felt then counts less than what is felt now.
    """
    assert 0 < _valence(text) < _valence("I am calm now.")


def test_lost_pleasure_weighs() -> None:
    """
    "I used to love it" is a loss, and "I love it" is none.
    """
    assert _valence("I used to love the garden.") < 0 < _valence("I loved it.")


def test_feelings_of_others_count_little() -> None:
    """
    Another's anger counts less than one's own, unless it is done to oneself.
    """
    assert _valence("I am angry.") < _valence("She is angry.") < 0
    assert _valence("He makes me angry.") < _valence("He is angry.")


def test_a_question_is_less_than_a_claim() -> None:
    """
    To ask whether one is happy is not to be so.
    """
    assert _valence("Am I happy?") < _valence("I am happy.")


def test_a_brief_lift_is_little() -> None:
    """
    Ease "for a second" is little; distress for a second is distress.
    """
    assert _valence("For a second I felt calm.") < _valence("I felt calm.")
    assert _valence("For a second I felt scared.") == _valence("In that place I felt scared.")


def test_a_rehearsed_line_is_little_and_an_inner_voice_counts() -> None:
    """
    Kind words within quotation marks count less; a self-critical quote counts in full.
    """
    assert _valence('I say, "I am calm."') < _valence("I say, I am calm.")
    assert _valence('It says, "You are useless."') == _valence("It says, you are useless.")


def test_what_follows_but_counts_more() -> None:
    """
    A lift taken back stays low, and a worry followed by a lift does not.
    """
    assert _valence("I felt lighter, but I am scared.") < 0
    assert _valence("I am scared, but I feel lighter.") > _valence(
        "I feel lighter, but I am scared."
    )


def test_what_is_conceded_counts_less() -> None:
    """
    The clause behind "although" weighs less than the other.
    """
    assert _valence("Although I am scared, I feel calm.") > _valence("I am scared, I feel calm.")


def test_the_end_of_the_turn_weighs_more() -> None:
    """
    The same clauses in the other order end on the other side.
    """
    assert _valence("I am sad. I am glad.") > _valence("I am glad. I am sad.")


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("I messed up.", "I pulled it off."),
        ("My chest tightened.", "My shoulders dropped."),
        ("What good would that do?", "It really helped."),
        ("We argue every night.", "We laughed together."),
        ("I feel nothing.", "I feel close to her."),
        ("There is no point.", "I'm looking forward to it."),
    ],
)
def test_the_field_s_own_phrases_are_known(bad: str, good: str) -> None:
    """
    Failures, bodies in distress, doubt, conflict and numbness weigh; their opposites lift.
    """
    assert _valence(bad) < -0.1 < 0.1 < _valence(good)


def test_fillers_and_restarts_part_no_phrase() -> None:
    """
    "I, um, I can't, really can't cope" meets the phrase; another order of words doesn't.
    """
    assert _valence("I-I can't, um, really cope.") == _valence("I can't cope.") < 0
    assert _valence("Cope can I.") == 0


def test_what_cancels_out_leaves_no_valence() -> None:
    """
    A clause whose parts add up to nothing is told, with nothing.
    """
    assert _valence("It's plain and square.") == 0


def test_a_light_word_at_the_end_stays() -> None:
    """
    "Really" is passed over within a phrase, and not where the talk stops.
    """
    assert _valence("Not really.") < 0 == _valence("Really.")
    assert _valence("I really, um.") == 0
    assert _valence("I just can't actually cope.") == _valence("I can't cope.")
