"""One to many and many to many: captions of pictures, Italian for English, ISO 8601 for dates."""

from __future__ import annotations

import numpy as np
import torch

from explorer.core.errors import UserError
from explorer.core.frames import frozen
from explorer.data import dates, italian, scenes
from explorer.data.vocabulary import characters_of, words_of
from explorer.experiments.sequences.tasks import Batch, Input, as_read, padded, targets_of
from explorer.specs.sequences import EXAMPLE_SCENE, EXAMPLES, MAX_WORDS, Read


class Captions:
    """Pictures of coloured shapes, and the sentence that says what is where."""

    classes = scenes.VOCABULARY.tokens
    n_words = 0
    joint = " "

    def draw(self, rng: np.random.Generator, n: int, *, held_out: bool = False, longer: bool = False) -> Batch:
        """Pictures (B, 32, 32, 3) with the words of their captions; sizes are those of the captions."""
        drawn = scenes.draw(rng, n, held_out=held_out, longer=longer)
        pictures = torch.from_numpy(scenes.render_all([scene.objects for scene in drawn]))
        targets = targets_of([scenes.VOCABULARY.encode(scene.caption) for scene in drawn])
        sizes = np.array([len(scene.caption) for scene in drawn])
        return Batch(pictures, torch.ones(n, dtype=torch.int64), targets, sizes, np.zeros(n, bool))

    def take(self, read: Read) -> Input:
        """A composed scene; an empty one is a blank picture.

        Raises:
            UserError: Two objects share a place, or one is unknown.
        """
        try:
            picture, caption = scenes.render(read.scene), scenes.caption(read.scene)
        except ValueError as error:
            raise UserError(f"This scene cannot be drawn: {error}. Move or change an object.") from error
        return Input(torch.from_numpy(picture)[None], truth=" ".join(caption), picture=frozen(picture))

    def example(self) -> Read:
        """The lab's own scene."""
        return Read(scene=EXAMPLE_SCENE)


class Italian:
    """English sentences and their Italian translation."""

    classes = italian.ITALIAN.tokens
    n_words = len(italian.ENGLISH)
    joint = " "

    def draw(self, rng: np.random.Generator, n: int, *, held_out: bool = False, longer: bool = False) -> Batch:
        """Sentences with their translations; sizes are those of the English."""
        drawn = italian.draw(rng, n, held_out=held_out, longer=longer)
        inputs, lengths = padded([italian.ENGLISH.encode(pair.english) for pair in drawn])
        targets = targets_of([italian.ITALIAN.encode(pair.italian) for pair in drawn])
        return Batch(inputs, lengths, targets, lengths.numpy(), np.zeros(n, bool))

    def take(self, read: Read) -> Input:
        """A typed sentence."""
        words, cut = words_of(read.text, MAX_WORDS)
        tokens, inputs = as_read(words, italian.ENGLISH)
        return Input(inputs, tokens, cut, " ".join(italian.truth(words) or ()))

    def example(self) -> Read:
        """The lab's own sentence."""
        return Read(text=EXAMPLES["translate"])


class Dates:
    """Dates in many spellings, and the one of ISO 8601; character by character."""

    classes = dates.CHARACTERS.tokens
    n_words = len(dates.CHARACTERS)
    joint = ""

    def draw(self, rng: np.random.Generator, n: int, *, held_out: bool = False, longer: bool = False) -> Batch:
        """Spelled dates with their ISO form; sizes are those of the spelling."""
        drawn = dates.draw(rng, n, held_out=held_out, longer=longer)
        inputs, lengths = padded([dates.CHARACTERS.encode(dating.spelled) for dating in drawn])
        targets = targets_of([dates.CHARACTERS.encode(dating.iso) for dating in drawn])
        return Batch(inputs, lengths, targets, lengths.numpy(), np.zeros(n, bool))

    def take(self, read: Read) -> Input:
        """A typed date."""
        characters, cut = characters_of(read.text, MAX_WORDS)
        tokens, inputs = as_read(characters, dates.CHARACTERS)
        return Input(inputs, tokens, cut, dates.truth("".join(characters)) or "")

    def example(self) -> Read:
        """The lab's own date."""
        return Read(text=EXAMPLES["dates"])
