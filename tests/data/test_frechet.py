"""The Fréchet distance: laws, and closed forms where there are some."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.data.frechet import frechet_distance


def cloud(n: int, n_features: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, n_features)) @ rng.normal(size=(n_features, n_features)) + rng.normal(size=n_features)


def whitened(n: int, n_features: int, seed: int) -> np.ndarray:
    """Points whose mean is exactly 0 and whose covariance is exactly the identity."""
    points = np.random.default_rng(seed).normal(size=(n, n_features))
    points -= points.mean(0)
    inverse = np.linalg.inv(np.linalg.cholesky(np.cov(points.T)))
    return points @ inverse.T


@pytest.mark.parametrize("n_features", [1, 2, 16, 64])
def test_zero_for_itself_and_never_below(n_features: int):
    a, b = cloud(200, n_features, 0), cloud(150, n_features, 1)
    assert frechet_distance(a, a) == pytest.approx(0.0, abs=1e-6 * np.trace(np.atleast_2d(np.cov(a.T))))
    assert frechet_distance(a, b) > 0


@pytest.mark.parametrize("n_features", [1, 2, 16, 64])
def test_symmetric(n_features: int):
    a, b = cloud(200, n_features, 2), cloud(150, n_features, 3)
    assert frechet_distance(a, b) == pytest.approx(frechet_distance(b, a), rel=1e-8)


@pytest.mark.parametrize("n_features", [2, 5, 20])
def test_closed_form_of_diagonal_gaussians(n_features: int):
    rng = np.random.default_rng(4)
    means, spreads = rng.normal(size=(2, n_features)), rng.uniform(0.2, 3.0, (2, n_features))
    a = means[0] + spreads[0] * whitened(300, n_features, 5)
    b = means[1] + spreads[1] * whitened(200, n_features, 6)
    expected = ((means[0] - means[1]) ** 2).sum() + ((spreads[0] - spreads[1]) ** 2).sum()
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-9)


def test_closed_form_in_two_dimensions():
    """tr(sqrt(M)) = sqrt(tr M + 2 sqrt(det M)) for a matrix of two rows."""
    a, b = cloud(80, 2, 7), cloud(90, 2, 8)
    of_a, of_b = np.cov(a.T), np.cov(b.T)
    product = of_a @ of_b
    cross = np.sqrt(np.trace(product) + 2 * np.sqrt(np.linalg.det(product)))
    expected = ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(of_a) + np.trace(of_b) - 2 * cross
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-9)


def test_eigenvalues_of_the_product_give_the_same():
    a, b = cloud(100, 12, 9), cloud(100, 12, 10)
    of_a, of_b = np.cov(a.T), np.cov(b.T)
    cross = np.sqrt(np.linalg.eigvals(of_a @ of_b).astype(complex)).sum().real
    expected = ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(of_a) + np.trace(of_b) - 2 * cross
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-8)


def test_a_shift_adds_its_square():
    a = cloud(100, 8, 11)
    shift = np.arange(8.0)
    assert frechet_distance(a, a + shift) == pytest.approx((shift**2).sum(), rel=1e-6)


def test_turning_both_changes_nothing_and_scaling_goes_with_the_square():
    a, b = cloud(100, 6, 12), cloud(100, 6, 13)
    turn = np.linalg.qr(np.random.default_rng(14).normal(size=(6, 6)))[0]
    distance = frechet_distance(a, b)
    assert frechet_distance(a @ turn, b @ turn) == pytest.approx(distance, rel=1e-8)
    assert frechet_distance(3 * a, 3 * b) == pytest.approx(9 * distance, rel=1e-8)


def test_fewer_points_than_features_and_single_precision():
    rng = np.random.default_rng(15)
    a, b = rng.normal(size=(20, 64)).astype(np.float32), rng.normal(size=(30, 64)).astype(np.float32)
    distance = frechet_distance(a, b)
    assert np.isfinite(distance)
    assert distance == pytest.approx(frechet_distance(a.astype(np.float64), b.astype(np.float64)), rel=1e-9)
    assert frechet_distance(a, a) == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize("shapes", [((5, 3), (5, 4)), ((1, 3), (5, 3)), ((5, 3), (1, 3)), ((5,), (5,))])
def test_clouds_that_do_not_fit_are_refused(shapes: tuple[tuple[int, ...], tuple[int, ...]]):
    with pytest.raises(ValueError, match="cannot be compared"):
        frechet_distance(np.zeros(shapes[0]), np.zeros(shapes[1]))
