"""
What speech-to-text tools write in JSON: who was heard when, by segment or by word.

No library reads more than one tool's own; each tool is one function here, and one line in a table.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any, Final, NamedTuple

from aftermove.errors import TranscriptError
from aftermove.model import Problem, Role
from aftermove.parsing.decoding import Source
from aftermove.parsing.forms import Given, Reader, Said, Transcript
from aftermove.parsing.loading import as_text, load, looks_like_json, seconds_of
from aftermove.parsing.roles import key_of

__all__ = ["SPEECH"]

_NOBODY: Final = "Unnamed"
_HEAD: Final = 20_000
# Words by which some tool's files are known, most of them near the top.
_SIGNS: Final = (
    '"segments"',
    '"utterances"',
    '"results"',
    '"monologues"',
    '"recognizedPhrases"',
    '"sentences"',
)

_NO_SPEECH: Final = (
    "the JSON is of no speech-to-text tool known here; export text, WebVTT or SubRip instead"
)


class _Piece(NamedTuple):
    """
    A stretch of one voice; `text` is empty where the source breaks its form.
    """

    speaker: str
    text: str
    start: float | None
    end: float | None
    source: object
    """What it was read from, for the problem if it can't be."""

    def __repr__(self) -> str:
        return f"_Piece(start={self.start})"


def _at(value: Any, *path: str | int) -> Any:  # noqa: ANN401  # JSON of any shape
    """
    What stands at a path of keys and places, or `None`.
    """
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _rows(value: Any, *path: str | int) -> list[Any]:  # noqa: ANN401  # JSON of any shape
    found = _at(value, *path)
    return found if isinstance(found, list) else []


def _name(told: object) -> str:
    """
    A speaker's name; those that are numbers are written as other tools do.
    """
    if isinstance(told, str):
        return told.strip()
    return f"Speaker {told}" if type(told) is int else ""


def _piece(
    row: object,
    *,
    text: str,
    start: str,
    end: str,
    speaker: str = "speaker",
    unit: float = 1.0,
) -> _Piece:
    """
    A segment whose parts stand under these keys, with times in units of so many seconds.
    """
    said = _at(row, text)
    times = [seconds_of(_at(row, key)) for key in (start, end)]
    first, last = (None if time is None else round(time * unit, 3) for time in times)
    return _Piece(
        _name(_at(row, speaker)), said.strip() if isinstance(said, str) else "", first, last, row
    )


def _joined(words: Iterable[_Piece], *, glue: str = " ") -> Iterator[_Piece]:
    """
    The words with each run of one speaker's made into one; those of nobody go with the one before.
    """
    named: list[_Piece] = []
    for word in words:
        before = named[-1].speaker if named else ""
        named.append(word._replace(speaker=word.speaker or before))
    for speaker, run in groupby(named, key=lambda word: word.speaker):
        members = list(run)
        text = glue.join(word.text for word in members if word.text)
        starts = [word.start for word in members if word.start is not None]
        ends = [word.end for word in members if word.end is not None]
        yield _Piece(
            speaker,
            text.strip(),
            starts[0] if starts else None,
            ends[-1] if ends else None,
            [word.source for word in members],
        )


def _attached(words: Iterable[tuple[_Piece, bool]]) -> Iterator[_Piece]:
    """
    Words with a blank before each but those that are told to be punctuation.
    """
    pieces = [word._replace(text=word.text if mark else f" {word.text}") for word, mark in words]
    return _joined(pieces, glue="")


def _whisper(document: object) -> Iterator[_Piece]:
    """
    Whisper, whisper-timestamped and WhisperX: segments, whose words may have speakers of their own.
    """
    for row in _rows(document, "segments"):
        whole = _piece(row, text="text", start="start", end="end")
        words = [
            _piece(word, text="word", start="start", end="end") for word in _rows(row, "words")
        ]
        if len({word.speaker for word in words if word.speaker}) > 1:
            yield from _joined(words)
        else:
            told = whole.speaker or next((word.speaker for word in words if word.speaker), "")
            yield whole._replace(speaker=told)


