"""Tours: scripted lessons as data. A scene sets the lab up, says something short, asks, and reveals."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Literal

import msgspec

from explorer.core.errors import UserError
from explorer.core.params import Value, param_fields, with_values
from explorer.core.spec import LabSpec

MOST_WORDS = 60
"""A card is read from the back row: no text, question or answer is longer."""
PLAIN_VERBS = ("play", "pause", "step", "step_back")
SCRATCH = "scratch"
STORED = "stored:"
DEFAULT_TIMEOUT_S = 45.0


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that is done to the lab; exactly one field is given.

    Attributes:
        run: Train so many steps.
        scrub: Show a recorded step.
        probe: Put the probe at a place (x, y) of the map.
        select: Choose an item of the data by its number, as a click on it does.
        path: Walk between two items of the data, by their numbers.
        show: Bring a panel to the front; ``"curves:units"`` also chooses among its small controls.
        ask: Ask the live model again what a panel shows.
        set: Change parameters.
    """

    run: int | None = None
    scrub: int | None = None
    probe: tuple[float, float] | None = None
    select: int | None = None
    path: tuple[int, int] | None = None
    show: str | None = None
    ask: str | None = None
    set: dict[str, Value] | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """Names of the fields that are given."""
        return tuple(name for name in self.__struct_fields__ if getattr(self, name) is not None)


