"""Attention against its formula and torch's own; places of steps; pictures cut into patches."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from engine.layers.sequence.attention import MultiHeadAttention, PatchEmbedding, PositionalEncoding
from engine.modules import Attention
from engine.shapes import Shape
from tests.engine.layers.helpers import PICTURE, ROW, STEPS, WORDS, module, refusal

MEMORY = Shape.of(time=5, feature=3)


def as_torch(attention: Attention, features: int, memory: int) -> nn.MultiheadAttention:
    """torch's own attention with the same weights."""
    heads = attention.heads
    own = nn.MultiheadAttention(features, heads, kdim=memory, vdim=memory, batch_first=True)
    key, value = attention.key_value.weight.chunk(2)
    if memory == features:
        values = {"in_proj_weight": torch.cat((attention.query.weight, key, value))}
    else:
        values = {"q_proj_weight": attention.query.weight, "k_proj_weight": key, "v_proj_weight": value}
    values["in_proj_bias"] = torch.cat((attention.query.bias, attention.key_value.bias))
    values["out_proj.weight"], values["out_proj.bias"] = attention.mix.weight, attention.mix.bias
    own.load_state_dict(values)
    return own


@pytest.mark.parametrize("heads", [1, 2, 4])
@pytest.mark.parametrize("causal", [False, True])
def test_attention_is_what_torch_computes(heads: int, causal: bool) -> None:
    attention = module(MultiHeadAttention(heads=heads, causal=causal), STEPS)
    assert isinstance(attention, Attention)
    x = torch.randn(2, 7, 4)
    mask = torch.ones(7, 7, dtype=torch.bool).triu(1) if causal else None
    expected, _ = as_torch(attention, 4, 4)(x, x, x, attn_mask=mask)
    torch.testing.assert_close(attention(x), expected)


def test_cross_attention_is_what_torch_computes() -> None:
    attention = module(MultiHeadAttention(heads=2), STEPS, MEMORY)
    assert isinstance(attention, Attention)
    x, memory = torch.randn(2, 7, 4), torch.randn(2, 5, 3)
    expected, _ = as_torch(attention, 4, 3)(x, memory, memory)
    torch.testing.assert_close(attention(x, memory), expected)


@pytest.mark.parametrize("rotary", [False, True])
def test_a_causal_step_does_not_see_a_later_one(rotary: bool) -> None:
    causal = module(MultiHeadAttention(heads=2, causal=True, rotary=rotary), STEPS)
    x = torch.randn(2, 7, 4)
    later = x.clone()
    later[:, 4:] += 1
    torch.testing.assert_close(causal(x)[:, :4], causal(later)[:, :4])
    free = module(MultiHeadAttention(heads=2, rotary=rotary), STEPS)
    assert (free(x) - free(later))[:, :4].abs().max() > 1e-4


def test_rotary_turns_pairs_as_complex_numbers_turn() -> None:
    attention = module(MultiHeadAttention(heads=1, rotary=True), Shape.of(time=6, feature=8))
    assert isinstance(attention, Attention)
    x = torch.randn(1, 1, 6, 8)
    pairs = torch.complex(x[..., :4], x[..., 4:])
    angles = torch.tensor([[place / 10_000 ** (2 * pair / 8) for pair in range(4)] for place in range(6)])
    turned = pairs * torch.polar(torch.ones(6, 4), angles)
    torch.testing.assert_close(attention.turn(x), torch.cat((turned.real, turned.imag), dim=-1))


def test_rotary_tells_distances_only() -> None:
    attention = module(MultiHeadAttention(heads=1, rotary=True), Shape.of(time=9, feature=8))
    assert isinstance(attention, Attention)
    query, key = torch.randn(8).expand(1, 1, 9, 8), torch.randn(8).expand(1, 1, 9, 8)
    products: Tensor = (attention.turn(query) @ attention.turn(key).transpose(-1, -2))[0, 0]
    for distance in (0, 2, 5):
        along = products.diagonal(distance)
        torch.testing.assert_close(along, along[:1].expand_as(along))
    assert not math.isclose(products[0, 0].item(), products[0, 5].item(), rel_tol=1e-3)


def test_attention_drops_links_only_while_training() -> None:
    attention = module(MultiHeadAttention(heads=2, dropout=0.5), STEPS)
    x = torch.randn(2, 7, 4)
    assert not torch.equal(attention(x), attention(x))
    attention.eval()
    assert torch.equal(attention(x), attention(x))


