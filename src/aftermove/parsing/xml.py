"""
XML from strangers: no entities, nothing fetched, no depth that breaks the stack.
"""

from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from aftermove.errors import TranscriptError

__all__ = ["parse_xml"]

# Tables within tables of an office document come to a tenth of this.
_MAX_DEPTH: Final = 200


def parse_xml(raw: bytes) -> Element:
    """
    The root element of a document, with names as ``{namespace}name``.

    Raises:
        TranscriptError: If it isn't well formed, declares entities, or is nested too deep.
    """
    builder = TreeBuilder()
    # Text between two tags comes in one piece.
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise TranscriptError(["the XML is nested too deep"], [parser.CurrentLineNumber])
        builder.start(_full(name), {_full(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_full(name))

    def refuse_entity(*_: object) -> None:
        reason = "the XML declares entities, which are not read; save it without them"
        raise TranscriptError([reason], [parser.CurrentLineNumber])

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = refuse_entity
    try:
        parser.Parse(raw, True)  # noqa: FBT003  # expat's own signature
    except expat.ExpatError as error:
        raise TranscriptError(
            ["the XML isn't well formed from here on; save it anew"], [error.lineno]
        ) from None
    except TranscriptError:
        raise
    except (ValueError, LookupError):
        raise TranscriptError(["the XML names an encoding that isn't known"], [1]) from None
    return builder.close()


def _full(name: str) -> str:
    return "{" + name if "}" in name else name
