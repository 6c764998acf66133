"""The attention lab: a ready-made transformer asked about texts, attention by hand, costs, and the run that learns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.core.eight_bit import read_packed
from explorer.core.errors import UserError
from explorer.core.questions import RunChecks
from explorer.data.binding_reading import EXAMPLE as QUESTION
from explorer.data.head_patterns import PATTERNS
from explorer.data.known_sentences import load_known_sentences
from explorer.experiments.attention import AttentionExperiment, create
from explorer.experiments.attention.pretraining import pretrain, quality
from explorer.experiments.attention.ready_made import ReadyMade, shipped_encoder
from explorer.models.minilm import encoder_from
from explorer.specs.attention import (
    EXAMPLE,
    N_PADDING,
    SPEC,
    AttentionParams,
    Bind,
    Encode,
    Encoded,
    Reading,
    Relate,
    Trace,
    TraceByHand,
    Traced,
)
from explorer.specs.attention.cost import NETWORKS, Cost

SMALL = AttentionParams(width=8, batch_size=8)
FOX, WINGS = 4, 7


@pytest.fixture(scope="module")
def lab() -> AttentionExperiment:
    return create(SMALL, 7)


def encoded(lab: AttentionExperiment, reading: Reading) -> Encoded:
    answer: Encoded = lab.answer(Encode(reading))
    return answer


# ------------------------------------------------------------------------------------------ the ready-made model


def test_documented_heads_hold_to_two_digits(lab: AttentionExperiment):
    seen = encoded(lab, Reading(EXAMPLE))
    assert seen.tokens == ("[CLS]", "a", "smiling", "blue", "fox", "with", "golden", "wings", "[SEP]")
    fox = dict(zip(seen.tokens, seen.weights[2, 0, FOX].round(2).tolist(), strict=True))
    assert (fox["smiling"], fox["blue"], fox["golden"]) == (pytest.approx(0.36), pytest.approx(0.12), 0.0)
    assert round(float(seen.weights[1, 11, WINGS, WINGS - 1]), 2) == 0.43
    assert np.diagonal(seen.weights[0, 2], -1).min() > 0.99
    assert int(seen.patterns[..., 0].argmax()) == 2  # layer 1, head 3 is the one that looks at the word before


def test_what_is_stored_for_the_first_picture_is_what_the_model_says(lab: AttentionExperiment):
    away = np.abs(encoded(lab, Reading(EXAMPLE)).weights - load_known_sentences().attention)
    assert away.max() < 0.02  # weights in ten and eight bits against those in full precision
    assert away.mean() < 0.001


@pytest.mark.parametrize(
    "reading",
    [
        Reading(EXAMPLE),
        Reading(EXAMPLE, mask="causal"),
        Reading(EXAMPLE, mask="padding"),
        Reading(EXAMPLE, tokens_off=(2, 3)),
        Reading(EXAMPLE, heads_off=((0, 0), (5, 11))),
    ],
)
def test_rows_add_up_to_one_however_it_is_read(lab: AttentionExperiment, reading: Reading):
    seen = encoded(lab, reading)
    np.testing.assert_allclose(seen.weights.sum(-1), 1.0, atol=1e-5)
    assert seen.shades.dtype == np.uint8
    np.testing.assert_allclose(seen.shades / 255, seen.weights, atol=0.002)
    assert seen.patterns.shape == (6, 12, len(PATTERNS))
    assert not seen.weights.flags.writeable


def test_masks_forbid_what_they_say(lab: AttentionExperiment):
    causal = encoded(lab, Reading(EXAMPLE, mask="causal")).weights
    assert (causal[..., np.triu(np.ones((9, 9), bool), 1)] == 0).all()
    padded = encoded(lab, Reading(EXAMPLE, mask="padding"))
    assert padded.tokens[-N_PADDING:] == ("[PAD]",) * N_PADDING
    assert (padded.weights[..., -N_PADDING:] == 0).all()
    plain = encoded(lab, Reading(EXAMPLE))
    np.testing.assert_allclose(padded.weights[..., :9, :9], plain.weights, atol=1e-5)
    assert padded.cosine == pytest.approx(1.0, abs=1e-5)


def test_a_token_switched_off_is_looked_at_by_nobody_and_changes_the_rest(lab: AttentionExperiment):
    plain, seen = encoded(lab, Reading(EXAMPLE)), encoded(lab, Reading(EXAMPLE, tokens_off=(3, 99)))
    assert (seen.weights[..., 3] == 0).all()
    assert seen.whole is not None
    np.testing.assert_array_equal(seen.whole, plain.weights)
    assert 0.8 < seen.cosine < 0.999
    assert plain.whole is None
    assert plain.cosine == pytest.approx(1.0, abs=1e-5)


def test_all_tokens_off_is_still_an_answer(lab: AttentionExperiment):
    seen = encoded(lab, Reading(EXAMPLE, tokens_off=tuple(range(9))))
    assert not seen.weights.any()
    assert seen.cosine == 0.0


def test_heads_switched_off_change_only_what_comes_after_them(lab: AttentionExperiment):
    seen = encoded(lab, Reading(EXAMPLE, heads_off=tuple((2, head) for head in range(12))))
    plain = encoded(lab, Reading(EXAMPLE))
    np.testing.assert_allclose(seen.weights[:3], plain.weights[:3], atol=1e-6)
    assert np.abs(seen.weights[3:] - plain.weights[3:]).max() > 0.05
    assert seen.cosine < 0.999


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("", 2),
        ("   \n\t ", 2),
        ("🦊🪽 ok", None),
        ("Perché la volpe è così azzurra?", None),
        ("الثعلب الأزرق السعيد", None),
        ("שועל כחול", None),
        ("[SEP] [CLS]", 4),
        ("fox " * 5000, 256),
    ],
)
def test_any_text_can_be_read(lab: AttentionExperiment, text: str, n: int | None):
    seen = encoded(lab, Reading(text))
    assert n is None or len(seen.tokens) == n
    assert np.isfinite(seen.weights).all()
    assert bool(seen.cut) == (n == 256)
    assert seen.spans.shape == (len(seen.tokens), 2)
    for token, (begin, end) in zip(seen.tokens, seen.spans.tolist(), strict=True):
        if text.isascii() and token.isalpha():
            assert text[begin:end].lower() == token


def test_a_long_text_keeps_room_for_padding(lab: AttentionExperiment):
    assert len(encoded(lab, Reading("fox " * 5000, mask="padding")).tokens) == 256


def test_texts_that_mean_the_same_are_nearer(lab: AttentionExperiment):
    near = lab.answer(Relate(Reading("A man is playing a guitar."), "Somebody plays an instrument."))
    far = lab.answer(Relate(Reading("A man is playing a guitar."), "The stock market fell on Monday."))
    assert near.cosine > far.cosine + 0.3
    assert near.alike.shape == (len(near.tokens), len(near.second_tokens))
    assert np.abs(near.alike).max() <= 1 + 1e-5
    text = load_known_sentences().texts[4]
    itself = lab.answer(Relate(Reading(text), text))
    assert itself.cosine == pytest.approx(1.0, abs=1e-5)
    assert int(itself.known.argmax()) == 4
    np.testing.assert_allclose(np.diagonal(itself.alike), 1.0, atol=1e-5)


@pytest.mark.parametrize(
    "wrong",
    [
        Encode(Reading(EXAMPLE, mask="none of these")),
        Encode(Reading(EXAMPLE, heads_off=((6, 0),))),
        Trace(Reading(EXAMPLE), 0, 12),
        Trace(Reading(EXAMPLE), -1, 0),
        Cost(0),
        Cost(5000),
        Cost(64, 100),
        Cost(4096, 1024),
        Cost(64, 64, "a table"),
        Cost(64, 64, "recurrent", "kg"),
        Bind("the moon"),
        Bind(QUESTION, "dragon"),
    ],
)
def test_questions_that_make_no_sense_are_answered_in_a_sentence(lab: AttentionExperiment, wrong: object):
    with pytest.raises(UserError, match=r"[.”]$"):
        lab.answer(wrong)


def test_a_missing_model_is_a_sentence(tmp_path: Path):
    missing = ReadyMade(lambda: encoder_from(read_packed(tmp_path / "none.safetensors")))
    with pytest.raises(UserError, match="missing or damaged"):
        missing.encode(Encode())


def test_an_unknown_question_is_an_error_of_ours(lab: AttentionExperiment):
    with pytest.raises(TypeError):
        lab.answer("how are you")


def test_what_has_nothing_to_do_with_the_run_leaves_it_alone(lab: AttentionExperiment):
    before = lab.state()
    for request in (Encode(), Relate(Reading(EXAMPLE), "x"), Trace(), by_hand(), Cost(8, 32)):
        assert isinstance(request, SPEC.timeless)
        lab.answer(request)
    np.testing.assert_equal(lab.state(), before)
    assert not isinstance(Bind(QUESTION), SPEC.timeless)


# ------------------------------------------------------------------------------------------ stage by stage


def by_hand(n_heads: int = 1, head: int = 0, mask: str = "none", seed: int = 1) -> TraceByHand:
    rng = np.random.default_rng(seed)
    E, W_Q, W_K, W_V, W_O = (rng.normal(size=(n, 4)).astype(np.float32) for n in (5, 4, 4, 4, 4))
    return TraceByHand(("a", "blue", "fox", "flies", "[PAD]"), E, W_Q, W_K, W_V, W_O, n_heads, head, mask)


def assert_chained(seen: Traced, d: int) -> None:
    """Each stage follows from the one before it, computed again in double precision."""
    part = {name: array.astype(np.float64) for name, array in vars(seen).items() if isinstance(array, np.ndarray)}
    for letter in "QKV":
        wanted = part["E"] @ part[f"W_{letter}"] + part[f"bias_{letter.lower()}"]
        np.testing.assert_allclose(part[letter], wanted, atol=2e-4)
    np.testing.assert_allclose(part["scores"], part["Q"] @ part["K"].T, rtol=1e-4, atol=2e-4)
    np.testing.assert_allclose(part["scaled"], part["scores"] / np.sqrt(d), rtol=1e-5, atol=1e-6)
    kept = np.isfinite(part["masked"])
    np.testing.assert_array_equal(part["masked"][kept], part["scaled"][kept])
    raised = np.exp(part["masked"] - part["masked"].max(-1, keepdims=True))
    np.testing.assert_allclose(part["weights"], raised / raised.sum(-1, keepdims=True), atol=1e-5)
    assert (part["weights"][~kept] == 0).all()
    np.testing.assert_allclose(part["output"], part["weights"] @ part["V"], atol=1e-4)
    np.testing.assert_allclose(part["projected"], part["side_by_side"] @ part["W_O"] + part["bias_o"], atol=2e-4)


def normed(x: np.ndarray, eps: float = 1e-12) -> np.ndarray:
    """Each row to mean 0 and variance 1, in double precision."""
    x = x.astype(np.float64)
    normal: np.ndarray = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + eps)
    return normal


@pytest.mark.parametrize(
    ("layer", "head", "mask"), [(0, 2, "none"), (2, 0, "none"), (5, 11, "causal"), (3, 4, "padding")]
)
def test_the_stages_of_a_real_head_follow_from_one_another(lab: AttentionExperiment, layer: int, head: int, mask: str):
    reading = Reading(EXAMPLE, mask=mask)
    seen = lab.answer(Trace(reading, layer, head, generation=3))
    assert_chained(seen, 32)
    np.testing.assert_allclose(seen.weights, encoded(lab, reading).weights[layer, head], atol=1e-5)
    np.testing.assert_array_equal(seen.side_by_side[:, head * 32 : (head + 1) * 32], seen.output)
    norm = shipped_encoder().layers[layer].attention_norm
    wanted = normed(seen.E + seen.projected) * norm.weight.numpy() + norm.bias.numpy()
    np.testing.assert_allclose(seen.attended, wanted, atol=1e-4)
    assert (seen.n_heads, seen.generation) == (12, 3)


def test_a_layer_whose_heads_are_all_off_mixes_nothing(lab: AttentionExperiment):
    seen = lab.answer(Trace(Reading(EXAMPLE, heads_off=tuple((2, head) for head in range(12))), 2, 0))
    assert not seen.output.any()
    assert not seen.side_by_side.any()
    np.testing.assert_array_equal(seen.projected, np.broadcast_to(seen.bias_o, seen.projected.shape))
    np.testing.assert_allclose(seen.weights.sum(-1), 1.0, atol=1e-5)  # it still looks; nothing comes of it


@pytest.mark.parametrize(("n_heads", "head"), [(1, 0), (2, 0), (2, 1)])
@pytest.mark.parametrize("mask", ["none", "causal", "padding"])
def test_the_stages_by_hand_follow_from_one_another(lab: AttentionExperiment, n_heads: int, head: int, mask: str):
    request = by_hand(n_heads, head, mask)
    seen = lab.answer(request)
    d = 4 // n_heads
    assert_chained(seen, d)
    np.testing.assert_array_equal(seen.W_Q, request.W_Q[:, head * d : (head + 1) * d])
    np.testing.assert_array_equal(seen.side_by_side[:, head * d : (head + 1) * d], seen.output)
    np.testing.assert_allclose(seen.attended, normed(seen.E + seen.projected, 1e-5), atol=1e-4)
    if mask == "padding":
        assert (seen.weights[:, 4] == 0).all()


@pytest.mark.parametrize(
    "changed",
    [
        {"tokens": ()},
        {"tokens": ("a",) * 7},
        {"E": np.zeros((2, 4), np.float32)},
        {"W_Q": np.full((4, 4), np.nan, np.float32)},
        {"W_V": np.full((4, 4), 1e9, np.float32)},
        {"n_heads": 3},
        {"head": 1},
        {"mask": "?"},
    ],
)
def test_numbers_by_hand_that_do_not_fit_are_refused(lab: AttentionExperiment, changed: dict):
    with pytest.raises(UserError, match=r"\.$"):
        lab.answer(replace(by_hand(), **changed))


# ------------------------------------------------------------------------------------------ cost


def test_attention_keeps_four_times_as_much_for_twice_the_length_and_the_recurrent_network_twice(
    lab: AttentionExperiment,
):
    one, two = ({network: lab.answer(Cost(n, 64, network, "bytes")).value for network in NETWORKS} for n in (512, 1024))
    assert 3 < two["attention"] / one["attention"] < 4.2
    assert two["recurrent"] / one["recurrent"] == pytest.approx(2.0, rel=0.02)
    assert two["attention"] >= 2 * 1024 * 1024 * 4  # the weights of both heads


@pytest.mark.parametrize("network", NETWORKS)
def test_time_is_measured_with_the_threads_that_there_are(lab: AttentionExperiment, network: str):
    answer = lab.answer(Cost(128, 64, network))
    assert 0 < answer.value < 1000
    assert answer.n_threads == torch.get_num_threads()


# ------------------------------------------------------------------------------------------ the run that learns


def test_a_question_is_answered_by_the_present_weights_and_without_heads_by_chance():
    lab = create(AttentionParams(learning_rate=3e-3), 7)
    before = lab.answer(Bind(QUESTION))
    for _ in range(500):
        lab.step()
    after = lab.answer(Bind(QUESTION, generation=2))
    assert before.accuracy_percent < 50 < 90 < after.accuracy_percent
    assert after.words[after.asked_noun] == after.words[-1] == "wings"
    assert after.words[after.asked_colour] == "golden"
    assert int(after.probabilities.argmax()) == 1
    hat = lab.answer(Bind(QUESTION, "hat"))
    assert hat.words[hat.asked_colour] == "red"
    off = lab.answer(Bind(QUESTION, heads_off=((0, 0), (0, 1), (1, 0), (1, 1))))
    assert off.accuracy_percent < 30
    beyond = lab.answer(Bind(QUESTION, heads_off=((3, 9), (-1, 0))))  # of a model with more heads
    assert beyond.accuracy_percent == after.accuracy_percent
    assert (after.step, after.generation, after.weights.shape[:2]) == (500, 2, (2, 2))


def test_frames_have_the_form_that_the_spec_names(lab: AttentionExperiment):
    frames = lab.frames(frozenset(f.name for f in SPEC.frames), exact=True)
    n = len(lab.answer(Bind(QUESTION)).words)
    assert {name: frame.shape for name, frame in frames.items()} == {
        "attention": (2, 2, n, n),
        "answer": (8,),
        "to_colour": (2, 2),
    }
    assert all(f.dtype == np.float32 and not f.flags.writeable for f in frames.values())
    with pytest.raises(KeyError):
        lab.frames(frozenset({"nothing"}), exact=False)


def test_while_playing_the_mean_attention_is_the_one_measured_last():
    lab = create(SMALL, 7)
    lab.step()  # the first one is measured
    measured = lab.frames(frozenset({"to_colour"}), exact=True)["to_colour"]
    lab.step()
    playing, still = (lab.frames(frozenset({"to_colour"}), exact=exact)["to_colour"] for exact in (False, True))
    np.testing.assert_array_equal(playing, measured)
    assert (still != measured).any()


def test_a_state_goes_on_bit_for_bit_and_parameters_act():
    one, other = create(SMALL, 7), create(SMALL, 1)
    one.step()
    other.load(one.state())
    assert one.step() == other.step()
    one.set_params(replace(SMALL, attention_on=False))
    assert one.learner.shape.attention_on is False
    with pytest.raises(ValueError, match="new run"):
        one.set_params(replace(SMALL, heads="4"))


def test_all_checks_pass(lab: AttentionExperiment):
    done = lab.answer(RunChecks())
    assert [check.name for check in done.checks if not check.passed] == []
    assert len(done.checks) == 4


def test_a_short_run_is_made_the_same_way_twice():
    session, card = pretrain("attention-binding", lambda n, of: None, 30)
    again, _ = pretrain("attention-binding", lambda n, of: None, 30)
    np.testing.assert_equal(session.state, again.state)
    assert set(card.quality) == set(quality(create(SMALL, 1)))


def test_checks_push_nothing_out_of_the_memory_of_texts():
    lab = create(SMALL, 7)
    lab.answer(Encode())
    before = list(lab._ready_made._kept)
    lab.checks()
    assert list(lab._ready_made._kept) == before
