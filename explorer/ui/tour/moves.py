"""What a scene does to the lab, as a list of moves: each sends an order and says what to wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from explorer.core.params import Value, needs_restart, with_values
from explorer.core.tour import SCRATCH, STORED, Action, Scene, Tour
from explorer.ui.conductor import Conductor
from explorer.ui.kit.segmented import Segmented
from explorer.ui.lab import Lab
from explorer.ui.window.lab_page import LabPage

Done = Callable[[], bool]
Move = Callable[[], Done | None]
"""Sends an order; gives what must hold before the next move, or None when nothing is to be waited for."""


class Moves:
    """Makes moves on one open lab.

    Args:
        lab: The lab.
        conductor: Its run.
        page: Its docks.
    """

    def __init__(self, lab: Lab, conductor: Conductor, page: LabPage) -> None:
        self._lab = lab
        self._conductor = conductor
        self._page = page
        self._n_runs = 0
        conductor.run_changed.connect(self._on_run_changed)

    def of_scene(self, tour: Tour, index: int, *, jumped: bool) -> list[Move]:
        """All that a scene does on entry.

        Args:
            tour: The tour.
            index: Number of the scene.
            jumped: Whether the scene before has not just been shown, so that what it left has to be made up for.
        """
        scene = tour.scenes[index]
        what, values = standing(tour, index) if jumped else (scene.open, scene.set)
        moves: list[Move] = [self._ready]
        if what == SCRATCH:
            moves.append(lambda: self._scratch(values))
        elif what:
            moves += [lambda: self.open_stored(what.removeprefix(STORED)), lambda: self._set(values)]
        elif values:
            moves.append(lambda: self._set(values))
        return moves + self.of_actions(scene.do) + self._pointing(scene)

    def of_actions(self, actions: Sequence[str | Action]) -> list[Move]:
        """What a list of actions does."""
        return [self._of_action(action) for action in actions]

    def open_stored(self, stem: str) -> Done | None:
        """Open a stored run."""
        stems = [run.stem for run in self._lab.spec.stored]
        if stem not in stems:
            return None
        self._conductor.command("pause")
        self._conductor.open_stored(stems.index(stem))
        title = self._lab.spec.stored[stems.index(stem)].title
        return self._new_run(lambda: self._lab.run.stored == title)

    def pause(self) -> Done | None:
        """Stop training."""
        self._conductor.command("pause")
        return lambda: not self._lab.status.playing

    def _ready(self) -> Done:
        return lambda: self._conductor.is_ready

    def _scratch(self, values: Mapping[str, Value]) -> Done:
        """Step 0 of a run with the default parameters, but for ``values``."""
        params = with_values(self._lab.spec.params(), values)
        restarts = needs_restart(self._lab.run.params, params)
        self._conductor.command("pause")
        self._conductor.edit_params(params, "", True)
        if not restarts:
            self._conductor.command("reset")
        return self._new_run(lambda: not self._lab.run.stored)

    def _set(self, values: Mapping[str, Value]) -> Done | None:
        """Change some parameters; waits where that starts the run again."""
        params = with_values(self._lab.run.params, values)
        restarts = needs_restart(self._lab.run.params, params)
        if restarts:
            self._conductor.command("pause")
        self._conductor.edit_params(params, "", True)
        return self._new_run(lambda: not self._lab.run.stored) if restarts else None

    def _of_action(self, action: str | Action) -> Move:
        if isinstance(action, str):
            return lambda: self._plain(action)
        if action.run is not None:
            return lambda n=action.run: self._run(n)  # type: ignore[misc]
        if action.set is not None:
            return lambda values=action.set: self._set(values)  # type: ignore[misc]
        return lambda: self._look(action)

    def _plain(self, verb: str) -> Done | None:
        self._conductor.command(verb)
        if verb == "play":
            return lambda: self._lab.status.playing
        return self.pause() if verb == "pause" else None

    def _run(self, n: int) -> Done:
        """Train ``n`` steps; the director pauses where they are taken."""
        end = self._lab.status.head + n
        self._conductor.command("play")
        paused: list[bool] = []

        def done() -> bool:
            if self._lab.status.head >= end and not paused:
                paused.append(True)
                self._conductor.command("pause")
            return bool(paused) and not self._lab.status.playing

        return done

    def _look(self, action: Action) -> Done | None:
        """What needs no waiting."""
        if action.scrub is not None:
            self._conductor.scrub(action.scrub)
        if action.probe is not None:
            self._lab.move_probe(*action.probe)
        if action.select is not None:
            self._lab.select(action.select)
        if action.path is not None:
            self._lab.choose_path(*action.path)
        if action.show is not None:
            self.show(action.show)
        if action.ask is not None:
            self._lab.show_panel(self._lab.panel(action.ask))
        return None

    def show(self, what: str) -> None:
        """Bring a panel to the front, wherever it is; ``"panel:choice"`` also chooses among its small controls."""
        panel_id, _, choice = what.partition(":")
        dock = self._page.docks[panel_id]
        dock.show()
        dock.raise_()
        for control in self._lab.panel(panel_id).controls if choice else ():
            if isinstance(control, Segmented) and control.offers(choice):
                control.choose(choice)

    def _pointing(self, scene: Scene) -> list[Move]:
        """The panel that is pointed at comes to the front last."""
        if not scene.point_at:
            return []
        return self.of_actions([Action(show=scene.point_at)])

    def _new_run(self, fits: Done) -> Done:
        """Another run has been opened since now, it fits, and its status and frames have been heard."""
        before, old = self._n_runs, dict(self._lab.frames)
        visible = self._page.visible_panels()
        wanted = {name for panel in self._lab.spec.panels if panel.id in visible for name in panel.wants}

        def done() -> bool:
            status, snapshot = self._lab.status, self._lab.run.status
            opened = self._n_runs > before and fits() and status.head == snapshot.head and not status.playing
            return opened and (not wanted or any(self._lab.frame(name) is not old.get(name) for name in wanted))

        return done

    def _on_run_changed(self) -> None:
        self._n_runs += 1


def standing(tour: Tour, index: int) -> tuple[str, dict[str, Value]]:
    """What a scene that is jumped to has to find: what the scenes before it opened and set.

    Live training of an earlier scene is not repeated: its fallback is opened in its place.
    """
    scenes = tour.scenes[: index + 1]
    start = max((i for i, scene in enumerate(scenes) if scene.open), default=0)
    what = scenes[start].open
    values = _merged(scene.set for scene in scenes[start:])
    until = scenes[start].until
    if start < index and until is not None and until.fallback:
        return STORED + until.fallback, _merged(scene.set for scene in scenes[start + 1 :])
    return what, values


def _merged(sets: Iterable[Mapping[str, Value]]) -> dict[str, Value]:
    merged: dict[str, Value] = {}
    for values in sets:
        merged |= values
    return merged
