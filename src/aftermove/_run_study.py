"""
Studies made: many sessions analysed wherever there is room, and kept as numbers.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, Literal, TypeAlias

from aftermove import _study_files
from aftermove.analysis import analyze
from aftermove.errors import AftermoveError, ModelError, may_be_talk
from aftermove.model import Session, SessionAnalysis
from aftermove.sequence.coded import CodedSession
from aftermove.studies import Study, StudyProblem

__all__ = ["files_in", "study", "study_in_parts"]

Item: TypeAlias = str | os.PathLike[str] | Session | SessionAnalysis
OnError: TypeAlias = Literal["collect", "raise"]

# Batches that wait or run for each core: enough that none is idle, few enough to stay small.
_PENDING_PER_CORE: Final = 4


def _sessions_of(path: str) -> Iterable[Session]:
    # Imported when a file is read: whoever studies sessions at hand needs no reader.
    from aftermove.parsing import read_all

    return read_all(path)


def study(  # noqa: PLR0913  # one argument for each choice; all but the first have a default
    items: Item | Iterable[Item],
    executor: Executor | None = None,
    on_error: OnError = "collect",
    *,
    read: Callable[[str], Iterable[Session]] = _sessions_of,
    analyze: Callable[[Session], SessionAnalysis] = analyze,
    batch_size: int = 16,
    progress: Callable[[Study], object] | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
) -> Study:
    """
    The numbers of many sessions, analysed one after the other or side by side.

    Args:
        items: Paths, of files or of folders with files, sessions, or analyses; taken as needed.
        executor: Any of `concurrent.futures`, as of processes or of a cluster; `None` for this
            process.  The result is the same.
        on_error: "collect" to list what can't be read or analysed in `Study.problems`; "raise"
            to stop there.
        read: The sessions of a file; ``functools.partial(read_all, roles=...)`` to tell more.
        analyze: The analysis of a session, as ``functools.partial(analyze, scorer=...)``.  What
            *read* and *analyze* are must be picklable for executors that run elsewhere.
        batch_size: How many items go to the executor at a time.
        progress: Called in this process with each part as it is done.
        checkpoint: A file in JSON Lines to which each part is added as it is done.  A run that
            was interrupted goes on from there: files whose sessions are in it are not read
            again, and what couldn't be read is tried anew.  It is a study that `load` reads.

    Raises:
        ModelError: If an argument isn't allowed, or an item is of no such kind.
        FileAccessError: If the checkpoint can't be read or written.
        DocumentError: If the checkpoint is no study.
        AftermoveError: With ``on_error="raise"``, whatever an item raises.

    Example:
        >>> sessions = [Session.from_pairs([("patient", "Bad."), ("therapist", "Bad how?"),
        ...                                 ("patient", "Tired.")], id=name) for name in "ab"]
        >>> study(sessions)
        <Study: 2 sessions of 2 patients, 2 moves>
    """
    kept = None if checkpoint is None else Path(checkpoint)
    done = [Study() if kept is None else Study(sessions=_study_files.resume(kept).sessions)]
    for part in study_in_parts(
        items,
        executor,
        on_error,
        read=read,
        analyze=analyze,
        batch_size=batch_size,
        skip=_sources(done[0]),
    ):
        done.append(part)
        if kept is not None:
            _study_files.append(part, kept)
        if progress is not None:
            progress(part)
    return Study.total(done)


def study_in_parts(
    items: Item | Iterable[Item],
    executor: Executor | None = None,
    on_error: OnError = "collect",
    *,
    read: Callable[[str], Iterable[Session]] = _sessions_of,
    analyze: Callable[[Session], SessionAnalysis] = analyze,
    batch_size: int = 16,
    skip: Iterable[str] = (),
) -> Iterator[Study]:
    """
    The parts of a study, each as soon as it is done, so that each can be shown or saved.

    Args:
        items: As for `study`; so are the others.
        executor: As for `study`.
        on_error: As for `study`.
        read: As for `study`.
        analyze: As for `study`.
        batch_size: As for `study`.
        skip: Paths of files that are not to be read.

    Example:
        >>> coded = [SessionAnalysis.from_codes(id=name, valence=[0.0], techniques=[])
        ...          for name in "abc"]
        >>> [len(part) for part in study_in_parts(coded, batch_size=2)]
        [2, 1]
    """
    if on_error not in ("collect", "raise"):
        raise ModelError("study: on_error", "must be 'collect' or 'raise'")
    if type(batch_size) is not int or batch_size < 1:
        raise ModelError("study: batch_size", "must be a whole number of at least 1")
    job = partial(_part, read=read, analyze=analyze, collect=on_error == "collect")
    batches = _batches(_expanded(items, frozenset(skip)), batch_size)
    return map(job, batches) if executor is None else _run(job, batches, executor)


def _sources(study: Study) -> list[str]:
    return [session.source for session in study.sessions if session.source is not None]


def _expanded(items: Item | Iterable[Item], skip: frozenset[str]) -> Iterator[Item]:
    """
    The items, with folders replaced by their files in order, without those to be skipped.
    """
    if isinstance(items, (str, os.PathLike, Session, SessionAnalysis)):
        items = [items]
    elif not isinstance(items, Iterable):
        raise ModelError("study", "takes paths, sessions or analyses")
    for item in items:
        if isinstance(item, (str, os.PathLike)):
            if may_be_talk(os.fspath(item)) and not os.path.exists(item):  # noqa: PTH110  # as below
                raise ModelError("study", "takes paths of files; parse makes a session of a text")
            yield from (path for path in files_in(os.fspath(item)) if path not in skip)
        else:
            yield item


def files_in(path: str) -> Iterator[str]:
    """
    The paths of the files in a folder and the folders in it, in order, without hidden ones.

    A path that is no folder's comes back as it is.
    """
    if not os.path.isdir(path):  # noqa: PTH112  # pathlib's raises where a name is too long
        yield path
        return
    for place, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (str(Path(place, name)) for name in sorted(names) if not name.startswith("."))


def _batches(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    while batch := list(islice(items, size)):
        yield batch


def _run(
    job: Callable[[Sequence[Item]], Study], batches: Iterator[list[Item]], executor: Executor
) -> Iterator[Study]:
    """
    The job's results as they are done; only so many batches wait that memory stays bounded.
    """
    most = _PENDING_PER_CORE * (os.cpu_count() or 1)
    pending: set[Future[Study]] = set()
    try:
        for batch in batches:
            pending.add(executor.submit(job, batch))
            if len(pending) >= most:
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        while pending:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    finally:
        for future in pending:
            future.cancel()


def _part(
    items: Sequence[Item],
    *,
    read: Callable[[str], Iterable[Session]],
    analyze: Callable[[Session], SessionAnalysis],
    collect: bool,
) -> Study:
    """
    The study of a few items; runs wherever the executor does.
    """
    sessions: list[CodedSession] = []
    problems: list[StudyProblem] = []
    for item in items:
        try:
            sessions.extend(_coded(item, read, analyze))
        except Exception as error:
            if not collect:
                raise
            problems.append(StudyProblem(_name_of(item), _reason(error)))
    return Study(sessions=sessions, problems=problems)


def _coded(
    item: Item,
    read: Callable[[str], Iterable[Session]],
    analyze: Callable[[Session], SessionAnalysis],
) -> Iterator[CodedSession]:
    match item:
        case SessionAnalysis():
            yield CodedSession.from_analysis(item)
        case Session():
            yield CodedSession.from_analysis(analyze(item))
        case str():
            for session in read(item):
                yield CodedSession.from_analysis(analyze(session), item)
        case _:
            raise ModelError(
                "study", f"takes paths, sessions or analyses, not {type(item).__name__}"
            )


def _name_of(item: Item) -> str:
    session = item.session if isinstance(item, SessionAnalysis) else item
    return session.id if isinstance(session, Session) else str(session)


def _reason(error: Exception) -> str:
    # What a model of the user's own raises may quote the talk, so its class must do.
    if isinstance(error, AftermoveError):
        return str(error)
    return f"{type(error).__name__} was raised by the reader or model given"
