"""A recorded step: the same bits as the step it was recorded from, and taken only where that is so."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.profiler import profile
from torch.utils._python_dispatch import is_in_torch_dispatch_mode

from engine import quick
from engine.choices.augmentations import Mixup, Noise
from engine.errors import EngineError
from engine.layers.core.basics import Dense, Dropout
from engine.layers.image.augmentation import Cutout, RandomFlip, RandomShift
from engine.layers.image.convolution import Conv2d
from engine.layers.normalise.normalisation import BatchNorm, LayerNorm
from engine.layers.shape.shaping import Flatten
from engine.network import Network
from engine.record.events import Progress
from engine.record.execution import Tactics
from engine.record.request import Rhythm, TrainingRequest
from engine.training.learner import Learner
from engine.training.speed import capture, fast_step
from engine.training.speed.capture import bits, record
from engine.training.speed.fast_step import LOOKS
from engine.training.speed.optimize import quickened, shortened
from engine.training.speed.trace import Tracer
from tests.engine import toys
from tests.engine.training import told
from tests.engine.training.clocks import Counter

END = Dense(units=2, activation="softmax")
STACKS = {
    "dense": [Dense(units=16), Dense(units=8, activation="tanh"), END],
    "disturbed": [Dense(units=16, activation="gelu"), Dropout(rate=0.3), BatchNorm(), Dense(units=8), LayerNorm(), END],
    "gated": [Dense(units=16, activation="silu"), Dense(units=8, activation="leaky_relu"), END],
}

AUGMENTED = {
    "at the front": [RandomFlip(up_down=0.5), RandomShift(), Cutout(), Conv2d(channels=4), Flatten(), END],
    "in the middle": [Conv2d(channels=4), RandomFlip(), RandomShift(fill="repeat"), Cutout(side=3), Flatten(), END],
}


@pytest.fixture
def eager(monkeypatch):
    """Steps are recorded whatever it costs or brings, by a clock of the test's own."""
    monkeypatch.setattr(fast_step, "WORTH", 0.0)
    monkeypatch.setattr(fast_step, "EARNED", 0)
    monkeypatch.setattr(fast_step, "pays", lambda *_: True)


SHORT, LONG, ENDLESS = 0.001, 0.1, 10.0  # seconds that a step takes by the clock of a test


def learner(tmp_path, network=None, step: float = SHORT, **training) -> Learner:
    request = TrainingRequest(toys.project(network, epochs=100, **training), toys.rings(), tmp_path)
    return Learner(request, Tactics(1), clock=Counter(step))


