import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.errors import AftermoveError, TranscriptError, UnknownNameError
from aftermove.parsing.decoding import Source

TALK = "Therapist: Café “Zoë”?\nPatient: Naïve.\n"


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32-le", b""),
        ("utf-32-be", b""),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-32-be", codecs.BOM_UTF32_BE),
        ("cp1252", b""),
    ],
)
def test_encodings_are_told_by_the_bytes(encoding: str, mark: bytes) -> None:
    """
    Text in each usual encoding is decoded; that windows-1252 was a guess is told.
    """
    source = Source.from_bytes(mark + TALK.encode(encoding))
    assert source.text == TALK
    guessed = [("guessed-encoding", None)] if encoding == "cp1252" else []
    assert [(problem.code, problem.line) for problem in source.problems] == guessed


def test_utf_16_of_a_script_beyond_latin_is_told_by_its_blanks() -> None:
    """
    The NUL bytes of blanks alone tell UTF-16.
    """
    text = "Ну и как прошла эта неделя?\n" * 5
    assert Source.from_bytes(text.encode("utf-16-le")).text == text


def test_a_named_encoding_is_used() -> None:
    """
    The caller's encoding wins over what the bytes tell.
    """
    assert Source.from_bytes("Ωμέγα".encode("cp1253"), "cp1253").text == "Ωμέγα"


def test_torn_utf_8_stays_utf_8_with_a_problem() -> None:
    """
    A stray byte garbles no other line, and its line is told.
    """
    source = Source.from_bytes("é ü ö\n".encode() + b"it\x92s\n")
    assert source.text == "é ü ö\nit’s\n"
    assert [(problem.code, problem.line) for problem in source.problems] == [("undecodable", 2)]


def test_bytes_beyond_windows_1252_are_told() -> None:
    """
    A byte that has no character is kept by its number, and its line is told.
    """
    source = Source.from_bytes(b"caf\xe9\nso \x81\n")
    assert source.text == "café\nso \x81\n"
    assert [problem.line for problem in source.problems] == [2, None]


def test_torn_utf_16_is_told() -> None:
    """
    A file cut within a character is read up to there, and its last line is told.
    """
    source = Source.from_bytes("a\nb".encode("utf-16")[:-1])
    assert source.text == "a\n\ufffd"
    assert [problem.line for problem in source.problems] == [2]


@pytest.mark.parametrize("name", ["nonsense", "base64", "a\0b", "undefined"])
def test_unknown_encodings_are_refused(name: str) -> None:
    """
    What is no encoding of text is refused with some that are.
    """
    with pytest.raises(UnknownNameError, match="utf-8"):
        Source.from_bytes(b"T: a", name)


def test_the_wrong_encoding_is_refused_with_the_line() -> None:
    """
    Bytes that aren't in the named encoding are refused, and the line is told.
    """
    with pytest.raises(TranscriptError, match=r"line 2: .*ascii"):
        Source.from_bytes("so\né".encode(), "ascii")


def test_lone_surrogates_are_refused() -> None:
    """
    Half a character can't be stored, so a text with one is refused, and the line is told.
    """
    with pytest.raises(TranscriptError, match="line 2"):
        Source.from_text("a\n\ud800")
    with pytest.raises(TranscriptError, match="line 1"):
        Source.from_bytes(b"\\ud800", "unicode_escape")


def test_line_breaks_become_one_kind() -> None:
    """
    CR LF, CR and the separators of lines and paragraphs are line feeds, in texts as in files.
    """
    text = "\ufeffa\r\nb\rc\u2028d\u2029e\n"
    assert Source.from_text(text).text == "a\nb\nc\nd\ne\n"
    assert Source.from_bytes(text.encode()).text == "a\nb\nc\nd\ne\n"


def test_binary_bytes_make_no_text() -> None:
    """
    Bytes full of control characters are no text; a lone one is a slip, and CHAT's sign is none.
    """
    assert Source.from_bytes(b"PK\3\4\0\0\0\1\2" * 9).text is None
    assert Source.from_text("\0\1").text is None
    assert Source.from_bytes(b"*PAR:\tyes . \x150_900\x15\n" * 9).text is not None
    assert Source.from_bytes(b"T: a long week\0 and then some. " + b"P: no " * 40).text is not None


@given(st.binary(), st.none() | st.sampled_from(["utf-8", "utf-16", "cp1252", "utf-7", "idna"]))
def test_any_bytes_are_decoded_or_refused(raw: bytes, encoding: str | None) -> None:
    """
    Whatever the bytes, they become text that can be stored, or are refused by our error.
    """
    try:
        source = Source.from_bytes(raw, encoding)
    except AftermoveError:
        return
    if source.text is not None:
        source.text.encode()


def test_the_repr_holds_no_words() -> None:
    """
    A source shows nothing of its content.
    """
    assert "Zoë" not in repr(Source.from_text(TALK))
