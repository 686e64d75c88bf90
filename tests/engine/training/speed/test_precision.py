"""Half precision: as autocast by hand, chosen only where it pays, and gone on with exactly."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from engine.choices.clipping import ClipNorm
from engine.choices.optimizers import Adam
from engine.errors import EngineError
from engine.record.control import Control
from engine.record.events import Snapshot, TacticsChanged
from engine.record.execution import Tactics
from engine.record.request import TrainingRequest
from engine.training.checkpoint import snapshot as snapshots
from engine.training.learner import Learner
from engine.training.loop import train
from tests.engine import toys
from tests.engine.training import by_hand
from tests.engine.training.clocks import Counter

CPU = torch.device("cpu")
FAST = Adam(learning_rate=0.01)


def learner(tmp_path, precise=None, **training) -> Learner:
    tactics = Tactics(1, precise) if precise else None
    return Learner(TrainingRequest(toys.project(**training), toys.rings(), tmp_path), tactics)


def test_bfloat16_is_autocast_as_by_hand(tmp_path):
    project, data = toys.project(precision="bfloat16", optimizer=FAST), toys.rings()
    model = by_hand.network()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, fused=True)
    for inputs, targets in by_hand.batches(project, data):
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(inputs)
        assert logits.dtype == torch.bfloat16
        cross_entropy(logits.float(), targets).backward()
        optimizer.step()
    found = by_hand.learned(project, data, tmp_path)
    assert {one.dtype for one in found} == {np.dtype("float32")}
    assert by_hand.same(found, model)


def test_measured_is_what_the_network_answers_in_float32(tmp_path):
    half, whole = learner(tmp_path, precision="bfloat16"), learner(tmp_path)
    assert half.measure(toys.rings().validation).loss == whole.measure(toys.rings().validation).loss


def test_a_bfloat16_run_goes_on_exactly(tmp_path):
    project = toys.project(precision="bfloat16", accumulate=3, averaging=0.9)
    by_hand.goes_on_exactly(project, toys.rings(), tmp_path)


@pytest.mark.parametrize(("half", "wanted"), [(0.9, "bfloat16"), (0.97, "float32"), (2.0, "float32")])
@pytest.mark.parametrize("processes", [1, 2])
def test_auto_keeps_bfloat16_only_where_it_is_clearly_faster(tmp_path, half, wanted, processes):
    """Found in the run's own steps, by a clock that knows how long they take; helpers follow."""
    project = toys.project(precision="auto", epochs=50, processes=processes)
    clock = Counter(0.05)
    for event in train(TrainingRequest(project, toys.rings(), tmp_path), Control(), clock=clock):
        if isinstance(event, TacticsChanged):
            clock.each = 0.05 * (half if event.tactics.precision == "bfloat16" else 1)
            assert event.step >= 40
            last = event
    assert (last.tactics.precision, last.stays) == (wanted, True)


def test_a_resumed_run_keeps_what_was_chosen(tmp_path):
    project, data = toys.project(precision="auto"), toys.rings()
    start = by_hand.last(by_hand.events(toys.project(precision="bfloat16"), data, tmp_path, stop_at=1))
    assert (start.step, start.state["tactics"]["precision"]) == (1, "bfloat16")
    rest = by_hand.events(project, data, tmp_path, start=start)
    assert by_hand.last(rest).state["tactics"]["precision"] == "bfloat16"
    wanted = by_hand.learned(toys.project(precision="bfloat16"), data, tmp_path)
    arrays = by_hand.last(by_hand.events(toys.project(), data, tmp_path, start=start)).arrays  # whatever is set by now
    found = [values for name, values in arrays.items() if name.startswith("model.")]
    assert all(np.array_equal(one, two) for one, two in zip(found, wanted, strict=True))
    old = {name: value for name, value in start.state.items() if name != "tactics"}
    rest = by_hand.events(project, data, tmp_path, start=Snapshot(start.step, start.arrays, old))
    assert rest[-1].step == 24  # of a time when all was float32


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has 16-bit floats")
def test_float16_without_a_card_is_one_sentence(tmp_path):
    with pytest.raises(EngineError, match="16-bit floats need a CUDA graphics card") as caught:
        learner(tmp_path, precision="float16")
    assert (caught.value.field, caught.value.hint) == ("precision", "Set precision to bfloat16 or auto")


def test_float16_scales_the_loss_and_goes_on_exactly(tmp_path):
    settings = {"clipping": ClipNorm(limit=0.1), "accumulate": 2, "optimizer": FAST}
    whole, first, rest = (learner(tmp_path, "float16", **settings) for _ in range(3))
    torch.manual_seed(1)
    batches = list(whole.batches(0))
    for batch in batches:
        whole.step(*batch, 0.01)
    torch.manual_seed(1)
    for batch in batches[:3]:
        first.step(*batch, 0.01)
    cut = snapshots.take(first, {"step": 3})
    assert cut.arrays["scaler"].tolist() == [65536.0, 1.0]  # one change of the weights so far
    torch.manual_seed(2)
    snapshots.put_back(rest, cut)
    for batch in batches[3:]:
        rest.step(*batch, 0.01)
    left, right = (snapshots.take(one, {"step": 8}).arrays for one in (whole, rest))
    assert left.keys() == right.keys()
    assert all(np.array_equal(left[name], right[name]) for name in left)
    assert left["scaler"].tolist() == [65536.0, 4.0]


def test_float16_is_close_to_float32_also_when_clipped(tmp_path):
    half, whole = (
        learner(tmp_path, name, clipping=ClipNorm(limit=0.1), optimizer=FAST) for name in ("float16", "float32")
    )
    for made in (half, whole):
        torch.manual_seed(1)
        for batch in made.batches(0):
            made.step(*batch, 0.01)
    for name, one in whole.model.state_dict().items():
        assert torch.allclose(one, half.model.state_dict()[name], atol=2e-3), name


def test_a_step_that_overflows_is_left_out(tmp_path):
    made = learner(tmp_path, "float16")
    before = made.model.state_dict()["dense.0.weight"].clone()
    inputs, wanted = next(made.batches(0))
    made.step((inputs[0] * 1e5,), wanted, 0.01)
    assert torch.equal(made.model.state_dict()["dense.0.weight"], before)
    assert made.updater.scaler is not None
    assert made.updater.scaler.state == [32768.0, 0.0]
    made.step(inputs, wanted, 0.01)
    assert not torch.equal(made.model.state_dict()["dense.0.weight"], before)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA graphics card")
@pytest.mark.parametrize("name", ["float32", "bfloat16", "float16"])
def test_a_run_on_a_card_goes_on_exactly(name, tmp_path, monkeypatch):
    settings = {"precision": name, "accumulate": 3, "averaging": 0.9, "clipping": ClipNorm(limit=0.1)}
    project = toys.project(device="cuda", deterministic=True, **settings)
    by_hand.goes_on_exactly(project, toys.rings(), tmp_path, monkeypatch)
