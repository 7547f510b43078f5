import re

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given

from aftermove import testing
from aftermove.errors import UnknownNameError
from aftermove.sequence.effect_table import CarryOver, Effect, EffectTable, chance


@given(testing.effect_tables())
def test_any_table_shows_itself(table: EffectTable) -> None:
    """
    Each row is found by its name and has its place in the page, escaped.
    """
    assert len(table) == len(table.to_dicts()) == len(list(table))
    html = table._repr_html_()
    assert html.count("<tr>") == len(table) + 1
    assert "<script" not in html
    for row in table:
        assert table[row.technique] is row
    with pytest.raises(UnknownNameError):
        table["\n"]
    assert repr(table).startswith("<EffectTable: ")


def test_each_number_has_its_column() -> None:
    """
    A row shows each number below its heading, and a dash, with the reason, for those untold.
    """
    told = Effect(
        technique="open_question",
        n_moves=1_200,
        n_sessions=30,
        n_patients=8,
        raw_change=-0.01,
        shift=0.12,
        ci_low=0.02,
        ci_high=0.22,
        p_value=0.018,
        q_value=0.0009,
        standardised=0.3,
        between=-0.05,
    )
    untold = Effect(
        technique="x", n_moves=1, n_sessions=1, n_patients=1, raw_change=None, reason="too few"
    )
    table = EffectTable(
        effects=(told, untold),
        horizon=2,
        n_moves=1_201,
        n_sessions=30,
        n_patients=8,
        errors="errors clustered by patient",
    )
    html = table._repr_html_()
    cells = re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", html)
    assert [cells[n : n + 12] for n in range(0, 36, 12)] == [
        [
            *("Technique", "Moves", "Sessions", "Patients", "Change, unadjusted"),
            *("Shift, adjusted", "95 % interval", "in SD", "p", "q"),
            *("Between sessions", "Why there is no shift"),
        ],
        [
            *("open question", "1,200", "30", "8", "−0.01", "+0.12", "+0.02 to +0.22"),
            *("+0.30", "0.018", "&lt;0.001", "−0.05", ""),
        ],
        ["x", "1", "1", "1", *("–" for _ in range(7)), "too few"],
    ]
    assert "2 exchanges past the next talk; errors clustered by patient." in html
    assert "not proof of a cause" in html
    shown = "<EffectTable: 1 of 2 effects told, horizon 2, 1,201 moves of 30 sessions>"
    assert repr(table) == shown
    one = evolve(table, effects=(untold,), n_moves=1, n_sessions=1)
    assert repr(one).endswith("0 of 1 effects told, horizon 2, 1 moves of 1 session>")


def test_small_chances_are_never_nought() -> None:
    """
    What is below a thousandth is told as below it.
    """
    assert [chance(p) for p in (0.0, 0.0009, 0.0496, None)] == ["<0.001", "<0.001", "0.050", "–"]


def test_half_lives_go_from_none_to_without_end() -> None:
    """
    What doesn't carry over is gone at once; what does for ever is never gone.
    """
    share = CarryOver(value=0.5, ci_low=-0.1, ci_high=1.2)
    assert (share.half_life, share.half_life_interval) == (1.0, (0.0, np.inf))
    ends = CarryOver(value=0.5, ci_low=0.0, ci_high=1.0)
    assert ends.half_life_interval == (0.0, np.inf)
