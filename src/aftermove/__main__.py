"""
``python -m aftermove`` and the ``aftermove`` command.
"""

import sys

from aftermove.errors import MissingExtraError

__all__ = ["main"]


def main() -> None:
    """
    Runs the command line; without the `cli` extra, says how to get it.
    """
    try:
        from aftermove import cli
    except ModuleNotFoundError as error:
        if error.name not in {"click", "rich"}:
            raise
        sys.exit(f"aftermove: {MissingExtraError('the command', 'cli')}")
    cli.main()


if __name__ == "__main__":  # pragma: no cover  # run by a test in a process of its own
    main()
