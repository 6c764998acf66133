"""The eye: a state for every layer, never saturated, whatever the picture."""

from __future__ import annotations

import pytest
import torch

from explorer.models.scene_encoder import SceneEncoder
from explorer.models.seq2seq import initialise


def encoder(layers: int, has_memory: bool) -> SceneEncoder:
    with torch.random.fork_rng(devices=[]):
        made = SceneEncoder(10, layers, has_memory)
    initialise(made, torch.Generator().manual_seed(1))
    return made


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("has_memory", [False, True])
def test_every_layer_gets_a_state_of_its_own(layers: int, has_memory: bool) -> None:
    pictures = torch.rand(3, 32, 32, 3, generator=torch.Generator().manual_seed(0))
    state = encoder(layers, has_memory)(pictures, torch.ones(3))
    assert state.h.shape == (layers, 3, 10)
    assert (state.c is not None) == has_memory
    rows = torch.cat([state.h, *([] if state.c is None else [state.c])]).flatten(0, 1)
    assert len(torch.unique(rows, dim=0)) == len(rows)
    assert float(rows.detach().abs().max()) < 1


def test_pictures_do_not_mix() -> None:
    pictures = torch.rand(3, 32, 32, 3, generator=torch.Generator().manual_seed(0))
    made = encoder(1, False)
    torch.testing.assert_close(made(pictures, torch.ones(3)).h[:, 1:2], made(pictures[1:2], torch.ones(1)).h)


def test_strong_weights_do_not_saturate_it() -> None:
    made = encoder(1, False)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.mul_(10)
    pictures = torch.rand(8, 32, 32, 3, generator=torch.Generator().manual_seed(0))
    assert float(made(pictures, torch.ones(8)).h.detach().abs().mean()) < 0.8