def trained(one: Learner, steps: int, before_step=lambda number: None) -> list[np.ndarray]:
    """Losses of so many steps, then the weights."""
    losses, done = [], 0
    while done < steps:
        for inputs, wanted in one.batches(done // one.windows.per_epoch):
            if done == steps:
                break
            before_step(done)
            losses.append(one.step(inputs, wanted, 0.01).numpy().copy())
            done += 1
    return [*losses, *(value.numpy().copy() for value in one.model.state_dict().values())]


def alike(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("least", [None, 1], ids=["usual", "quick"])
@pytest.mark.parametrize("name", STACKS)
def test_a_recorded_step_gives_the_same_bits(tmp_path, eager, monkeypatch, name, least):
    """Also with what is for many numbers: random bits, and a gradient made in place."""
    for limit in ("MANY", "LARGE") if least else ():
        monkeypatch.setattr(quick, limit, least)
    fast = learner(tmp_path, Network.stack(*STACKS[name]))
    found = trained(fast, LOOKS + 60)
    assert fast.shortcut.taken
    monkeypatch.setattr(fast_step, "WORTH", 1e9)
    slow = learner(tmp_path, Network.stack(*STACKS[name]))
    assert alike(found, trained(slow, LOOKS + 60))
    assert not slow.shortcut.taken


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("name", AUGMENTED)
def test_pictures_are_changed_in_a_recorded_step_as_in_any_other(tmp_path, eager, monkeypatch, name, last):
    def steps() -> tuple[list[np.ndarray], bool]:
        request = TrainingRequest(toys.project(Network.stack(*AUGMENTED[name]), epochs=100), toys.halves(), tmp_path)
        one = Learner(request, Tactics(1, channels_last=last), clock=Counter(SHORT))
        return trained(one, LOOKS + 60), one.shortcut.taken

    found, recorded = steps()
    assert recorded
    monkeypatch.setattr(fast_step, "WORTH", 1e9)
    usual, recorded = steps()
    assert alike(found, usual)
    assert not recorded


@pytest.mark.parametrize(
    "training",
    [
        {"averaging": 0.9},
        {"precision": "bfloat16"},
        {"spare_norms": False},
        {"augment": [Noise(), Mixup()]},
        {"augment": [Mixup()], "class_weights": "balanced"},
    ],
)
def test_settings_of_a_step_stay_true(tmp_path, eager, monkeypatch, training):
    fast = learner(tmp_path, **training)
    found = trained(fast, LOOKS + 40)
    assert fast.shortcut.taken
    monkeypatch.setattr(fast_step, "WORTH", 1e9)
    assert alike(found, trained(learner(tmp_path, **training), LOOKS + 40))


def test_what_changes_the_network_is_recorded_anew(tmp_path, eager, monkeypatch):
    network = Network.stack(Dense(units=16), Dropout(rate=0.1), Dense(units=16), END)

    def change(one: Learner, number: int) -> None:
        if number == LOOKS + 20:
            next(module for module in one.model.modules() if isinstance(module, nn.Dropout)).p = 0.6
            one.changed()
        if number == 2 * LOOKS + 40:
            one.freeze("dense", True)

    fast = learner(tmp_path, network)
    found = trained(fast, 4 * LOOKS + 60, lambda number: change(fast, number))
    assert fast.shortcut.taken
    monkeypatch.setattr(fast_step, "WORTH", 1e9)
    slow = learner(tmp_path, network)
    assert alike(found, trained(slow, 4 * LOOKS + 60, lambda number: change(slow, number)))


def settled(one: Learner, steps: int, change=lambda number: None) -> list[bool]:
    """Of each step, whether the way to take it was still being found."""
    found: list[bool] = []
    trained(one, steps + 1, lambda number: (found.append(one.shortcut.settling), change(number)))
    return found[1:]


WHOLE = 1_000  # examples of a batch: one an epoch, all of the same size


def test_the_steps_in_which_a_way_is_found_are_told_from_all_others(tmp_path, eager):
    fast = learner(tmp_path, batch_size=WHOLE)
    found = settled(fast, 6 * LOOKS + 18, lambda number: fast.changed() if number == 3 * LOOKS + 9 else None)
    assert found == 2 * ([True] * 3 * LOOKS + [False] * 9)


def test_a_step_that_hardly_becomes_faster_counts_like_any_other(tmp_path, eager):
    """But for the one with which a step is recorded and proven."""
    one = learner(tmp_path, batch_size=WHOLE, step=LONG)
    assert settled(one, 3 * LOOKS + 9) == [False] * LOOKS + [True] + [False] * (2 * LOOKS + 8)
    assert one.shortcut.taken


def test_a_long_step_is_recorded_once_that_has_been_earned_and_the_way_to_compute_stands(tmp_path, eager, monkeypatch):
    monkeypatch.setattr(fast_step, "EARNED", 3 * LOOKS)
    one = learner(tmp_path, batch_size=WHOLE, step=LONG)
    assert settled(one, 3 * LOOKS + 4) == [False] * 3 * LOOKS + [True] + [False] * 3
    other = learner(tmp_path, batch_size=WHOLE, step=LONG)
    other.searching = True
    assert not any(settled(other, 4 * LOOKS))
    other.searching = False
    assert any(settled(other, 2))


def test_where_no_way_is_looked_for_every_step_is_like_the_first(tmp_path, monkeypatch):
    monkeypatch.setattr(fast_step, "EARNED", 0)
    monkeypatch.setattr(fast_step, "WORTH", 1e9)  # too short a run
    assert not any(settled(learner(tmp_path), LOOKS + 10))
    monkeypatch.setattr(fast_step, "WORTH", 0)
    assert not any(settled(learner(tmp_path, step=ENDLESS), LOOKS + 10))
    assert not any(settled(learner(tmp_path, accumulate=2), LOOKS + 10))


def test_a_run_says_in_which_bunches_a_way_is_found(eager):
    bunches = told.go(toys.project(epochs=3 * LOOKS + 19, batch_size=WHOLE), clock=Counter(SHORT)).of(Progress)
    assert [one.settling for one in bunches] == [True] * 3 * LOOKS + [False] * 19
    rarely = Rhythm(bunch=1e9)  # an epoch each
    bunches = told.go(toys.project(epochs=LOOKS), rhythm=rarely, clock=Counter(SHORT)).of(Progress)
    whole = 120 // 16  # batches of an epoch
    assert [one.settling for one in bunches] == [number * whole < 3 * LOOKS for number in range(LOOKS)]


def test_convolutions_with_channels_last_are_recorded_too(eager):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(2, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 3))
    model.to(memory_format=torch.channels_last)
    inputs, wanted = (torch.randn(8, 2, 8, 8),), (torch.randint(0, 3, (8,)),)
    parameters = list(model.parameters())
    play = record(lambda x, y: cross_entropy(model(*x), *y), parameters, inputs, wanted)
    assert play is not None
    loss = cross_entropy(model(*inputs), *wanted)
    torch.autograd.backward(loss)
    assert bits(play(*inputs, *wanted)) == bits([loss, *(one.grad for one in parameters)])


def test_two_threads_take_turns():
    """torch would go on believing that somebody listens, where the first to begin is the first to end."""
    weight = nn.Parameter(torch.zeros(2))
    begun, ended = [threading.Event(), threading.Event()], threading.Event()

    def one(number: int) -> None:
        def loss(inputs, _):
            begun[number].set()
            (begun[1] if number == 0 else ended).wait(0.3)
            return weight.sum()

        if number == 1:
            begun[0].wait(60)
        record(loss, [weight], (), ())
        ended.set()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, range(2)))
    assert not is_in_torch_dispatch_mode()


