import re
import subprocess
import sys
from pathlib import Path

import pytest

import aftermove

EXAMPLES = Path(__file__).parent.parent / "examples"


def test_importing_stays_light() -> None:
    """
    The import loads no numpy and nothing of the extras, and opens no socket.
    """
    program = (
        "import sys, aftermove; "
        "heavy = {'numpy', 'narwhals', 'matplotlib', 'click', 'rich', 'hypothesis', 'socket'}; "
        "print(*sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run(  # noqa: S603  # our own words alone
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == []


def test_every_public_name_is_there() -> None:
    """
    The list of public names is sorted, complete and true.
    """
    assert sorted(aftermove.__all__) == aftermove.__all__
    assert all(hasattr(aftermove, name) for name in aftermove.__all__)


def test_names_that_come_late_are_the_functions_themselves() -> None:
    """
    Whatever else of the library is imported, a late name is what its module calls so.
    """
    program = (
        "import aftermove as am, aftermove._plugins, aftermove.frames; "
        "assert set(am.__all__) <= set(dir(am)); "
        "print(callable(am.plugins), am.to_frame.__module__, am.figures.__name__)"
    )
    run = subprocess.run(  # noqa: S603  # our own words alone
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["True", "aftermove.frames", "aftermove.figures"]
    with pytest.raises(AttributeError, match="kestrel"):
        _ = aftermove.kestrel


def test_strategies_tell_what_they_need() -> None:
    """
    Without Hypothesis, importing `aftermove.testing` names the extra that brings it.
    """
    program = "import sys; sys.modules['hypothesis'] = None; import aftermove.testing"
    run = subprocess.run(  # noqa: S603  # our own words alone
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert "aftermove[testing]" in run.stderr.splitlines()[-1]


def test_every_public_name_is_used_in_the_typing_test() -> None:
    """
    The type checkers see each public name at least once.
    """
    text = (Path(__file__).parent / "typing" / "api.py").read_text(encoding="utf-8")
    missing = [name for name in aftermove.__all__ if not re.search(rf"\bam\.{name}\b", text)]
    assert missing == []


def test_example_sessions_are_read_without_a_problem() -> None:
    """
    Each example session is read whole, and its talk has both sides.
    """
    paths = sorted(EXAMPLES.glob("*.txt"))
    assert paths
    for path in paths:
        session = aftermove.read(path)
        assert session.problems == ()
        roles = {turn.role.value for turn in session}
        assert roles == {"patient", "therapist"}
        assert aftermove.analyze(session).shifts


def test_the_seed_session_is_understood(data_folder: Path) -> None:
    """
    A real session is read whole, each move has a behaviour, and evidence quotes its turn.
    """
    analysis = aftermove.analyze(aftermove.read(data_folder.parent / "seed_session.txt"))
    session = analysis.session
    assert (len(session), len(analysis.moves), len(analysis.shifts)) == (51, 25, 25)
    assert len(analysis.affect) == 26
    assert session.problems == ()
    found = {technique for move in analysis.moves for technique in move.techniques}
    assert found >= {
        "defusion",
        "values",
        "present_moment",
        "committed_action",
        "self_compassion",
        "skills_rehearsal",
    }
    early = [affect.valence for affect in analysis.affect[:20]]
    late = [affect.valence for affect in analysis.affect[-6:]]
    assert sum(late) / len(late) > sum(early) / len(early)
