"""
Hypothesis profiles, and where outside data are.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

settings.register_profile("dev", max_examples=60, deadline=None)
settings.register_profile(
    "ci", max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("nightly", max_examples=5_000, deadline=None)
# Each mutant of the code runs the tests anew, and is noticed or not whatever the smallest example.
settings.register_profile(
    "mutants",
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if "CI" in os.environ else "dev"))


@pytest.fixture
def data_folder() -> Path:
    """
    The folder of outside data named by `AFTERMOVE_DATA`; the test is skipped without it.
    """
    folder = os.environ.get("AFTERMOVE_DATA")
    if not folder:
        pytest.skip("AFTERMOVE_DATA names no folder of outside data")
    return Path(folder)
