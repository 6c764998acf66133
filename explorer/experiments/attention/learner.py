"""The small model that learns before the class's eyes which colour belongs to which noun."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.experiment import Scalars, State
from explorer.core.frames import Array, frozen
from explorer.data.binding import COLOURS, LONGEST, VOCABULARY, Sentences, draw
from explorer.data.binding_reading import Reading
from explorer.models.adamw import AdamW
from explorer.models.binder import Binder
from explorer.models.packing import copied, load_adam, load_weights, misfit, pack_adam, pack_weights, require_same_form

WEIGHT_DECAY: Final = 1.0
"""Far more than usual: what is not needed fades, and the head that binds looks the more sharply."""
MAX_GRADIENT_NORM: Final = 0.02
"""Gradients that are longer are shortened to this (Pascanu et al. 2013, arXiv:1211.5063, algorithm 1).

Nearly all are while the model learns, and Adam does not mind; later, when they are short, one odd batch cannot throw it
out of what it has learned.
"""
TEST_EVERY: Final = 25
N_TEST: Final = 500
_AT_ONCE: Final = 125
"""Sentences measured at once: what they need fits into the processor's cache."""
_TEST_SEED: Final = 20_240_404


@dataclass(frozen=True)
class BinderShape:
    """What the model and its training look like.

    Attributes:
        layers: 1 or 2; needs a new run.
        heads: 1 to 4 in each layer; needs a new run.
        width: Numbers that stand for a token; needs a new run.
        batch_size: Sentences of a step.
        learning_rate: Step size of AdamW.
        attention_on: Whether the heads add anything; off, nothing reaches the end of a sentence from before it.
    """

    layers: int = 2
    heads: int = 2
    width: int = 32
    batch_size: int = 64
    learning_rate: float = 1e-3
    attention_on: bool = True


@dataclass(frozen=True, eq=False)
class Measured:
    """How good the present weights are on the held-out sentences.

    Attributes:
        loss: Cross-entropy, nats per sentence.
        right: Whether each sentence is answered rightly, (500,) bool.
        to_colour: Mean attention from the noun that is asked for, where it is told, to its colour, (L, H).
        to_noun: Mean attention from that noun in the question to the same noun where it is told, (L, H).
    """

    loss: float
    right: NDArray[np.bool_]
    to_colour: Array
    to_noun: Array


@dataclass(frozen=True, eq=False)
class Looked:
    """What the model does with one sentence.

    Attributes:
        reading: The sentence.
        step: Steps taken.
        weights: Who looks at whom, (L, H, T, T): row = query, column = key.
        probabilities: Of each colour in the order of the grammar's, (8,).
    """

    reading: Reading
    step: int
    weights: Array
    probabilities: Array

    @property
    def answer(self) -> str:
        """The likeliest colour."""
        return COLOURS[int(self.probabilities.argmax())]