def test_two_threads_can_record_at_once():
    """A forecast that is given up may still be at it when the run begins."""
    model = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 3))
    inputs, wanted = (torch.randn(8, 4),), (torch.randint(3, (8,)),)
    together = threading.Barrier(2)

    def one(_: int) -> bool:
        together.wait(60)
        return all(
            record(lambda x, y: cross_entropy(model(*x), *y), list(model.parameters()), inputs, wanted)
            for _ in range(4)
        )

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(one, range(2))) == [True, True]


def test_what_depends_on_numbers_is_not_recorded():
    model = nn.Linear(3, 2)

    def loss(inputs, wanted):
        answers = model(*inputs)
        return answers.sum() if answers.sum() > 0 else answers.square().sum()

    assert record(loss, list(model.parameters()), (torch.randn(4, 3),), ()) is None


@pytest.mark.parametrize("longer", [True, False])
def test_both_ways_take_turns_and_the_slower_one_is_given_up(tmp_path, monkeypatch, longer):
    """In steps of the run itself, whose bits are the same by either."""
    monkeypatch.setattr(fast_step, "WORTH", 0)
    one = learner(tmp_path, batch_size=WHOLE)

    def of_a_length(loss_of, parameters, inputs, wanted, stopping):
        play = record(loss_of, parameters, inputs, wanted)

        def play_for_a_while(*batch):
            one.clock.now += SHORT / 2 if longer else -SHORT / 2
            return play(*batch)

        return play_for_a_while

    monkeypatch.setattr(fast_step, "record", of_a_length)
    taken = []
    found = trained(one, 3 * LOOKS + 5, lambda number: taken.append(one.shortcut.taken))
    assert taken == [False] * (LOOKS + 1) + [True] * (2 * LOOKS - 1) + [not longer] * 5
    monkeypatch.setattr(fast_step, "WORTH", 1e9)
    assert alike(found, trained(learner(tmp_path, batch_size=WHOLE), 3 * LOOKS + 5))


