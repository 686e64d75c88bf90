"""Every shipped block fits where it is put, computes what its paper says and trains a step."""

from __future__ import annotations

import pytest
import torch

from engine import analysis, blocks
from engine.blocks import BLOCKS, ReadyBlock
from engine.build import build
from engine.facts import DataFacts, Target
from engine.layers.base import Layer
from engine.layers.core.basics import Dense
from engine.layers.image.convolution import Conv2d
from engine.layers.image.pooling import GlobalPool1d, GlobalPool2d
from engine.layers.sequence.attention import MultiHeadAttention
from engine.layers.sequence.recurrent import Embedding
from engine.network import Network
from engine.plan import plan_of
from engine.project import Project
from engine.shapes import Shape

CLASSES = Target("class", "classes", ("a", "b", "c"))
PICTURES = DataFacts("images", Shape.of(channel=3, height=12, width=12), CLASSES, 70, 15, 15)
TEXTS = DataFacts("text", Shape.ids(50, time=12), CLASSES, 70, 15, 15)
ON_TEXT = ("transformer_encoder", "transformer_decoder")


def ready(block: ReadyBlock) -> tuple[Project, DataFacts]:
    """A network with the block in its place, made for the shape that arrives there."""
    if block.kind in ON_TEXT:
        facts, before, after = TEXTS, [Embedding(vocabulary=50, dimensions=24)], [GlobalPool1d()]
        arriving = Shape.of(time=12, feature=24)
    else:
        facts, before, after = PICTURES, [Conv2d(channels=24)], [GlobalPool2d()]
        arriving = Shape.of(channel=24, height=12, width=12)
    layers: list[Layer] = [*before, block.make(arriving), *after, Dense(units=3, activation="softmax")]
    return Project(network=Network.stack(*layers)), facts


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.kind)
def test_it_has_no_problem_where_it_suits(block: ReadyBlock) -> None:
    project, facts = ready(block)
    report = analysis.report(project, facts)
    assert report.problems == ()
    given = report.layers[project.network.middle[1].id].output
    arrived = report.layers[project.network.middle[0].id].output
    assert given is not None
    assert arrived is not None
    halved = arrived.with_sizes(channel=48, height=6, width=6) if "channel" in arrived.names else arrived
    assert given == (halved if block.kind == "residual_down" else arrived)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.kind)
def test_it_trains_a_step(block: ReadyBlock) -> None:
    project, facts = ready(block)
    torch.manual_seed(0)
    model = build(plan_of(project.network, facts, project.training))
    x = torch.randint(0, 50, (4, 12)) if block.kind in ON_TEXT else torch.randn(4, 3, 12, 12)
    before = {name: value.clone() for name, value in model.named_parameters()}
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    torch.nn.functional.cross_entropy(model.logits(x), torch.tensor([0, 1, 2, 0])).backward()
    optimizer.step()
    assert all(not torch.equal(before[name], value) for name, value in model.named_parameters() if value.grad.any())
    silent = [name for name, value in model.named_parameters() if not value.grad.any()]
    assert not [name for name in silent if "weight" in name]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.kind)
def test_it_can_be_made_before_anything_is_known(block: ReadyBlock) -> None:
    assert block.make(None).layers
    assert block.make(Shape.of(feature=4)).layers
    assert block.title
    assert block.about


def test_parameters_of_the_papers() -> None:
    """Counted by hand: convolutions without bias, two numbers a channel for each norm."""
    x = Shape.of(channel=64, height=8, width=8)
    assert blocks.residual(x).parameters([x]) == 2 * (64 * 64 * 9 + 128)
    assert blocks.residual_down(x).parameters([x]) == 64 * 128 * 9 + 128 * 128 * 9 + 64 * 128 + 3 * 256
    assert blocks.bottleneck(x).parameters([x]) == 64 * 16 + 16 * 16 * 9 + 16 * 64 + 32 + 32 + 128
    assert blocks.squeeze_excite(x).parameters([x]) == 64 * 4 + 4 + 4 * 64 + 64
    assert blocks.inverted_residual(x).parameters([x]) == 64 * 384 * 2 + 384 * 9 + 768 + 768 + 128
    y = Shape.of(time=5, feature=64)
    dense, norms = 64 * 256 + 256 + 256 * 64 + 64, 2 * 128
    assert blocks.encoder(y).parameters([y]) == 4 * (64 * 64 + 64) + dense + norms
    assert blocks.decoder(y).parameters([y]) == blocks.encoder(y).parameters([y])


@pytest.mark.parametrize(("size", "heads"), [(64, 8), (24, 2), (32, 4), (7, 1), (8, 1), (16, 2)])
def test_heads_divide_the_features(size: int, heads: int) -> None:
    found = blocks.encoder(Shape.of(time=3, feature=size)).layers[0]
    assert isinstance(found, MultiHeadAttention)
    assert found.heads == heads
