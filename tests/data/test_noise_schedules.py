"""Noise schedules against their papers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.data.noise_schedules import LEAST, SCHEDULES, alpha_bar, log_snr

LEVELS = [1, 2, 10, 50, 1000, 4000]


@pytest.mark.parametrize("n_levels", LEVELS)
@pytest.mark.parametrize("name", SCHEDULES)
def test_all_of_the_picture_at_first_and_less_and_less_of_it(name: str, n_levels: int):
    signal = alpha_bar(name, n_levels)
    assert signal.shape == (n_levels + 1,)
    assert signal.dtype == np.float64
    assert signal[0] == 1.0
    assert (np.diff(signal) < 0).all()
    assert signal[-1] > 0


@pytest.mark.parametrize("name", SCHEDULES)
def test_almost_nothing_is_left_of_it_at_last(name: str):
    assert alpha_bar(name, 1000)[-1] < 1e-4


def test_there_are_three():
    assert set(SCHEDULES) == {"linear", "cosine", "sigmoid"}
    with pytest.raises(KeyError):
        alpha_bar("square", 10)


def test_linear_is_the_product_of_what_each_step_leaves():
    expected = [1.0]
    for t in range(1000):
        beta = 1e-4 + (0.02 - 1e-4) * t / 999  # Ho et al. 2020, section 4
        expected.append(expected[-1] * (1.0 - beta))
    np.testing.assert_allclose(alpha_bar("linear", 1000), expected, rtol=1e-12)
    assert expected[-1] == pytest.approx(4.04e-5, rel=2e-3)


@pytest.mark.parametrize("n_levels", [100, 500, 2000, 4000])
def test_linear_leaves_as_much_with_another_number_of_steps(n_levels: int):
    few, many = alpha_bar("linear", n_levels), alpha_bar("linear", 1000)
    shares = np.linspace(0, 1, 11)
    at = [np.interp(shares, np.linspace(0, 1, len(signal)), np.log(signal)) for signal in (few, many)]
    np.testing.assert_allclose(at[0], at[1], rtol=0.15, atol=1e-3)


@pytest.mark.parametrize("n_levels", [100, 1000, 4000])
def test_cosine_is_the_formula_of_nichol_and_dhariwal(n_levels: int):
    def f(t: int) -> float:
        return math.cos((t / n_levels + 0.008) / 1.008 * math.pi / 2) ** 2  # eq. 17

    expected = [f(t) / f(0) for t in range(n_levels + 1)]
    np.testing.assert_allclose(alpha_bar("cosine", n_levels), expected, atol=1.01 * LEAST)


def test_cosine_begins_with_the_variance_that_its_offset_is_for():
    """The offset makes sqrt(beta_0) slightly smaller than a pixel's bin, 1/127.5 (section 3.2), with T = 4,000 too."""
    for n_levels in (1000, 4000):
        beta = 1.0 - alpha_bar("cosine", n_levels)[1]
        assert 0.3 / 127.5 < math.sqrt(beta) < 1 / 127.5


def test_cosine_falls_almost_evenly_in_the_middle():
    slope = np.diff(alpha_bar("cosine", 1000))[400:600] * 1000
    assert slope.min() == pytest.approx(-math.pi / 2, rel=0.02)
    assert slope.max() < -1.45


def test_sigmoid_is_the_stretched_logistic_function():
    def logistic(t: float) -> float:
        return 1.0 / (1.0 + math.exp(-t))

    start, end = logistic(-3.0), logistic(3.0)
    expected = [(end - logistic(6.0 * t / 1000 - 3.0)) / (end - start) for t in range(1001)]
    np.testing.assert_allclose(alpha_bar("sigmoid", 1000), expected, atol=1.01 * LEAST)


def test_sigmoid_is_symmetric():
    signal = alpha_bar("sigmoid", 1000)
    np.testing.assert_allclose(signal + signal[::-1], 1.0 + LEAST, atol=1e-12)


@pytest.mark.parametrize("name", SCHEDULES)
def test_log_snr_is_the_logarithm_of_the_ratio(name: str):
    signal = alpha_bar(name, 1000)
    found = log_snr(signal)
    assert found[0] == math.inf
    np.testing.assert_allclose(np.exp(found[1:]), signal[1:] / (1 - signal[1:]), rtol=1e-9)
    assert np.isfinite(found[1:]).all()
    assert (np.diff(found[1:]) < 0).all()


def test_log_snr_at_the_ends_and_in_the_middle():
    found = log_snr(np.array([1.0, 0.715, 0.5, 0.0]))
    assert found[0] == math.inf
    assert found[1] == pytest.approx(math.log(2.508771929824561))
    assert found[2] == 0.0
    assert found[3] == -math.inf