def test_a_recording_that_gives_other_bits_is_not_taken(tmp_path, eager, monkeypatch):
    def wrong(loss_of, parameters, inputs, wanted, stopping):
        play = record(loss_of, parameters, inputs, wanted)

        def play_wrong(*batch):
            loss, first, *rest = play(*batch)
            return loss, first * (1 + 1e-6), *rest

        return play_wrong

    monkeypatch.setattr(fast_step, "record", wrong)
    one = learner(tmp_path)
    trained(one, LOOKS + 5)
    assert not one.shortcut.taken


def test_a_short_run_records_nothing(tmp_path):
    one = Learner(TrainingRequest(toys.project(epochs=2), toys.rings(), tmp_path), Tactics(1))
    trained(one, LOOKS + 5)
    assert not one.shortcut.taken


def test_a_learner_that_is_no_longer_needed_is_gone_at_once(tmp_path, eager):
    one = learner(tmp_path)
    trained(one, LOOKS + 5)
    assert one.shortcut.taken
    held = weakref.ref(one.model)
    gc.disable()
    try:
        del one
        assert held() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("where", ["recorded", "played"])
def test_a_recording_that_cannot_be_played_is_not_taken(tmp_path, eager, monkeypatch, where):
    """Nor one for which there is no room, where steps find enough."""

    def broken(loss_of, parameters, inputs, wanted, stopping):
        def play(*batch):
            raise RuntimeError("not enough memory: you tried to allocate 1000 bytes")

        loss_of(inputs, wanted).backward()
        return play if where == "played" else play()

    monkeypatch.setattr(fast_step, "record", broken)
    one = learner(tmp_path)
    found = trained(one, LOOKS + 5)
    assert not one.shortcut.taken
    monkeypatch.setattr(fast_step, "WORTH", 1e9)
    assert alike(found, trained(learner(tmp_path), LOOKS + 5))


def twice(x, w):
    """What is read again is not written over."""
    h = torch.tanh(x @ w)
    return (h * 2 + h.relu()).sum() + h.square().sum()


def inside(x, w):
    """A view of what is read again."""
    h = x @ w
    return (h[:, :2] * 2).sum() * h.sum()


def itself(x, w):
    h = x @ w
    return (h + h.t()).square().sum()


def given(x, w):
    """Not even the batch itself, when it is read for the last time."""
    return ((x * 2) @ w).sum()


def seeded(x, w):
    """Numbers are drawn also where nobody reads them."""
    torch.rand(3)
    return (torch.rand(4, 4) * (x @ w)).sum()


def either(x, w):
    """The second of two that are added, as the first is read again."""
    h, other = x @ w, w @ x
    return ((h + other) * h).sum()


def spread(x, w):
    """Nor the second where the first is larger or of another kind."""
    return (torch.ones(4, 4) * (x @ w)[:1]).sum() + (torch.ones(4, dtype=torch.float64) + (x @ w)).sum()


def shared(x, w):
    """Nor a part of the weights, which a kernel gives with others."""
    a, b = w.chunk(2)
    return (b * x[:2]).sum() + (a * x[:2]).sum()


def apart(x, w):
    """The same where all parts are taken at once."""
    *others, first = w.unbind()[::-1]
    return sum((one * x[0]).sum() for one in [*others, first])


def starts(x, w):
    """Nor a part of something larger, whose numbers would begin elsewhere."""
    r = (x @ w)[1:] * 2
    return r.as_strided((2, 4), (4, 1), 4).square().sum()


def half(x, w):
    """A single number stays unrounded only as the second of two."""
    h = (x @ w).bfloat16()
    return (h.sum().detach().float() * 1.001 * h).float().sum()


def less(x, w):
    """What is taken away cannot be the other way round."""
    h, other = x @ w, w @ x
    return ((h - other) * h).sum()


def written(x, w):
    """In place already, also through a view."""
    h = x @ w
    h[:, 0] += 1
    h.mul_(2)
    return h.exp().sum()


def placed(x, w):
    return (x @ w)[torch.tensor([2, 0, 1])].square().sum() * 3


