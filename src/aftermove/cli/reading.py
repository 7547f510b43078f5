"""
The options of all commands that read transcripts, and where they write.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Protocol

import click

from aftermove.cli.report import as_options
from aftermove.errors import AftermoveError, FileAccessError
from aftermove.model import Role, Session
from aftermove.parsing import READERS, read_all

__all__ = ["ReadAll", "console_ready", "reading_options", "say", "writable"]


class ReadAll(Protocol):
    """
    Gives the sessions of a file.
    """

    def __call__(self, path: str, /) -> Iterator[Session]:
        """
        One after the other; see `aftermove.read_all`.
        """
        ...


def _pairs(_: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    value_by_name = {}
    for value in values:
        name, equals, told = (part.strip() for part in value.rpartition("="))
        if not equals or not name or not told:
            raise click.BadParameter(f"write it as {parameter.metavar}")
        value_by_name[name] = told
    return value_by_name


def _roles(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    role_by_name = _pairs(context, parameter, values)
    if not set(role_by_name.values()) <= set(Role):
        raise click.BadParameter(f"the role must be one of {', '.join(Role)}")
    return role_by_name


_OPTIONS = (
    click.option(
        "--role",
        "roles",
        multiple=True,
        metavar="NAME=ROLE",
        callback=_roles,
        help="The role of a speaker that the file names, as in 'Dr. A.=therapist'. Repeatable.",
    ),
    click.option(
        "--format",
        "format_",
        type=click.Choice(sorted(READERS)),
        help="Told by the content by default.",
    ),
    click.option(
        "--column",
        "columns",
        multiple=True,
        metavar="USE=HEADING",
        callback=_pairs,
        help="The heading of a table's column, as in 'text=utterance'. Repeatable.",
    ),
    click.option("--encoding", metavar="NAME", help="The encoding of files; told by default."),
    click.option(
        "--join/--no-join",
        default=True,
        help="Whether neighbouring turns of one speaker become one; they do by default.",
    ),
    click.option(
        "--strict", is_flag=True, help="Refuse a file with any problem, and list them all."
    ),
)


def reading_options(command: Callable[..., None]) -> Callable[..., None]:
    """
    Gives a command the options for reading; it gets them as one argument, ``read_all``.
    """

    def with_reader(
        *,
        roles: dict[str, str],
        format_: str | None,
        columns: dict[str, str],
        encoding: str | None,
        join: bool,
        strict: bool,
        **others: Any,  # noqa: ANN401  # the command's own
    ) -> None:
        reader: ReadAll = partial(
            read_all,
            format=format_,
            roles=roles,
            encoding=encoding,
            join=join,
            strict=strict,
            columns=columns,
        )
        command(read_all=reader, **others)

    with_reader.__doc__ = command.__doc__
    wrapped: Callable[..., None] = with_reader
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


def console_ready() -> None:
    """
    A terminal that lacks a sign shows a question mark, rather than a traceback.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def say(file: str | Path, error: AftermoveError) -> None:
    """
    Tells an error of one file on the error stream.
    """
    said = as_options(str(error))
    click.echo(f"aftermove: {said if str(file) in said else f'{file}: {said}'}", err=True)


def writable(path: Path, sources: Iterable[str | Path]) -> Path:
    """
    The path of a file to be written, in a folder that is there.

    Raises:
        FileAccessError: If it is one of the sources, or its folder can't be made.
    """
    if path.resolve() in {Path(source).resolve() for source in sources}:
        raise FileAccessError(str(path), "is a transcript given; write elsewhere")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileAccessError(str(path), error.strerror or "can't be written") from None
    return path