def test_attention_runs_in_half_precision_where_the_run_does() -> None:
    attention = module(MultiHeadAttention(heads=2, rotary=True), STEPS)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert attention(torch.randn(2, 7, 4)).shape == (2, 7, 4)


def test_attention_counts_by_hand() -> None:
    shape, memory = Shape.of(time=10, feature=8), Shape.of(time=3, feature=6)
    layer = MultiHeadAttention(heads=2)
    assert layer.parameters([shape]) == 4 * (8 * 8 + 8)
    assert layer.macs([shape], shape) == 10 * 4 * 8 * 8 + 2 * 10 * 10 * 8
    assert layer.macs([shape, memory], shape) == 10 * 2 * 8 * 8 + 3 * 2 * 6 * 8 + 2 * 10 * 3 * 8


@pytest.mark.parametrize(
    ("features", "settings", "field", "hint"),
    [
        (130, {"heads": 4}, "heads", "Set Heads to 5"),
        (64, {"heads": 7}, "heads", "Set Heads to 8"),
        (7, {"heads": 3}, "heads", "Set Heads to 1"),
        (12, {"heads": 4, "rotary": True}, "heads", "Set Heads to 3"),
        (12, {"heads": 5, "rotary": True}, "heads", "Set Heads to 6"),
        (15, {"heads": 5, "rotary": True}, "rotary", "Switch Rotary off, or make features even"),
    ],
)
def test_heads_share_the_features(features: int, settings: dict[str, int], field: str, hint: str) -> None:
    error = refusal(MultiHeadAttention(id="attention", **settings), Shape.of(time=5, feature=features))
    assert (error.field, error.hint) == (field, hint)
    if hint.startswith("Set Heads"):
        cured = MultiHeadAttention(**{**settings, "heads": int(hint.removeprefix("Set Heads to "))})
        assert cured.output([Shape.of(time=5, feature=features)]).size("feature") == features


def test_what_attention_refuses() -> None:
    layer = MultiHeadAttention(id="attention")
    assert refusal(layer, STEPS, STEPS, STEPS).field == "inputs"
    assert refusal(layer, WORDS).hint == "Put Embedding before it"
    assert refusal(layer, PICTURE).hint == "Put Patch embedding before it"
    assert refusal(layer, STEPS, ROW).hint == "Set Return to every step in the layer above, or put Reshape before it"
    assert refusal(MultiHeadAttention(id="attention", rotary=True, heads=2), STEPS, MEMORY).field == "rotary"


@pytest.mark.parametrize("features", [4, 5])
def test_sinusoids_are_the_papers(features: int) -> None:
    x = torch.zeros(1, 7, features)
    waves = module(PositionalEncoding(), Shape.of(time=7, feature=features))(x)[0]
    for place in range(7):
        for feature in range(features):
            angle = place / 10_000 ** (2 * (feature // 2) / features)
            expected = math.cos(angle) if feature % 2 else math.sin(angle)
            assert math.isclose(waves[place, feature].item(), expected, abs_tol=1e-5)


def test_learned_places_are_added() -> None:
    layer = PositionalEncoding(form="learned")
    added = module(layer, STEPS)
    x = torch.randn(2, 7, 4)
    (table,) = added.parameters()
    torch.testing.assert_close(added(x), x + table)
    assert layer.parameters([STEPS]) == 28
    assert layer.macs([STEPS], STEPS) == 0


@pytest.mark.parametrize("token", [False, True])
def test_a_picture_is_cut_row_by_row(token: bool) -> None:
    layer = PatchEmbedding(patch=2, dimensions=5, class_token=token)
    cut = module(layer, PICTURE)
    assert layer.output([PICTURE]) == Shape.of(time=12 + token, feature=5)
    x = torch.randn(2, 3, 8, 6)
    steps = cut(x)[:, int(token) :]
    conv = next(part for part in cut.modules() if isinstance(part, nn.Conv2d))
    patch = x[:, :, 2:4, 4:6].flatten(1)  # second row of patches, third column
    expected = patch @ conv.weight.flatten(1).T + conv.bias
    torch.testing.assert_close(steps[:, 1 * 3 + 2], expected)
    assert layer.macs([PICTURE], layer.output([PICTURE])) == 12 * 3 * 4 * 5


def test_patches_that_do_not_fill_the_picture() -> None:
    error = refusal(PatchEmbedding(id="patch", patch=5), Shape.of(channel=1, height=28, width=28))
    assert error.message == "Patch embedding cannot cut height 28 × width 28 into patches of 5 × 5"
    assert (error.field, error.hint) == ("patch", "Set Patch to 4")
