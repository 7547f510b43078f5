import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.errors import TranscriptError
from aftermove.parsing import archive
from aftermove.parsing.archive import is_archive, members


def zipped(content_by_name: dict[str, bytes]) -> bytes:
    """
    A zip archive of the members.
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in content_by_name.items():
            file.writestr(name, content)
    return whole.getvalue()


def test_wanted_members_are_unpacked(tmp_path: Path) -> None:
    """
    Members of the wanted kinds come by name, and nothing is written anywhere.
    """
    raw = zipped({"a/talk.xml": b"<p/>", "../out.xml": b"<q/>", "picture.png": b"\0"})
    assert is_archive(raw)
    assert members(raw) == {"a/talk.xml": b"<p/>", "../out.xml": b"<q/>"}
    assert list(tmp_path.iterdir()) == []


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    An archive that would unpack to too much, or into too many, is refused before it is unpacked.
    """
    raw = zipped({"a.xml": b"0" * 5_000, "b.xml": b""})
    monkeypatch.setattr(archive, "_MAX_BYTES", 4_999)
    with pytest.raises(TranscriptError, match="more than a transcript"):
        members(raw)
    monkeypatch.setattr(archive, "_MAX_BYTES", 5_000)
    assert len(members(raw)) == 2
    monkeypatch.setattr(archive, "_MAX_MEMBERS", 1)
    with pytest.raises(TranscriptError, match="more than a transcript"):
        members(raw)


def test_encrypted_archives_are_refused() -> None:
    """
    An archive with a password is refused with the remedy.
    """
    raw = bytearray(zipped({"a.xml": b"<p/>"}))
    raw[6] |= 1
    raw[raw.index(b"PK\1\2") + 8] |= 1
    with pytest.raises(TranscriptError, match="password"):
        members(bytes(raw))


@given(st.integers(0, 200), st.binary(max_size=8))
def test_torn_archives_are_refused(place: int, torn: bytes) -> None:
    """
    Whatever is overwritten in an archive, it is unpacked, or refused by our error.
    """
    raw = zipped({"a.xml": b"<p>kestrel</p>" * 9})
    raw = raw[:place] + torn + raw[place + len(torn) :]
    try:
        assert set(members(raw).values()) <= {b"<p>kestrel</p>" * 9}
    except TranscriptError as refusal:
        assert "kestrel" not in str(refusal)  # noqa: PT017  # what it must not say is tested
