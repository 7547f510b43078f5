import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove import language
from aftermove.errors import ModelError
from aftermove.language import Passage, PhraseIndex

texts = st.text(
    st.sampled_from("aI'’“”\".,?!…-—– \n[](İßé1:") | st.characters(exclude_categories=["Cs"])
)


@given(texts)
def test_plain_text_keeps_every_index(text: str) -> None:
    """
    The plain text is as long as the text as written.
    """
    assert len(language.plain(text)) == len(text)


@given(st.text(st.sampled_from("aB1_'`- .") | st.characters(max_codepoint=127)))
def test_words_of_ascii_text_are_those_of_any_text(text: str) -> None:
    """
    Letters of other scripts further on change nothing in how words are cut.
    """
    words = language.words_of(text)
    assert words == Passage(text).words
    assert language.words_of(f"{text} é") == [*words, "é"]


@given(texts)
def test_sentences_and_clauses_hold_every_word_once(text: str) -> None:
    """
    Sentences, and clauses within them, partition the words, in order.
    """
    passage = Passage(text)
    for stretches in (passage.sentences, passage.clauses):
        assert [w for s in stretches for w in range(s.first, s.last)] == list(
            range(len(passage.words))
        )
        for stretch in stretches:
            assert stretch.start == passage.starts[stretch.first]
            assert stretch.end == passage.ends[stretch.last - 1]
    for clause in passage.clauses:
        sentence = passage.sentences[clause.sentence]
        assert sentence.first <= clause.first < clause.last <= sentence.last


@given(texts)
def test_quotations_lie_in_order_within_the_text(text: str) -> None:
    """
    Quotations don't overlap and hold no quotation mark.
    """
    reached = 0
    for quote in Passage(text).quotes:
        assert reached <= quote.start < quote.end <= len(text)
        assert '"' not in language.plain(text)[quote.start : quote.end]
        reached = quote.end


def test_abbreviations_and_numbers_close_no_sentence() -> None:
    """
    A full stop behind "Dr" or within a number is no end.
    """
    passage = Passage("Dr. Amari gave it 3.5 stars. Then we left.")
    assert len(passage.sentences) == 2


def test_a_sentence_that_trails_off_and_goes_on_is_one() -> None:
    """
    Dots before a small letter are a pause; before a capital they break the sentence off.
    """
    assert [s.closing for s in Passage("I was... well, tired... But okay.").sentences] == ["-", "."]


def test_connectives_open_clauses() -> None:
    """
    A clause knows the word that joins it to what came before.
    """
    passage = Passage("It lifted for a second, but it came back and I froze because they asked.")
    assert [clause.connective for clause in passage.clauses] == ["", "but", "and", "because"]


def test_pauses_close_clauses() -> None:
    """
    A clause knows the pause that closes it.
    """
    passage = Passage("It hurts; one thing helps: music — and, I think, sleep.")
    assert [clause.closing for clause in passage.clauses] == [";", ":", "-", ",", "."]


def test_quoted_clauses_are_told() -> None:
    """
    A clause that begins within quotation marks is quoted, whichever marks they are.
    """
    for text in (
        'The voice says "this is rubbish" and I stop.',
        "The voice says “this is rubbish” and I stop.",
    ):
        assert [clause.quoted for clause in Passage(text).clauses] == [False, True, False]


def test_both_spellings_of_a_hyphenated_phrase_are_met() -> None:
    """
    "Role-play" meets the phrase "role play".
    """
    index = PhraseIndex([("role play", 1)])
    assert index.find(Passage("A role-play, a role play").words) == [(1, 3, 1), (4, 6, 1)]


def test_a_phrase_with_too_many_spellings_is_refused() -> None:
    """
    Alternatives that multiply without end are refused before they fill the memory.
    """
    with pytest.raises(ModelError, match="spells out"):
        PhraseIndex([(" ".join(["a|b"] * 40), 1)])


@given(st.lists(st.sampled_from("abcd"), max_size=30))
def test_the_index_finds_what_a_plain_search_finds(words: list[str]) -> None:
    """
    The index meets each phrase wherever it stands, and nowhere else.
    """
    phrases = ["a", "a b", "a b c", "b|c d", "d a d"]
    spelled = {
        "a": ["a"],
        "a b": ["a b"],
        "a b c": ["a b c"],
        "b|c d": ["b d", "c d"],
        "d a d": ["d a d"],
    }
    wanted = sorted(
        (first, first + len(way.split()), phrase)
        for phrase in phrases
        for way in spelled[phrase]
        for first in range(len(words))
        if words[first : first + len(way.split())] == way.split()
    )
    found = PhraseIndex([(phrase, phrase) for phrase in phrases]).find(words)
    assert sorted(tuple(match) for match in found) == wanted
