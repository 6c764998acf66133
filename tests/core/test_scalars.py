from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.scalars import ScalarLog, thinned


def log(n: int, capacity: int = 64) -> ScalarLog:
    made = ScalarLog(capacity)
    for step in range(1, n + 1):
        made.append(step, {"loss": float(step)} | ({"test": 0.5 * step} if step % 10 == 0 else {}))
    return made


@given(n=st.integers(1, 2_000), capacity=st.integers(2, 100))
def test_memory_is_bounded_and_the_values_belong_to_their_steps(n: int, capacity: int):
    steps, values = log(n, capacity).series()["loss"]
    assert len(steps) <= capacity
    assert len(steps) >= min(n, capacity // 2)
    assert steps[0] == 1
    np.testing.assert_array_equal(values, steps)
    assert len(set(np.diff(steps))) <= 1


@given(n=st.integers(0, 1_000), cut=st.integers(0, 1_000), capacity=st.integers(4, 300))
def test_a_cut_log_goes_on_with_rising_steps(n: int, cut: int, capacity: int):
    made = log(n, capacity)
    made.cut_after(cut)
    for step in range(min(n, cut) + 1, 1_100):
        made.append(step, {"loss": float(step)})
    steps, _ = made.series()["loss"]
    assert (np.diff(steps) > 0).all()
    assert len(steps) <= capacity


@given(n=st.integers(0, 700), capacity=st.integers(4, 100))
def test_a_log_read_back_is_the_log_written(n: int, capacity: int):
    whole = log(n, capacity=10_000)
    grown, read = log(n, capacity), ScalarLog(capacity)
    read.extend(whole.series())
    for series in (grown, read):
        series.append(n + 1, {"loss": float(n + 1)})
    for name, (steps, values) in grown.series().items():
        np.testing.assert_array_equal(read.series()[name][0], steps)
        np.testing.assert_array_equal(read.series()[name][1], values)


def test_series_up_to_a_step():
    made = log(30)
    assert made.series(20)["test"][0].tolist() == [10, 20]
    assert made.series(9)["test"][0].tolist() == []
    assert made.at_or_before(15) == {"loss": 15.0, "test": 5.0}
    assert made.at_or_before(5) == {"loss": 5.0}


def test_extending_a_log_that_has_values_goes_on_after_them():
    made, more = log(5), ScalarLog()
    more.append(6, {"loss": 6.0})
    made.extend(more.series())
    assert made.series()["loss"][0].tolist() == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(("n", "most"), [(1, 10), (10, 10), (1_000, 10)])
def test_thinned_series_keep_both_ends(n: int, most: int):
    steps, values = thinned(log(n, 10_000).series(), most)["loss"]
    assert len(steps) <= most
    assert (steps[0], steps[-1]) == (1, n)
    np.testing.assert_array_equal(values, steps)
