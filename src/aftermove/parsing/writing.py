"""
From a session to a file in a form that others read.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from aftermove.errors import FileAccessError, ModelError
from aftermove.model import Session
from aftermove.parsing import captions, chat_writer, labelled_writer, messages, tabular
from aftermove.parsing.forms import of_form

__all__ = ["WRITERS", "write"]

WRITERS: Final[Mapping[str, Callable[[Session], str]]] = {
    "captions": captions.write,
    "chat": chat_writer.write,
    "labelled": labelled_writer.write,
    "messages": messages.write,
    "tabular": tabular.write,
}
"""
What makes the text of a session in each form.  Each refuses with a `ModelError` that names the turn
what wouldn't be read back from its form as it was.
"""


def write(session: Session, path: str | os.PathLike[str], format: str | None = None) -> None:  # noqa: A002
    """
    Write a session to a file, in UTF-8, so that `read` gives it back.

    What each form can hold is told in docs/how-to/write-transcripts.md; `dumps` holds everything.

    Args:
        session: Its words are written as they are.
        path: Of the file, which is overwritten.
        format: A name in `WRITERS`; `None` to have it told by the path's suffix.

    Raises:
        UnknownNameError: If there is no such format.
        ModelError: If the session holds what the form can't, with the turn; nothing is written.
        FileAccessError: If the file can't be written.
    """
    if not isinstance(session, Session):
        raise ModelError(
            "write", "takes a Session; write_table and dumps take what was found in it"
        )
    text = of_form(WRITERS, Path(path).suffix if format is None else format)(session)
    try:
        Path(path).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise FileAccessError(str(path), f"{error.strerror}; check the path") from None
    except ValueError:
        raise FileAccessError(repr(path), "is no path: it holds a NUL") from None
