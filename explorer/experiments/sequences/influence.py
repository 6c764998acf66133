"""How strongly one output hangs on each input: the gradient of its log-probability.

In double precision: of an output that the network is sure of, 1 - p is what single precision leaves nothing of.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.core.frames import Array, frozen
from explorer.experiments.sequences.answers import Live, as_array, decode, first_state, temperature_of
from explorer.experiments.sequences.tasks import Input
from explorer.models.recurrent import CellState
from explorer.models.seq2seq import Answerer, Network, Translator
from explorer.specs.sequences import Influence, Influenced


@dataclass(frozen=True, eq=False)
class Output:
    """One output of the network, and what it was made of.

    Attributes:
        network: The network.
        x: Embedded inputs up to this output, (T, 1, D), or the picture, (1, 32, 32, 3).
        fed: Embedded tokens fed to the writer up to this output, (k + 1, 1, D); none for single answers.
        index: Place of the output in time, k.
        token: Whose log-probability is meant.
        temperature: What the scores are divided by.
    """

    network: Network
    x: Tensor
    fed: Tensor
    index: int
    token: int
    temperature: float = 1.0

    def log_probability(self, x: Tensor, fed: Tensor) -> Tensor:
        """Of the token, were these the inputs; nats.

        As -log(1 + sum of the others' odds), which keeps its digits where the token is all but certain.
        """
        scores = scores_at_end(self.network, x, fed) / self.temperature  # (V,)
        others = torch.cat([scores[: self.token], scores[self.token + 1 :]])
        return -F.softplus(torch.logsumexp(others, 0) - scores[self.token])

    def gradients(self) -> tuple[Tensor, Tensor]:
        """Of the log-probability, with respect to ``x`` and to ``fed``; zeros where there is no way."""
        with torch.enable_grad():
            x, fed = (values.detach().clone().requires_grad_() for values in (self.x, self.fed))
            value = self.log_probability(x, fed)
            if not value.requires_grad:
                return torch.zeros_like(x), torch.zeros_like(fed)
            d_x, d_fed = torch.autograd.grad(value, (x, fed), allow_unused=True, materialize_grads=True)
        return d_x, d_fed


def scores_at_end(network: Network, x: Tensor, fed: Tensor) -> Tensor:
    """Scores (V,) of the output after all embedded inputs ``x`` and all embedded tokens ``fed``."""
    if isinstance(network, Answerer):
        cells = network.encoder.cells
        state = network.encoder(x, torch.tensor([len(x)])) if len(x) else cells.zero_state(1)
        answers: Tensor = network.readout(state.h[-1, 0])
        return answers
    first: CellState = network.encoder(x, torch.tensor([len(x)])) if len(x) else network.writer.cells.zero_state(1)
    tokens: Tensor = network.writer.readout(network.writer.cells(fed, first)[0][-1, 0])
    return tokens


def influence(live: Live, request: Influence) -> Influenced:
    """Norms of the gradient of the chosen output's log-probability."""
    given = live.task.take(request.read)
    output = in_double(chosen_output(live, request, given))
    d_x, d_fed = output.gradients()
    is_picture = not given.tokens and given.picture is not None
    tokens = np.zeros(len(given.tokens), np.float32)
    if not is_picture:
        tokens[: len(d_x)] = _norms(d_x)
    return Influenced(
        request=request,
        step=live.step,
        output=output.index,
        name=live.task.classes[output.token],
        tokens=frozen(tokens),
        pixels=frozen(as_array(d_x[0].norm(dim=-1)), np.float32) if is_picture else None,
        written=frozen(_norms(d_fed)[1:], np.float32),
        generation=request.generation,
    )


def chosen_output(live: Live, request: Influence, given: Input) -> Output:
    """The output meant; the last one where the request's is too large."""
    if isinstance(live.network, Answerer):
        return _answer(live, live.network, request, given)
    return _token(live, live.network, request, given)


def in_double(output: Output) -> Output:
    """The same output of a copy of its network in float64, on the CPU."""
    x, fed = (values.double().cpu() for values in (output.x, output.fed))
    return replace(output, network=copy.deepcopy(output.network).double().cpu(), x=x, fed=fed)


@torch.no_grad()
def _answer(live: Live, network: Answerer, request: Influence, given: Input) -> Output:
    """The answer after so many steps: the class that is likeliest then."""
    x = network.encoder.embed(given.inputs.to(live.device))  # (T, 1, D)
    index = min(max(0, request.output), max(0, len(x) - 1))
    x = x[: index + 1]
    nothing = x.new_zeros(0, 1, 1)
    return Output(network, x, nothing, index, int(scores_at_end(network, x, nothing).argmax()))


@torch.no_grad()
def _token(live: Live, network: Translator, request: Influence, given: Input) -> Output:
    """A written token, or the end."""
    inputs = given.inputs.to(live.device)
    decoding = request.read.decoding
    written = decode(network, first_state(network, inputs), decoding)
    index = min(max(0, request.output), len(written.tokens) - 1)
    fed = torch.tensor(written.fed[: index + 1], dtype=torch.int64, device=live.device)[:, None]
    x = network.encoder.embed(inputs)
    token = written.tokens[index]
    return Output(network, x, network.writer.embedding(fed), index, token, temperature_of(decoding))


def _norms(gradient: Tensor) -> Array:
    """Length of the gradient at each step: (T, 1, D) to (T,)."""
    return as_array(gradient.flatten(1).norm(dim=-1))
