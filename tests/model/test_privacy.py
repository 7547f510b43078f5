import pickle
import re
import time
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aftermove as am
from aftermove import testing
from aftermove.errors import ModelError, UnknownNameError
from aftermove.model import CharSpan, Mark

NAMES = ("Kim Berg", "Łukasz", "Anne-Marie O’Neil", "Ștefan", "田中", "דנה", "straße", "İpek")
PIECES = (
    "Kim", "KIM", "berg", "łukasz", "Anne-Marie", "田中さん", "לדנה", "Kimberly", "and",
    "3 May 2019",
    "kim@example.org", "555-010-4477", "[sighs]", "{NAME_1}", "12 Elm Street", "4711", "STRASSE",
    "{NAME_", "1}", "2", "\n", "www.kim.example/a", "STRAßE", "İpek",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join) | testing.texts()


@st.composite
def sessions(draw: st.DrawFn) -> am.Session:
    """
    Sessions in whose talk, headers and problems names and numbers come up.
    """
    speakers = st.sampled_from(
        [am.Speaker("Dr. Ines Holt", "therapist"), am.Speaker("P", "patient")]
    )
    turns = []
    for index in range(draw(st.integers(0, 5))):
        text = draw(texts)
        marks = draw(testing.marks(len(text))) if text else ()
        turns.append(am.Turn(index=index, speaker=draw(speakers), text=text, marks=marks))
    return am.Session(
        id=draw(texts.filter(str.strip)),
        turns=turns,
        problems=[am.Problem(code="a", reason="b", text=draw(texts))],
        metadata=am.Metadata(draw(st.dictionaries(texts, texts, max_size=2))),
    )


def all_texts(session: am.Session) -> Iterator[str]:
    """
    Whatever of a session came from its source.
    """
    yield session.id
    yield from (turn.text for turn in session)
    yield from (turn.speaker.name for turn in session)
    yield from (problem.text for problem in session.problems)
    for pair in session.metadata.items():
        yield from pair


def said(text: str, *names: str, **choices: object) -> str:
    """
    One turn's text, pseudonymised.
    """
    session, _ = am.Session.from_pairs([("patient", text)]).pseudonymise(names, **choices)  # type: ignore[arg-type]  # told by name
    return session[0].text


@given(sessions(), st.lists(st.sampled_from(NAMES), max_size=4))
def test_no_given_name_survives(session: am.Session, names: list[str]) -> None:
    """
    Neither a name given nor a speaker's is left as words of their own, in whatever letters.
    """
    hidden, _ = session.pseudonymise(names)
    heard = ["Dr. Ines Holt", "Ines", "Holt"] if session.by_role("therapist") else []
    for name in [*names, *heard]:
        without_case = "" if any(sign > "\u0590" for sign in name) else r"(?<![^\W_])"
        pattern = re.compile(
            without_case + re.escape(name) + without_case.replace("<!", "!"), re.IGNORECASE
        )
        assert not any(map(pattern.search, all_texts(hidden)))


@given(sessions(), st.lists(st.sampled_from(NAMES), max_size=4))
def test_the_key_is_the_way_back(session: am.Session, names: list[str]) -> None:
    """
    With its key, a session is what it was, but for marks whose borders cut a name.
    """
    hidden, key = session.pseudonymise(names)
    back = key.restored(hidden)
    assert list(all_texts(back)) == list(all_texts(session))
    assert [turn.speaker for turn in back] == [turn.speaker for turn in session]
    for turn in hidden:
        assert key.restored_text(turn.text) == session[turn.index].text


def replaced(text: str, key: am.PseudonymKey) -> Iterator[tuple[int, int]]:
    """
    Where in the text before each replaced stretch stood, by the text after.
    """
    grown = 0
    for found in re.finditer(r"\{[A-Z]+_\d+[a-z]*\}", text):
        if found[0] in key:
            start = found.start() - grown
            yield start, start + len(key[found[0]])
            grown += len(found[0]) - len(key[found[0]])


@given(sessions())
def test_marks_cover_what_they_covered(session: am.Session) -> None:
    """
    A mark that cuts no replaced stretch covers the same words, replaced or not.
    """
    hidden, key = session.pseudonymise(NAMES)
    for before, after in zip(session, hidden, strict=True):
        covered = [key.restored_text(mark.span.of(after.text)) for mark in after.marks]
        stretches = list(replaced(after.text, key))
        for mark in before.marks:
            borders = (mark.span.start, mark.span.end)
            if not any(start < at < end for at in borders for start, end in stretches):
                assert mark.span.of(before.text) in covered


@given(testing.sessions())
def test_any_session_comes_back(session: am.Session) -> None:
    """
    Whatever is in a session and whatever its speakers are called, the key restores its words.
    """
    hidden, key = session.pseudonymise()
    assert list(all_texts(key.restored(hidden))) == list(all_texts(session))
    assert pickle.loads(pickle.dumps(key)) == key  # noqa: S301  # our own
    assert not any(words in repr(key) for words in key.values() if len(words) > 3)