FORMS = [twice, inside, itself, given, seeded, either, spread, shared, apart, starts, half, less, written, placed]


@pytest.mark.parametrize("loss_of", FORMS, ids=lambda one: one.__name__)
def test_what_is_still_read_is_not_written_over(loss_of):
    torch.manual_seed(0)
    weight = nn.Parameter(torch.randn(4, 4))
    play = record(lambda inputs, _: loss_of(*inputs, weight), [weight], (torch.randn(4, 4),), ())
    assert play is not None
    for _ in range(3):
        x = torch.randn(4, 4)
        before = bits([x, weight])
        random = torch.get_rng_state()
        loss = loss_of(x, weight)
        usual = bits([loss, *torch.autograd.grad(loss, [weight]), torch.get_rng_state()])
        torch.set_rng_state(random)
        assert bits([*play(x), torch.get_rng_state()]) == usual
        assert bits([x, weight]) == before


def test_places_where_something_is_true_are_not_recorded():
    weight = nn.Parameter(torch.randn(4))
    for loss in (lambda x: (weight * x)[x > 0].sum(), lambda x: (weight * x).masked_select(x > 0).sum()):
        assert record(lambda inputs, _, loss=loss: loss(*inputs), [weight], (torch.randn(4),), ()) is None


PYTHONS = {
    "a number of the batch": lambda inputs, _: float(inputs[0].numpy()[0, 0]),
    "their largest": lambda inputs, _: float(inputs[0].numpy().max()),
    "answers": lambda _, wanted: float(wanted[0].numpy() @ np.arange(len(wanted[0]))),
    "a random number": lambda *_: torch.rand(1).tolist()[0],
}


@pytest.mark.parametrize("size", [16, WHOLE])
@pytest.mark.parametrize("name", PYTHONS)
def test_numbers_that_python_took_out_are_found_by_others(tmp_path, eager, name, size):
    """A recording would take those of its own batch for ever."""
    one = learner(tmp_path, batch_size=size)
    priced = one.priced
    one.priced = lambda inputs, wanted, *rest: priced(inputs, wanted, *rest) * (1 + PYTHONS[name](inputs, wanted))
    trained(one, LOOKS + 5)
    assert not one.shortcut.taken


def test_of_two_terms_the_one_that_is_free_is_written_over():
    x = torch.randn(4)
    tracer = Tracer((x,), 10)
    with tracer.listening():
        h = x.sin()
        found = (h + x.cos()) * h
    results = [tracer.value(found)]
    quick = quickened(shortened(tracer.calls, results), tracer.inputs, results)
    assert [call.kernel for call in quick][2:] == [Tensor.add_, Tensor.mul_]


def test_a_gradient_that_is_always_the_same_is_not_the_same_tensor():
    """It would be clipped once for each step so far."""
    weight = nn.Parameter(torch.tensor(1.0))
    play = record(lambda inputs, _: inputs[0].sum() + weight, [weight], (torch.randn(4),), ())
    assert play is not None
    for _ in range(3):
        _, gradient = play(torch.randn(4))
        assert gradient == 1
        gradient.mul_(0.5)


def test_weights_that_the_loss_does_not_reach_are_no_end(tmp_path, eager):
    one = learner(tmp_path)
    one.model.register_parameter("idle", nn.Parameter(torch.zeros(3)))
    trained(one, LOOKS + 5)
    assert not one.shortcut.taken


def spoilt(change):
    """A recorder whose recording does something more than the step."""

    def spoiling(loss_of, parameters, inputs, wanted, stopping):
        play = record(loss_of, parameters, inputs, wanted)

        def play_wrong(*batch):
            found = play(*batch)
            return change(parameters, found) or found

        return play_wrong

    return spoiling


def writes(parameters, _):
    with torch.no_grad():
        parameters[0].mul_(2)


def draws(*_):
    torch.rand(1)


def counts(parameters, _):
    parameters[0].counted.add_(1)


