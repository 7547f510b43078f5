from aftermove.model import Session
from aftermove.techniques import Codebook, CueDetector
from aftermove.techniques.weights import BEHAVIOURS, DEFAULT_BIAS, Weights


def test_features_without_a_weight_change_nothing() -> None:
    """
    A feature that no table names adds nothing to any head.
    """
    weights = Weights.of(Codebook([]), {head: {"bias": 0.5, "shape.a": 2.0} for head in BEHAVIOURS})
    assert weights.log_odds({"shape.a": 1.0, "shape.unheard_of": 1.0}) == [2.5] * 4


def test_a_technique_without_a_table_has_the_defaults() -> None:
    """
    The cues that ship count as much as their own weights say where nothing was fitted.
    """
    book = Codebook.default()
    weights = Weights.of(book, {head: {"bias": 0.0} for head in BEHAVIOURS})
    values = weights.heads.index("values")
    assert weights.log_odds({"values": 3.0})[values] == DEFAULT_BIAS + 3.0
    cue = book["values"].cues[0]
    assert weights.by_head[values][cue.id] == cue.weight


def test_weights_that_ship_know_only_what_can_be_found() -> None:
    """
    Each head of the table that ships is a behaviour or a technique of the codebook.
    """
    book = Codebook.default()
    weights = Weights.of(book)
    assert weights.heads == (*BEHAVIOURS, *book.techniques)
    kinds = ("shape.", "word.", "talk.")
    assert all(name.startswith(kinds) or name in book for name in weights.by_feature)


def test_words_of_the_table_are_looked_up() -> None:
    """
    A word or pair of words that the table names counts where it is said, and is the evidence.
    """
    tables = {head: {"bias": 0.0} for head in BEHAVIOURS}
    tables["input"]["word.the harbour"] = 3.0
    weights = Weights.of(Codebook([]), tables)
    assert weights.words() == ["the harbour"]
    session = Session.from_pairs([("therapist", "It's by the harbour."), ("therapist", "So?")])
    by_harbour, other = CueDetector(Codebook([]), weights=weights).detect(session)
    assert by_harbour.behaviour.value == "input"
    assert by_harbour.evidence[0].span.of(session[0].text) == "the harbour"
    assert other.confidence == 0.25