def test_the_same_words_have_the_same_placeholder() -> None:
    """
    Forms of one name share a number, each with a letter of its own; other names have others.
    """
    assert said("Kim Berg, KIM and Kim; Tal; KIM", "Kim Berg", "Tal") == (
        "{NAME_1}, {NAME_1b} and {NAME_1c}; {NAME_2}; {NAME_1b}"
    )


def test_a_key_goes_on_through_sessions() -> None:
    """
    With the key of a session before, its words have its placeholders, and new ones follow.
    """
    first = am.Session.from_pairs([("patient", "Kim Berg called, on 3 May.")])
    second = am.Session.from_pairs([("patient", "Kim and Tal, on 3 May and 4 May.")])
    _, key = first.pseudonymise(["Kim Berg"])
    hidden, longer = second.pseudonymise(["Kim Berg", "Tal"], key=key)
    assert hidden[0].text == "{NAME_1b} and {NAME_2}, on {DATE_1} and {DATE_2}."
    assert key.items() <= longer.items()


def test_forms_and_kinds_go_on_through_sessions() -> None:
    """
    A key's letters and its kinds of several words are gone on from in the next session.
    """

    def hide(text: str, key: am.PseudonymKey | None) -> tuple[str, am.PseudonymKey]:
        session = am.Session.from_pairs([("patient", text)])
        hidden, longer = session.pseudonymise(
            ["Kim Berg"],
            key=key,
            find=lambda said: [(found.start(), found.end(), "SICK_FUND") for found in
                               re.finditer("Acme|Zeta", said)],
        )  # fmt: skip
        return hidden[0].text, longer

    first, key = hide("Kim Berg and Kim, of Acme", None)
    assert first == "{NAME_1} and {NAME_1b}, of {SICK_FUND_1}"
    second, key = hide("Berg, of Zeta; Kim, of Acme", key)
    assert second == "{NAME_1c}, of {SICK_FUND_2}; {NAME_1b}, of {SICK_FUND_1}"


def test_forms_past_the_alphabet_have_two_letters() -> None:
    """
    The first form has no letter, the next 25 have one from "b" on, and those after them two.
    """
    forms = ["".join(signs) for signs in product("aA", "bB", "eE", "lL", "eE")][:28]
    hidden = said(" ".join(forms), "Abele").split()
    assert [hidden[at] for at in (0, 1, 25, 26, 27)] == [
        "{NAME_1}", "{NAME_1b}", "{NAME_1z}", "{NAME_1bb}", "{NAME_1bc}"
    ]  # fmt: skip


def test_what_looks_like_a_placeholder_is_left() -> None:
    """
    Braces that were said are no placeholder, and no name takes their number.
    """
    assert said("{NAME_1} met Kim.", "Kim") == "{NAME_1} met {NAME_2}."


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("write kim.b+x@mail.example.org.", "write {EMAIL_1}."),
        ("kim at example dot co dot uk, yes", "{EMAIL_1}, yes"),
        ("see https://example.org/a?b=c.", "see {URL_1}."),
        ("see www.example.org)", "see {URL_1})"),
        ("on 3/4/2019", "on {DATE_1}"),
        ("on 2019-04-03.", "on {DATE_1}."),
        ("the 3rd of April 2019", "the {DATE_1}"),
        ("am 3. März", "am {DATE_1}"),
        ("on April 3, 2019, and", "on {DATE_1}, and"),
        ("since april 2019", "since {DATE_1}"),
        ("at 12 Old Mill Road", "at {ADDRESS_1}"),
        ("in der Lindenstraße 5", "in der {ADDRESS_1}"),
        ("Rue des Lilas 12", "{ADDRESS_1}"),
        ("AB1 2CD", "{ADDRESS_1}"),
        ("call +1 (555) 010-4477 now", "call {PHONE_1} now"),
        ("030/1234567", "{PHONE_1}"),
        ("555-0104 rang", "{PHONE_1} rang"),
        ("case AB-123456", "case {NUMBER_1}"),
        ("code 4711", "code {NUMBER_1}"),
        # Near misses.
        ("look at me, it may be 10 in a row, 2 ways", None),
        ("7 out of 10, in for 4, out for 6", None),
        ("1 2 3 4 5 6 7 8", None),
        ("at 12:30, in May", None),
    ],
)
def test_patterns_are_found(text: str, hidden: str | None) -> None:
    """
    Each kind is found whole, and what only looks alike is left.
    """
    assert said(text) == (text if hidden is None else hidden)


