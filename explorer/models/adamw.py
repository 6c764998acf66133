"""AdamW: Adam whose weight decay does not pass through the moments (Loshchilov & Hutter 2019, arXiv:1711.05101).

The arithmetic is torch's own fused kernel, called as a function. `torch.optim.AdamW` does the same to the last bit, but
making the first one imports torch's compiler, more than a second in which a person waits for the first answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn
from torch.optim.adamw import adamw

BETAS = (0.9, 0.999)
EPSILON = 1e-8


class AdamW:
    """Moves parameters against their gradients.

    Attributes:
        learning_rate: Step size; may be changed between two steps.
        moments: First and second moment of each parameter's gradient, by name, shaped like the parameter.

    Args:
        named_parameters: What to train, by name.
        learning_rate: Step size.
        weight_decay: Part of the step size by which weights shrink.
    """

    def __init__(
        self, named_parameters: Iterable[tuple[str, nn.Parameter]], learning_rate: float, weight_decay: float = 0.01
    ) -> None:
        self.learning_rate = learning_rate
        self._weight_decay = weight_decay
        self._parameters = dict(named_parameters)
        self.moments: Mapping[str, tuple[Tensor, Tensor]] = {
            name: (torch.zeros_like(p), torch.zeros_like(p)) for name, p in self._parameters.items()
        }
        self._steps = {name: torch.zeros((), device=p.device) for name, p in self._parameters.items()}

    @property
    def n_steps(self) -> int:
        """Steps taken."""
        return int(next(iter(self._steps.values())).item())

    @n_steps.setter
    def n_steps(self, n: int) -> None:
        for step in self._steps.values():
            step.fill_(n)

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for parameter in self._parameters.values():
            parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """One update of every parameter that has a gradient."""
        gradients = {name: _laid_out(p.grad, p) for name, p in self._parameters.items() if p.grad is not None}
        names = list(gradients)
        adamw(
            [self._parameters[name] for name in names],
            list(gradients.values()),
            [self.moments[name][0] for name in names],
            [self.moments[name][1] for name in names],
            [],
            [self._steps[name] for name in names],
            fused=True,
            amsgrad=False,
            beta1=BETAS[0],
            beta2=BETAS[1],
            lr=self.learning_rate,
            weight_decay=self._weight_decay,
            eps=EPSILON,
            maximize=False,
        )


def _laid_out(gradient: Tensor, parameter: Tensor) -> Tensor:
    """The gradient in the parameter's order of memory: the kernel walks through both side by side, strides unread."""
    if gradient.stride() == parameter.stride():
        return gradient
    return torch.empty_like(parameter).copy_(gradient)
