"""The peak that is forecast, against the peak of torch's allocator."""

from __future__ import annotations

import pytest

from benchmarks.memory_child import cut, peak, train
from benchmarks.networks import network_project
from engine.choices.augmentations import Erase, Flip, Mixup
from engine.choices.clipping import ClipNorm
from engine.choices.optimizers import NAdam
from engine.data.dataset import Ticket
from engine.data.load import load
from engine.layers.base import Learning
from engine.layers.core.basics import Dense
from engine.layers.sequence.recurrent import Lstm
from engine.memory import Bytes, data, largest_batch, training_bytes
from engine.network import Network
from engine.starter import sample_project
from engine.training.batches import epochs
from engine.training.checkpoint import best
from tests.engine.toys import project as toy_project
from tests.engine.toys import rings


@pytest.mark.parametrize("name", ["circle", "digits", "reviews"])
def test_within_a_fifth_on_samples(name: str):
    project = sample_project(name)
    assert project.data is not None
    dataset = cut(load(project.data, Ticket()), 4 * project.training.batch_size)
    project = project.changed(training=project.training.changed(epochs=2))
    splits = (dataset.train, dataset.validation)
    borrowed = sum(array.nbytes for part in splits for array in (*part.all_inputs, *part.all_targets))
    measured = peak(lambda: train(project, dataset)) + borrowed
    assert training_bytes(project, dataset.facts) == pytest.approx(measured, rel=0.2)


WIDE = "wide MLP, batch 32"
WAYS = {
    "averaging": (WIDE, {"averaging": 0.99}, 0),
    "accumulate": (WIDE, {"accumulate": 3}, 0),
    "all at once": (WIDE, {"averaging": 0.99, "accumulate": 2, "clipping": ClipNorm(), "class_weights": "balanced"}, 0),
    "frozen": (WIDE, {}, 2),
    "pictures": ("CNN, batch 2", {"averaging": 0.99, "accumulate": 2, "optimizer": NAdam()}, 0),
    "augmented": ("CNN, batch 2", {"augment": [Flip(), Erase(), Mixup()]}, 0),
}


@pytest.mark.parametrize("way", WAYS)
def test_within_a_tenth_however_it_learns(way: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(best, "SHARE", 1e9)  # no file is slow
    name, settings, frozen = WAYS[way]
    project, dataset = network_project(name, steps=6)
    project = project.changed(training=project.training.changed(epochs=2, threads=1, **settings))
    network = project.network
    for layer in network.middle[:frozen]:
        network = network.with_values(layer.id, learning=Learning(frozen=True))
    plain, project = training_bytes(project, dataset.facts), project.changed(network=network)
    splits = (dataset.train, dataset.validation)
    borrowed = sum(array.nbytes for part in splits for array in (*part.all_inputs, *part.all_targets))
    measured = peak(lambda: train(project, dataset)) + borrowed
    forecast = training_bytes(project, dataset.facts)
    assert forecast == pytest.approx(measured, rel=0.1)
    if frozen:
        assert forecast < 0.5 * plain


def test_the_same_limits_as_training():
    assert data.GATHERED == epochs.GATHERED


def test_the_largest_batch_fits_and_twice_as_much_does_not():
    project, dataset = network_project("wide MLP, batch 32", steps=1_000)
    facts = dataset.facts
    limit = 300 * 10**6
    size = largest_batch(project, facts, limit)

    def needs(batch: int) -> int:
        return training_bytes(project.changed(training=project.training.changed(batch_size=batch)), facts)

    assert 1 < size < facts.train
    assert needs(size) <= limit < needs(2 * size)


def test_the_largest_batch_is_all_examples_or_none():
    project, facts = toy_project(), rings().facts
    assert largest_batch(project, facts, 10**9) == facts.train
    assert largest_batch(project, facts, 1_000) == 0


def test_more_examples_in_a_batch_never_need_less():
    project, dataset = network_project("CNN, batch 2", steps=64)
    sizes = [
        training_bytes(project.changed(training=project.training.changed(batch_size=2**n)), dataset.facts)
        for n in range(7)
    ]
    assert sizes == sorted(sizes)


def test_a_network_that_cannot_be_built_is_summed_row_by_row():
    broken = toy_project(Network.stack(Lstm(units=4), Dense(units=2)))
    facts = rings().facts
    rows = [Bytes(100, 100, 200, 50), Bytes(activations=10)]
    assert training_bytes(broken, facts, rows) - training_bytes(broken, facts) == 460
