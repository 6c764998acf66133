"""Energy distance against its definition, written out."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.data.energy import energy_distance, split_half_distance


def naive(a: np.ndarray, b: np.ndarray) -> float:
    def mean(p: np.ndarray, q: np.ndarray) -> float:
        return float(np.mean([[np.sqrt(((x - y) ** 2).sum()) for y in q] for x in p]))

    return 2 * mean(a, b) - mean(a, a) - mean(b, b)


def test_it_is_what_the_definition_says():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(30, 2)), rng.normal(0.7, 2.0, size=(21, 2))
    assert energy_distance(a, b) == pytest.approx(naive(a, b), rel=1e-7)
    assert energy_distance(a, b) == pytest.approx(energy_distance(b, a))
    assert energy_distance(a, a) == pytest.approx(0.0, abs=1e-7)
    assert energy_distance(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]])) == pytest.approx(10.0)


def test_far_from_the_origin_no_digit_is_lost():
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(40, 2)), rng.normal(1.0, 1.0, size=(40, 2))
    assert energy_distance((a + 100).astype(np.float32), (b + 100).astype(np.float32)) == pytest.approx(
        naive(a, b), rel=1e-3
    )


def test_chance_makes_two_halves_differ_a_little_and_other_data_differ_more():
    points = np.random.default_rng(3).normal(size=(400, 2))
    floor = split_half_distance(points, 200, 1)
    assert floor == split_half_distance(points, 200, 1)
    assert 0 < floor < 0.05
    assert energy_distance(points[:200], points[200:] + 1.0) > 10 * floor


@pytest.mark.parametrize(
    "clouds", [(np.zeros((0, 2)), np.zeros((3, 2))), (np.zeros((3, 2)), np.zeros((3, 3))), (np.zeros(3), np.zeros(3))]
)
def test_clouds_that_do_not_fit_are_refused(clouds: tuple[np.ndarray, np.ndarray]):
    with pytest.raises(ValueError, match="cannot be compared"):
        energy_distance(*clouds)


def test_too_few_points_cannot_be_split():
    with pytest.raises(ValueError, match="split"):
        split_half_distance(np.zeros((5, 2)), 3, 1)
