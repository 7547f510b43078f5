from typing import Any

import numpy as np
import pytest

from aftermove.errors import ModelError
from aftermove.testing import Simulation


@pytest.mark.parametrize(
    "changed",
    [
        {"patients": 0},
        {"sessions": -1},
        {"exchanges": 1.5},
        {"effects": []},
        {"effects": [0.1] * 6},
        {"effects": [np.nan]},
        {"carry_over": 1.0},
        {"noise": -0.1},
    ],
)
def test_worlds_that_cant_be_are_refused(changed: dict[str, Any]) -> None:
    """
    Counts below one, too many effects and shares out of range are refused.
    """
    with pytest.raises(ModelError, match=next(iter(changed))):
        Simulation(**changed)


def test_truth_is_what_was_put_in_and_fades() -> None:
    """
    A technique brings its own effect at once, less of it later, and none beyond the session.
    """
    simulation = Simulation(patients=100)
    assert simulation.true_shifts(0) == pytest.approx([0.1, -0.08, 0.05, 0, 0])
    later = simulation.true_shifts(2)
    assert 0 < later[0] < 0.05
    assert later[3:] == pytest.approx([0, 0])
    with pytest.raises(ModelError, match="horizon"):
        simulation.true_shifts(20)


def test_noise_changes_what_is_seen_and_nothing_else() -> None:
    """
    The same seed gives the same moves, and levels apart by the noise alone.
    """
    quiet = Simulation(patients=5).panel(seed=3)
    noisy = Simulation(patients=5, noise=0.1).panel(seed=3)
    assert (quiet.uses == noisy.uses).all()
    assert np.std(noisy.before - quiet.before) == pytest.approx(0.1, rel=0.1)
    assert not (Simulation(patients=5).panel(seed=4).uses == quiet.uses).all()
