import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.errors import ModelError, UnknownNameError
from aftermove.model import Role
from aftermove.parsing import parse, roles


def test_unknown_roles_are_refused() -> None:
    """
    A role that there isn't is refused with those that there are.
    """
    with pytest.raises(UnknownNameError, match="therapist, patient, other, unknown"):
        roles.given_roles({"Wanda": "boss"})


@given(st.sampled_from(sorted(set(Role))))
def test_any_role_may_be_given(role: Role) -> None:
    """
    Each role is taken by its value and as itself.
    """
    assert roles.given_roles({"W.": role}) == roles.given_roles({"w": role.value}) == {"w": role}


def test_problems_name_the_line_and_the_remedy_but_no_word() -> None:
    """
    What is said of an open role holds the line and the remedy, and neither name nor talk.
    """
    (first, second) = parse("Wanda: Kestrel?\nIdris: No.\nWanda: Oh.\nIdris: No.\n").problems
    assert (first.line, second.line) == (1, 2)
    assert "roles={" in first.reason
    for problem in (first, second):
        assert problem.text == ""
        assert "Wanda" not in problem.reason
        assert "estrel" not in problem.reason


@pytest.mark.parametrize("swap", [False, True])
def test_roles_follow_the_talk_not_the_names(swap: bool) -> None:  # noqa: FBT001
    """
    Swapping the two names swaps nothing but the names.
    """
    asker, teller = ("Wanda", "Idris") if swap else ("Idris", "Wanda")
    text = (
        f"{asker}: What did you do in your week?\n{teller}: I sat by my window with my cat.\n" * 5
    )
    assert [turn.role.value for turn in parse(text)] == ["therapist", "patient"] * 5


@pytest.mark.parametrize("given_", [["Wanda"], 3, {1: "patient"}])
def test_roles_of_the_wrong_type_are_refused(given_: object) -> None:
    """
    What is no mapping from names is refused by our error, with what would do.
    """
    with pytest.raises(ModelError, match=r"mapping|string"):
        parse("T: So?\nP: Tired.", roles=given_)  # type: ignore[arg-type]  # that it is refused is tested


def test_two_spellings_of_one_name_have_one_role() -> None:
    """
    Two spellings of one name may say the same, and are refused where they contradict.
    """
    assert roles.given_roles({"Dr. A.": "therapist", "dr a": "therapist"}) == {
        "dr a": Role.THERAPIST
    }
    with pytest.raises(ModelError, match=r"name 2 .*another role") as refusal:
        roles.given_roles({"Dr. A.": "therapist", "dr a": "patient"})
    assert "Dr" not in str(refusal.value)


ASKED = "What did you do in your week, and what would you say to yourself now?"
TOLD = "I sat by my window with my cat and I drank my tea, as I do in my bad weeks."
MIXED = "Did you see that I kept my word to you about my part of it, and I you?"


@pytest.mark.parametrize(
    ("talk_by_name", "expected"),
    [
        ({"Idris": ASKED, "Wanda": TOLD, "Bela": TOLD}, ["therapist", "patient", "patient"]),
        ({"Idris": ASKED, "Wanda": TOLD, "Bela": ASKED}, ["unknown", "unknown", "unknown"]),
        ({"Idris": ASKED, "Wanda": TOLD, "Bela": MIXED}, ["therapist", "patient", "unknown"]),
        ({"Idris": ASKED, "Wanda": TOLD, "Bela": "No."}, ["therapist", "patient", "unknown"]),
        ({"Dr. Vale": MIXED, "Wanda": TOLD, "Bela": TOLD}, ["therapist", "patient", "patient"]),
        ({"Dr. Vale": TOLD, "Wanda": TOLD, "Bela": TOLD}, ["therapist", "unknown", "unknown"]),
        ({"Dr. Vale": "No.", "Wanda": TOLD, "Bela": ASKED}, ["therapist", "unknown", "unknown"]),
        ({"Client": TOLD, "Wanda": ASKED, "Bela": TOLD}, ["patient", "therapist", "unknown"]),
        ({"Client": TOLD, "Dr. Vale": ASKED, "Bela": TOLD}, ["patient", "therapist", "unknown"]),
        ({"Nurse": ASKED, "Wanda": TOLD}, ["other", "unknown"]),
    ],
)
def test_roles_of_several_voices_follow_what_they_say(
    talk_by_name: dict[str, str], expected: list[str]
) -> None:
    """
    Of any number of voices the one that leads is the therapist, unless two do or one is known.
    """
    text = "".join(f"{name}: {talk}\n" for name, talk in talk_by_name.items()) * 5
    session = parse(text)
    assert [turn.role.value for turn in session[: len(expected)]] == expected


def test_a_guess_tells_how_sure_it_is() -> None:
    """
    The more a voice leads, the higher the confidence that the problem tells.
    """
    confidences = []
    for asking, telling in ((ASKED, TOLD), (MIXED, "You saw me, I saw you, and you left.")):
        problem = parse(f"Idris: {asking}\nWanda: {telling}\n" * 5).problems[0]
        assert problem.code == "guessed-role"
        confidences.append(float(problem.reason.split("confidence of ")[1][:4]))
    assert confidences == [0.99, 0.88]


def test_what_is_no_word_is_no_evidence() -> None:
    """
    A question within a remark of the transcriber's isn't the speaker's.
    """
    asked = "[what do you say?] [do you?] [you?] My week was long and my tea went cold again."
    session = parse(f"Idris: {asked}\nWanda: {TOLD}\n" * 5)
    assert {turn.role.value for turn in session} == {"unknown"}
