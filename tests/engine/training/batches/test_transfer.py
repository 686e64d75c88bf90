"""Which data goes where is arithmetic; what stays on the host is fed one batch ahead, the same batches in order."""

from __future__ import annotations

import pytest
import torch

from engine.training.batches import transfer
from engine.training.batches.epochs import epoch_batches
from engine.training.batches.transfer import fed, place_for, placed, size

GB = 2**30


@pytest.mark.parametrize(
    ("needed", "free", "place"),
    [
        (0, 8 * GB, "device"),
        (4 * GB, 8 * GB, "device"),
        (4 * GB + 1, 8 * GB, "host"),  # half of it is left for what training itself takes
        (1, 0, "host"),
        (1, -5, "host"),
        (10_000 * GB, None, "device"),  # the CPU has no other memory to put it into
    ],
)
def test_a_split_stays_on_the_host_where_it_takes_more_than_its_share(needed, free, place):
    assert place_for(needed, free) == place


def test_sizes_are_counted_in_bytes():
    assert size([torch.zeros(3, 5), torch.zeros(7, dtype=torch.int64), torch.zeros(2, dtype=torch.bool)]) == 118


def test_the_cpu_has_no_memory_of_its_own():
    assert transfer.free_memory(torch.device("cpu")) is None


def split():
    return (torch.arange(50.0).view(25, 2),), (torch.arange(25),)


@pytest.mark.parametrize(("free", "device"), [(10**6, "meta"), (10, "cpu")])
def test_a_split_is_placed_by_what_is_free(monkeypatch, free, device):
    monkeypatch.setattr(transfer, "free_memory", lambda _: free)
    inputs, wanted = placed(*split(), torch.device("meta"))
    assert {one.device.type for one in (*inputs, *wanted)} == {device}


def test_batches_that_are_there_are_handed_on_as_they_are():
    batches = list(epoch_batches(*split(), 4, 0, 0))
    assert all(came[0][0] is was[0][0] for came, was in zip(fed(batches, torch.device("cpu")), batches, strict=True))


def test_each_batch_is_on_its_way_before_the_one_before_it_is_used():
    """Seen from the source: the next one is asked for before the last is handed out."""
    drawn: list[int] = []

    def source():
        for number, batch in enumerate(epoch_batches(*split(), 4, 0, 0)):
            drawn.append(number)
            yield batch

    came = []
    for inputs, wanted in fed(source(), torch.device("meta")):
        came.append((inputs[0].shape[0], inputs[0].device.type, wanted[0].device.type))
        assert drawn[-1] == min(len(came), 5)
    assert came == [(4, "meta", "meta")] * 5 + [(5, "meta", "meta")]


def test_no_batches_are_no_batches():
    assert list(fed([], torch.device("meta"))) == []
