import pytest

from aftermove.errors import ModelError
from aftermove.model import Session, Speaker, Turn
from aftermove.parsing.forms import Said, Transcript
from aftermove.parsing.readback import refuse_unless_same

SAME = Said("kim", "Kim", "So?", 1, 0.001, 2.0)
SESSION = Session(
    id="s", turns=[Turn(index=0, speaker=Speaker("Kim"), text="So?", start=0.0005, end=2.0)]
)


def test_what_reads_back_is_let_through() -> None:
    """
    Times may differ by less than a thousandth of a second, and a voice without a role is unknown.
    """
    refuse_unless_same(SESSION, Transcript([SAME], [], {}, {}))


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ([SAME._replace(text="So")], "the text"),
        ([SAME._replace(name="Kit")], "the speaker"),
        ([SAME._replace(end=None)], "the time"),
        ([], "another number"),
    ],
)
def test_what_differs_is_named(said: list[Said], what: str) -> None:
    """
    The refusal tells the turn and what of it differs, and none of its words.
    """
    with pytest.raises(ModelError, match=what) as refusal:
        refuse_unless_same(SESSION, Transcript(said, [], {}, {}))
    assert "So?" not in str(refusal.value)
    assert "Kim" not in str(refusal.value)