def test_some_things_are_kept() -> None:
    """
    What the caller keeps, and kinds not asked for, stay.
    """
    assert said("Kim called 1-800-555-0100 on 3 May", "Kim", keep=["1-800-555-0100", "kim"]) == (
        "Kim called 1-800-555-0100 on {DATE_1}"
    )
    assert said("Kim, 4711, 3 May", "Kim", kinds=["DATE"]) == "{NAME_1}, 4711, {DATE_1}"


def test_roles_are_no_names() -> None:
    """
    Speakers called by their role keep their label, and the word stays in the talk.
    """
    talk = "The therapist said to the patient: you know Dr. Holt."
    turns = [
        am.Turn(index=i, speaker=am.Speaker(name), text=talk)
        for i, name in enumerate(["Therapist", "Patient 2", "T", "Dr. Holt"])
    ]
    hidden, key = am.Session(id="s", turns=turns).pseudonymise()
    assert [turn.speaker.name for turn in hidden] == ["Therapist", "Patient 2", "T", "{NAME_1}"]
    assert hidden[0].text == "The therapist said to the patient: you know {NAME_1}."
    assert dict(key) == {"{NAME_1}": "Dr. Holt"}


def test_a_search_of_the_users_own_is_asked() -> None:
    """
    What it finds is replaced by its kind; where stretches overlap, the longest tells the kind.
    """

    def find(text: str) -> Iterator[tuple[int, int, str]]:
        for found in re.finditer(r"Acme Ltd|Berlin \d+", text):
            yield found.start(), found.end(), "ORG"

    assert said("He works at Acme Ltd.", find=find) == "He works at {ORG_1}."
    assert said("Berlin 4711, 4711", find=find) == "{ORG_1}, {NUMBER_1}"
    assert said("All of it.", find=lambda text: [(0, len(text), "ALL")]).startswith("{ALL_")
    with pytest.raises(ModelError, match="find"):
        said("It.", find=lambda _: 5)


@pytest.mark.parametrize(
    "found",
    [
        (0, 99, "ORG"),
        (2, 2, "ORG"),
        (-1, 2, "ORG"),
        (0, 2, "org"),
        (0, 2),
        ("0", 2, "ORG"),
        "ORG",
    ],
)
def test_a_search_that_breaks_its_contract_is_refused(found: tuple[int, int, str]) -> None:
    """
    Stretches outside the text and kinds in small letters are refused, without the words.
    """
    with pytest.raises(ModelError, match="find") as caught:
        said("kestrel", find=lambda _: [found])
    assert "kestrel" not in str(caught.value)


@pytest.mark.parametrize(
    "choices",
    [
        {"names": "Kim"},
        {"names": [""]},
        {"names": [5]},
        {"keep": [" "]},
        {"kinds": "URL"},
        {"key": {"{NAME_1}": "Kim"}},
        {"find": "Kim"},
    ],
)
def test_arguments_are_checked(choices: dict[str, object]) -> None:
    """
    A name where a list of names belongs is no list of letters.
    """
    with pytest.raises(ModelError):
        am.Session(id="s", turns=[]).pseudonymise(**choices)  # type: ignore[arg-type]  # refused
    with pytest.raises(UnknownNameError, match="URL, EMAIL"):
        am.Session(id="s", turns=[]).pseudonymise(kinds=["IBAN"])


@pytest.mark.parametrize(
    "words",
    [{"NAME_1": "a"}, {"{NAME_1}": ""}, {"{NAME_1}": 5}, {"{NAME_1}": "a", "{NAME_2}": "a"},
     {"{NAME_1}": "\ud800"}, {"{NAME_1234567890}": "a"}, "Kim"],
)  # fmt: skip
def test_a_key_that_is_none_is_refused(words: dict[str, str]) -> None:
    """
    Keys are placeholders, values words, and no two are the same.
    """
    with pytest.raises(ModelError):
        am.PseudonymKey(words)


@given(testing.pseudonym_keys())
def test_a_key_is_a_mapping(key: am.PseudonymKey) -> None:
    """
    A key made of its own dict is equal and has the same hash.
    """
    assert am.PseudonymKey(dict(key)) == key
    assert hash(am.PseudonymKey(dict(key))) == hash(key) != hash(am.PseudonymKey({"{X_77}": "x"}))
    plural = "" if len(key) == 1 else "s"
    assert repr(key) == f"<PseudonymKey: {len(key)} placeholder{plural}>"


