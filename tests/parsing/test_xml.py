from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermove.errors import TranscriptError
from aftermove.parsing.xml import parse_xml

BILLION = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'
OUTSIDE_TYPE = '<!DOCTYPE a SYSTEM "http://localhost/a.dtd"><a>so</a>'


def test_a_document_is_its_tree() -> None:
    """
    Names come with their namespaces in braces, text and attributes as they are.
    """
    root = parse_xml(b'<a xmlns:w="urn:w" k="1"><w:b w:k="2">so &amp; so</w:b>?</a>')
    assert (root.tag, root.attrib) == ("a", {"k": "1"})
    assert (root[0].tag, root[0].attrib) == ("{urn:w}b", {"{urn:w}k": "2"})
    assert (root[0].text, root[0].tail) == ("so & so", "?")


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (BILLION, "declares entities"),
        (OUTSIDE, "declares entities"),
        ("<a>\n<b></a>", "line 2: .*well formed"),
        ("", "well formed"),
        ('<?xml version="1.0" encoding="papyrus"?><a/>', "encoding|well formed"),
        ("<a>" * 201 + "</a>" * 201, "too deep"),
    ],
)
def test_hostile_documents_are_refused(document: str, reason: str) -> None:
    """
    Entities, unknown encodings, torn trees and depth are refused with the reason.
    """
    with pytest.raises(TranscriptError, match=reason):
        parse_xml(document.encode())


def test_nothing_outside_is_fetched() -> None:
    """
    A document type kept elsewhere is passed over, not fetched.
    """
    assert parse_xml(OUTSIDE_TYPE.encode()).text == "so"


@given(st.binary(max_size=60))
def test_any_bytes_are_parsed_or_refused(raw: bytes) -> None:
    """
    Whatever stands in a document, it is parsed or refused by our error.
    """
    for document in (
        raw,
        b"<a>" + raw + b"</a>",
        b'<?xml version="1.0" encoding="' + raw + b'"?><a/>',
    ):
        with suppress(TranscriptError):
            parse_xml(document)
