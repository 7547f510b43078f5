import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove import Role, testing
from aftermove.errors import UnknownNameError

SCRIPTS = ("arabic", "cyrillic", "devanagari", "greek", "han", "hebrew", "latin")
# What Unicode calls a letter of each.
NAMES = {"han": "CJK"}


@given(st.data(), st.sampled_from(SCRIPTS))
def test_sessions_are_as_they_are_asked_for(data: st.DataObject, script: str) -> None:
    """
    Length, roles, script and marks are those of the options.
    """
    drawn = data.draw(
        testing.sessions(4, st.just(Role.PATIENT), testing.texts(script), min_turns=2, marked=False)
    )
    assert 2 <= len(drawn) <= 4
    for turn in drawn:
        assert turn.role is Role.PATIENT
        assert turn.marks == ()
        letters = [sign for sign in turn.text if sign.isalpha()]
        wanted = NAMES.get(script, script.upper())
        assert letters
        assert all(unicodedata.name(letter).startswith(wanted) for letter in letters)


def test_an_unknown_script_is_refused() -> None:
    """
    The error lists those there are.
    """
    with pytest.raises(UnknownNameError, match="arabic, cyrillic"):
        testing.texts("runes")
