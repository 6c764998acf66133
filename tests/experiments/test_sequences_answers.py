"""Questions about one input: what was read and written, what hangs on what, and anything that a person may type."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from explorer.core.errors import UserError
from explorer.data.digits import load_digits
from explorer.experiments.sequences import SequencesExperiment
from explorer.models.seq2seq import Answerer, Translator
from explorer.specs.sequences import (
    END,
    EXAMPLE_SCENE,
    MAX_WORDS,
    MAX_WRITTEN,
    SENTIMENTS,
    TASKS,
    UNKNOWN,
    Decoding,
    Influence,
    Influenced,
    Pass,
    Read,
    SequenceParams,
    Trace,
    task_of,
)
from tests.experiments.sequences_runs import FAMILY, N_GATES, WRITING, asked, params_of, run, trained

TYPED = {
    "nothing": "",
    "blank": " \n\t\u200b ",
    "unknown": "zyzzyva QWERTY",
    "long": "a not bad film " * 700,
    "one long word": "x" * 10_000,
    "emoji": "👩‍👩‍👧 good 🎬🍿 film 🇮🇹",
    "right to left": "זה סרט טוב مرحبا",
    "signs": "<end> <pad> \x00 \ud800 %s {0} \\",
}
ANSWERED = [(task, "gru") for task in TASKS] + [("dates", "lstm"), ("caption", "lstm"), ("sentiment", "rnn_tanh")]
every_answer = pytest.mark.parametrize(("task", "cell"), ANSWERED)


def read(experiment: SequencesExperiment, request: Read) -> Trace:
    answer = experiment.answer(request)
    assert isinstance(answer, Trace)
    return answer


def influence(experiment: SequencesExperiment, request: Influence) -> Influenced:
    answer = experiment.answer(request)
    assert isinstance(answer, Influenced)
    return answer


def check_pass(p: Pass, params: SequenceParams, T: int) -> None:
    L, H = params.layers, params.hidden
    assert p.first.shape == (L, H)
    assert p.hidden.shape == (T, L, H)
    assert p.memory.shape == (T, L if params.cell == "lstm" else 0, H)
    assert p.gates.shape == (T, L, N_GATES[params.cell], H)
    for array in (p.first, p.hidden, p.memory, p.gates):
        assert array.dtype == np.float32
        assert not array.flags.writeable


# ------------------------------------------------------------------------------------------------------ reading


@pytest.mark.parametrize("params", FAMILY, ids=lambda p: f"{task_of(p)}-{p.cell}-{p.layers}")
def test_a_trace_holds_what_the_spec_says(params: SequenceParams) -> None:
    experiment, task = run(params), task_of(params)
    trace = read(experiment, asked(task))
    assert (trace.task, trace.step, trace.generation, trace.request.generation) == (task, 0, 3, 3)
    assert trace.probabilities.shape[1] == len(trace.classes)
    assert (trace.reader is None) == (task == "caption")
    assert (trace.writer is None) == (task not in WRITING)
    if trace.reader is not None:
        check_pass(trace.reader, params, len(trace.tokens))
    if trace.writer is not None:
        check_pass(trace.writer, params, len(trace.written) + trace.ended)
        assert len(trace.probabilities) == len(trace.written) + trace.ended
        assert len(trace.written) <= MAX_WRITTEN
    if trace.reader is not None and trace.writer is not None:
        np.testing.assert_allclose(trace.writer.first, trace.reader.hidden[-1], atol=1e-6)
    np.testing.assert_allclose(trace.probabilities.sum(1), 1, atol=1e-5)


@pytest.mark.parametrize("task", ["sentiment", "digits"])
def test_the_answer_so_far_is_the_answer_to_what_was_read_so_far(task: str) -> None:
    experiment = trained(3, params_of(task, layers=2))
    trace, network = read(experiment, asked(task)), experiment.network
    assert isinstance(network, Answerer)
    inputs = experiment.task.take(asked(task)).inputs
    with torch.no_grad():
        for t in range(len(trace.tokens)):
            scores = network(inputs[: t + 1], torch.tensor([t + 1]))[0]
            np.testing.assert_allclose(trace.probabilities[t], torch.softmax(scores, -1), atol=1e-5)
    assert trace.written == (trace.classes[int(trace.probabilities[-1].argmax())],)


@pytest.mark.parametrize("task", WRITING)
def test_greedy_writing_takes_the_likeliest_token_each_time(task: str) -> None:
    trace = read(trained(3, params_of(task)), asked(task))
    likeliest = [trace.classes[i] for i in trace.probabilities.argmax(1)]
    assert tuple(likeliest) == trace.written + ((END,) if trace.ended else ())
    assert trace.beams == ()


@pytest.mark.parametrize("task", WRITING)
def test_a_beam_of_one_is_greedy_and_a_wider_one_no_worse(task: str) -> None:
    experiment = trained(3, params_of(task))
    alone = read(experiment, asked(task))
    best = []
    for width in range(1, 6):
        trace = read(experiment, asked(task, Decoding("beam", beam=width)))
        scores = [beam.log_probability for beam in trace.beams]
        assert scores == sorted(scores, reverse=True)
        assert 1 <= len(scores) <= width
        best.append(scores[0])
        if width == 1:
            assert trace.written == alone.written
        p = np.log([row[trace.classes.index(w)] for row, w in zip(trace.probabilities, trace.written, strict=False)])
        end = np.log(trace.probabilities[-1, trace.classes.index(END)]) if trace.ended else 0.0
        assert scores[0] == pytest.approx(p.sum() + end, rel=1e-3)
    assert min(best) >= best[0]


@pytest.mark.parametrize("task", WRITING)
def test_sampling_has_a_seed_of_its_own(task: str) -> None:
    experiment = trained(3, params_of(task))
    first, again, other = (read(experiment, asked(task, Decoding("sample", 1.0, seed=seed))) for seed in (1, 1, 2))
    assert first.written == again.written
    assert first.written != other.written


def test_temperature_is_in_the_probabilities_of_samples_only() -> None:
    experiment = trained(3, params_of("dates"))
    plain, hot, cold, greedy = (
        read(experiment, asked("dates", Decoding(how, temperature))).probabilities[0]
        for how, temperature in (("sample", 1.0), ("sample", 3.0), ("sample", 0.1), ("greedy", 3.0))
    )
    np.testing.assert_array_equal(plain, greedy)
    expected = np.exp(np.log(plain.astype(float)) / 3)
    np.testing.assert_allclose(hot, expected / expected.sum(), rtol=1e-3)
    assert cold.max() > plain.max() > hot.max()


@pytest.mark.parametrize("temperature", [0.0, -1.0, 1e9])
def test_strange_decodings_are_brought_into_range(temperature: float) -> None:
    trace = read(run(params_of("dates")), asked("dates", Decoding("sample", temperature, beam=99)))
    assert np.isfinite(trace.probabilities).all()
    assert len(read(run(params_of("dates")), asked("dates", Decoding("beam", beam=99))).beams) <= 5


# ------------------------------------------------------------------------------------------------------ anything typed


@pytest.mark.parametrize("task", ["sentiment", "translate", "dates"])
@pytest.mark.parametrize("text", TYPED.values(), ids=TYPED.keys())
@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_anything_may_be_typed(task: str, text: str, cell: str) -> None:
    params = params_of(task, cell=cell)
    experiment = run(params)
    trace = read(experiment, Read(text=text))
    assert len(trace.tokens) <= MAX_WORDS
    assert bool(trace.cut) == (len(trace.tokens) >= MAX_WORDS - 1)  # a blank at the cut is dropped
    assert trace.reader is not None
    check_pass(trace.reader, params, len(trace.tokens))
    found = influence(experiment, Influence(Read(text=text), output=3))
    assert found.tokens.shape == (len(trace.tokens),)
    assert np.isfinite(found.tokens).all()


def test_an_empty_text_is_answered_from_a_state_of_zeros() -> None:
    experiment = trained(3, params_of("sentiment"))
    trace, network = read(experiment, Read()), experiment.network
    scores = network.readout(torch.zeros(16)).detach()  # type: ignore[operator]
    assert trace.probabilities.shape == (0, 2)
    assert trace.written == (SENTIMENTS[int(scores.argmax())],)
    writer = read(trained(3, params_of("translate")), Read()).writer
    assert writer is not None
    assert not writer.first.any()


def test_unknown_words_are_shown_as_typed_and_read_as_unknown() -> None:
    tokens = read(run(params_of("sentiment")), Read(text="Not a zyzzyva")).tokens
    assert [t.text for t in tokens] == ["not", "a", "zyzzyva"]
    assert [t.read_as for t in tokens] == ["not", "a", UNKNOWN]


def test_the_truth_is_told_where_the_grammar_knows_it() -> None:
    assert read(run(params_of("sentiment")), Read(text="not a good film")).truth == "negative"
    assert read(run(params_of("sentiment")), Read(text="zyzzyva")).truth == ""
    assert read(run(params_of("translate")), Read(text="the blue fox sleeps")).truth == "la volpe blu dorme"
    assert read(run(params_of("dates")), Read(text="3 March 1998")).truth == "1998-03-03"
    scene = read(run(params_of("caption")), Read(scene=EXAMPLE_SCENE))
    assert scene.truth == "a large blue circle left of a small red square"
    assert scene.picture is not None
    assert scene.picture.shape == (32, 32, 3)
    digits = load_digits()
    digit = read(run(params_of("digits")), Read(picture=digits.test_images[3]))
    assert digit.truth == str(digits.test_labels[3])
    np.testing.assert_array_equal(digit.picture, digits.test_images[3])


def test_blank_pictures_are_read_and_wrong_ones_are_a_sentence() -> None:
    assert read(run(params_of("caption")), Read()).truth == ""
    assert read(run(params_of("digits")), Read()).tokens == ()
    with pytest.raises(UserError, match="28 by 28"):
        run(params_of("digits")).answer(Read(picture=np.zeros((3, 3), np.float32)))
    with pytest.raises(UserError, match="Move or change"):
        run(params_of("caption")).answer(Read(scene=(EXAMPLE_SCENE[0], EXAMPLE_SCENE[0])))


# ------------------------------------------------------------------------------------------------------ influence


def log_probability(experiment: SequencesExperiment, request: Influence, moved: np.ndarray, at: int) -> float:
    """Of the output meant, in float64, one input's embedding (row, pixel) moved; built from the network's parts."""
    network = copy.deepcopy(experiment.network).double()
    given, trace = experiment.task.take(request.read), read(experiment, request.read)
    with torch.no_grad():
        inputs = given.inputs if given.inputs.dtype == torch.int64 else given.inputs.double()
        x = network.encoder.embed(inputs).clone()
        if given.inputs.dim() == 4:
            x[0, at // 32, at % 32] += torch.from_numpy(moved)
        else:
            x[at, 0] += torch.from_numpy(moved)
        if isinstance(network, Answerer):
            h = network.encoder.cells.trace(x).h[request.output, -1]
            scores = network.readout(h)[0]
            return float(F.log_softmax(scores, -1)[trace.probabilities[request.output].argmax()])
        assert isinstance(network, Translator)
        outputs = [trace.classes.index(w) for w in (*trace.written, END)]
        first = network.encoder(x, torch.tensor([len(x)]))
        scores = network.writer(torch.tensor([2, *outputs])[: request.output + 1, None], first)[-1, 0]
        return float(F.log_softmax(scores, -1)[outputs[request.output]])


@every_answer
def test_influence_is_the_norm_of_finite_differences(task: str, cell: str) -> None:
    experiment = trained(5, params_of(task, cell=cell, hidden=8))
    request = Influence(asked(task), 2)
    found = influence(experiment, request)
    request = replace(request, output=found.output)  # what was written may be shorter
    norms = found.tokens if found.pixels is None else found.pixels.ravel()
    at = int(norms.argmax())
    D = 3 if task == "caption" else 28 if task == "digits" else 32
    slopes = [
        (log_probability(experiment, request, 1e-5 * e, at) - log_probability(experiment, request, -1e-5 * e, at))
        / 2e-5
        for e in np.eye(D)
    ]
    assert norms[at] > 0
    assert norms[at] == pytest.approx(np.linalg.norm(slopes), rel=1e-3)


@pytest.mark.parametrize("task", ["sentiment", "digits"])
def test_influence_on_an_output_that_is_all_but_certain(task: str) -> None:
    experiment = trained(5, params_of(task, hidden=8))
    with torch.no_grad():  # 1 - p becomes some 1e-7: next to nothing of it is left in single precision
        dict(experiment.network.named_parameters())["readout.bias"][-1] += 17
    request = Influence(asked(task), 2)
    found = influence(experiment, request)
    assert read(experiment, request.read).probabilities[2].max() > 0.99999
    at, norm = int(found.tokens.argmax()), found.tokens.max()
    slopes = [
        (log_probability(experiment, request, 1e-3 * e, at) - log_probability(experiment, request, -1e-3 * e, at))
        / 2e-3
        for e in np.eye(28 if task == "digits" else 32)
    ]
    assert 0 < norm < 1e-5
    assert norm == pytest.approx(np.linalg.norm(slopes), rel=2e-3)
    assert all(check.passed for check in experiment.checks())


@pytest.mark.parametrize("task", ["sentiment", "digits"])
def test_what_was_not_yet_read_has_no_influence(task: str) -> None:
    found = influence(trained(2, params_of(task)), Influence(asked(task), 4))
    assert (found.tokens[:5] > 0).all()
    assert (found.tokens[5:] == 0).all()
    assert found.written.shape == (0,)


@pytest.mark.parametrize("task", WRITING)
def test_tokens_written_before_have_influence(task: str) -> None:
    experiment = trained(2, params_of(task))
    trace = read(experiment, asked(task))
    for output in range(3):
        found = influence(experiment, Influence(asked(task), output))
        assert found.written.shape == (output,)
        assert (found.written > 0).all()
        assert found.name == (*trace.written, END)[output]
    last = influence(experiment, Influence(asked(task), 999))
    assert last.output == len(trace.written) + trace.ended - 1
    assert influence(experiment, Influence(asked(task), -3)).output == 0


def test_pictures_have_influence_pixel_by_pixel() -> None:
    found = influence(run(params_of("caption")), Influence(asked("caption"), 0))
    assert found.pixels is not None
    assert found.pixels.shape == (32, 32)
    assert found.tokens.shape == (0,)


def test_influence_follows_the_decoding() -> None:
    experiment = trained(3, params_of("dates"))
    request = asked("dates", Decoding("sample", 2.0, seed=8))
    found = influence(experiment, Influence(request, 1))
    assert found.name == read(experiment, request).written[1]
    assert found.generation == 0
    assert influence(experiment, Influence(request, 1, 6)).generation == 6


def test_a_check_fails_when_the_weights_are_no_numbers() -> None:
    experiment = run(replace(params_of("sentiment")))
    broken = experiment.state()
    broken["weights/encoder.cells.bias_ih_l0"] = np.full_like(broken["weights/encoder.cells.bias_ih_l0"], np.nan)
    experiment.load(broken)
    assert not all(check.passed for check in experiment.checks())
