"""Two settings on the same noise: pieces, difference, and when they are asked for; with real clicks and keys."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.specs.diffusion import DenoiseBeside, DiffusionParams, Sampling
from explorer.ui.labs.diffusion.comparison import Comparison, Side
from tests.ui.acting import click, until
from tests.ui.labs.diffusion_answers import denoised
from tests.ui.labs.diffusion_bench import Bench


def ready(qtbot: QtBot, **more: Any) -> Bench:
    bench = Bench(qtbot, "compare", size=(420, 360), **more)
    bench.panel.set_run(DiffusionParams())
    bench.panel.set_step(300, False)
    return bench


def test_comparison_begins_when_seen_and_ready(qtbot: QtBot):
    bench = ready(qtbot)
    bench.panel.set_ready(True)
    assert not bench.asked
    bench.show(qtbot)
    assert isinstance(bench.asked[0], DenoiseBeside)
    assert bench.asked[0].start == 0
    assert bench.asked[0].x is None

    other = ready(qtbot).show(qtbot)
    assert not other.asked
    other.panel.set_ready(True)
    assert len(other.asked) == 1


def test_a_is_drawn_to_its_end_then_b_in_pieces_of_25_ms(qtbot: QtBot):
    bench = ready(qtbot).show(qtbot)
    bench.panel.set_ready(True)
    pieces = []
    while bench.asked:
        (question,) = bench.asked
        bench.asked.clear()
        pieces.append((question.sampling.steps, question.start, question.count))
        bench.panel.take(denoised(question, took_ms=6.0))
    assert pieces[:3] == [(50, 0, 1), (50, 1, 4), (50, 5, 4)]
    assert [piece for piece in pieces if piece[0] == 10] == [(10, 0, 1), (10, 1, 4), (10, 5, 4), (10, 9, 1)]
    assert sum(count for steps, _, count in pieces if steps == 50) == 50
    assert bench.panel.comparison.done


def test_the_difference_is_b_minus_a(qtbot: QtBot):
    bench = ready(qtbot).show(qtbot)
    bench.panel.set_ready(True)
    bench.finish()
    apart = (0.5 - 0.01) - (0.5 - 0.05)
    data = bench.panel.figure_data()
    np.testing.assert_allclose(data.arrays["b_minus_a"], apart, atol=1e-6)
    np.testing.assert_allclose(data.arrays["b"] - data.arrays["a"], data.arrays["b_minus_a"], atol=1e-6)
    assert data.arrays["a"].shape == (8, 28, 28)
    words = " ".join(bench.panel.words.text())
    assert f"Mean |B − A| of a pixel: {apart:.3f}, {50 * apart:.1f} % of the range." in words
    red, _, blue = bench.panel.tiles._tiles[2, 0, 14, 14]
    assert red > blue, "B is darker: orange"


def test_only_the_side_that_was_changed_is_drawn_again(qtbot: QtBot):
    bench = ready(qtbot).show(qtbot)
    bench.panel.set_ready(True)
    bench.finish()
    box = bench.panel.form.rows[1].steps
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "20")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert [(q.sampling.steps, q.start) for q in bench.asked] == [(20, 0)]
    bench.finish()
    sampler = bench.panel.form.rows[0].sampler
    sampler.setFocus()
    QTest.keyClick(sampler, Qt.Key.Key_Down)
    assert bench.asked[-1].sampling.sampler == "heun"
    assert not bench.panel.form.rows[0].eta.isEnabled()


def test_both_share_digit_and_noise(qtbot: QtBot):
    bench = ready(qtbot).show(qtbot)
    bench.panel.set_ready(True)
    bench.finish()
    click(bench.panel.noise)
    assert bench.asked[-1].sampling.seed == 2
    a, b = bench.panel.form.settings
    assert (a.seed, a.label, a.n) == (b.seed, b.label, b.n) == (2, 3, 8)
    bench.panel.set_settings(Sampling(label=-1, seed=9, n=8), Sampling("heun", label=4))
    a, b = bench.panel.form.settings
    assert (b.sampler, b.label, b.seed, b.n) == ("heun", -1, 9, 8)


def test_the_seed_is_typed_and_steps_can_be_placed_by_another_schedule(qtbot: QtBot):
    bench = ready(qtbot).show(qtbot)
    bench.panel.set_ready(True)
    bench.finish()
    seed = bench.panel.seed
    seed.setFocus()
    seed.selectAll()
    QTest.keyClicks(seed, "41")
    QTest.keyClick(seed, Qt.Key.Key_Return)
    assert [a.seed for a in bench.panel.form.settings] == [41, 41]
    bench.finish()
    schedule = bench.panel.form.rows[1].schedule
    schedule.setFocus()
    QTest.keyClick(schedule, Qt.Key.Key_Down)
    a, b = bench.panel.form.settings
    assert (a.schedule, b.schedule) == ("", "linear")
    assert bench.asked[-1].sampling == b


def test_an_answer_to_older_settings_is_left_alone(qtbot: QtBot):
    bench = ready(qtbot).show(qtbot)
    bench.panel.set_ready(True)
    old = bench.asked.pop()
    click(bench.panel.noise)
    bench.asked.clear()
    bench.panel.take(denoised(old))
    assert not bench.asked
    assert bench.panel.comparison.progress[0] == 0


def test_hidden_it_asks_for_nothing_and_goes_on_when_seen(qtbot: QtBot):
    bench = ready(qtbot).show(qtbot)
    bench.panel.set_ready(True)
    question = bench.asked.pop()
    bench.panel.hide()
    bench.panel.take(denoised(question))
    assert not bench.asked
    bench.show(qtbot)
    assert [question.start for question in bench.asked] == [1]


def test_at_another_step_it_is_drawn_again_at_rest_but_not_while_training(qtbot: QtBot):
    bench = ready(qtbot).show(qtbot)
    bench.panel.set_ready(True)
    bench.finish(step=300)
    assert "step 300" in bench.panel.subtitle
    bench.panel.set_step(310, True)
    assert "step 300; the run has gone on" in bench.panel.subtitle
    assert not bench.asked
    bench.panel.set_step(320, False)
    until(qtbot, lambda: len(bench.asked) == 1)
    bench.finish(step=320)
    assert "step 320" in bench.panel.subtitle


def test_another_model_drops_the_pictures(qtbot: QtBot):
    bench = ready(qtbot).show(qtbot)
    bench.panel.set_ready(True)
    bench.finish()
    bench.panel.set_run(DiffusionParams(learning_rate=1e-3))
    assert bench.panel.comparison.done
    bench.panel.set_run(DiffusionParams(schedule="linear"))
    assert bench.panel.comparison.progress[0] == 0
    until(qtbot, lambda: len(bench.asked) == 1)


def test_unseen_each_side_is_one_question(qtbot: QtBot):
    """As for a figure that is written without a window."""
    bench = ready(qtbot)
    bench.panel.begin()
    assert bench.finish() == 2
    assert bench.panel.comparison.done


def test_weights_that_changed_on_the_way_are_told():
    comparison = Comparison(Side(Sampling(steps=2, n=1)), Side(Sampling(steps=1, n=1)))
    step = 10
    while (request := comparison.request(0.0)) is not None:
        comparison = comparison.with_piece(denoised(request, step=step))
        step += 5
    assert comparison.weights == (10, 20)
    assert comparison.progress == (3, 3)
