from __future__ import annotations

import pytest
import torch

from explorer.models.denoiser import Denoiser, build_denoiser, initialise, time_features
from explorer.models.digit_classifier import N_FEATURES, build_classifier
from explorer.models.moving_average import MovingAverage

CPU = torch.device("cpu")


def made(width: int = 16, seed: int = 3) -> Denoiser:
    network = build_denoiser(width, 11, CPU)
    initialise(network, torch.Generator().manual_seed(seed))
    return network


def asked(network: Denoiser, n: int = 5) -> torch.Tensor:
    x = torch.randn(n, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    out: torch.Tensor = network(x, torch.linspace(0, 1, n), torch.arange(n))
    return out


@pytest.mark.parametrize("width", [16, 24, 32])
def test_it_answers_in_pictures_and_begins_with_nothing(width: int):
    out = asked(made(width))
    assert out.shape == (5, 1, 28, 28)
    assert (out == 0).all()


def test_the_same_seed_gives_the_same_weights_and_global_chance_is_left_alone():
    before = torch.get_rng_state()
    one, other, third = made(), made(), made(seed=4)
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))
    assert not torch.equal(one.label.weight, third.label.weight)


def test_gradients_reach_every_weight_and_all_inputs_matter():
    network = made()
    with torch.no_grad():
        for block_end in [part for name, part in network.named_parameters() if "conv_out" in name]:
            block_end.normal_(0, 0.1, generator=torch.Generator().manual_seed(5))
    asked(network).square().sum().backward()
    assert all(
        p.grad is not None and p.grad.abs().sum() > 0 for n, p in network.named_parameters() if n != "label.weight"
    )
    grad = network.label.weight.grad
    assert grad is not None
    assert (grad[:5].abs().sum(1) > 0).all()
    x, t, label = torch.zeros(2, 1, 28, 28), torch.tensor([0.2, 0.2]), torch.tensor([3, 3])
    same = network(x, t, label)
    torch.testing.assert_close(same[0], same[1])
    assert (
        network(x, torch.tensor([0.2, 0.8]), label)[0] - network(x, torch.tensor([0.2, 0.8]), label)[1]
    ).abs().max() > 0
    classes = network(x, t, torch.tensor([3, 4]))
    assert (classes[0] - classes[1]).abs().max() > 0


def test_a_picture_does_not_look_at_its_neighbours_in_the_batch():
    network = made()
    torch.nn.init.normal_(network.conv_out.weight, generator=torch.Generator().manual_seed(1))
    x = torch.randn(3, 1, 28, 28, generator=torch.Generator().manual_seed(2))
    t, label = torch.tensor([0.1, 0.5, 0.9]), torch.tensor([1, 2, 10])
    together = network(x, t, label)
    for i in range(3):
        torch.testing.assert_close(
            network(x[i : i + 1], t[i : i + 1], label[i : i + 1])[0], together[i], rtol=1e-4, atol=1e-5
        )


def test_times_are_told_apart():
    features = time_features(torch.arange(1001) / 1000)
    assert features.shape == (1001, 64)
    assert torch.cdist(features, features).fill_diagonal_(9).min() > 0.05


def test_the_average_warms_up_and_then_follows_slowly():
    network, average = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
    mean = MovingAverage(network, average, 0.9)
    assert torch.equal(average.weight, network.weight)
    with torch.no_grad():
        average.weight.zero_()
        network.weight.fill_(1.0)
    mean.update(0)  # decay 1 / 10
    torch.testing.assert_close(average.weight, torch.full((2, 2), 0.9))
    with torch.no_grad():
        average.weight.zero_()
    mean.update(10_000)
    torch.testing.assert_close(average.weight, torch.full((2, 2), 0.1))


def test_the_classifier_gives_features_and_scores():
    network = build_classifier()
    features = network.features(torch.zeros(4, 1, 28, 28))
    assert features.shape == (4, N_FEATURES)
    assert (features >= 0).all()
    assert network.scores(features).shape == (4, 10)
