"""
Crosswalks: what a move is called in the coding schemes that the field already uses.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from aftermove.errors import FileAccessError, ModelError, UnknownNameError
from aftermove.model import Behaviour, Move, SessionAnalysis
from aftermove.model import _checks as check
from aftermove.techniques._crosswalk_file import parse
from aftermove.techniques.codebook import Codebook

__all__ = ["SCHEMES", "Condition", "Crosswalk", "Label"]

SCHEMES: Final = ("annomi", "bolt", "epitome", "esconv", "misc", "miti")
"""The crosswalks that ship with the library, by name: one data file each."""


def _as_names(members: Iterable[str]) -> tuple[str, ...]:
    return check.as_tuple(members)


@frozen(kw_only=True)
class Condition:
    """
    When a move has a label: one of the techniques, all of *with_all*, and nothing of *without*.

    Example:
        >>> asked_first = Condition(techniques=["advice"], with_all=["autonomy_support"])
        >>> asked_first.is_met_by({"advice"}, "input")
        False
    """

    techniques: tuple[str, ...] = field(converter=_as_names, validator=check.tuple_of(str))
    with_all: tuple[str, ...] = field(
        default=(), converter=_as_names, validator=check.tuple_of(str)
    )
    """Techniques, or a main behaviour, that the move must have too; ``with`` in files."""

    without: tuple[str, ...] = field(default=(), converter=_as_names, validator=check.tuple_of(str))
    """Techniques, or main behaviours, that the move must not have."""

    def is_met_by(self, techniques: Collection[str], behaviour: str) -> bool:
        """
        Whether it holds of a move with these techniques and this main behaviour.
        """
        found = {*techniques, str(behaviour)}
        return (
            any(technique in techniques for technique in self.techniques)
            and found.issuperset(self.with_all)
            and found.isdisjoint(self.without)
        )


def _as_behaviours(members: Iterable[Behaviour]) -> tuple[Behaviour, ...]:
    return tuple(check.as_member(Behaviour, member) for member in check.as_tuple(members))


def _as_conditions(members: Iterable[Condition]) -> tuple[Condition, ...]:
    return check.as_tuple(members)


@frozen(kw_only=True)
class Label:
    """
    One code of a scheme, and which moves have it.

    Example:
        >>> Crosswalk.load("miti")["AF"].techniques
        ('affirmation',)
    """

    id: str = field(validator=check.text(blank=False))
    """As the scheme writes it."""

    name: str = field(validator=check.text(blank=False))
    group: str | None = None
    """The scheme's own class of codes, as "MI-adherent"; `None` where it has none."""

    behaviours: tuple[Behaviour, ...] = field(default=(), converter=_as_behaviours)
    """What a move that has the label mainly does: of several labels, these stand first."""

    when: tuple[Condition, ...] = field(
        default=(), converter=_as_conditions, validator=check.tuple_of(Condition)
    )
    """One of these must hold; a label without any is given by default, or never."""

    @property
    def techniques(self) -> tuple[str, ...]:
        """
        The ids of our techniques that may stand for the label.
        """
        named = (name for condition in self.when for name in condition.techniques)
        return tuple(dict.fromkeys(named))

    def confidence_in(self, move: Move) -> float | None:
        """
        The confidence of the surest technique that stands for the label; `None` if none does.
        """
        met = [each for each in self.when if each.is_met_by(move.techniques, move.behaviour)]
        named = {technique for condition in met for technique in condition.techniques}
        found = [each.confidence for each in move.interventions if each.technique in named]
        return max(found, default=None)


def _as_labels(members: Iterable[Label]) -> tuple[Label, ...]:
    return check.as_tuple(members)


def _as_defaults(defaults: Mapping[Behaviour, str]) -> Mapping[Behaviour, str]:
    return {check.as_member(Behaviour, name): label for name, label in defaults.items()}


