"""Many to one: reviews that are good or bad, and digits that are read row by row."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.core.errors import UserError
from explorer.core.frames import Array, frozen
from explorer.data import reviews
from explorer.data.digits import SIDE_PX, load_digits
from explorer.data.vocabulary import words_of
from explorer.experiments.sequences.tasks import Batch, Input, as_read, padded
from explorer.models.warping import warp
from explorer.specs.sequences import EXAMPLE_DIGIT, EXAMPLES, MAX_WORDS, SENTIMENTS, Read, Token

LONGER_ROWS: Final = (32, 36, 40)
"""Heights of digits that are longer than any in training: the test digits, stretched."""


class Reviews:
    """Sentences and whether they praise."""

    classes: tuple[str, ...] = SENTIMENTS
    n_words = len(reviews.VOCABULARY)
    joint = " "

    def draw(self, rng: np.random.Generator, n: int, *, held_out: bool = False, longer: bool = False) -> Batch:
        """Reviews; marked are those with a negation."""
        drawn = reviews.draw(rng, n, held_out=held_out, longer=longer)
        inputs, lengths = padded([reviews.VOCABULARY.encode(review.words) for review in drawn])
        targets = torch.tensor([int(review.positive) for review in drawn])
        return Batch(inputs, lengths, targets, lengths.numpy(), np.array([review.negated for review in drawn]))

    def take(self, read: Read) -> Input:
        """A typed sentence."""
        words, cut = words_of(read.text, MAX_WORDS)
        tokens, inputs = as_read(words, reviews.VOCABULARY)
        truth = reviews.truth(words)
        return Input(inputs, tokens, cut, "" if truth is None else SENTIMENTS[int(truth)])

    def example(self) -> Read:
        """The lab's own sentence."""
        return Read(text=EXAMPLES["sentiment"])


class DigitRows:
    """Handwritten digits, one row of 28 pixels after the other, from the top."""

    classes = tuple(str(digit) for digit in range(10))
    n_words = 0
    joint = ""

    def __init__(self) -> None:
        self._digits = load_digits()

    def draw(self, rng: np.random.Generator, n: int, *, held_out: bool = False, longer: bool = False) -> Batch:
        """Training digits turned, stretched and slanted a little; test digits as they are, or longer ones stretched.

        There are 500 test digits: asked for as many or more, all of them are given, in their order.
        """
        if not held_out:
            at = rng.integers(len(self._digits.train_labels), size=n)
            generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
            flat = warp(torch.tensor(self._digits.train_images[at]).flatten(1), generator)
            pictures = flat.view(n, SIDE_PX, SIDE_PX)
            return _rows(pictures, self._digits.train_labels[at], np.full(n, SIDE_PX))
        n_test = len(self._digits.test_labels)
        at = np.arange(n_test) if n >= n_test else rng.permutation(n_test)[:n]
        heights = np.resize(LONGER_ROWS, len(at)) if longer else np.full(len(at), SIDE_PX)
        return _rows(torch.tensor(self._digits.test_images[at]), self._digits.test_labels[at], heights)

    def take(self, read: Read) -> Input:
        """A drawn picture; none at all reads nothing.

        Raises:
            UserError: It is not 28 by 28 finite numbers.
        """
        if read.picture is None:
            return Input(torch.zeros(0, 1, SIDE_PX))
        if read.picture.shape != (SIDE_PX, SIDE_PX) or not np.isfinite(read.picture).all():
            raise UserError("A picture for this network is 28 by 28 finite numbers; scale it first.")
        picture = frozen(np.clip(read.picture, 0, 1), np.float32)
        tokens = tuple(Token(f"row {row + 1}", f"row {row + 1}") for row in range(SIDE_PX))
        return Input(torch.tensor(picture)[:, None], tokens, truth=self._label(picture), picture=picture)

    def example(self) -> Read:
        """One of the test digits."""
        return Read(picture=self._digits.test_images[EXAMPLE_DIGIT])

    def _label(self, picture: Array) -> str:
        """The label of a digit of the data set; nothing for any other picture."""
        digits = self._digits
        for images, labels in ((digits.test_images, digits.test_labels), (digits.train_images, digits.train_labels)):
            found = np.flatnonzero((images == picture).all((1, 2)))
            if len(found):
                return str(labels[found[0]])
        return ""


def _rows(pictures: Tensor, labels: Array, heights: Array) -> Batch:
    """Pictures (B, 28, 28), each stretched to its own height, as rows (T, B, 28)."""
    rows = torch.zeros(int(heights.max()), len(pictures), SIDE_PX)
    for height in np.unique(heights).tolist():
        at = torch.from_numpy(np.flatnonzero(heights == height))
        stretched = pictures[at]
        if height != SIDE_PX:
            size = (height, SIDE_PX)
            stretched = F.interpolate(stretched[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]
        rows[:height, at] = stretched.transpose(0, 1)
    lengths = torch.from_numpy(heights.astype(np.int64))
    return Batch(rows, lengths, torch.tensor(labels), lengths.numpy(), np.zeros(len(labels), bool))
