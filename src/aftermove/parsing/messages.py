"""
Conversations as chat software and corpora hold them: JSON, or JSON Lines, of messages.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from attrs import define, field

from aftermove.errors import ModelError, TranscriptError
from aftermove.model import Problem, Role, Session
from aftermove.parsing.decoding import Source
from aftermove.parsing.forms import Given, Reader, Said, Transcript
from aftermove.parsing.loading import Loaded, Value, as_text, load, looks_like_json, seconds_of
from aftermove.parsing.replies import order_of
from aftermove.parsing.roles import key_of

__all__ = ["MESSAGES", "write"]

# By what things go, the surest first.
_WRAPPERS: Final = (
    "messages",
    "utterances",
    "turns",
    "dialog",
    "dialogue",
    "conversation",
    "conversations",
    "sessions",
    "transcript",
)
_VOICES: Final = ("speaker", "role", "from", "author", "sender", "user", "interlocutor", "name")
_TEXTS: Final = ("text", "content", "value", "utterance", "message", "body")
_SESSIONS: Final = (
    "session_id",
    "conversation_id",
    "dialogue_id",
    "dialog_id",
    "conv_id",
    "transcript_id",
    "root",
)
_HEADERS: Final = ("metadata", "meta")

_ROLE_BY_WORD: Final = {
    **dict.fromkeys(("assistant", "gpt", "bot", "chatbot", "model", "ai"), Role.THERAPIST),
    **dict.fromkeys(("user", "human", "usr"), Role.PATIENT),
    **{role.value: role for role in Role},
}
# What sets a conversation up or runs beside it; nobody says it.
_NOT_HEARD: Final = frozenset({"system", "developer", "tool", "function"})

_NO_MESSAGE: Final = (
    'no message was found, as in {"role": ..., "content": ...}; give a list of objects with '
    "a speaker and a text each"
)


def _keyed(words: Iterable[str], text: str) -> bool:
    return any(f'"{word}"' in text for word in words)


def _sniff(source: Source) -> float:
    text = source.text
    if text is None or not looks_like_json(source):
        return 0.0
    if _is_ours(text):
        return 0.5
    # Recognised speech is listed as messages are, but with times in milliseconds.
    if _keyed(("words",), text) and _keyed(("confidence",), text):
        return 0.0
    return 0.5 if _keyed(_VOICES, text) and _keyed(_TEXTS, text) else 0.0


def _is_ours(text: str) -> bool:
    return '"aftermove"' in text[:100]


@define
class _Conversation:
    """
    What is told of one conversation, message by message.
    """

    messages: list[Value]
    headers: list[tuple[str, Any]] = field(factory=list)
    """The other fields around it, the outermost first; several may have one name."""

    id: str | None = None


def _read(source: Source, given: Given) -> Iterator[Transcript]:  # noqa: ARG001
    if _is_ours(source.text or ""):
        reason = "the document is one that aftermove.dumps wrote; load it with aftermove.loads"
        raise TranscriptError([reason], [1])
    loaded = load(source)
    problems, held = list(loaded.problems), None
    for conversation in _conversations(loaded):
        transcript = _Walk(conversation.id).transcript(conversation)
        problems += transcript.problems
        if not transcript.said:
            problems += _without_turns(transcript)
            continue
        if held:
            yield held
        # What is between conversations is told with the next one, what is behind all with the last.
        held, problems = transcript._replace(problems=problems), []
    if held is None:
        raise TranscriptError([_NO_MESSAGE], [None])
    held.problems.extend(problems)
    yield held


def _without_turns(transcript: Transcript) -> Iterator[Problem]:
    """
    What a conversation holds besides broken messages, which are told each by itself.
    """
    left = dict(transcript.metadata)
    if transcript.id:
        left[_free("id", left)] = transcript.id
    if left or not transcript.problems:
        reason = "a conversation has no message with words, and makes no session; mend it"
        text = as_text(left) if left else ""
        yield Problem(code="no-turns", reason=reason, text=text)


def _conversations(loaded: Loaded) -> list[_Conversation]:
    """
    The conversations, and what is in none as one without a sound message.
    """
    if loaded.is_lines:
        return _of_list(loaded.values)
    (document,) = loaded.values
    return _of_value(document)


def _of_value(whole: Value) -> list[_Conversation]:
    if isinstance(whole.value, list):
        return _of_list([Value(member, whole.line) for member in whole.value])
    if not isinstance(whole.value, dict):
        return [_Conversation([whole])]
    key = _wrapper(whole.value)
    if key is None:
        return [_Conversation([whole])]
    headers = [(name, value) for name, value in whole.value.items() if name != key]
    inner = _of_value(Value(whole.value[key], whole.line))
    for each in inner:
        each.headers = headers + each.headers
    if len(inner) == 1 and not inner[0].id:
        # Of several conversations it names what holds them all, and is one of their headers.
        inner[0].id = _id_of(whole.value)
    return inner


def _of_list(values: list[Value]) -> list[_Conversation]:
    if not values:
        return [_Conversation([])]
    if any(isinstance(each.value, list) or _wrapper(each.value) for each in values):
        return [found for each in values for found in _of_value(each)]
    messages_by_id: dict[str | None, list[Value]] = {}
    for each in values:
        messages_by_id.setdefault(_session_of(each.value), []).append(each)
    return [_Conversation(messages, id=id_) for id_, messages in messages_by_id.items()]


def _wrapper(value: object) -> str | None:
    """
    The key of the list of messages in an object, or `None`.
    """
    if not isinstance(value, dict):
        return None
    return next((key for key in _WRAPPERS if isinstance(value.get(key), list)), None)


def _id_of(headers: Mapping[str, Any]) -> str | None:
    return next((i for key in ("id", *_SESSIONS) if (i := _scalar(headers.get(key)))), None)


def _session_of(message: object) -> str | None:
    if not isinstance(message, dict):
        return None
    return next((i for key in _SESSIONS if (i := _scalar(message.get(key)))), None)


def _scalar(value: object) -> str | None:
    """
    A name that isn't blank, or a number as one.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return as_text(value) if as_text(value).strip() else None


