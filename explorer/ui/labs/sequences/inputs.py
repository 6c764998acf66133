"""What a person gave the lab to read, for every task, and how it goes into a session."""

from __future__ import annotations

from explorer.core.frames import Array
from explorer.core.session import View
from explorer.data.scenes import COLOURS, MOST_OBJECTS, PLACES, SHAPES, SIZES
from explorer.specs.sequences import EXAMPLE_DIGIT, EXAMPLE_SCENE, EXAMPLES, Decoding, Read, SceneObject
from explorer.ui.labs.sequences.grammar import MOST_CHARACTERS, TEXT_TASKS


class Inputs:
    """One input for each task; at first the lab's own examples.

    Attributes:
        scene: The picture to caption.
        digit: Number of the test digit that is read; -1 for a picture of the user's own.
        own: That picture, (28, 28) float32 in [0, 1].
    """

    def __init__(self) -> None:
        self._texts = dict(EXAMPLES)
        self.scene: tuple[SceneObject, ...] = EXAMPLE_SCENE
        self.digit = EXAMPLE_DIGIT
        self.own: Array | None = None

    def text(self, task: str) -> str:
        """The text of a task that reads one."""
        return self._texts.get(task, "")

    def set_text(self, task: str, text: str) -> None:
        """Read another text; what is longer than can ever be read is cut."""
        self._texts[task] = text[:MOST_CHARACTERS]

    def set_picture(self, picture: Array) -> None:
        """Read a picture of the user's own."""
        self.digit, self.own = -1, picture

    def set_digit(self, number: int) -> None:
        """Read a test digit."""
        self.digit, self.own = number, None

    @property
    def picture(self) -> Array | None:
        """The digit that is read, (28, 28) float32 in [0, 1]."""
        if self.digit < 0:
            return self.own
        from explorer.data.digits import load_digits

        images = load_digits().test_images
        picture: Array = images[self.digit % len(images)]
        return picture

    def read(self, task: str, decoding: Decoding) -> Read:
        """The question about the input of a task."""
        if task in TEXT_TASKS:
            return Read(text=self.text(task), decoding=decoding)
        if task == "caption":
            return Read(scene=self.scene, decoding=decoding)
        return Read(picture=self.picture, decoding=decoding)

    def is_example(self, task: str) -> bool:
        """Whether the lab's own example is read."""
        if task in TEXT_TASKS:
            return self.text(task) == EXAMPLES[task]
        return self.scene == EXAMPLE_SCENE if task == "caption" else self.digit == EXAMPLE_DIGIT

    def view(self) -> dict[str, float | str | list[float]]:
        """Everything, for a session."""
        found: dict[str, float | str | list[float]] = {f"text {task}": text for task, text in self._texts.items()}
        found["scene"] = "; ".join(f"{shape} {colour} {size} {x} {y}" for shape, colour, size, x, y in self.scene)
        found["digit"] = float(self.digit)
        if self.own is not None and self.digit < 0:
            found["picture"] = [round(float(v), 3) for v in self.own.ravel()]
        return found

    def restore(self, view: View) -> None:
        """Take over what a session says; whatever does not fit is ignored."""
        import numpy as np

        for task in TEXT_TASKS:
            text = view.get(f"text {task}")
            if isinstance(text, str):
                self.set_text(task, text)
        scene = view.get("scene")
        if isinstance(scene, str) and (objects := _scene(scene)) is not None:
            self.scene = objects
        digit, picture = view.get("digit"), view.get("picture")
        if isinstance(digit, float) and 0 <= digit < 500:
            self.set_digit(int(digit))
        elif isinstance(picture, list) and len(picture) == 784 and np.isfinite(picture).all():
            self.set_picture(np.clip(np.array(picture, np.float32), 0, 1).reshape(28, 28))


def _scene(text: str) -> tuple[SceneObject, ...] | None:
    """The objects that a session names; None where they are not of the grammar."""
    objects: list[SceneObject] = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        words = part.split()
        if len(words) != 5 or not (words[3].isdecimal() and words[4].isdecimal()):
            return None
        shape, colour, size, column, row = *words[:3], int(words[3]), int(words[4])
        if shape not in SHAPES or colour not in COLOURS or size not in SIZES or max(column, row) >= PLACES:
            return None
        objects.append((shape, colour, size, column, row))
    places = {one[3:] for one in objects}
    return tuple(objects) if len(places) == len(objects) <= MOST_OBJECTS + 1 else None
