"""
Hypothesis profiles, and where outside data are.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("dev", max_examples=60, deadline=None)
settings.register_profile(
    "ci", max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("nightly", max_examples=5_000, deadline=None)
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