@define
class _Walk:
    """
    One conversation on its way to a transcript.
    """

    id: str | None
    said: list[Said] = field(factory=list)
    problems: list[Problem] = field(factory=list)
    role_by_voice: dict[str, Role] = field(factory=dict)
    voice_by_speaker: dict[tuple[str, Role | None], str] = field(factory=dict)
    voices: set[str] = field(factory=set)
    extra: dict[str, dict[int, object]] = field(factory=dict)
    """What of the messages is in no turn: by key, and by the message's place from 1."""

    def transcript(self, conversation: _Conversation) -> Transcript:
        """
        The conversation with its messages as turns.
        """
        messages = conversation.messages
        order = order_of([message.value for message in messages])
        for place, message in enumerate((messages[nth] for nth in order), start=1):
            if isinstance(message.value, dict):
                self._hear(place, message.value, message.line)
            else:
                self._refuse(place, message.line, "is no object", message.value)
        metadata = _metadata(conversation.headers, self.id)
        for key, value_by_place in self.extra.items():
            metadata[_free(f"message.{key}", metadata)] = as_text(value_by_place)
        return Transcript(self.said, self.problems, metadata, self.role_by_voice, id=self.id)

    def _hear(self, place: int, message: dict[str, Any], line: int | None) -> None:
        rest = dict(message)
        text_key = next((key for key in _TEXTS if _talk(message.get(key)) is not None), None)
        name_key = next((key for key in _VOICES if _name(message.get(key)) is not None), None)
        if text_key is None or name_key is None:
            missing = "text" if text_key is None else "speaker"
            return self._refuse(place, line, f"has no {missing}", message)
        name, rest[name_key] = _name(message[name_key]) or ("", None)
        if key_of(name) in _NOT_HEARD:
            self.extra.setdefault(key_of(name), {})[place] = message
            return None
        text, others = _talk(message[text_key]) or ("", [])
        role = self._role(rest, name)
        start, end = self._times(rest, place, line)
        rest[text_key] = others or None
        for key, value in rest.items():
            is_session = key in _SESSIONS and _scalar(value) == self.id
            if value is not None and not is_session:
                self.extra.setdefault(key, {})[place] = value
        self.said.append(Said(self._voice(name, role), name, text, line, start, end))
        return None

    def _role(self, rest: dict[str, Any], name: str) -> Role | None:
        told = rest.get("role")
        if isinstance(told, str) and told.casefold() in _ROLE_BY_WORD:
            return _ROLE_BY_WORD[rest.pop("role").casefold()]
        return _ROLE_BY_WORD.get(key_of(name))

    def _voice(self, name: str, role: Role | None) -> str:
        """
        What tells the speaker apart, of one name and two roles too.
        """
        speaker = name, role
        if speaker not in self.voice_by_speaker:
            voice = key_of(name)
            if voice in self.voices:
                voice = f"{voice}\0{len(self.voices)}"
            self.voices.add(voice)
            self.voice_by_speaker[speaker] = voice
            if role:
                self.role_by_voice[voice] = role
        return self.voice_by_speaker[speaker]

    def _times(
        self, rest: dict[str, Any], place: int, line: int | None
    ) -> tuple[float | None, float | None]:
        start, end = seconds_of(rest.get("start")), seconds_of(rest.get("end"))
        if start is not None:
            del rest["start"]
        if start is not None and end is not None and end < start:
            reason = f"the end of message {place} is before its start, and was left out; mend it"
            self.problems.append(Problem(code="times-reversed", reason=reason, line=line))
            return start, None
        if end is not None:
            del rest["end"]
        return start, end

    def _refuse(self, place: int, line: int | None, what: str, value: object) -> None:
        reason = f"message {place} {what}, and makes no turn; mend it"
        self.problems.append(
            Problem(code="broken-message", reason=reason, line=line, text=as_text(value))
        )