class BindingLearner:
    """The model in training; every batch is drawn afresh and is a function of seed and step.

    Attributes:
        shape: What it looks like.
        n_steps: Steps taken.
        network: The model.

    Args:
        shape: What it shall look like.
        seed: Seed of weights and sentences.
        device: Where it computes.
    """

    def __init__(self, shape: BinderShape, seed: int, device: torch.device | None = None) -> None:
        self.shape = shape
        self.n_steps = 0
        self.device = device or torch.device("cpu")
        self._seed = seed
        generator = torch.Generator().manual_seed(seed)
        sizes = (len(VOCABULARY), len(COLOURS), LONGEST, shape.width, shape.layers, shape.heads)
        self.network = Binder(*sizes, generator).to(self.device)
        self._optimiser = AdamW(self.network.named_parameters(), shape.learning_rate, WEIGHT_DECAY)
        self._test: Sentences | None = None
        self._measured: tuple[int, BinderShape, Measured] | None = None

    # ------------------------------------------------------------------------------------------------- training

    def step(self) -> Scalars:
        """One optimiser step on one batch; the first and every 25th also measure the held-out sentences.

        Returns:
            ``loss`` in nats, ``accuracy`` of the batch in %, ``gradient_norm`` before it is shortened; and where
            measured ``test_loss``, ``test_accuracy`` in %, ``asked_attention`` and ``question_attention``, both the
            best head's mean.
        """
        batch = draw(np.random.default_rng((self._seed, self.n_steps)), self.shape.batch_size)
        with torch.enable_grad():
            values = self._train_on(batch)
        self.n_steps += 1
        measures = self.n_steps == 1 or self.n_steps % TEST_EVERY == 0
        return values | self._test_values() if measures else values

    def set_shape(self, shape: BinderShape) -> None:
        """Adopt batch size, learning rate and whether attention is on, from the next step on.

        Raises:
            ValueError: Something else differs, which needs a new run.
        """
        live = {"batch_size", "learning_rate", "attention_on"}
        if replace(shape, **{name: getattr(self.shape, name) for name in live}) != self.shape:
            raise ValueError("these parameters need a new run")
        self.shape = shape
        self._optimiser.learning_rate = shape.learning_rate

    def _train_on(self, batch: Sentences) -> dict[str, float]:
        answers = self._tensor(batch.answers)
        logits = self.network(self._tensor(batch.tokens), self._tensor(batch.lengths), self._heads()).logits  # (B, C)
        loss = F.cross_entropy(logits, answers)
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(self.network.parameters(), MAX_GRADIENT_NORM)
        self._optimiser.step()
        accuracy = 100 * (logits.detach().argmax(-1) == answers).float().mean().item()
        return {"loss": loss.item(), "accuracy": accuracy, "gradient_norm": norm.item()}

    # ------------------------------------------------------------------------------------------------- measuring

    def measure(self, heads_on: NDArray[np.bool_] | None = None) -> Measured:
        """How good the present weights are on 500 held-out sentences, the same in every run.

        Args:
            heads_on: Which heads count, (L, H) bool; None for all. With attention off none does.

        Raises:
            ValueError: ``heads_on`` has another shape.
        """
        if heads_on is not None:
            return self._on(self.test_sentences, self._heads(heads_on))
        if self._measured is None or self._measured[:2] != (self.n_steps, self.shape):
            self._measured = self.n_steps, self.shape, self._on(self.test_sentences, self._heads())
        return self._measured[2]

    def latest(self) -> Measured:
        """What was measured last, by the step before this one or by one of the 24 before; measured now if nothing was.

        Cheap, and true to within those steps.
        """
        return self.measure() if self._measured is None else self._measured[2]

    @property
    def test_sentences(self) -> Sentences:
        """The held-out sentences; drawn when first wanted."""
        if self._test is None:
            self._test = draw(np.random.default_rng(_TEST_SEED), N_TEST, held_out=True)
        return self._test

    @torch.no_grad()
    def _on(self, test: Sentences, heads: Tensor | None) -> Measured:
        parts = [self._found(test[start : start + _AT_ONCE], heads) for start in range(0, len(test), _AT_ONCE)]
        losses, right, to_colour, to_noun = (copied(torch.cat(found, -1)) for found in zip(*parts, strict=True))
        return Measured(float(losses.mean()), right, to_colour.mean(-1), to_noun.mean(-1))

    def _found(self, test: Sentences, heads: Tensor | None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Loss and whether it is right (B,), attention to the colour and to the noun (L, H, B)."""
        answers, ends = self._tensor(test.answers), self._tensor(test.lengths) - 1
        said = self.network(self._tensor(test.tokens), ends + 1, heads)
        each, weights = torch.arange(len(test), device=self.device), said.weights.transpose(1, 2)  # (L, H, B, T, T)
        nouns, colours = self._tensor(test.asked_nouns), self._tensor(test.asked_colours)
        losses = F.cross_entropy(said.logits, answers, reduction="none")
        right = said.logits.argmax(-1) == answers
        return losses, right, weights[:, :, each, nouns, colours], weights[:, :, each, ends, nouns]

    def _test_values(self) -> dict[str, float]:
        measured = self.measure()
        return {
            "test_loss": measured.loss,
            "test_accuracy": 100 * float(measured.right.mean()),
            "asked_attention": float(measured.to_colour.max()),
            "question_attention": float(measured.to_noun.max()),
        }

    # ------------------------------------------------------------------------------------------------- looking

    @torch.no_grad()
    def attention_of(self, reading: Reading, heads_on: NDArray[np.bool_] | None = None) -> Looked:
        """What the model does with one sentence.

        Args:
            reading: The sentence.
            heads_on: Which heads count, (L, H) bool; None for all. With attention off none does.

        Raises:
            ValueError: ``heads_on`` has another shape.
        """
        tokens = self._tensor(VOCABULARY.encode(reading.words)[None])
        lengths = torch.tensor([len(reading.words)], device=self.device)
        said = self.network(tokens, lengths, self._heads(heads_on))
        probabilities = copied(torch.softmax(said.logits[0], -1))
        weights = frozen(copied(said.weights[:, 0]), np.float32)
        return Looked(reading, self.n_steps, weights, frozen(probabilities, np.float32))

    def _heads(self, chosen: NDArray[np.bool_] | None = None) -> Tensor | None:
        """The heads that count, (L, H) bool; None for all."""
        form = (self.shape.layers, self.shape.heads)
        if chosen is not None and chosen.shape != form:
            raise ValueError(f"heads are switched by an array of {form}")
        if not self.shape.attention_on:
            return torch.zeros(form, dtype=torch.bool, device=self.device)
        return None if chosen is None else self._tensor(chosen)

    def _tensor(self, values: Array) -> Tensor:
        return torch.from_numpy(values).to(self.device)

    # ------------------------------------------------------------------------------------------------- state

    def state(self) -> State:
        """Everything that decides how the run goes on, copied."""
        own = {"n_steps": np.array(self.n_steps, np.int64), "seed": np.array(self._seed, np.int64)}
        return own | pack_weights(self.network) | pack_adam(self._optimiser)

    def load(self, state: State) -> None:
        """Go back to a state; one that does not fit changes nothing.

        Raises:
            UserError: The arrays do not fit this model.
        """
        require_same_form(state, self.state())
        if min(state["n_steps"], state["seed"]) < 0:
            raise misfit()
        self.n_steps, self._seed = int(state["n_steps"]), int(state["seed"])
        self._measured = None
        load_weights(self.network, state)
        load_adam(self._optimiser, state)
