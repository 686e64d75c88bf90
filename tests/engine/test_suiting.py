"""Other data under a network: starters follow, all other networks keep what was made and get what must fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import analysis
from engine import project as projects
from engine.cli import main
from engine.data.dataset import Ticket
from engine.data.load import load
from engine.data.samples import SAMPLES
from engine.data.samples import settings as sample_settings
from engine.data.settings import DataSettings
from engine.data.sources import propose
from engine.facts import DataFacts
from engine.layers.core.basics import Dense, Dropout
from engine.network import Network
from engine.project import Project
from engine.starter import sample_project, starter
from engine.suiting import refit, suit

MINE = Network.stack(Dense(units=20, activation="tanh"), Dropout(), Dense(units=8))
CARS = "mpg,weight,origin\n" + "".join(
    f"{10 + n % 23}.5,{1500 + 7 * n},{('usa', 'japan', 'europe')[n % 3]}\n" for n in range(90)
)


@pytest.fixture
def cars(tmp_path: Path) -> Path:
    path = tmp_path / "cars.csv"
    path.write_text(CARS)
    return path


def facts(data: DataSettings) -> DataFacts:
    return load(data, Ticket()).facts


def units(project: Project) -> list[int]:
    return [layer.units for layer in project.network.layers if isinstance(layer, Dense)]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_network_of_ones_own_is_kept_and_fits_every_sample_of_rows(name: str) -> None:
    data = sample_settings(name)
    known = facts(data)
    project = suit(Project(data=data, network=MINE), known)
    if known.input.names == ("feature",) and known.input.values != "ids":
        assert [layer for layer in project.network.layers if layer.id in ("dense", "dropout", "dense_2")] == list(
            MINE.middle
        )
        assert units(project) == [20, 8, *(target.size for target in known.targets)]
    assert analysis.report(project, known).problems == ()


@pytest.mark.parametrize("before", ["iris", "diabetes", "digits", "reviews", "waves"])
@pytest.mark.parametrize("after", ["iris", "diabetes", "digits", "reviews", "waves"])
def test_a_starter_follows_to_any_other_sample(before: str, after: str) -> None:
    first, data = sample_project(before), sample_settings(after)
    assert first.data is not None
    known = facts(data)
    followed = refit(first, facts(first.data), data, known)
    assert followed.network == starter(data, known).network
    assert followed.training == starter(data, known).training
    assert analysis.report(followed, known).problems == ()


def test_training_settings_that_were_chosen_stay_with_a_starter_that_follows() -> None:
    first, data = sample_project("iris"), sample_settings("diabetes")
    assert first.data is not None
    chosen = first.changed(training=first.training.changed(epochs=7, seed=5))
    followed = refit(chosen, facts(first.data), data, facts(data))
    assert (followed.training.epochs, followed.training.seed) == (7, 5)
    assert followed.training.loss == starter(data, facts(data)).training.loss


def test_a_head_is_resized_and_what_lies_before_it_stays() -> None:
    first, data = sample_project("iris"), sample_settings("diabetes")
    changed = first.changed(network=first.network.with_values("dense", units=11))
    assert first.data is not None
    known = facts(data)
    suited = refit(changed, facts(first.data), data, known)
    assert units(suited) == [11, *units(first)[1:-1], 1]
    assert analysis.report(suited, known).problems == ()
    assert suit(suited, known) == suited, "what fits stays"


def test_what_is_half_built_and_how_it_is_trained_stay() -> None:
    data = sample_settings("iris")
    known = facts(data)
    network = Network.stack(Dense(units=20, activation="tanh"), Dense(units=8), Dense(units=5))
    loose = network.with_values("dense_3", inputs=("dense",)).with_values("output", inputs=("dense_2",))
    mine = Project(data=data, network=loose)
    suited = suit(mine.changed(training=mine.training.changed(precision="float16", device="cpu")), known)
    assert [layer.id for layer in suited.network.layers if layer.inputs == ("dense",)] == ["dense_3"]
    assert units(suited)[:3] == [20, 8, 5]
    assert suited.training.precision == "float16"
    left = {problem.kind for problem in analysis.report(suited, known).problems}
    assert left == {"dead_branch", "half_on_cpu"}
    assert suit(suited, known) == suited


def test_problems_of_other_data_are_told_apart_from_those_of_the_network_itself() -> None:
    data = sample_settings("iris")
    known = facts(data)
    own = starter(data, known)
    last = own.network.middle[-1].id
    wrong = own.changed(network=own.network.with_values(last, units=9))
    assert any(problem.of_other_data for problem in analysis.report(wrong, known).problems)
    dropped = own.changed(network=own.network.insert(Dropout())[0])
    problems = analysis.report(dropped, known).problems
    assert problems
    assert not any(problem.of_other_data for problem in problems)


def test_the_command_gives_another_target_to_a_starter_and_to_a_network_of_ones_own(cars: Path, tmp_path: Path) -> None:
    path = tmp_path / "cars.layerdeck"
    assert main(["new", "--data", str(cars), "--target", "origin", "--out", str(path)]) == 0
    before = projects.load(path)
    assert main(["suit", str(path), "--target", "mpg", "--out", str(tmp_path / "mpg.layerdeck")]) == 0
    data = propose(cars).with_targets("mpg")
    assert projects.load(tmp_path / "mpg.layerdeck").network == starter(data, facts(data)).network
    assert projects.load(path) == before
    mine = before.changed(network=MINE)
    projects.save(mine, path)
    assert main(["suit", str(path), "--target", "mpg"]) == 0
    assert units(projects.load(path)) == [20, 8, 1]
    assert main(["check", str(path)]) == 0


def test_the_command_puts_a_network_on_other_data_though_the_old_is_gone(cars: Path, tmp_path: Path) -> None:
    path, other = tmp_path / "cars.layerdeck", tmp_path / "other.csv"
    assert main(["new", "--data", str(cars), "--target", "origin", "--out", str(path)]) == 0
    cars.rename(other)
    assert main(["suit", str(path), "--data", str(other), "--target", "mpg"]) == 0
    assert main(["check", str(path)]) == 0


def test_the_command_refuses_to_write_over_a_file_and_columns_of_a_folder(
    cars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cars.layerdeck"
    main(["new", "--data", str(cars), "--target", "origin", "--out", str(path)])
    other = tmp_path / "other.layerdeck"
    other.write_text("mine")
    assert main(["suit", str(path), "--target", "mpg", "--out", str(other)]) == 1
    assert "is there already" in capsys.readouterr().err
    assert other.read_text() == "mine"