def _name(value: object) -> tuple[str, dict[str, Any] | None] | None:
    """
    The name that a field gives a speaker, in itself or as an object, and what else it tells.
    """
    if not isinstance(value, dict):
        name = _scalar(value)
        return (name, None) if name else None
    for key in ("role", "name", "id"):
        if name := _scalar(value.get(key)):
            return name, {other: value[other] for other in value if other != key} or None
    return None


def _talk(value: object) -> tuple[str, list[object]] | None:
    """
    The words of a field, and what its parts hold besides; `None` if there are no words.
    """
    if isinstance(value, str):
        return value, []
    if not isinstance(value, list):
        return None
    texts, others = list[str](), list[object]()
    for part in value:
        text = part.get("text") if isinstance(part, dict) else part
        if not isinstance(text, str):
            others.append(part)
            continue
        texts.append(text)
        rest = dict(part) if isinstance(part, dict) else {}
        rest.pop("text", None)
        if rest and rest != {"type": "text"}:
            others.append(rest)
    return ("\n".join(texts), others) if texts else None


def _metadata(headers: Iterable[tuple[str, Any]], id_: str | None) -> dict[str, str]:
    metadata: dict[str, str] = {}
    for key, value in headers:
        members = value.items() if key in _HEADERS and isinstance(value, dict) else [(key, value)]
        for name, member in members:
            text = as_text(member)
            # The id has a place of its own; what is told twice alike is told.
            if member is None or (name == "id" and text == id_) or metadata.get(name) == text:
                continue
            metadata[_free(name, metadata)] = text
    return metadata


def _free(key: str, metadata: Mapping[str, str]) -> str:
    while key in metadata:
        key += "'"
    return key


def write(session: Session) -> str:
    """
    The session as one JSON document, which reads back with *join* off as it was.

    Problems are left out, and marks are found anew.

    Raises:
        ModelError: If there is no turn: what holds none is no transcript.
    """
    if not session.turns:
        raise ModelError("Session.turns", "must not be empty to be written as messages")
    messages = []
    for turn in session:
        message: dict[str, object] = {
            "speaker": turn.speaker.name,
            "role": turn.role.value,
            "content": turn.text,
        }
        times = {"start": turn.start, "end": turn.end}
        messages.append(message | {key: time for key, time in times.items() if time is not None})
    document = {"id": session.id, "metadata": dict(session.metadata), "messages": messages}
    text = json.dumps(document, ensure_ascii=False, indent=1)
    # Readers of text take these for line breaks; within strings JSON alone allows them.
    return text.replace("\u2028", r"\u2028").replace("\u2029", r"\u2029") + "\n"


MESSAGES: Final = Reader(sniff=_sniff, read=_read)
