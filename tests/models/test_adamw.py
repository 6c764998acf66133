from __future__ import annotations

import subprocess
import sys

import torch
from torch import nn

from explorer.models.adamw import AdamW


def network() -> nn.Sequential:
    generator = torch.Generator().manual_seed(3)
    made = nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 2))
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    return made


def test_every_step_is_that_of_torch_to_the_last_bit():
    ours, theirs = network(), network()
    own = AdamW(ours.named_parameters(), 0.01, weight_decay=0.1)
    reference = torch.optim.AdamW(theirs.parameters(), lr=0.01, weight_decay=0.1, fused=True)
    x = torch.randn(16, 5, generator=torch.Generator().manual_seed(4))
    for n in range(20):
        own.learning_rate = reference.param_groups[0]["lr"] = 0.01 / (n + 1)
        for module, optimiser in ((ours, own), (theirs, reference)):
            optimiser.zero_grad()
            module(x).square().mean().backward()
            optimiser.step()
        for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
            assert torch.equal(one, other)
    assert own.n_steps == 20
    for (name, parameter), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        assert own.moments[name][0].shape == parameter.shape
        assert torch.equal(own.moments[name][0], reference.state[other]["exp_avg"])
        assert torch.equal(own.moments[name][1], reference.state[other]["exp_avg_sq"])


def test_a_gradient_laid_out_otherwise_in_memory_moves_the_same_weights():
    one, other = network(), network()
    for module, turned in ((one, False), (other, True)):
        optimiser = AdamW(module.named_parameters(), 0.01)
        for i, parameter in enumerate(module.parameters()):
            gradient = torch.randn(parameter.shape, generator=torch.Generator().manual_seed(i))
            parameter.grad = gradient.T.contiguous().T if turned and gradient.dim() == 2 else gradient
        optimiser.step()
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_parameters_without_a_gradient_stay():
    module = network()
    before = [p.clone() for p in module.parameters()]
    AdamW(module.named_parameters(), 0.1).step()
    assert all(torch.equal(a, b) for a, b in zip(before, module.parameters(), strict=True))


def test_training_needs_no_compiler():
    code = (
        "import sys, torch; from torch import nn; from explorer.models.adamw import AdamW\n"
        "m = nn.Linear(2, 1); o = AdamW(m.named_parameters(), 0.1); m(torch.ones(1, 2)).sum().backward(); o.step()\n"
        "assert 'torch._dynamo' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
