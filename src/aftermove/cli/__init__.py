"""
The command: analyse files, study many, convert from one form to another.

Needs the `cli` extra.  What it prints holds none of the speakers' words unless ``--words`` asks
for them.
"""

import click

from aftermove.cli.analyse import analyse
from aftermove.cli.convert import convert
from aftermove.cli.study import study

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="aftermove")
def main() -> None:
    """What happens in the patient after each therapist move."""


main.add_command(analyse)
main.add_command(convert)
main.add_command(study)
