"""The same training without a look inside: what the lab's own training is timed against, and checked against.

torch's fused cells, its own backpropagation, its own clipping. No gradient of any state is kept.
"""

from __future__ import annotations

import torch

from explorer.core.experiment import Scalars
from explorer.experiments.bptt.experiment import MEASURE_EVERY, BpttExperiment
from explorer.experiments.bptt.learner import Learner
from explorer.experiments.bptt.task import Batch
from explorer.specs.bptt import CELLS, BpttParams


def create(params: BpttParams, seed: int, device: str = "cpu") -> PlainTraining:
    """A new run that begins with the same weights and reads the same batches as the lab's."""
    return PlainTraining(params, seed, device)


class PlainTraining(BpttExperiment):
    """The lab's experiment, its steps taken as one would without it; gradients go all the way back."""

    def step(self) -> Scalars:
        """One step of Adam for each cell, on the same batch; every twenty-fifth also measures."""
        batch = self.next_batch()
        values: dict[str, float] = {}
        for name in CELLS:
            values |= self._backpropagated(name, batch)
        self._optimiser.step()
        self.n_steps += 1
        return values | (self._measured() if self.n_steps % MEASURE_EVERY == 0 else {})

    def _backpropagated(self, name: str, batch: Batch) -> dict[str, float]:
        learner = self.learners[name]
        learner.zero_grad()
        with torch.enable_grad():
            loss = _loss(learner, self, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        most = self.params.clip_norm if self.params.clipping else float("inf")
        norm = torch.nn.utils.clip_grad_norm_(learner.parameters(), most)
        return {f"{name}_loss": loss.item(), f"{name}_gradient": norm.item()}


def _loss(learner: Learner, experiment: BpttExperiment, batch: Batch) -> torch.Tensor:
    states, _ = learner.recurrent(batch.x)
    return experiment.task.loss(learner.read(states[len(states) - experiment.task.n_asked :]), batch.y)
