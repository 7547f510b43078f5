import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.sequence.multiple import false_discovery


@given(st.lists(st.floats(0, 1), max_size=9))
def test_false_discovery_is_scipy_s(p_values: list[float]) -> None:
    """
    The correction equals scipy's.
    """
    stats = pytest.importorskip("scipy.stats")
    wanted = stats.false_discovery_control(p_values) if p_values else []
    np.testing.assert_allclose(false_discovery(np.array(p_values)), wanted, atol=1e-12)
