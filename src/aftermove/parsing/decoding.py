"""
From bytes to text, with nothing dropped on the way.

Guessers of encodings took real transcripts in windows-1252 for Greek or Turkish; what is tried
here is little, and always in the same order.
"""

import codecs
import re
from typing import Final

from attrs import field, frozen

from aftermove.errors import ModelError, TranscriptError, UnknownNameError
from aftermove.model import Problem

__all__ = ["Source"]

# Longest first: UTF-32's mark begins with UTF-16's.
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SUGGESTED: Final = ("utf-8", "utf-16", "utf-32", "cp1252", "latin-1", "mac-roman", "cp437")

_BREAK: Final = re.compile("\r\n?|[\u2028\u2029]")
_ESCAPED: Final = re.compile("[\ud800-\udfff]")
# Not the one that CHAT sets around times, twice in a line.
_CONTROL: Final = re.compile("[\0-\x08\x0e-\x14\x16-\x1a\x1c-\x1f]")
_GUESSED: Final = Problem(
    code="guessed-encoding",
    reason="the bytes are no UTF-8 and were taken for windows-1252; confirm it with encoding=",
)
# A stray control character is a slip; one in fifty characters is no text.
_MAX_CONTROL_SHARE: Final = 0.02
_SAMPLE: Final = 8_192
# Archives and old Office documents, which may hold more letters than other bytes.
_BINARY_STARTS: Final = (b"PK\3\4", b"\xd0\xcf\x11\xe0")


@frozen
class Source:
    r"""
    What is to be read: the bytes of a file, or text.

    Example:
        >>> Source.from_bytes(b"T: Caf\xe9?").text
        'T: Café?'
    """

    _raw: bytes = field(repr=False)

    text: str | None = field(repr=False)
    """With line feeds alone for line breaks, and no byte order mark; `None` where it is binary."""

    problems: tuple[Problem, ...] = ()
    """What of the bytes doesn't fit the encoding, and whether that was guessed."""

    @property
    def raw(self) -> bytes:
        """
        The file's bytes, for binary forms; of text, its UTF-8.
        """
        # The bytes of a text are not kept beside it: that would double what a long file takes.
        return self._raw if self.text is None else self.text.encode()

    @classmethod
    def from_bytes(cls, raw: bytes, encoding: str | None = None) -> "Source":
        """
        The source decoded: by its byte order mark, else as UTF-8, UTF-16, windows-1252 or latin-1.

        Args:
            raw: Of a whole file.
            encoding: Any that Python knows; `None` to tell it by the bytes.

        Raises:
            UnknownNameError: If there is no such encoding.
            TranscriptError: If the bytes aren't in that encoding.
        """
        if raw.startswith(_BINARY_STARTS):
            return cls(raw, None)
        text, problems = _decode(raw) if encoding is None else (_decode_as(raw, encoding), ())
        text = _tidy(text)
        return cls(raw, None, problems) if _is_binary(text) else cls(b"", text, problems)

    @classmethod
    def from_text(cls, text: str) -> "Source":
        """
        The source of a string.

        Raises:
            ModelError: If it is no string.
            TranscriptError: If it holds lone surrogates.
        """
        if not isinstance(text, str):
            raise ModelError("parse", "takes the text of a transcript; read takes its path")
        _refuse_surrogates(text)
        text = _tidy(text)
        return cls(text.encode(), None) if _is_binary(text) else cls(b"", text)


def _decode(raw: bytes) -> tuple[str, tuple[Problem, ...]]:
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if raw.startswith(mark)), None)
    encoding = encoding or _wide_encoding(raw) or "utf-8"
    try:
        return raw.decode(encoding), ()
    except UnicodeDecodeError:
        pass
    if encoding != "utf-8":
        text = raw.decode(encoding, "replace")
        return text, _problems(text, "\ufffd", f"of {encoding} that make no character")
    text = raw.decode("utf-8", "surrogateescape")
    n_escaped = len(_ESCAPED.findall(text))
    n_sound = len(text) - n_escaped - len(re.findall(r"[\0-\x7f]", text))
    # Text in UTF-8 with a few torn bytes stays UTF-8; as windows-1252, all of it would be garbled.
    if n_sound <= n_escaped:
        encoding, text = "windows-1252", raw.decode("cp1252", "surrogateescape")
    problems = _problems(text, "[\ud800-\udfff]", f"that are no {encoding}, taken one by one")
    if encoding != "utf-8":
        problems += (_GUESSED,)
    return _ESCAPED.sub(lambda found: _one_byte(ord(found[0]) - 0xDC00), text), problems


def _one_byte(value: int) -> str:
    try:
        return bytes([value]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(value)


def _decode_as(raw: bytes, encoding: str) -> str:
    try:
        codecs.lookup(encoding)
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise TranscriptError(
            [f"the bytes aren't in the encoding {encoding}; name another, or none to have it told"],
            [line],
        ) from None
    except (LookupError, ValueError):
        raise UnknownNameError("text encoding", encoding, _SUGGESTED) from None
    _refuse_surrogates(text)
    return text


def _wide_encoding(raw: bytes) -> str | None:
    """
    The UTF-16 or UTF-32 that the places of NUL bytes tell, or `None`.
    """
    sample = raw[:_SAMPLE]
    nuls = [sample[place::4].count(0) for place in range(4)]
    share = len(sample) / 4
    if sum(nuls) < share / 10:
        return None
    full = [n > 0.9 * share for n in nuls]
    if full[2] and full[3]:
        return "utf-32-le"
    if full[0] and full[1]:
        return "utf-32-be"
    low, high = nuls[1] + nuls[3], nuls[0] + nuls[2]
    if min(low, high) * 10 > max(low, high):
        return None
    return "utf-16-le" if low > high else "utf-16-be"


def _problems(text: str, pattern: str, what: str) -> tuple[Problem, ...]:
    """
    One problem for each line of *text* in which *pattern* is met.
    """
    if not re.search(pattern, text):
        return ()
    return tuple(
        Problem(
            code="undecodable",
            reason=f"the line holds bytes {what}; name the file's encoding with encoding=",
            line=number,
        )
        for number, line in enumerate(_BREAK.sub("\n", text).split("\n"), start=1)
        if re.search(pattern, line)
    )


def _refuse_surrogates(text: str) -> None:
    found = None if text.isascii() else _ESCAPED.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise TranscriptError(["the text holds lone surrogates; decode its bytes anew"], [line])


def _tidy(text: str) -> str:
    text = text.removeprefix("\ufeff")
    # Nearly all files have none of these, and looking is quicker than replacing.
    return _BREAK.sub("\n", text) if _BREAK.search(text) else text


def _is_binary(text: str) -> bool:
    sample = text[:_SAMPLE]
    return len(_CONTROL.findall(sample)) > _MAX_CONTROL_SHARE * len(sample)
