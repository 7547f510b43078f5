import io
import tomllib
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aftermove.errors import AftermoveError, TranscriptError
from aftermove.parsing import parse, read, read_all
from aftermove.parsing.decoding import Source
from aftermove.parsing.forms import Given
from aftermove.parsing.office import Document, Paragraph
from aftermove.parsing.word import WORD

FIXTURES = Path(__file__).parent / "fixtures" / "word"
EXPECTED = tomllib.loads((FIXTURES / "expected.toml").read_text("utf-8"))
RELATIONS = (FIXTURES / "table" / "_rels" / ".rels").read_bytes()
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def zipped(content_by_name: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """
    An archive of the members.
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as archive:
        for name, content in content_by_name.items():
            archive.writestr(name, content)
    return whole.getvalue()


def fixture(name: str) -> dict[str, bytes]:
    """
    The members of a fixture's archive.
    """
    folder = FIXTURES / name
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def docx(paragraphs: Iterable[str], **others: str) -> bytes:
    """
    A Word document of plain paragraphs, and other members of its folder.
    """
    body = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(each)}</w:t></w:r></w:p>'
        for each in paragraphs
    )
    text_by_name = {"document": f"<w:document {W}>{body}</w:document>", **others}
    parts = {f"word/{name}.xml": text.encode() for name, text in text_by_name.items()}
    return zipped({"_rels/.rels": RELATIONS, **parts})


def saved(folder: Path, raw: bytes) -> Path:
    """
    A file of the bytes, whose name tells nothing of its form.
    """
    place = folder / "session.xyz"
    place.write_bytes(raw)
    return place


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_documents_are_read(name: str, method: int, tmp_path: Path) -> None:
    """
    Each document gives its turns, metadata and problems, however its archive is packed.
    """
    case: dict[str, Any] = EXPECTED[name]
    session = read(saved(tmp_path, zipped(fixture(name), method)), roles=case.get("roles"))
    assert [
        [turn.role.value, turn.speaker.name, turn.text, -1 if turn.start is None else turn.start]
        for turn in session
    ] == case["turns"]
    problems = [[each.code, each.line, each.text] for each in session.problems]
    assert problems == case.get("problems", [])
    assert dict(session.metadata) == case.get("metadata", {})


def test_every_fixture_has_its_expectation() -> None:
    """
    No folder lies among the fixtures that no case reads.
    """
    assert {path.name for path in FIXTURES.iterdir() if path.is_dir()} == set(EXPECTED)


def test_the_strict_form_of_the_format_is_read(tmp_path: Path) -> None:
    """
    Documents in ISO's strict namespaces give what those in Word's usual ones give.
    """
    usual = {name: content.decode() for name, content in fixture("table").items()}
    strict = {
        name: content.replace("schemas.openxmlformats.org", "purl.oclc.org/ooxml").encode()
        for name, content in usual.items()
    }
    session = read(saved(tmp_path, zipped(strict)))
    assert session == read(saved(tmp_path, zipped(fixture("table"))))


talk = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=12)


@given(st.lists(st.lists(talk, min_size=1, max_size=4), min_size=2, max_size=8))
def test_paragraphs_read_as_labelled_lines_do(turns: list[list[str]]) -> None:
    """
    A document of paragraphs gives what the same lines give as text.
    """
    lines = [f"{'TP'[i % 2]}: {' '.join(words)}" for i, words in enumerate(turns)]
    source = Source.from_bytes(docx(lines))
    try:
        expected = parse("\n".join(lines), format="labelled", join=False)
    except TranscriptError:
        with pytest.raises(TranscriptError):
            list(WORD.read(source, Given({}, {})))
        return
    told = [
        (said.name, said.text, said.line)
        for transcript in WORD.read(source, Given({}, {}))
        for said in transcript.said
    ]
    assert [(name, text) for name, text, _ in told] == [
        (turn.speaker.name, turn.text) for turn in expected
    ]


def test_labelled_paragraphs_win_over_a_smaller_table(tmp_path: Path) -> None:
    """
    Where most talk stands in paragraphs, a table beside it is read as lines of theirs.
    """
    row = "<w:tr>{}</w:tr>".format("<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>" * 2)
    table = f"<w:tbl>{row.format('Speaker', 'Text')}</w:tbl>"
    members = fixture("labelled")
    document = members["word/document.xml"].decode()
    members["word/document.xml"] = document.replace("<w:sectPr>", f"{table}<w:sectPr>").encode()
    session = read(saved(tmp_path, zipped(members)))
    assert len(session) == 4
    assert session[-1].text == "Nothing.\nSpeaker\tText"


def test_a_few_labelled_lines_beside_a_table_are_no_turns(tmp_path: Path) -> None:
    """
    Where most talk stands in a table with headings, labelled lines beside it are metadata.
    """
    members = fixture("table")
    lines = "".join(f"<w:p><w:r><w:t>{x}</w:t></w:r></w:p>" for x in ("T: so", "P: oh"))
    text = members["word/document.xml"].decode().replace("<w:tbl>", f"{lines}<w:tbl>", 1)
    session = read(saved(tmp_path, zipped(members | {"word/document.xml": text.encode()})))
    assert len(session) == 2
    assert (session.metadata["t"], session.metadata["p"]) == ("so", "oh")


def test_a_torn_part_beside_the_text_costs_that_part(tmp_path: Path) -> None:
    """
    Notes that are no sound XML are kept in a problem, and the talk is read.
    """
    session = read(saved(tmp_path, docx(["T: So?", "P: Oh."], footnotes="<torn> kestrel")))
    assert [turn.text for turn in session] == ["So?", "Oh."]
    (problem,) = session.problems
    assert (problem.code, problem.text) == ("unread-part", "<torn> kestrel")
    assert "kestrel" not in problem.reason


def test_a_bare_open_document_is_read() -> None:
    """
    A document without properties and styles, and with other things in its rows, is read.
    """
    cells = "<x/><table-cell><p>Therapist:</p></table-cell><table-cell><p>So?</p></table-cell>"
    text = f"<a><body><text><table><table-row>{cells}</table-row></table></text></body></a>"
    raw = zipped(
        {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": text.encode()}
    )
    (transcript,) = WORD.read(Source.from_bytes(raw), Given({}, {}))
    assert [said.text for said in transcript.said] == ["So?"]
    assert transcript.metadata == {}


def test_columns_are_named_by_the_caller(tmp_path: Path) -> None:
    """
    A table whose headings tell nothing is read by those that the caller names.
    """
    members = fixture("plain_table")
    text = members["word/document.xml"].decode()
    members["word/document.xml"] = (
        text.replace(">T<", ">Wer<", 1).replace("Where shall we begin?", "Was").encode()
    )
    place = saved(tmp_path, zipped(members))
    session = read(place, columns={"speaker": "Wer", "text": "Was"})
    assert [turn.text for turn in session] == ["With my father.", "Your father.", "Him."]


def test_sessions_of_one_table_tell_the_documents_metadata_each(tmp_path: Path) -> None:
    """
    Each session has the document's metadata, and its problems are told once.
    """
    cells = [("Session", "Speaker", "Text"), ("1", "T", "So?"), ("2", "P", "Tired.")]
    rows = "".join(
        "<w:tr>"
        + "".join(f"<w:tc><w:p><w:r><w:t>{c}</w:t></w:r></w:p></w:tc>" for c in r)
        + "</w:tr>"
        for r in cells
    )
    body = f"<w:del><w:p><w:r><w:delText>no</w:delText></w:r></w:p></w:del><w:tbl>{rows}</w:tbl>"
    core = b"<c><title>Both</title></c>"
    raw = zipped(
        {
            "_rels/.rels": RELATIONS,
            "word/document.xml": f"<w:document {W}>{body}</w:document>".encode(),
            "docProps/core.xml": core,
        }
    )
    sessions = list(read_all(saved(tmp_path, raw)))
    assert [(each.id, each.metadata["title"]) for each in sessions] == [
        ("1", "Both"),
        ("2", "Both"),
    ]
    assert [[each.code for each in s.problems] for s in sessions] == [["deleted-text"], []]


def test_a_key_told_twice_keeps_both_values(tmp_path: Path) -> None:
    """
    A property of the document whose key a line of it also has is kept under a key of its own.
    """
    members = fixture("labelled")
    text = members["word/document.xml"].decode().replace("Date: 3 May", "Title: Sleep")
    session = read(saved(tmp_path, zipped(members | {"word/document.xml": text.encode()})))
    assert session.metadata["title"] == "Sleep"
    assert session.metadata["document title"] == "Third session"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"W\0o\0" * 99, r"\.doc is; .*\.docx"),
        (rb"{\rtf1\ansi T: kestrel?\par P: Oh.}", r"rich text"),
        (b"%PDF-1.7\nT: kestrel?\nP: Oh.", r"PDF; export"),
        (b"ooBinaryFile\x08TextGrid\0\0\0", "Praat"),
        (zipped({"ppt/presentation.xml": b"<a/>"}), "no form known"),
    ],
)
def test_other_forms_are_refused_with_the_remedy(raw: bytes, reason: str, tmp_path: Path) -> None:
    """
    Old documents, rich text, PDF and other archives are refused by what they are.
    """
    with pytest.raises(TranscriptError, match=reason) as refusal:
        read(saved(tmp_path, raw))
    assert "kestrel" not in str(refusal.value)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"T: So?\nP: Tired.", r"no \.docx"),
        (zipped({"a.xml": b"<a/>"}), r"no \.docx"),
        (zipped({"_rels/.rels": b"<a/>"}), r"no \.docx"),
        (zipped({"_rels/.rels": RELATIONS.replace(b"word/d", b"xl/d")}), r"no \.docx"),
        (zipped({"_rels/.rels": RELATIONS}), "no text part"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "no text part"),
        (docx([]), "no label"),
        (docx(["T: So?"], document="<torn"), "well formed"),
        (docx(["T: So?"])[:-30], "torn"),
        (docx(["a kestrel hovered"]), "no label"),
    ],
)
def test_what_is_no_sound_document_is_refused(raw: bytes, reason: str, tmp_path: Path) -> None:
    """
    Text, other archives, torn ones and documents without talk are refused with the reason.
    """
    with pytest.raises(TranscriptError, match=reason) as refusal:
        read(saved(tmp_path, raw), format="docx")
    assert "kestrel" not in str(refusal.value)


def test_sniffing_knows_documents_alone() -> None:
    """
    Documents are surely known; torn archives and text that names their parts aren't.
    """
    for name in EXPECTED:
        assert WORD.sniff(Source.from_bytes(zipped(fixture(name)))) == 1
    assert WORD.sniff(Source.from_bytes(docx(["T: So?"])[:-30])) == 0
    assert WORD.sniff(Source.from_text("T: PK word/document.xml?\nP: Oh.")) == 0


@given(st.sampled_from(list(EXPECTED)), st.data())
def test_torn_documents_are_read_or_refused(name: str, data: st.DataObject) -> None:
    """
    Whatever is cut out of a member or put into it, the document is read, or refused by our error.
    """
    members = fixture(name)
    member = data.draw(st.sampled_from(sorted(members)))
    start = data.draw(st.integers(0, len(members[member])))
    length = data.draw(st.integers(0, 40))
    new = data.draw(st.binary(max_size=8) | st.sampled_from([b"<w:p>", b"</w:p>", b'"9"', b"/>"]))
    content = members[member]
    members[member] = content[:start] + new + content[start + length :]
    try:
        (transcript, *_) = WORD.read(Source.from_bytes(zipped(members)), Given({}, {}))
    except AftermoveError as refusal:
        assert "father" not in str(refusal)  # noqa: PT017  # what it must not say is tested
    else:
        assert transcript.said


words = st.sampled_from("so well I left again **x** [sighs] 12:30 — tab".split())


@given(st.lists(words, max_size=9).map(" ".join), st.lists(words, max_size=9).map(" ".join))
@example("T: so", "P: I left")
def test_nothing_of_a_document_is_lost(before: str, after: str) -> None:
    """
    Each word of the paragraphs is in a turn, a name, metadata or a problem.
    """
    source = Source.from_bytes(
        docx([before, "T: So?", "P: Oh.", after], comments="<c><c>x</c></c>")
    )
    (transcript,) = WORD.read(source, Given({}, {}))
    kept = [said.text + said.name for said in transcript.said]
    kept += [problem.text for problem in transcript.problems]
    kept += [key + value for key, value in transcript.metadata.items()]
    kept_text = "".join(kept).casefold()
    assert all(
        word.strip(":*").casefold() in kept_text
        for word in f"{before} {after}".split()
        if word != "12:30"
    )


def test_long_documents_take_linear_time(tmp_path: Path) -> None:
    """
    20,000 paragraphs, cells and comments of one author are read.
    """
    comments = "".join(
        f'<w:comment w:author="K"><w:p><w:r><w:t>{i}</w:t></w:r></w:p></w:comment>'
        for i in range(20_000)
    )
    lines = [f"{'TP'[i % 2]}: so {i}" for i in range(20_000)]
    raw = docx(lines, comments=f"<w:comments {W}>{comments}</w:comments>")
    session = read(saved(tmp_path, raw))
    assert (len(session), len(session.metadata)) == (20_000, 20_000)


def test_no_step_shows_the_talk() -> None:
    """
    A paragraph and a document show none of their words.
    """
    document = Document()
    document.add(Paragraph("kestrel", 0))
    document.set_aside("comment", "kestrel")
    assert "kestrel" not in repr(document)
    assert repr(document.blocks) == "[Paragraph(length=7)]"