class Until(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When live training has come far enough, and what is shown where it is too slow for the lesson.

    Attributes:
        step: The run has come to this step; None where a number decides.
        scalar: Name of a number of the run that has to fall below ``below``.
        below: The bound.
        timeout_s: Seconds after which the lesson goes on.
        fallback: Stem of the stored run that is opened then; empty to stay with what was reached.
    """

    step: int | None = None
    scalar: str = ""
    below: float | None = None
    timeout_s: float = DEFAULT_TIMEOUT_S
    fallback: str = ""


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One card of a tour, and what it does to the lab.

    Attributes:
        id: Short name, unique in the tour.
        title: Heading of the card.
        text: Markdown, at most 60 words.
        open: ``"stored:<stem>"``, ``"scratch"``, or empty to go on with what is there.
        set: Parameters by name.
        do: Actions, one after the other: a plain verb, or a table with one entry.
        until: When training stops by itself.
        point_at: Id of the panel that is marked.
        ask: A question to predict the answer of.
        reveal: The answer.
        then: Actions done when the answer is revealed.
    """

    id: str
    title: str
    text: str
    open: str = ""
    set: dict[str, Value] = msgspec.field(default_factory=dict)
    do: tuple[Literal["play", "pause", "step", "step_back"] | Action, ...] = ()
    until: Until | None = None
    point_at: str = ""
    ask: str = ""
    reveal: str = ""
    then: tuple[Literal["play", "pause", "step", "step_back"] | Action, ...] = ()

    @property
    def stored(self) -> str:
        """Stem of the stored run that the scene opens; empty where it opens none."""
        return self.open.removeprefix(STORED) if self.open.startswith(STORED) else ""


class Tour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A lesson on one lab.

    Attributes:
        title: Title in words.
        lab: Id of the lab.
        scenes: In order; at least one.
    """

    title: str
    lab: str
    scenes: tuple[Scene, ...]

    def index(self, scene_id: str) -> int:
        """Where a scene is; 0 for one that is not in the tour any more."""
        return next((i for i, scene in enumerate(self.scenes) if scene.id == scene_id), 0)


def tour_path(lab_id: str) -> Path:
    """The file of a lab's tour."""
    return Path(str(files("explorer"))) / "resources" / "tours" / f"{lab_id}.toml"


def has_tour(lab_id: str) -> bool:
    """Whether there is a tour of a lab."""
    return tour_path(lab_id).is_file()


def load_tour(lab_id: str) -> Tour:
    """The tour of a lab, of the right form; see :func:`validate` for whether it fits the lab.

    Raises:
        UserError: There is none, or its file is not of the right form.
    """
    path = tour_path(lab_id)
    try:
        content = path.read_bytes()
    except OSError:
        raise UserError(f"There is no tour of the lab {lab_id}; open the lab without one.") from None
    return parse_tour(content, path.name)


def parse_tour(content: bytes, name: str) -> Tour:
    """A tour from the text of its file.

    Args:
        content: TOML, UTF-8.
        name: What the file is called, for the sentence.

    Raises:
        UserError: It is not of the right form; the sentence says where.
    """
    try:
        return msgspec.toml.decode(content, type=Tour)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UserError(f"The tour {name} cannot be read: {error}; correct that line.") from error


def validate(tour: Tour, spec: LabSpec) -> None:
    """See that everything a tour names is there.

    Raises:
        UserError: Something is not; the sentence names the scene, what is wrong, and the closest that is right.
    """
    if tour.lab != spec.id:
        raise UserError(f"This tour is of the lab {tour.lab}, not of {spec.id}; put it into {tour.lab}.toml.")
    if not tour.scenes:
        raise UserError(f"The tour of {tour.lab} has no scenes; write at least one.")
    seen: set[str] = set()
    for scene in tour.scenes:
        problem = next(_problems(scene, spec, seen), "")
        if problem:
            raise UserError(f"Scene {scene.id} of the tour of {tour.lab}: {problem}")
        seen.add(scene.id)


def _problems(scene: Scene, spec: LabSpec, seen: set[str]) -> Iterator[str]:
    """What is wrong with a scene, as clauses with their remedy."""
    if scene.id in seen:
        yield "another scene has this id; choose one of its own."
    yield from _word_problems(scene)
    yield from _open_problems(scene.open, spec)
    if scene.point_at:
        yield from _unknown("panel", scene.point_at, _panels(spec))
    yield from _set_problems(scene.set, spec)
    for action in (*scene.do, *scene.then):
        if isinstance(action, Action):
            yield from _action_problems(action, spec)
    if scene.until is not None:
        yield from _until_problems(scene.until, spec)


def _word_problems(scene: Scene) -> Iterator[str]:
    for what, words in (("text", scene.text), ("question", scene.ask), ("answer", scene.reveal)):
        n_words = len(words.split())
        if n_words > MOST_WORDS:
            yield f"its {what} has {n_words} words; leave at most {MOST_WORDS}."
    if not scene.title.strip() or not scene.text.strip():
        yield "its title or its text is empty; write one."
    if bool(scene.ask) != bool(scene.reveal):
        yield "a question and its answer come together; write both ask and reveal."
    if scene.then and not scene.reveal:
        yield "nothing is revealed that then could follow; use do."


def _open_problems(what: str, spec: LabSpec) -> Iterator[str]:
    if what.startswith(STORED):
        yield from _unknown("stored run", what.removeprefix(STORED), [run.stem for run in spec.stored])
    elif what not in ("", SCRATCH):
        yield f"open is “{what}”; write “{SCRATCH}” or “{STORED}” and a stored run."


def _set_problems(values: dict[str, Value], spec: LabSpec) -> Iterator[str]:
    for name in values:
        yield from _unknown("parameter", name, [field.name for field in param_fields(spec.params)])
    try:
        with_values(spec.params(), values)
    except UserError as error:
        yield str(error)


def _action_problems(action: Action, spec: LabSpec) -> Iterator[str]:
    if len(action.given) != 1:
        found = " and ".join(action.given) or "nothing"
        yield f"an action does one thing, this one has {found}; give each its own braces."
    for panel in (action.show, action.ask):
        if panel is not None:
            yield from _unknown("panel", panel.partition(":")[0], _panels(spec))
    numbers = [("run", action.run), ("scrub to", action.scrub), ("select", action.select)]
    for what, number in (*numbers, *(("walk to", end) for end in action.path or ())):
        if number is not None and number < 0:
            yield f"it is to {what} {number}; choose 0 or more."
    if action.set is not None:
        yield from _set_problems(action.set, spec)


def _until_problems(until: Until, spec: LabSpec) -> Iterator[str]:
    if (until.step is None) == (until.below is None):
        yield "until needs either a step, or a scalar and what it has to be below."
    if until.scalar or until.below is not None:
        yield from _unknown("scalar", until.scalar, [info.name for info in spec.scalars])
    if until.fallback:
        yield from _unknown("stored run", until.fallback, [run.stem for run in spec.stored])
    if until.timeout_s <= 0:
        yield f"its timeout is {until.timeout_s:g} s; choose more than 0."


def _panels(spec: LabSpec) -> list[str]:
    return [panel.id for panel in spec.panels]


def _unknown(kind: str, name: str, known: Sequence[str] | Iterable[str]) -> Iterator[str]:
    """A clause about a name that is not known, with the closest one that is."""
    names = list(known)
    if name in names:
        return
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
    hint = f"did you mean {close[0]}?" if close else f"choose one of {', '.join(names) or 'none'}."
    yield f"there is no {kind} called “{name}”; {hint}"
