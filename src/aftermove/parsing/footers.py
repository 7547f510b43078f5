"""
What stands below the last turn and is no talk: that the transcript ends, and who made it.
"""

import re
from collections.abc import Mapping
from typing import Final

from aftermove.parsing.preamble import RULE

__all__ = ["is_footer", "split_footer", "with_footer"]

_FOOTER: Final = re.compile(
    r"""
    [^\w\n]{0,40}+
    (?:
      # "[End of transcript]", "Ende der Aufnahme", "END OF SESSION 00:51:20"
      (?: end | ende | fin ) \s (?: of \s (?: the \s )? | de \s (?: la \s | l['’] )? | de[rs] \s )?
      (?: transcript | transcription | session | recording | interview | audio | tape | file | call
        | transkripts? | aufnahme | sitzung | interviews | transcripción | sesión | grabación
        | séance | enregistrement )
      # "Recording ended at 14:50."
    | (?: transcript | transcription | session | recording | interview | audio | tape )
      \s (?: ends | ended | stops | stopped )
    | (?-i: END ) | (?<= [\[(<{] ) end (?= [\])>}] )
      # "Transcribed by https://otter.ai", "This transcript was made with ..."
    | (?: this \s | the \s )?
      (?: transcript | transcription | transcribed | subtitles | subtitled | captions | captioned
        | transkribiert | transkription )
      \s (?: was \s | were \s )? (?: (?: automatically \s )?
        (?: generated | created | made | provided | exported | prepared ) \s )?
      (?: by | with | using | mit | von ) \s [^\n]{1,200}
    | (?: typed | proofread ) \s by \s [^\n]{1,200}
      # "Page 3 of 12"
    | page \s [0-9]{1,5} (?: \s of \s [0-9]{1,5} )?
    )
    (?: \s (?: at \s | after \s )? \(? [0-9]{1,2} (?: :[0-9]{2} ){1,2} \)? )?
    [^\w\n]{0,40}+
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_footer(line: str) -> bool:
    """
    Whether a line tells that the transcript ends, or how it was made.

    Example:
        >>> is_footer("[End of transcript]"), is_footer("It had to end.")
        (True, False)
    """
    return _FOOTER.fullmatch(line.strip()) is not None


def split_footer(talk: str) -> tuple[str, str]:
    r"""
    The talk of the last turn, and the footer below it, which may be empty.

    A turn that begins with what looks like a footer keeps it: somebody said it.

    Example:
        >>> split_footer("Bye.\n\n---\nEND OF SESSION\nTranscribed by hand")
        ('Bye.', '---\nEND OF SESSION\nTranscribed by hand')
    """
    lines = talk.split("\n")
    top = len(lines)
    while top > 1 and (not lines[top - 1].strip() or _is_layout(lines[top - 1])):
        top -= 1
    while top < len(lines) and not lines[top].strip():
        top += 1
    if not any(map(is_footer, lines[top:])):
        return talk, ""
    return "\n".join(lines[:top]).rstrip(), "\n".join(lines[top:]).strip()


def _is_layout(line: str) -> bool:
    return RULE.fullmatch(line) is not None or is_footer(line)


def with_footer(metadata: Mapping[str, str], footer: str) -> dict[str, str]:
    """
    The headers, and the footer among them where there is one.
    """
    told = "\n".join(filter(None, (metadata.get("footer"), footer)))
    return {**metadata, "footer": told} if told else dict(metadata)