def test_marks_behind_names_move_with_the_text() -> None:
    """
    What is longer or shorter by its placeholder moves all marks behind it, and none before it.
    """
    text = "Oh, [coughs] Kim met Maximilian and (laughs) Tal [sighs]"
    marks = [
        Mark(CharSpan(at, text.index(end, at) + 1), "sound")
        for at, end in ((4, "]"), (text.index("("), ")"), (text.index("[s"), "]"))
    ]
    # From within one name to within another.
    cut = Mark(CharSpan(text.index("im met"), text.index("milian")), "overlap")
    turn = am.Turn(index=0, speaker=am.Speaker("P"), text=text, marks=[marks[0], cut, *marks[1:]])
    session = am.Session(id="s", turns=[turn])
    (hidden,), _ = session.pseudonymise(["Kim", "Maximilian", "Tal"])
    assert [mark.span.of(hidden.text) for mark in hidden.marks] == [
        "[coughs]", "{NAME_1} met {NAME_2}", "(laughs)", "[sighs]"
    ]  # fmt: skip


def test_a_mark_that_cuts_a_name_grows_to_its_edge() -> None:
    """
    Borders within a replaced stretch go to its ends, and no two marks come to overlap.
    """
    marks = [
        Mark(CharSpan(0, 6), "sound"),
        Mark(CharSpan(6, 7), "pause"),
        Mark(CharSpan(8, 11), "sound"),
    ]
    turn = am.Turn(index=0, speaker=am.Speaker("P"), text="uh Kimberly ok", marks=marks)
    hidden, _ = am.Session(id="s", turns=[turn]).pseudonymise(["Kimberly"])
    assert hidden[0].text == "uh {NAME_1} ok"
    assert [mark.span.of(hidden[0].text) for mark in hidden[0].marks] == ["uh {NAME_1}"]


@pytest.mark.parametrize(
    "piece",
    [
        "a.",
        "a-",
        "1 ",
        "1-",
        "www.",
        "a@",
        "x at ",
        "May ",
        "12 A ",
        "rue a ",
        "{NAME_",
        "A1 ",
        "a dot ",
    ],
)
def test_hostile_text_takes_no_longer_than_its_length(piece: str) -> None:
    """
    Two hundred thousand signs of what almost matches are searched within seconds.
    """
    session = am.Session.from_pairs([("patient", piece * (200_000 // len(piece)))])
    began = time.process_time()
    hidden, key = session.pseudonymise(["Kim Berg"])
    key.restored(hidden)
    assert time.process_time() - began < 5


def _many_forms() -> am.Session:
    bits = (f"{number:012b}" for number in range(4096))
    cased = ("".join("aA"[int(bit)] for bit in word) for word in bits)
    return am.Session.from_pairs([("patient", " ".join(cased))])


def _many_marks() -> am.Session:
    return am.parse("T: So?\nP: " + "[pause] Kim " * 10_000)


def _many_speakers() -> am.Session:
    turns = []
    for number in range(3_000):
        name = "".join("bdfgklmnpr"[int(digit)] + "a" for digit in f"{number:04}").title()
        turns.append(
            am.Turn(index=number, speaker=am.Speaker(name, "patient"), text=f"Hm, {name}.")
        )
    return am.Session(id="s", turns=turns)


@pytest.mark.parametrize("made", [_many_forms, _many_marks, _many_speakers])
def test_many_names_and_marks_take_no_longer_than_their_number(
    made: Callable[[], am.Session],
) -> None:
    """
    Thousands of forms of a name, of marks and of speakers are hidden and restored within seconds.
    """
    session = made()
    began = time.process_time()
    hidden, key = session.pseudonymise(["a" * 12, "Kim"])
    assert key.restored(hidden) == session
    assert time.process_time() - began < 5


def test_the_longest_of_many_names_is_taken() -> None:
    """
    A name that begins another one, whatever its letters, doesn't cut it short.
    """
    names = ["Kim", "kim berg", "KIM BERGMAN", "Ana", "Anaïs", "aİ", "aİb"]
    session = am.Session.from_pairs(
        [("patient", "Kim Bergman, KIM  BERG, kim, anaïs, ana, AİB, ai.")]
    )
    hidden, key = session.pseudonymise(names)
    assert sorted(key.values()) == ["AİB", "KIM  BERG", "Kim Bergman", "ai", "ana", "anaïs", "kim"]
    assert key.restored(hidden) == session


def test_names_made_to_nest_are_found() -> None:
    """
    Names each of which begins the next are found, however many they are.
    """
    names = ["ab" * times for times in range(1, 400)]
    session = am.Session.from_pairs([("patient", f"{names[-1]} and {names[7]}")])
    assert set(session.pseudonymise(names)[1].values()) == {names[-1], names[7]}


@pytest.mark.parametrize("digits", [9, 10, 5_000])
def test_high_numbers_that_were_said_are_no_hindrance(digits: int) -> None:
    """
    What somebody wrote as a placeholder of a high number stays, and ours begin at one.
    """
    said = "{NAME_" + "9" * digits + "}"
    session = am.Session.from_pairs([("patient", f"{said} {{NAME_1}} Kim")])
    hidden, key = session.pseudonymise(["Kim"], kinds=["URL"])
    assert dict(key) == {"{NAME_2}": "Kim"}
    assert key.restored(hidden) == session
