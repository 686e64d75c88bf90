"""An epoch's batches are the same, in the same places in memory, wherever in it a run goes on."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from engine.settings import steps_in_epoch
from engine.training.batches import epochs
from engine.training.batches.epochs import epoch_batches

EXAMPLES = 401


def split() -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(EXAMPLES, 13, generator=generator), torch.randn(EXAMPLES, 3, generator=generator)
    return inputs, (torch.arange(EXAMPLES) % 3,)


@pytest.mark.parametrize("gathered", [1, 10_000, 2**21])
@pytest.mark.parametrize("balanced", [False, True])
@pytest.mark.parametrize("size", [1, 7, 30, 50, 400, 1000])
def test_what_is_skipped_changes_nothing_that_follows(monkeypatch, gathered, balanced, size):
    """In single numbers and in where they lie: products of matrices that lie otherwise end in other bits."""
    monkeypatch.setattr(epochs, "GATHERED", gathered)
    inputs, targets = split()
    classes = targets[0] if balanced else None
    whole = [[*one, *other] for one, other in epoch_batches(inputs, targets, size, 0, 2, 0, classes)]
    assert len(whole) == steps_in_epoch(EXAMPLES, size)
    assert sum(len(batch[0]) for batch in whole) == EXAMPLES
    for skip in range(0, len(whole) + 1, max(1, len(whole) // 20)):
        left = [[*one, *other] for one, other in epoch_batches(inputs, targets, size, 0, 2, skip, classes)]
        assert len(left) == len(whole) - skip
        for batch, wanted in zip(left, whole[skip:], strict=True):
            assert all(torch.equal(one, other) for one, other in zip(batch, wanted, strict=True))
            assert [one.storage_offset() for one in batch] == [one.storage_offset() for one in wanted]


@pytest.mark.parametrize("size", [1, 7, 30, 50])
def test_an_epoch_in_two_parts_ends_in_the_same_bits(size):
    """Sizes that are no multiple of four: their batches lie at any place, not only at multiples of 16 bytes."""
    (inputs, _), _ = split()

    def trained(stop: int) -> Tensor:
        torch.manual_seed(1)
        layer = nn.Linear(13, 10)
        for skip, end in ((0, stop), (stop, EXAMPLES)):
            part = epoch_batches((inputs,), (inputs,), size, 0, 0, skip)
            for _, ((batch,), _) in zip(range(skip, end), part, strict=False):
                layer.zero_grad()
                layer(batch).square().mean().backward()
                with torch.no_grad():
                    for weights in layer.parameters():
                        weights.sub_(weights.grad, alpha=0.1)
        return torch.cat([weights.detach().flatten() for weights in layer.parameters()])

    wanted = trained(0)
    assert [stop for stop in range(1, 6) if not torch.equal(trained(stop), wanted)] == []