def joins(_, found):
    """Clipping one gradient would change the next."""
    loss, *gradients = found
    parts = torch.cat([one.flatten() for one in gradients]).split([one.numel() for one in gradients])
    return loss, *(part.view_as(one) for part, one in zip(parts, gradients, strict=True))


def test_a_recording_that_writes_over_weights_ends_the_run(tmp_path, eager, monkeypatch):
    monkeypatch.setattr(fast_step, "record", spoilt(writes))
    with pytest.raises(EngineError, match="weights"):
        trained(learner(tmp_path), LOOKS + 5)


@pytest.mark.parametrize("change", [draws, joins])
def test_a_recording_that_leaves_something_else_behind_is_not_taken(tmp_path, eager, monkeypatch, change):
    monkeypatch.setattr(fast_step, "record", spoilt(change))
    one = learner(tmp_path)
    trained(one, LOOKS + 5)
    assert not one.shortcut.taken


def test_a_recording_that_leaves_other_buffers_is_not_taken(tmp_path, eager, monkeypatch):
    one = learner(tmp_path, Network.stack(Dense(units=8), BatchNorm(), END))
    next(one.model.parameters()).counted = next(one.model.buffers())
    monkeypatch.setattr(fast_step, "record", spoilt(counts))
    trained(one, LOOKS + 5)
    assert not one.shortcut.taken


def test_a_step_of_too_many_kernels_is_not_recorded(monkeypatch):
    weight = nn.Parameter(torch.zeros(4))
    batch = ((torch.randn(4),), ())
    assert record(lambda inputs, _: (weight * inputs[0]).sum(), [weight], *batch) is not None
    monkeypatch.setattr(capture, "MOST_KERNELS", 2)
    assert record(lambda inputs, _: (weight * inputs[0]).sum(), [weight], *batch) is None


def test_constants_that_are_written_to_are_not_recorded():
    weight = nn.Parameter(torch.randn(4))

    def loss(inputs, _):
        return (torch.ones_like(inputs[0]).add_(inputs[0]) * weight).sum()

    assert record(loss, [weight], (torch.randn(4),), ()) is None


def test_each_gradient_has_memory_of_its_own_and_lies_as_its_weights():
    """Clipping writes into them, and the optimizer's kernel takes both as they lie."""
    weights = [nn.Parameter(torch.randn(3, 4).t()), *(nn.Parameter(torch.randn(4, 3)) for _ in range(5))]

    def loss(inputs, _):
        turned, alone, first, second, *same = weights
        return (
            (inputs[0] @ turned).square().sum()
            + alone.sum()
            + (same[0] + same[1]).square().sum()
            + (first + second * 2).sin().sum()
        )

    x = torch.randn(2, 4)
    play = record(loss, weights, (x,), ())
    assert play is not None
    found = play(x)
    loss((x,), ()).backward()
    assert bits(found[1:]) == bits(one.grad for one in weights)
    assert len({one.untyped_storage().data_ptr() for one in found}) == 7


def test_a_recording_is_gone_at_once():
    weight = nn.Parameter(torch.randn(4))
    play = record(lambda inputs, _: (weight * inputs[0]).sum(), [weight], (torch.randn(4),), ())
    held = weakref.ref(play)
    gc.disable()
    try:
        del play
        assert held() is None
    finally:
        gc.enable()


def test_what_a_recorded_step_no_longer_needs_is_gone():
    """Ten layers, each of a megabyte: never all of their answers at once, as without gradients of the inputs."""
    weights = [nn.Parameter(torch.zeros(512)) for _ in range(10)]

    def loss(inputs, _):
        (x,) = inputs
        for weight in weights:
            x = torch.sin(x) + weight
        return x.sum()

    play = record(loss, weights[-1:], (torch.zeros(512, 512),), ())
    assert play is not None
    with profile(profile_memory=True) as found:
        play(torch.zeros(512, 512))
    sizes = [event.nbytes() for event in memory_events(found)]
    assert max(accumulate(sizes)) < 5 * 2**20
    assert sum(sizes) < 2**20


def memory_events(found):
    """Blocks taken and given back, in their order."""
    events = found.profiler.kineto_results.events()
    return [event for event in events if event.name() == "[memory]"]