@frozen(kw_only=True)
class Crosswalk:
    """
    The way from our techniques and behaviours to the labels of another coding scheme.

    Raises:
        ModelError: If a label comes twice, or a default names none of them.

    Example:
        >>> crosswalk = Crosswalk.load("miti")
        >>> crosswalk
        <Crosswalk: MITI 4, 10 labels>
        >>> coded = SessionAnalysis.from_codes(id="s1", valence=[0, 0], behaviours=["input"],
        ...                                    techniques=[["advice", "autonomy_support"]])
        >>> crosswalk.of(coded.moves[0])
        ('Persuade with', 'Emphasize')
        >>> crosswalk.labels_of("advice")
        ('Persuade', 'Persuade with')
    """

    scheme: str = field(validator=check.text(blank=False))
    source: str = field(validator=check.text(blank=False))
    """Where the scheme is described."""

    labels: tuple[Label, ...] = field(converter=_as_labels, validator=check.tuple_of(Label))
    defaults: Mapping[Behaviour, str] = field(factory=dict, converter=_as_defaults)
    """The label of a move whose techniques give no label of its main behaviour."""

    one_label: bool = field(default=False, validator=check.instance_of(bool))
    """Whether the scheme gives each turn one label only."""

    def __attrs_post_init__(self) -> None:
        if len(self._label_by_id) < len(self.labels):
            raise check.refuse(self, "labels", "must name each label once")
        if not set(self.defaults.values()) <= self._label_by_id.keys():
            raise check.refuse(self, "defaults", "must each be one of the labels")

    @classmethod
    def load(cls, scheme: str | Path, *, codebook: Codebook | None = None) -> "Crosswalk":
        """
        One of the crosswalks that ship with the library, or one of a TOML file of yours.

        Args:
            scheme: One of `SCHEMES`, as ``"miti"``, or the path of a file that ends in ``.toml``;
                see `docs/how-to/other-schemes.md` for its form.
            codebook: The techniques that a file of yours may name; `None` for the default's.

        Raises:
            CrosswalkError: With every problem of the file and its path within it.
            FileAccessError: If the file can't be read.
            UnknownNameError: If there is no such scheme.
        """
        if isinstance(scheme, str) and not scheme.endswith(".toml"):
            if scheme not in SCHEMES:
                raise UnknownNameError("crosswalk or .toml file", scheme, SCHEMES)
            return _shipped(scheme)
        try:
            content = Path(scheme).read_bytes()
        except (OSError, ValueError) as error:
            # A path with a NUL is a ValueError.
            reason = getattr(error, "strerror", None) or "can't be read"
            raise FileAccessError(str(scheme), reason) from error
        known = Codebook.default() if codebook is None else codebook
        return _made(parse(content, str(scheme), known.techniques))

    @cached_property
    def _label_by_id(self) -> dict[str, Label]:
        return {label.id: label for label in self.labels}

    def of(self, move: Move) -> tuple[str, ...]:
        """
        The labels of a move, the main one first; none where the scheme has none for it.

        Labels of the move's main behaviour come first, then the more confident, then in the
        scheme's order.  Where none of them is of that behaviour, its default comes before them;
        that of ``other`` only where there is no label at all, as people's codes that tell no
        behaviours are ``other`` too.

        Args:
            move: As found by a detector, or coded by people.

        Returns:
            Ids of labels, each once; at most one where the scheme gives each turn one label.
        """
        met = [(label, label.confidence_in(move)) for label in self.labels]
        ranked = sorted(
            ((label, confidence) for label, confidence in met if confidence is not None),
            key=lambda pair: (move.behaviour not in pair[0].behaviours, -pair[1]),
        )
        given = [label.id for label, _ in ranked]
        leads = bool(ranked) and move.behaviour in ranked[0][0].behaviours
        is_told = bool(ranked) if move.behaviour is Behaviour.OTHER else leads
        if not is_told and move.behaviour in self.defaults:
            given = list(dict.fromkeys([self.defaults[move.behaviour], *given]))
        return tuple(given[:1] if self.one_label else given)

    def to_dicts(self, analysis: SessionAnalysis) -> list[dict[str, Any]]:
        """
        The session in the scheme's labels, without its words: a row for each move, in order.

        Args:
            analysis: As made by `analyze`, or from people's codes.

        Returns:
            The session's id, the turn's index, the main label, or `None`, and all labels.
        """
        if not isinstance(analysis, SessionAnalysis):
            raise ModelError("Crosswalk.to_dicts", "takes a SessionAnalysis, as analyze makes it")
        rows = []
        for move in analysis.moves:
            labels = self.of(move)
            rows.append(
                {
                    "session": analysis.session.id,
                    "turn": move.turn,
                    "main": labels[0] if labels else None,
                    "labels": labels,
                }
            )
        return rows

    def labels_of(self, technique: str) -> tuple[str, ...]:
        """
        The labels that a technique of ours may become, in the scheme's order.
        """
        return tuple(label.id for label in self.labels if technique in label.techniques)

    def in_group(self, group: str) -> tuple[str, ...]:
        """
        The ids of a group's labels, in the scheme's order.

        Raises:
            UnknownNameError: If there is no such group.
        """
        known = sorted({label.group for label in self.labels if label.group is not None})
        if group not in known:
            raise UnknownNameError("group of this scheme", group, known)
        return tuple(label.id for label in self.labels if label.group == group)

    def __getitem__(self, label: str) -> Label:
        try:
            return self._label_by_id[label]
        except KeyError:
            raise UnknownNameError("label", label, tuple(self._label_by_id)) from None

    def __iter__(self) -> Iterator[Label]:
        return iter(self.labels)

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        n = len(self)
        return f"<Crosswalk: {self.scheme}, {n} label{'' if n == 1 else 's'}>"


def _made(tables: dict[str, Any]) -> Crosswalk:
    labels = [
        Label(id=name, **(table | {"when": [Condition(**each) for each in table["when"]]}))
        for name, table in tables["labels"].items()
    ]
    return Crosswalk(**(tables | {"labels": labels}))


@cache
def _shipped(scheme: str) -> Crosswalk:
    content = (files("aftermove.techniques") / "crosswalks" / f"{scheme}.toml").read_bytes()
    return _made(parse(content, f"{scheme}.toml", Codebook.default().techniques))
