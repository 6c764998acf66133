"""The real transformer: as the original says, as torch's own layers say, and as is written about its heads."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.eight_bit import read_packed
from explorer.core.errors import UserError
from explorer.core.stored import pretrained_folder, read_card, stored_path
from explorer.data.known_sentences import load_known_sentences
from explorer.data.word_pieces import word_ids, word_pieces
from explorer.models.minilm import (
    N_HEADS,
    N_LAYERS,
    Encoded,
    Encoder,
    embed,
    encode,
    encoder_from,
    mean_pool,
    sentence_vectors,
)
from explorer.models.minilm_reference import ReferenceEncoder, mean_direction, reference_from
from explorer.models.minilm_walk import head_weights, walk

STEM = "attention-minilm"
GOLDEN = Path(__file__).parent / "golden" / "minilm-hidden.npz"
KNOWN = load_known_sentences()
CLS, A, SMILING, BLUE, FOX, WITH, GOLDEN_, WINGS, SEP = range(9)


@cache
def weights() -> dict[str, NDArray[np.float32]]:
    return read_packed(stored_path(STEM))


@cache
def encoder() -> Encoder:
    return encoder_from(weights())


@cache
def reference() -> ReferenceEncoder:
    return reference_from(weights())


@cache
def example() -> Encoded:
    return encode(encoder(), ids_of(KNOWN.texts[0]))


def ids_of(text: str) -> Tensor:
    return torch.from_numpy(word_pieces(text).ids)[None]


def padded(texts: tuple[str, ...]) -> tuple[Tensor, Tensor]:
    rows = [word_pieces(text).ids for text in texts]
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.int64)
    on = torch.zeros_like(ids, dtype=torch.bool)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.from_numpy(row)
        on[i, : len(row)] = True
    return ids, on


def close(ours: Tensor, theirs: Tensor) -> None:
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


def cosine(a: Tensor, b: Tensor) -> Tensor:
    return torch.cosine_similarity(a, b, dim=-1)


# ------------------------------------------------------------------------------------ against the original weights


@pytest.mark.parametrize("index", range(len(KNOWN.texts)), ids=lambda i: ascii(KNOWN.texts[i])[1:30])
def test_sentence_is_where_the_original_puts_it(index: int) -> None:
    ours = encode(encoder(), ids_of(KNOWN.texts[index])).sentence[0]
    assert float(cosine(ours, torch.tensor(KNOWN.vectors[index]))) >= 0.999
    assert float(ours.norm()) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("index", range(3))
def test_states_of_every_layer_are_those_of_the_original(index: int) -> None:
    with np.load(GOLDEN) as archive:
        original = torch.from_numpy(archive[f"hidden_{index}"].astype(np.float32))
    ours = encode(encoder(), ids_of(KNOWN.texts[index])).hidden[:, 0]
    assert ours.shape == original.shape == (N_LAYERS + 1, original.shape[1], 384)
    assert float(cosine(ours, original).min()) >= 0.999


def test_attention_is_that_of_the_original() -> None:
    error = np.abs(example().weights[:, 0].numpy() - KNOWN.attention)
    assert error.max() <= read_card(STEM).quality["largest_attention_error"] + 0.001  # kept in half precision
    assert error.mean() < 0.001


def test_card_tells_how_near_it_is() -> None:
    quality = read_card(STEM).quality
    ours = torch.cat([encode(encoder(), ids_of(text)).sentence for text in KNOWN.texts])
    least = float(cosine(ours, torch.tensor(KNOWN.vectors)).min())
    assert least == pytest.approx(quality["least_sentence_cosine"], abs=2e-5)
    assert quality["least_hidden_cosine"] >= 0.999


@pytest.mark.parametrize(
    ("layer", "head", "query", "key", "documented"),
    [
        (3, 1, FOX, SMILING, 0.36),
        (3, 1, FOX, BLUE, 0.12),
        (3, 1, FOX, GOLDEN_, 0.00),
        (2, 12, WINGS, GOLDEN_, 0.43),
    ],
)
def test_what_is_written_about_heads_holds(layer: int, head: int, query: int, key: int, documented: float) -> None:
    ours = float(example().weights[layer - 1, 0, head - 1, query, key])  # people count from 1
    theirs = float(KNOWN.attention[layer - 1, head - 1, query, key])
    assert round(ours, 2) == round(theirs, 2) == documented


def test_head_3_of_layer_1_looks_at_the_token_before() -> None:
    looks = example().weights[0, 0, 2]
    assert float(looks.diagonal(-1).min()) > 0.995  # from each token but the first


# ------------------------------------------------------------------------------------ against torch's own layers


@torch.no_grad()
def test_the_same_as_torchs_own_layers() -> None:
    ids, on = padded(KNOWN.texts)
    ours = encode(encoder(), ids, tokens_on=on)
    x = reference().embed(ids, torch.zeros_like(ids))
    hidden, attention = reference().trace(x, ~on)
    fast = reference().run_layers(x, ~on)
    for there, mine, theirs in zip(on, ours.hidden.unbind(1), hidden.unbind(1), strict=True):
        torch.testing.assert_close(mine[:, there], theirs[:, there], atol=1e-4, rtol=0)
    torch.testing.assert_close(ours.hidden[-1][on], fast[on], atol=1e-4, rtol=0)
    rows = on[None, :, None, :, None].expand_as(attention)
    torch.testing.assert_close(ours.weights[rows], attention[rows], atol=1e-4, rtol=0)
    torch.testing.assert_close(ours.sentence, mean_direction(hidden[-1], on), atol=1e-5, rtol=0)


@torch.no_grad()
def test_second_sentence_of_a_pair_has_another_type() -> None:
    pair = word_pieces("Where is the cat?", "On the mat.")
    ids, types = torch.from_numpy(pair.ids)[None], torch.from_numpy(pair.types)[None]
    torch.testing.assert_close(embed(encoder(), ids, types), reference().embed(ids, types), atol=1e-5, rtol=0)
    ours = encode(encoder(), ids, types)
    torch.testing.assert_close(ours.hidden[-1], reference().run_layers(ours.hidden[0]), atol=1e-4, rtol=0)
    assert not torch.allclose(ours.sentence, encode(encoder(), ids).sentence, atol=1e-3)


@torch.no_grad()
def test_looking_back_only_is_torchs_causal_mask() -> None:
    T = 12
    ids = ids_of(KNOWN.texts[3])[:, :T]
    ours = encode(encoder(), ids, causal=True)
    ahead = torch.ones(T, T, dtype=torch.bool).triu(1)
    expected = reference().encoder(ours.hidden[0], mask=ahead)
    torch.testing.assert_close(ours.hidden[-1], expected, atol=1e-4, rtol=0)
    assert (ours.weights[..., ahead] == 0).all()
    shorter = encode(encoder(), ids[:, :5], causal=True)
    torch.testing.assert_close(shorter.hidden, ours.hidden[:, :, :5], atol=1e-4, rtol=0)


# ------------------------------------------------------------------------------------ laws


def test_shapes_and_rows() -> None:
    ids, on = padded(KNOWN.texts[:5])
    B, T = ids.shape
    ours = encode(encoder(), ids, tokens_on=on)
    assert ours.hidden.shape == (N_LAYERS + 1, B, T, 384)
    assert ours.weights.shape == (N_LAYERS, B, N_HEADS, T, T)
    assert ours.sentence.shape == (B, 384)
    torch.testing.assert_close(ours.weights.sum(-1), torch.ones(N_LAYERS, B, N_HEADS, T))
    off = (~on)[None, :, None, None, :].expand_as(ours.weights)
    assert (ours.weights[off] == 0).all()


def test_padding_changes_nothing() -> None:
    ids, on = padded(KNOWN.texts)
    together = encode(encoder(), ids, tokens_on=on)
    for i, text in enumerate(KNOWN.texts):
        alone, T = encode(encoder(), ids_of(text)), int(on[i].sum())
        torch.testing.assert_close(together.sentence[i], alone.sentence[0], atol=1e-5, rtol=0)
        torch.testing.assert_close(together.hidden[:, i, :T], alone.hidden[:, 0], atol=1e-4, rtol=0)
        torch.testing.assert_close(together.weights[:, i, :, :T, :T], alone.weights[:, 0], atol=1e-4, rtol=0)


def test_a_token_switched_off_has_no_influence_whatever_it_is() -> None:
    ids = ids_of(KNOWN.texts[0])
    other = ids.clone()
    other[0, FOX] = word_ids()["elephant"]
    on = torch.ones_like(ids, dtype=torch.bool)
    on[0, FOX] = False
    one, two = encode(encoder(), ids, tokens_on=on), encode(encoder(), other, tokens_on=on)
    assert torch.equal(one.sentence, two.sentence)
    assert torch.equal(one.hidden[:, :, on[0]], two.hidden[:, :, on[0]])
    assert (one.weights[..., FOX] == 0).all()
    assert not torch.allclose(one.sentence, example().sentence, atol=1e-2)


def test_a_head_switched_off_has_no_influence_whatever_it_has_learned() -> None:
    layer, head = 2, 0
    spoilt = {name: array.copy() for name, array in weights().items()}
    for part in ("query", "key", "value"):
        spoilt[f"encoder.layer.{layer}.attention.self.{part}.weight"][:32] = 1.0  # the first head's rows
    heads_on = torch.ones(N_LAYERS, N_HEADS, dtype=torch.bool)
    heads_on[layer, head] = False
    ids = ids_of(KNOWN.texts[0])
    ours = encode(encoder(), ids, heads_on=heads_on)
    other = encode(encoder_from(spoilt), ids, heads_on=heads_on)
    torch.testing.assert_close(ours.hidden, other.hidden, atol=1e-5, rtol=0)
    assert torch.equal(ours.hidden[: layer + 1], example().hidden[: layer + 1])
    assert not torch.allclose(ours.sentence, example().sentence, atol=1e-3)


def test_each_sentence_of_a_batch_may_have_its_own_heads() -> None:
    ids = ids_of(KNOWN.texts[0]).expand(3, -1)
    heads_on = torch.ones(3, N_LAYERS, N_HEADS, dtype=torch.bool)
    heads_on[1, 0] = False
    heads_on[2, 5, 7] = False
    together = sentence_vectors(encoder(), ids, heads_on=heads_on)
    for i in range(3):
        alone = encode(encoder(), ids[:1], heads_on=heads_on[i]).sentence[0]
        torch.testing.assert_close(together[i], alone, atol=1e-5, rtol=0)
    torch.testing.assert_close(together[0], example().sentence[0], atol=1e-5, rtol=0)


def test_everything_off_is_a_zero_vector() -> None:
    ids = ids_of("a fox")
    ours = encode(encoder(), ids, tokens_on=torch.zeros_like(ids, dtype=torch.bool))
    assert (ours.sentence == 0).all()
    assert ours.hidden.isfinite().all()


def test_special_tokens_count_in_the_mean() -> None:
    mean = example().hidden[-1, 0].mean(0)
    torch.testing.assert_close(example().sentence[0], mean / mean.norm(), atol=1e-6, rtol=0)
    torch.testing.assert_close(mean_pool(example().hidden[-1]), example().sentence)


def test_longest_sentence_and_one_too_long() -> None:
    ids = torch.full((1, 256), 2158)
    assert encode(encoder(), ids).sentence.isfinite().all()
    with pytest.raises(ValueError, match="256"):
        encode(encoder(), torch.full((1, 257), 2158))


def test_nothing_is_left_switched_and_nothing_is_drawn() -> None:
    state = torch.random.get_rng_state()
    encoder_from(weights())
    reference_from(weights())
    encode(encoder(), ids_of("a fox"))
    assert torch.is_grad_enabled()
    assert torch.equal(torch.random.get_rng_state(), state)


def test_results_are_fresh_each_time() -> None:
    ids = ids_of("a fox")
    first = encode(encoder(), ids)
    kept = first.hidden.clone(), first.weights.clone()
    encode(encoder(), ids_of("two dogs"))
    assert torch.equal(first.hidden, kept[0])
    assert torch.equal(first.weights, kept[1])


# ------------------------------------------------------------------------------------ the walk through one head


@pytest.mark.parametrize(("layer", "head"), [(0, 2), (2, 0), (5, 11)])
@pytest.mark.parametrize("causal", [False, True])
def test_walk_is_what_the_encoder_does(layer: int, head: int, causal: bool) -> None:
    ids = ids_of(KNOWN.texts[0])
    on = torch.ones_like(ids, dtype=torch.bool)
    on[0, WITH] = False
    heads_on = torch.ones(N_LAYERS, N_HEADS, dtype=torch.bool)
    heads_on[layer, 5] = False
    whole = encode(encoder(), ids, tokens_on=on, heads_on=heads_on, causal=causal)
    E = whole.hidden[layer, 0]
    steps = walk(encoder(), E, layer, head, tokens_on=on[0], heads_on=heads_on, causal=causal)
    torch.testing.assert_close(steps.weights, whole.weights[layer, 0, head], atol=1e-5, rtol=0)
    torch.testing.assert_close(steps.left, whole.hidden[layer + 1, 0], atol=1e-4, rtol=0)
    assert (steps.weights[:, WITH] == 0).all()
    assert (steps.side_by_side[:, 5 * 32 : 6 * 32] == 0).all()
    assert torch.equal(steps.side_by_side[:, head * 32 : (head + 1) * 32], steps.output)


def test_walk_multiplies_as_on_the_slide() -> None:
    E = example().hidden[2, 0]
    steps, learned = walk(encoder(), E, 2, 0), head_weights(encoder(), 2, 0)
    close(steps.Q, E @ learned.W_Q + learned.bias_q)
    close(steps.K, E @ learned.W_K + learned.bias_k)
    close(steps.V, E @ learned.W_V + learned.bias_v)
    close(steps.scores, steps.Q @ steps.K.T)
    close(steps.scaled, steps.scores / 32**0.5)
    close(steps.weights, steps.scaled.softmax(-1))
    close(steps.output, steps.weights @ steps.V)
    written = [
        steps.side_by_side[:, 32 * h : 32 * h + 32] @ head_weights(encoder(), 2, h).W_O for h in range(N_HEADS)
    ]  # what each head adds
    bias = encoder().layers[2].output.bias
    close(steps.projected, torch.stack(written).sum(0) + bias)


# ------------------------------------------------------------------------------------ the file


def test_file_is_small_and_has_its_licence() -> None:
    folder = pretrained_folder()
    data = folder.parent / "resources" / "data"
    shipped = [stored_path(STEM), *folder.glob("*minilm*"), *data.glob("minilm-*")]
    assert sum(path.stat().st_size for path in set(shipped)) <= 25_000_000
    text = (folder / "LICENSE-minilm.md").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert read_card(STEM).licence == "Apache-2.0"


def test_a_damaged_file_is_a_sentence(tmp_path: Path) -> None:
    damaged = tmp_path / "minilm.safetensors"
    damaged.write_bytes(stored_path(STEM).read_bytes()[:1000])
    with pytest.raises(UserError, match="damaged"):
        read_packed(damaged)
    with pytest.raises(UserError, match="missing"):
        read_packed(tmp_path / "nowhere.safetensors")