def _assembly(document: object) -> Iterator[_Piece]:
    """
    AssemblyAI: utterances, or else words; milliseconds.
    """
    for row in _rows(document, "utterances") or _rows(document, "words"):
        yield _piece(row, text="text", start="start", end="end", unit=0.001)


def _deepgram(document: object) -> Iterator[_Piece]:
    """
    Deepgram: utterances, or else the words of each channel.
    """
    if utterances := _rows(document, "results", "utterances"):
        for row in utterances:
            yield _piece(row, text="transcript", start="start", end="end")
        return
    channels = _rows(document, "results", "channels")
    for number, channel in enumerate(channels):
        best = _at(channel, "alternatives", 0)
        words = [
            _piece(
                word,
                text="punctuated_word" if _at(word, "punctuated_word") else "word",
                start="start",
                end="end",
            )
            for word in _rows(best, "words")
        ]
        if len(channels) > 1:
            words = [word._replace(speaker=f"Channel {number}") for word in words]
        yield from _joined(words)


def _aws(document: object) -> Iterator[_Piece]:
    """
    Amazon Transcribe: segments, or else items whose speakers stand beside them or apart.
    """
    heard = partial(_piece, start="start_time", end="end_time", speaker="speaker_label")
    if segments := _rows(document, "results", "audio_segments"):
        for row in segments:
            yield heard(row, text="transcript")
        return
    speaker_by_start = {
        as_text(_at(item, "start_time")): _name(_at(item, "speaker_label"))
        for segment in _rows(document, "results", "speaker_labels", "segments")
        for item in _rows(segment, "items")
    }
    words = []
    for item in _rows(document, "results", "items"):
        is_mark = _at(item, "type") == "punctuation"
        said = _at(item, "alternatives", 0, "content")
        word = heard(item, text="")._replace(text=said if isinstance(said, str) else "")
        if not word.speaker and not is_mark:
            told = speaker_by_start.get(as_text(_at(item, "start_time")), "")
            word = word._replace(speaker=told)
        words.append((word, is_mark))
    yield from _attached(words)


def _rev(document: object) -> Iterator[_Piece]:
    """
    Rev AI: monologues of elements, blanks among them.
    """
    for row in _rows(document, "monologues"):
        speaker = _name(_at(row, "speaker"))
        elements = []
        for element in _rows(row, "elements"):
            said = _at(element, "value")
            piece = _piece(element, text="", start="ts", end="end_ts")
            text = said if isinstance(said, str) else ""
            elements.append(piece._replace(text=text, speaker=speaker))
        joined = list(_joined(elements, glue=""))
        yield from joined or [_Piece(speaker, "", None, None, row)]


def _fireflies(document: object) -> Iterator[_Piece]:
    """
    Fireflies: sentences with names.
    """
    for row in _rows(document, "sentences") or _rows(document, "data", "transcript", "sentences"):
        yield _piece(
            row,
            text="text" if _at(row, "text") else "raw_text",
            start="start_time",
            end="end_time",
            speaker="speaker_name" if _at(row, "speaker_name") else "speaker_id",
        )


def _google(document: object) -> Iterator[_Piece]:
    """
    Google: results of words; with speakers, the last result repeats the words of all.
    """
    results = [_at(row, "alternatives", 0) for row in _rows(document, "results")]
    last = results[-1:]
    if any(_at(word, "speakerTag") for word in _rows(last, 0, "words")):
        results = last
    for best in results:
        words = [
            _piece(word, text="word", start="startTime", end="endTime", speaker="speakerTag")
            for word in _rows(best, "words")
        ]
        said = _at(best, "transcript")
        if words:
            yield from _joined(words)
        elif isinstance(said, str):
            yield _Piece("", said.strip(), None, None, best)


def _azure(document: object) -> Iterator[_Piece]:
    """
    Azure's batches: recognised phrases, in ticks of 100 nanoseconds.
    """
    for row in _rows(document, "recognizedPhrases"):
        said = _at(row, "nBest", 0, "display")
        start, lasts = (seconds_of(_at(row, k)) for k in ("offsetInTicks", "durationInTicks"))
        first = None if start is None else round(start * 1e-7, 3)
        end = None if start is None or lasts is None else round((start + lasts) * 1e-7, 3)
        text = said.strip() if isinstance(said, str) else ""
        yield _Piece(_name(_at(row, "speaker")), text, first, end, row)


