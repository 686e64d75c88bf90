"""All kinds of the table, at their least, usual and most: each does something to what it suits, and leaves its form."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.choices.augmentations import AUGMENTATIONS, Holds, Mixing
from engine.training.augmentation.augmenter import Augmenter
from engine.training.augmentation.colour import Range
from engine.training.augmentation.single import Known

BATCHES: dict[Holds, torch.Tensor] = {
    "pictures": torch.from_numpy(np.random.default_rng(0).normal(0, 1, (32, 3, 9, 12)).astype(np.float32)),
    "numbers": torch.from_numpy(np.random.default_rng(0).normal(0, 1, (32, 5)).astype(np.float32)),
    "words": torch.from_numpy(np.random.default_rng(0).integers(2, 50, (32, 40))),
}
CLASSES = torch.arange(32) % 4


def cases():
    for kind in AUGMENTATIONS:
        yield kind.model_validate({})
        for name, field in kind.model_fields.items():
            if name == "kind":
                continue
            limits = {type(one).__name__: one for one in field.metadata}
            for limit in ("Ge", "Le"):
                if limit in limits:
                    value = getattr(limits[limit], limit.lower())
                    yield kind.model_validate({name: value})


@pytest.mark.parametrize("one", [*cases()], ids=repr)
def test_it_changes_what_it_suits_and_nothing_else(one):
    for holds, before in BATCHES.items():
        if isinstance(one, Mixing) and holds not in one.suits:
            continue  # analysis refuses that
        known = Known(holds, torch.ones((), dtype=torch.bool), Range.of({}, 3) if holds == "pictures" else None)
        augmenter = Augmenter([one], 0, ("input",), [known], (4,), {})
        kept = before.clone()
        found = list(augmenter.changed([((before,), (CLASSES,))] * 4, 0, 0))
        assert torch.equal(before, kept), "the data itself is not written to"
        for (after,), (wanted,) in found:
            assert (after.shape, after.dtype) == (before.shape, before.dtype)
            assert after.is_contiguous()
            assert torch.isfinite(after).all()
            if isinstance(one, Mixing):
                assert torch.allclose(wanted.sum(1), torch.ones(32))
            else:
                assert torch.equal(wanted, CLASSES)
        changed = any(not torch.equal(after, before) for (after,), _ in found)
        assert changed == (holds in one.suits and does_something(one))


def does_something(one) -> bool:
    """Whether any of what it can do is set to more than nothing."""
    values = {name: value for name, value in dict(one).items() if name != "kind"}
    if one.kind == "erase":
        return bool(one.chance)
    return any(values.values())
