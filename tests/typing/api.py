"""
Every public name, used once as a user would, for the type checker alone.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import aftermove as am
from aftermove.sequence.course import affect_course
from aftermove.testing import check_detector, check_scorer


class OwnModel:
    """
    Fits both protocols.
    """

    def detect(self, session: am.Session) -> list[am.Move]:
        """
        A move for each therapist turn.
        """
        return [
            am.Move(
                turn=turn.index,
                behaviour=am.Behaviour.OTHER,
                interventions=[
                    am.Intervention(
                        turn=turn.index,
                        technique="values",
                        evidence=[am.Evidence(am.CharSpan(0, 1), "own")],
                    )
                ],
            )
            for turn in session.by_role(am.Role.THERAPIST)
        ]

    def score(self, session: am.Session) -> tuple[am.Affect, ...]:
        """
        An affect for each patient turn.
        """
        return tuple(
            am.Affect(
                turn=turn.index,
                valence=0.0,
                shown=[am.ShownState(state=am.State.HOPE)],
                stance=am.Stance.CHANGE,
                arc=[am.ArcPoint(span=am.CharSpan(0, 1), valence=0.5)],
            )
            for turn in session.by_role("patient")
        )


def use(path: Path) -> None:
    """
    The way from a file to what follows each move.
    """
    roles: Mapping[str, str] = {"Dr. A.": "therapist"}
    session: am.Session = am.read(path, format=None, roles=roles, encoding=None, join=True)
    sessions: Iterator[am.Session] = am.read_all(path, strict=False)
    parsed: am.Session = am.parse("T: So?", format="labelled", strict=True)
    turns: tuple[am.Turn, ...] = session[1:] + session.turns + parsed.turns
    speaker: am.Speaker = turns[0].speaker
    mark = am.Mark(am.CharSpan(0, 1), am.MarkKind.PAUSE)
    time: am.TimeSpan | None = turns[0].time
    problems: tuple[am.Problem, ...] = session.problems
    metadata: am.Metadata = session.metadata
    model = OwnModel()
    detector: am.Detector = model
    scorer: am.Scorer = model
    analysis: am.SessionAnalysis = am.analyze(session, detector=detector, scorer=scorer)
    shift: am.AffectShift = analysis.shifts[0]
    change: float = shift.change
    rows: tuple[am.TechniqueSummary, ...] = analysis.summary()
    page: str = analysis.to_html()
    text: str = am.dumps(analysis, indent=2)
    value: object = am.loads(text)
    schema: dict[str, object] = am.json_schema()
    ours: tuple[am.Detector, am.Scorer] = (am.CueDetector(am.Codebook.default()), am.ClauseScorer())
    lexicon: type[am.Lexicon] = am.Lexicon
    words: am.WordWeights = am.WordWeights.none()
    error: type[am.AftermoveError] = am.errors.ModelError
    _ = (words, sessions, speaker, mark, time, problems, metadata, change)
    _ = (rows, page, value, schema, ours, lexicon, error)
    table: am.TransitionTable = am.transition_table([["a", "b"]], lag=-1, codes=("a", "b"))
    residuals: list[list[float]] = table.adjusted_residual.tolist()
    _ = residuals
    study: am.Study = am.study([analysis]) + am.Study()
    parts: Iterator[am.Study] = am.study_in_parts(["a.txt"], on_error="raise")
    unread: tuple[am.StudyProblem, ...] = study.problems
    table_of_effects: am.EffectTable = study.effects(by="technique", horizon=0)
    effect: am.Effect = table_of_effects["values"]
    shift_after: float | None = effect.shift
    following: am.TransitionTable = study.transitions(given="technique", target="state", lag=1)
    am.write(session, "a.vtt", format="captions")
    _ = (parts, unread, shift_after, following)


def compare(analysis: am.SessionAnalysis, session: am.Session, model: OwnModel) -> None:
    """
    Other schemes, other coders, and contracts.
    """
    crosswalk: am.Crosswalk = am.Crosswalk.load("miti")
    labels: tuple[str, ...] = crosswalk.of(analysis.moves[0])
    summary: am.MitiSummary = am.MitiSummary.from_analysis(analysis)
    ratio: float | None = summary.reflection_to_question
    _ = (labels, ratio)
    agreed: am.Agreement = am.agreement(analysis, [analysis], by="technique")
    kappa: float | None = agreed["values"].kappa.value
    plain: am.Agreement = am.agreement(["a", None], [["a"], ["b"]], [1, 2], level="nominal")
    level: float = affect_course(analysis).level
    _ = level
    shape: am.ArcShape = analysis.affect[0].shape
    why: str = am.CueDetector().explain(session, 0)
    _ = (kappa, plain, shape, why)
    check_detector(model, [session], examples=10)
    check_scorer(am.ClauseScorer())


def take_out(
    path: Path, session: am.Session, analysis: am.SessionAnalysis, study: am.Study
) -> None:
    """
    The ways out: frames, figures, pseudonyms, files and plugins.
    """
    frame = am.to_frame(analysis, "shifts", backend="polars")
    framed: tuple[am.Session, ...] = am.sessions_from_frame(frame, columns={"text": "said"})
    _ = framed
    label: str = am.figures.plot_arc(analysis, by="time").get_xlabel()
    title: str = am.figures.plot_effects(study.effects(), None).get_title()
    _ = (label, title)
    hidden, key = session.pseudonymise(["Kim"], keep=["May"], find=lambda _: [(0, 1, "ORG")])
    again: tuple[am.Session, am.PseudonymKey] = hidden.pseudonymise(key=key, kinds=["DATE"])
    words: str = key.restored_text(key.restored(again[0])[0].text)
    _ = words
    am.write_codings(analysis, path)
    am.write_table([analysis, analysis], path, "interventions")
    found: tuple[str, ...] = am.plugins("detectors")
    brought: tuple[am.Detector, am.Scorer] = (
        am.plugin("detectors", "theirs"),
        am.plugin("scorers", "theirs"),
    )
    theirs: am.Codebook = am.plugin("codebooks", "theirs")
    whole: am.Study = am.study(["a.odd"], read=am.plugin("formats", "odd"))
    _ = (found, brought, theirs, whole)
