"""What the lab verifies before the user's eyes, on held-out sequences and on its own example."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.core.experiment import Check
from explorer.experiments.sequences.answers import Live, decode, first_state, read
from explorer.experiments.sequences.influence import Output, chosen_output, in_double
from explorer.experiments.sequences.tasks import END_ID, IGNORED, START_ID, Batch
from explorer.models.recurrent import Recurrent
from explorer.models.seq2seq import Answerer, Network, Translator
from explorer.specs.sequences import Decoding, Influence

CHECK_SEED: Final = 31
N_STEPS: Final = 12
N_SEQUENCES: Final = 6
STEP_TOLERANCE: Final = 1e-5
PADDING_TOLERANCE: Final = 1e-4
SUM_TOLERANCE: Final = 1e-5
INFLUENCE_TOLERANCE: Final = 1e-5
BEAM_TOLERANCE: Final = 1e-3
N_DIRECTIONS: Final = 16


def run_checks(live: Live, held_out: Batch) -> tuple[Check, ...]:
    """The checks that make sense for this task; about a third of a second.

    Args:
        live: The network as it is now.
        held_out: Sequences that it never trained on.
    """
    checks = (
        check_step(live.network),
        check_padding(live.network, _first_of(held_out)),
        check_sums(live),
        check_influence(live),
    )
    return checks if isinstance(live.network, Answerer) else (*checks, *check_beam(live, live.network))


@torch.no_grad()
def check_step(network: Network) -> Check:
    """Our formulas, step by step, against torch.nn's module with the same weights."""
    worst = max(_step_error(part) for part in network.modules() if isinstance(part, Recurrent))
    return Check(
        name="cell = torch.nn",
        value=worst,
        tolerance=STEP_TOLERANCE,
        passed=worst <= STEP_TOLERANCE,
        detail=(
            f"Largest difference of a state over {N_STEPS} steps of {N_SEQUENCES} random sequences between this lab's "
            "formulas and torch.nn's module with the same weights; relative to the largest one where that is above 1."
        ),
    )


def _step_error(cells: Recurrent) -> float:
    x = torch.randn(N_STEPS, N_SEQUENCES, cells.n_in, generator=torch.Generator().manual_seed(CHECK_SEED))
    x = x.to(cells.weights().bias_ih)
    theirs, ours = _torch_module(cells)(x)[0], cells.trace(x).h[:, -1]
    return float((theirs - ours).abs().max() / ours.abs().max().clamp(min=1))


def _torch_module(cells: Recurrent) -> nn.RNNBase:
    """torch.nn's own module, filled with these weights."""
    with torch.random.fork_rng(devices=[]):  # it draws first weights from the global generator
        if cells.cell in ("lstm", "gru"):
            kind = nn.LSTM if cells.cell == "lstm" else nn.GRU
            module: nn.RNNBase = kind(cells.n_in, cells.n_hidden, cells.layers)
        else:
            name = cells.cell.removeprefix("rnn_")
            module = nn.RNN(cells.n_in, cells.n_hidden, cells.layers, nonlinearity=name)
    module.load_state_dict(cells.state_dict())
    return module.to(cells.weights().bias_ih.device)


@torch.no_grad()
def check_padding(network: Network, batch: Batch) -> Check:
    """Sequences of different lengths read together against each of them read alone."""
    together = _log_probabilities(network, batch)
    alone = torch.cat([_log_probabilities(network, one) for one in _one_by_one(batch)])
    error = float(((together - alone).abs() / alone.abs().clamp(min=1)).max())
    return Check(
        name="padding is not read",
        value=error,
        tolerance=PADDING_TOLERANCE,
        passed=error <= PADDING_TOLERANCE,
        unit="nats",
        detail=(
            f"Largest difference of the right answer's log-probability between {len(alone)} held-out sequences of "
            "different lengths side by side and each of them alone; relative, where that is below -1."
        ),
    )


def _log_probabilities(network: Network, batch: Batch) -> Tensor:
    """Of each right answer or sentence, (B,) nats."""
    if isinstance(network, Answerer):
        scores = network(batch.inputs, batch.lengths)[None]
    else:
        scores = network(batch.inputs, batch.lengths, batch.starting())
    targets = batch.targets.view(-1, scores.shape[1])  # (S, B)
    return (
        -F.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=IGNORED, reduction="none")
        .view(targets.shape)
        .sum(0)
    )


def _first_of(batch: Batch) -> Batch:
    """A few sequences, each ending one earlier than the one before: what follows its end must not be read."""
    n = min(N_SEQUENCES, len(batch.lengths))
    lengths = (batch.lengths[:n] - torch.arange(n)).clamp(min=1)
    is_picture = batch.inputs.dim() == 4
    inputs = batch.inputs[:n] if is_picture else batch.inputs[: int(lengths.max()), :n]
    return Batch(inputs, lengths, batch.targets[..., :n], lengths.numpy(), batch.marked[:n])


