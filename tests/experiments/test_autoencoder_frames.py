"""What the autoencoder's experiment shows: frames, the plane of the map, batches."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from explorer.data.digits import load_digits
from explorer.experiments.autoencoder import latent_map
from explorer.experiments.autoencoder.batches import Batches
from explorer.specs.autoencoder import (
    AutoencoderParams,
    Decode,
    Encode,
)
from tests.experiments.autoencoder_runs import (
    ALL_FRAMES,
    SMALL,
    SMALL_AE,
    run,
    same,
    trained,
)

# ------------------------------------------------------------------------------------------------------ frames


@pytest.mark.parametrize("params", [SMALL, replace(SMALL, latent=5), SMALL_AE], ids=str)
@pytest.mark.parametrize("exact", [False, True])
def test_frames_are_frozen_copies(exact: bool, params: AutoencoderParams) -> None:
    experiment = trained(2, params)
    frames, again = (experiment.frames(ALL_FRAMES, exact=exact) for _ in range(2))
    inside = [experiment._mu.numpy(), experiment._variance.numpy(), experiment._basis]
    for name, array in frames.items():
        assert array.flags.c_contiguous, name
        assert not array.flags.writeable, name
        assert not any(np.shares_memory(array, other) for other in [*inside, again[name]]), name
    kept = {name: array.copy() for name, array in frames.items()}
    experiment.step()
    assert same(frames, kept)


def test_only_what_is_wanted_is_made() -> None:
    assert run().frames(frozenset({"map"}), exact=False).keys() == {"map"}
    with pytest.raises(KeyError):
        run().frames(frozenset({"nonsense"}), exact=True)


def test_the_map_while_playing_is_at_most_two_epochs_old() -> None:
    """Steps note the codes of their batch; with frozen weights two epochs bring the map to the exact one."""
    experiment = trained(20)
    experiment.set_params(replace(SMALL, learning_rate=1e-30, batch_size=20))
    for _ in range(2 * 4500 // 20):
        experiment.step()
    noted, exact = (experiment.frames(frozenset({"map", "spreads"}), exact=e) for e in (False, True))
    np.testing.assert_allclose(noted["map"], exact["map"], atol=1e-3)
    np.testing.assert_allclose(noted["spreads"], exact["spreads"], atol=1e-3)


def test_manifold_is_the_decoded_grid() -> None:
    experiment = trained(30)
    frames = experiment.frames(ALL_FRAMES, exact=True)
    columns, rows = frames["grid"]
    assert (np.diff(columns) > 0).all()
    assert (np.diff(rows) < 0).all()
    for row, column in ((0, 0), (3, 11), (12, 6)):
        image = experiment.answer(Decode((float(columns[column]), float(rows[row])))).image
        np.testing.assert_allclose(frames["manifold"][row, column] / 255, image, atol=0.5 / 255 + 1e-5)


def test_grid_of_the_vae_is_the_priors_quantiles() -> None:
    columns = run().frames(frozenset({"grid"}), exact=True)["grid"][0]
    np.testing.assert_allclose([NormalDist().cdf(float(x)) for x in columns], (np.arange(13) + 0.5) / 13, atol=1e-6)


def test_grid_of_the_autoencoder_holds_its_codes() -> None:
    frames = trained(30, SMALL_AE).frames(ALL_FRAMES, exact=True)
    below = (frames["map"][:, :1] < frames["grid"][0]).mean(0)
    np.testing.assert_allclose(below, (np.arange(13) + 0.5) / 13, atol=0.01)


def test_unit_kl_adds_up_to_the_kl() -> None:
    experiment = trained(60, replace(SMALL, latent=5))
    unit_kl = experiment.frames(frozenset({"unit_kl"}), exact=True)["unit_kl"]
    assert unit_kl.sum() == pytest.approx(experiment.quality(1).kl, rel=0.1)


def test_two_latents_are_their_own_map() -> None:
    experiment = trained(10)
    frames = experiment.frames(ALL_FRAMES, exact=True)
    state = experiment.state()
    np.testing.assert_array_equal(frames["basis"], [[0, 0], [1, 0], [0, 1]])
    noted = experiment.frames(frozenset({"map", "spreads"}), exact=False)
    np.testing.assert_array_equal(noted["map"], state["codes/mu"])
    np.testing.assert_allclose(noted["spreads"][:, [0, 2]], state["codes/variance"])
    assert not noted["spreads"][:, 1].any()


def test_pictures_on_the_map_are_where_the_map_says() -> None:
    for params in (SMALL, replace(SMALL, latent=5)):
        experiment = trained(10, params)
        exact = experiment.frames(frozenset({"map"}), exact=True)["map"]
        found = experiment.answer(Encode(load_digits().train_images[17]))
        np.testing.assert_allclose(found.map_xy, exact[17], atol=1e-4)


# ------------------------------------------------------------------------------------------------------ the map's plane


def blob(*stretch: float, seed: int = 0) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(3000, len(stretch))) * stretch + 1).astype(np.float32)


def test_first_basis_is_the_principal_plane() -> None:
    basis = latent_map.first_basis(blob(0.1, 3.0, 0.2, 1.0))
    np.testing.assert_allclose(basis[1:], [[0, 1, 0, 0], [0, 0, 0, 1]], atol=0.05)
    np.testing.assert_allclose(basis[0], 1, atol=0.2)


def test_next_basis_does_not_flip_or_turn() -> None:
    """Two directions of equal width have no order of their own; the plane before decides."""
    before = latent_map.first_basis(blob(1.0, 1.01, 0.1))
    for seed in range(1, 6):
        after = latent_map.next_basis(blob(1.01, 1.0, 0.1, seed=seed), before)
        np.testing.assert_allclose(after[1:], before[1:], atol=0.05)
        np.testing.assert_allclose(after[1:] @ after[1:].T, np.eye(2), atol=1e-5)


def test_spreads_are_the_projected_covariance() -> None:
    basis = latent_map.first_basis(blob(1, 2, 3, 4))
    variances = np.array([[0.1, 0.2, 0.3, 0.4]], np.float32)
    xx, xy, yy = latent_map.spreads_on_map(variances, basis)[0]
    expected = basis[1:] @ np.diag(variances[0]) @ basis[1:].T
    np.testing.assert_allclose([[xx, xy], [xy, yy]], expected, atol=1e-6)


def test_prior_quantiles_on_a_shifted_plane() -> None:
    basis = latent_map.first_basis(blob(1, 2, 3, 4))
    codes = latent_map.grid_codes(latent_map.prior_grid(basis), basis)
    along = codes @ basis[1:].T
    quantile = NormalDist().inv_cdf(0.5 / 13)
    np.testing.assert_allclose(along.min(0), [quantile, quantile], atol=1e-4)


# ------------------------------------------------------------------------------------------------------ batches


def test_an_epoch_shows_each_digit_once() -> None:
    batches = Batches(100, torch.Generator().manual_seed(0))
    first = torch.cat([batches.next(20) for _ in range(5)])
    second = torch.cat([batches.next(20) for _ in range(5)])
    assert first.sort().values.tolist() == second.sort().values.tolist() == list(range(100))
    assert first.tolist() != second.tolist()
