"""
The members of a zip archive, as office documents are, within bounds.
"""

import io
import zipfile
import zlib
from typing import Final

from aftermove.errors import TranscriptError

__all__ = ["is_archive", "members"]

# A session of ten hours takes less than a megabyte; what passes this is a bomb.
_MAX_BYTES: Final = 256 * 2**20
_MAX_MEMBERS: Final = 10_000


def is_archive(raw: bytes) -> bool:
    """
    Whether the bytes begin as a zip archive does.
    """
    return raw.startswith(b"PK\3\4")


def members(raw: bytes, suffixes: tuple[str, ...] = (".xml", ".rels")) -> dict[str, bytes]:
    """
    The content of each member whose name ends so, by its name in the archive.

    No member's name is taken for a path of the file system, and nothing is written.

    Raises:
        TranscriptError: If it is no sound archive, is encrypted, or holds too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            wanted = [each for each in archive.infolist() if each.filename.endswith(suffixes)]
            # No more is unpacked of a member than it declares, so what is declared is the bound.
            if len(wanted) <= _MAX_MEMBERS and sum(each.file_size for each in wanted) <= _MAX_BYTES:
                return {each.filename: archive.read(each) for each in wanted}
    except RuntimeError:
        raise _refuse("is encrypted; save it without a password") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
        raise _refuse("is torn or no archive; save it anew") from None
    raise _refuse("would unpack to more than a transcript can hold")


def _refuse(what: str) -> TranscriptError:
    return TranscriptError([f"the document {what}"], [None])