def _one_by_one(batch: Batch) -> Iterator[Batch]:
    """Each sequence as a batch of its own, without any padding."""
    is_picture = batch.inputs.dim() == 4
    for i, length in enumerate(batch.lengths.tolist()):
        targets = batch.targets[..., i : i + 1]
        inputs = batch.inputs[i : i + 1] if is_picture else batch.inputs[:length, i : i + 1]
        lengths = batch.lengths[i : i + 1]
        kept = targets[targets != IGNORED].view(-1, 1) if targets.dim() == 2 else targets
        yield Batch(inputs, lengths, kept, lengths.numpy(), batch.marked[i : i + 1])


def check_sums(live: Live) -> Check:
    """Every distribution over the lab's example sums to one."""
    sums = read(live, live.task.example()).probabilities.astype(np.float64).sum(1)
    error = float(np.abs(sums - 1).max(initial=0.0))
    return Check(
        name="outputs sum to 1",
        value=error,
        tolerance=SUM_TOLERANCE,
        passed=error <= SUM_TOLERANCE,
        detail=f"Largest deviation over the {len(sums)} outputs on the lab's own example.",
    )


def check_influence(live: Live) -> Check:
    """Norms of the influence panel against central differences along the gradient, in float64."""
    example = live.task.example()
    output = in_double(chosen_output(live, Influence(example, output=10**6), live.task.take(example)))
    d_x, d_fed = output.gradients()
    pairs = [*_differences(output, d_x, of_input=True), *_differences(output, d_fed, of_input=False)]
    largest = max((norm for norm, _ in pairs), default=0.0)
    worst = max((abs(a - b) for a, b in pairs), default=0.0) / max(largest, 1e-9)
    return Check(
        name="influence = differences",
        value=worst,
        tolerance=INFLUENCE_TOLERANCE,
        passed=worst <= INFLUENCE_TOLERANCE,
        detail=(
            f"The last output on the lab's own example, {len(pairs)} inputs: norm of the gradient against central "
            "differences along it, in double precision; relative to the largest norm."
        ),
    )


@torch.no_grad()
def _differences(output: Output, gradient: Tensor, *, of_input: bool, h: float = 1e-6) -> list[tuple[float, float]]:
    """The norm of each step's gradient (each pixel's, of a picture), and the slope along it."""
    steps = gradient.reshape(-1, gradient.shape[-1])  # (T, D), or pixels (1024, 3)
    norms = steps.norm(dim=-1)
    pairs = []
    for at in norms.argsort(descending=True)[:N_DIRECTIONS].tolist():
        if norms[at] == 0:
            continue
        move = torch.zeros_like(steps)
        move[at] = steps[at] / norms[at]
        move = h * move.view(gradient.shape)
        above, below = (
            output.log_probability(output.x + sign * move, output.fed)
            if of_input
            else output.log_probability(output.x, output.fed + sign * move)
            for sign in (1, -1)
        )
        pairs.append((float(norms[at]), float(above - below) / (2 * h)))
    return pairs


@torch.no_grad()
def check_beam(live: Live, network: Translator) -> tuple[Check, Check]:
    """Beam search on the lab's example: as likely as the writer says, and at least as likely as greedy writing."""
    inputs = live.task.take(live.task.example()).inputs.to(live.device)
    first = first_state(network, inputs)
    found = decode(network, first, Decoding("beam", beam=3))
    likeliest = decode(network, first, Decoding("greedy")).sentence.log_probability
    best = found.sentence
    again = _likelihood(network, (*best.tokens, END_ID) if best.ended else best.tokens, inputs)
    error, gain = abs(best.log_probability - again) / max(1.0, abs(again)), best.log_probability - likeliest
    return (
        Check(
            name="beam = writer",
            value=error,
            tolerance=BEAM_TOLERANCE,
            passed=error <= BEAM_TOLERANCE,
            unit="nats",
            detail=f"Beam search says {best.log_probability:.4f} nats, the sentence read once more {again:.4f} nats.",
        ),
        Check(
            name="beam ≥ greedy",
            value=gain,
            tolerance=0.0,
            passed=gain >= 0,
            unit="nats",
            detail=f"Best of a beam of 3: {best.log_probability:.3f} nats; greedy writing: {likeliest:.3f} nats.",
        ),
    )


def _likelihood(network: Translator, tokens: tuple[int, ...], inputs: Tensor) -> float:
    """Log-probability of a sentence under the writer, all at once, nats."""
    if not tokens:
        return 0.0
    fed = torch.tensor((START_ID, *tokens[:-1]), device=inputs.device)[:, None]
    scores = F.log_softmax(network.writer(fed, first_state(network, inputs)), -1)[:, 0]  # (T, V)
    return float(scores.gather(1, torch.tensor(tokens, device=inputs.device)[:, None]).double().sum())
