"""
The speech-to-text tools whose JSON is read: how each one's is known, and what it tells.

Each yields the talk in pieces; what it holds where words should be, it yields without any.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby, pairwise
from typing import Any, Final, NamedTuple

from aftermove.parsing.loading import as_text, seconds_of

__all__ = ["TOOLS", "Piece", "Walk", "at"]

_MILLISECOND: Final = 1e-3
_TICK: Final = 1e-7
_NUMBER: Final = re.compile(r"[0-9]{1,5}")


class Piece(NamedTuple):
    """
    A stretch of one voice.
    """

    speaker: str
    """Empty where nobody is named."""
    text: str
    """Empty where the source breaks its form."""
    start: float | None
    end: float | None
    source: object
    """What it was read from, for the problem if it holds no words."""
    unread: tuple[object, ...] = ()
    """What stands for its times and is none."""

    def __repr__(self) -> str:
        return f"Piece(start={self.start})"


Walk = Callable[[Any], Iterator[Piece]]


def at(value: Any, *path: str | int) -> Any:  # noqa: ANN401  # JSON of any shape
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


def _rows(value: object, *path: str | int) -> list[Any]:
    found = at(value, *path)
    return found if isinstance(found, list) else []


def _first(row: object, *keys: str) -> str:
    """
    The first of the keys that the row tells something under, or else the last.
    """
    return next((key for key in keys if at(row, key) is not None), keys[-1])


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _name(told: object) -> str:
    """
    A speaker's name, with "Speaker" before one that is a number alone.
    """
    name = "" if told is None else as_text(told).strip()
    return f"Speaker {name}" if _NUMBER.fullmatch(name) else name


def _piece(
    row: object, text: object, start: object, end: object, speaker: object, unit: float = 1.0
) -> Piece:
    """
    A row's words, voice and times, which are in units of so many seconds.
    """
    times = [seconds_of(start), seconds_of(end)]
    first, last = (None if time is None else round(time * unit, 3) for time in times)
    unread = [
        told for told, time in zip((start, end), times, strict=True) if time is None is not told
    ]
    return Piece(_name(speaker), _text(text), first, last, row, tuple(unread))


def _plain(row: object, text: str, unit: float = 1.0) -> Piece:
    """
    A row that calls the rest by the plainest names.
    """
    start, end, speaker = (at(row, key) for key in ("start", "end", "speaker"))
    return _piece(row, at(row, text), start, end, speaker, unit)


def _joined(words: Iterable[Piece], *, glue: str = " ") -> Iterator[Piece]:
    """
    The words with each run of one speaker's made into one; those of nobody go with the one before.
    """
    members = list(words)
    speaker = next((word.speaker for word in members if word.speaker), "")
    for place, word in enumerate(members):
        speaker = word.speaker or speaker
        members[place] = word._replace(speaker=speaker)
    for speaker, run in groupby(members, key=lambda word: word.speaker):
        said = []
        for word in run:
            if word.text:
                said.append(word)
            else:
                yield word
        starts = [word.start for word in said if word.start is not None]
        ends = [word.end for word in said if word.end is not None]
        if said:
            yield Piece(
                speaker,
                glue.join(word.text for word in said).strip(),
                starts[0] if starts else None,
                ends[-1] if ends else None,
                [word.source for word in said],
                tuple(chain.from_iterable(word.unread for word in said)),
            )


def _on_channel(piece: Piece, channel: object, n_channels: int) -> Piece:
    """
    The piece with its channel's name, if there are several.
    """
    if n_channels < 2 or channel is None:
        return piece
    return piece._replace(speaker=f"Channel {as_text(channel)} {piece.speaker}".strip())


def _n_channels(rows: Iterable[object], key: str) -> int:
    return len({as_text(told) for row in rows if (told := at(row, key)) is not None})


def _by_time(channels: Iterable[Iterable[Piece]]) -> list[Piece]:
    """
    The words of all channels as they were said; those without a time stay behind the one before.
    """
    timed = []
    for words in channels:
        reached = 0.0
        for word in words:
            reached = reached if word.start is None else word.start
            timed.append((reached, word))
    return [word for _, word in sorted(timed, key=lambda each: each[0])]


def _whisper(document: object) -> Iterator[Piece]:
    """
    Whisper, whisper-timestamped and WhisperX: segments, whose words may have speakers of their own.
    """
    for row in _rows(document, "segments"):
        whole = _plain(row, "text")
        words = [word for told in _rows(row, "words") if (word := _plain(told, "word")).text]
        speakers = [word.speaker for word in words if word.speaker]
        if len(set(speakers)) > 1:
            yield from _cut(whole, words)
        else:
            yield whole._replace(speaker=whole.speaker or "".join(speakers[:1]))


def _cut(whole: Piece, words: Sequence[Piece]) -> Iterator[Piece]:
    """
    A segment cut where its words change the speaker, with its blanks as they are.
    """
    places, reached = list[int](), 0
    for word in words:
        place = whole.text.find(word.text, reached)
        if place < 0:
            # The two differ: the words have the speakers, and the segment is told of.
            yield whole._replace(text="")
            yield from _joined(words)
            return
        places.append(place)
        reached = place + len(word.text)
    bounds = [0, *places[1:], len(whole.text)]
    cut = [
        word._replace(text=whole.text[start:end])
        for word, (start, end) in zip(words, pairwise(bounds), strict=True)
    ]
    first, last = cut[0], cut[-1]
    start = whole.start if first.start is None else first.start
    cut[0] = first._replace(start=start, unread=whole.unread + first.unread)
    cut[-1] = last._replace(end=whole.end if last.end is None else last.end)
    yield from _joined(cut, glue="")


def _whisper_cpp(document: object) -> Iterator[Piece]:
    """
    whisper.cpp: stretches with offsets in milliseconds.
    """
    for row in _rows(document, "transcription"):
        start, end = at(row, "offsets", "from"), at(row, "offsets", "to")
        yield _piece(row, at(row, "text"), start, end, at(row, "speaker"), _MILLISECOND)


def _assembly(document: object) -> Iterator[Piece]:
    """
    AssemblyAI: utterances, or else words; milliseconds.
    """
    utterances = _rows(document, "utterances")
    heard = map(_assembly_piece, utterances or _rows(document, "words"))
    yield from heard if utterances else _joined(heard)


def _assembly_piece(row: object) -> Piece:
    piece = _plain(row, "text", _MILLISECOND)
    # Alone, some letters would stand for a part, as "C" does for the client.
    return piece._replace(speaker=f"Speaker {piece.speaker}") if len(piece.speaker) == 1 else piece


def _deepgram(document: object) -> Iterator[Piece]:
    """
    Deepgram: utterances, or else the words of each channel.
    """
    channels = _rows(document, "results", "channels")
    if utterances := _rows(document, "results", "utterances"):
        for row in utterances:
            piece = _plain(row, "transcript")
            yield _on_channel(piece, at(row, "channel"), len(channels))
        return
    heard = []
    for number, channel in enumerate(channels):
        best = at(channel, "alternatives", 0)
        words = [
            _plain(word, _first(word, "punctuated_word", "word")) for word in _rows(best, "words")
        ]
        words = words or [_plain(best, "transcript")]
        heard.append([_on_channel(word, number, len(channels)) for word in words])
    yield from _joined(_by_time(heard))


def _aws(document: object) -> Iterator[Piece]:
    """
    Amazon Transcribe: segments, or else items, by channel or with speakers beside them or apart.
    """
    results = at(document, "results")
    if segments := _rows(results, "audio_segments"):
        yield from (_aws_piece(row, at(row, "transcript")) for row in segments)
        return
    speaker_by_start = {
        as_text(at(item, "start_time")): at(item, "speaker_label")
        for segment in _rows(results, "speaker_labels", "segments")
        for item in _rows(segment, "items")
    }
    channels = [
        [_aws_word(item, at(channel, "channel_label")) for item in _rows(channel, "items")]
        for channel in _rows(results, "channel_labels", "channels")
    ]
    items = [
        _aws_word(item, speaker_by_start.get(as_text(at(item, "start_time"))))
        for item in _rows(results, "items")
    ]
    yield from _joined(_by_time(channels or [items]), glue="")


def _aws_piece(row: object, text: object, speaker: object = None) -> Piece:
    told = at(row, _first(row, "speaker_label", "channel_label"))
    return _piece(row, text, at(row, "start_time"), at(row, "end_time"), told or speaker)


def _aws_word(item: object, speaker: object) -> Piece:
    """
    A word with a blank before it, or a sign of punctuation without.
    """
    word = _aws_piece(item, at(item, "alternatives", 0, "content"), speaker)
    is_mark = at(item, "type") == "punctuation"
    return word if is_mark or not word.text else word._replace(text=f" {word.text}")


def _rev(document: object) -> Iterator[Piece]:
    """
    Rev AI: monologues of elements, blanks among them.
    """
    for row in _rows(document, "monologues"):
        elements = []
        for element in _rows(row, "elements"):
            said, start, end = (at(element, key) for key in ("value", "ts", "end_ts"))
            piece = _piece(element, said, start, end, at(row, "speaker"))
            elements.append(piece._replace(text=said if isinstance(said, str) else ""))
        yield from _joined(elements, glue="") if elements else [Piece("", "", None, None, row)]


def _fireflies(document: object) -> Iterator[Piece]:
    """
    Fireflies: sentences with names.
    """
    for row in _rows(document, "sentences"):
        text = at(row, _first(row, "text", "raw_text"))
        speaker = at(row, _first(row, "speaker_name", "speaker_id"))
        yield _piece(row, text, at(row, "start_time"), at(row, "end_time"), speaker)


def _google(document: object) -> Iterator[Piece]:
    """
    Google, versions 1 and 2: results of words, of which the last may repeat those of all.
    """
    results = _rows(document, "results")
    words_by_result = [
        [_google_word(word) for word in _rows(row, "alternatives", 0, "words")] for row in results
    ]
    before = [word.start for words in words_by_result[:-1] for word in words]
    if before and before == [word.start for word in words_by_result[-1]][: len(before)]:
        results, words_by_result = results[-1:], words_by_result[-1:]
    n_channels = _n_channels(results, "channelTag")
    for row, words in zip(results, words_by_result, strict=True):
        best = at(row, "alternatives", 0)
        heard = words or [Piece("", _text(at(best, "transcript")), None, None, row)]
        # A stretch of silence has no alternatives.
        for piece in _joined(heard) if best else ():
            yield _on_channel(piece, at(row, "channelTag"), n_channels)


def _google_word(word: object) -> Piece:
    start, end = (
        at(word, _first(word, f"{edge}Time", f"{edge}Offset")) for edge in ("start", "end")
    )
    speaker = at(word, _first(word, "speakerLabel", "speakerTag"))
    return _piece(word, at(word, "word"), start, end, speaker)


def _azure(document: object) -> Iterator[Piece]:
    """
    Azure's batches: recognised phrases, in ticks of 100 nanoseconds.
    """
    phrases = _rows(document, "recognizedPhrases")
    n_channels = _n_channels(phrases, "channel")
    for row in phrases:
        start, lasts = at(row, "offsetInTicks"), at(row, "durationInTicks")
        begun, long = seconds_of(start), seconds_of(lasts)
        end = lasts if begun is None or long is None else begun + long
        piece = _piece(row, at(row, "nBest", 0, "display"), start, end, at(row, "speaker"), _TICK)
        yield _on_channel(piece, at(row, "channel"), n_channels)


def _has(*path: str) -> Callable[[Any], bool]:
    return lambda document: bool(_rows(document, *path))


def _some(key: str, *parts: str) -> Callable[[Any], bool]:
    """
    Whether some row under the key tells all of the parts.
    """
    return lambda document: any(
        all(at(row, part) is not None for part in parts) for row in _rows(document, key)
    )


TOOLS: Final[Sequence[tuple[Callable[[Any], bool], Walk]]] = (
    (_has("monologues"), _rev),
    (_has("recognizedPhrases"), _azure),
    (_has("transcription"), _whisper_cpp),
    (_has("results", "items"), _aws),
    (_has("results", "audio_segments"), _aws),
    (_has("results", "channel_labels", "channels"), _aws),
    (_has("results", "channels"), _deepgram),
    (_has("results", "utterances"), _deepgram),
    (_some("results", "alternatives"), _google),
    (_has("sentences"), _fireflies),
    (_some("segments", "text"), _whisper),
    (_some("utterances", "text", "start"), _assembly),
    (_some("words", "text", "start"), _assembly),
)
"""How each tool's document is known, and what walks it; the first that fits is taken."""