_TOOLS: Final[Sequence[tuple[Callable[[Any], bool], Callable[[Any], Iterator[_Piece]]]]] = (
    (lambda x: bool(_rows(x, "monologues")), _rev),
    (lambda x: bool(_rows(x, "recognizedPhrases")), _azure),
    (lambda x: bool(_rows(x, "results", "items") or _rows(x, "results", "audio_segments")), _aws),
    (
        lambda x: bool(_rows(x, "results", "channels") or _rows(x, "results", "utterances")),
        _deepgram,
    ),
    (lambda x: _at(x, "results", 0, "alternatives") is not None, _google),
    (
        lambda x: bool(_rows(x, "sentences") or _rows(x, "data", "transcript", "sentences")),
        _fireflies,
    ),
    (lambda x: _at(x, "segments", 0, "text") is not None, _whisper),
    (
        lambda x: _timed(_rows(x, "utterances")) or _timed(_rows(x, "words")),
        _assembly,
    ),
)
"""How each tool's document is known, and read; the first that fits is taken."""


def _timed(rows: Sequence[object]) -> bool:
    return bool(rows) and _at(rows, 0, "start") is not None and _at(rows, 0, "text") is not None


def _sniff(source: Source) -> float:
    if source.text is None or not looks_like_json(source):
        return 0.0
    head, tail = source.text[:_HEAD], source.text[-_HEAD:]
    if not any(sign in head or sign in tail for sign in _SIGNS):
        return 0.0
    # A chat has messages by role; what is left is told by the parts of a segment.
    timed = any(f'"{key}"' in head for key in _TIME_KEYS)
    return 0.7 if timed else 0.0


_TIME_KEYS: Final = "start start_time startTime ts offsetInTicks".split()


def _read(source: Source, _: Given) -> Iterator[Transcript]:
    loaded = load(source)
    document = loaded.values[0].value if len(loaded.values) == 1 else None
    # WhisperX' words may be saved as a list of segments alone.
    if isinstance(document, list):
        document = {"segments": document}
    tool = next((tool for fits, tool in _TOOLS if fits(document)), None)
    if tool is None:
        raise TranscriptError([_NO_SPEECH], [None])
    said: list[Said] = []
    problems = list(loaded.problems)
    for place, piece in enumerate(tool(document), start=1):
        if not piece.text:
            reason = f"segment {place} holds no words, or not where they should be; mend it"
            left = as_text(piece.source)
            problems.append(Problem(code="broken-segment", reason=reason, text=left))
            continue
        end = piece.end
        if end is not None and piece.start is not None and end < piece.start:
            reason = f"segment {place} ends before it starts; the end was left out; mend the times"
            problems.append(Problem(code="times-reversed", reason=reason, text=str(end)))
            end = None
        name = piece.speaker or _NOBODY
        said.append(Said(key_of(name), name, piece.text, None, piece.start, end))
    if not said:
        raise TranscriptError(["no segment holds any words; check the export"], [None])
    if any(each.name == _NOBODY for each in said):
        reason = "some segments name nobody who speaks; transcribe with speaker labels"
        problems.append(Problem(code="unnamed", reason=reason))
    # Those who aren't named are nobody's counterpart: there may be any number of them.
    nobody = {key_of(_NOBODY): Role.UNKNOWN}
    yield Transcript(said, problems, _metadata(document), nobody, glue=" ")


def _metadata(document: Any) -> dict[str, str]:  # noqa: ANN401  # JSON of any shape
    """
    What else the document tells at its top, but for the whole text, which the segments hold.
    """
    return {
        key: as_text(value)
        for key, value in (document.items() if isinstance(document, dict) else ())
        if isinstance(value, (str, int, float)) and key not in ("text", "transcript")
    }


SPEECH: Final = Reader(sniff=_sniff, read=_read)
