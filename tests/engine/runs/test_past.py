"""A project finds its runs by its id, wherever its file was moved; older runs by what is known of them."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine import project as projects
from engine.cli import main
from engine.project import Origin, Project
from engine.runs import store
from engine.runs.compare import compare
from engine.runs.folder import RunFolder
from engine.runs.past import Identity, latest, runs_of
from tests.data_settings import table_data
from tests.engine.runs import recorded


def owned(project: Project, path: Path, folder: Path) -> Path:
    """A recorded run of a project whose file is at a path."""
    request = recorded.request(folder, epochs=1)
    request = replace(request, project=projects.as_own(project, request.project), file=path)
    recorded.tell(request, [recorded.started(0, 1), *recorded.epoch_events(1, "best")])
    return folder


def names(root: Path, project: Project, file: Path | None) -> list[str]:
    return sorted(run.name for run in runs_of(store.runs(root), Identity.of(project, file)))


@pytest.fixture
def project() -> Project:
    return projects.identified(Project(data=table_data(path="/data/rows.csv", target="y")))


def test_an_id_stays_when_the_project_is_changed_saved_and_moved(project: Project, tmp_path: Path):
    projects.save(project.changed(about="another"), tmp_path / "a.layerdeck")
    (tmp_path / "a.layerdeck").rename(tmp_path / "b.layerdeck")
    assert projects.identified(projects.load(tmp_path / "b.layerdeck"), tmp_path / "b.layerdeck").id == project.id


def test_a_file_of_before_has_the_same_id_each_time_and_is_read_as_it_is(tmp_path: Path):
    (tmp_path / "old.layerdeck").write_text(json.dumps({"format": 3}))
    old = projects.load(tmp_path / "old.layerdeck")
    assert old == Project()
    first, again = (projects.identified(old, tmp_path / "old.layerdeck") for _ in range(2))
    assert first.id == again.id != projects.identified(old, tmp_path / "other.layerdeck").id


def test_runs_are_found_by_the_id_whatever_they_and_the_file_are_called(project: Project, tmp_path: Path):
    owned(project, tmp_path / "before.layerdeck", tmp_path / "runs" / "one-1")
    owned(projects.identified(Project()), tmp_path / "other.layerdeck", tmp_path / "runs" / "other-1")
    assert names(tmp_path / "runs", project, tmp_path / "elsewhere" / "now.layerdeck") == ["one-1"]
    assert names(tmp_path / "runs", projects.identified(Project()), tmp_path / "before.layerdeck") == []


def test_a_copy_has_the_runs_of_before_the_copy_and_its_own(project: Project, tmp_path: Path):
    root = tmp_path / "runs"
    owned(project, tmp_path / "a.layerdeck", root / "before")
    copy = projects.copied(project)
    owned(copy, tmp_path / "b.layerdeck", root / "own")
    assert names(root, copy, tmp_path / "b.layerdeck") == ["before", "own"]
    assert names(root, project, tmp_path / "a.layerdeck") == ["before"]
    early = copy.model_copy(update={"origins": (Origin(id=project.id, until="2000-01-01T00:00:00+00:00"),)})
    assert names(root, early, tmp_path / "b.layerdeck") == ["own"]


def test_of_two_files_with_one_id_each_shows_its_own_last_run(project: Project, tmp_path: Path):
    here, there, root = tmp_path / "here.layerdeck", tmp_path / "there.layerdeck", tmp_path / "runs"
    for path in (here, there):
        projects.save(project, path)
        owned(project, path, root / path.stem)
    for path in (here, there):
        identity = Identity.of(project, path)
        assert latest(runs_of(store.runs(root), identity), identity)[0].name == path.stem
    there.unlink()
    moved = Identity.of(project, tmp_path / "moved.layerdeck")
    assert latest(runs_of(store.runs(root), moved), moved)[0].name == "there", "the newest that is no file's any more"


def test_a_run_without_an_id_is_found_by_name_and_data(tmp_path: Path):
    data = table_data(path=str(tmp_path / "rows.csv"), target="y")
    folder = recorded.run(tmp_path / "runs" / "my-iris-3", 1)
    frozen = RunFolder(folder).project()
    projects.save(frozen.changed(data=data), folder / "project.layerdeck")
    shutil.copytree(folder, tmp_path / "runs" / "other-1")
    mine = projects.identified(Project(data=data), tmp_path / "my iris.layerdeck")
    assert names(tmp_path / "runs", mine, tmp_path / "my iris.layerdeck") == ["my-iris-3"]
    assert names(tmp_path / "runs", mine, None) == []
    elsewhere = mine.changed(data=data.at(str(tmp_path / "others.csv")))
    assert names(tmp_path / "runs", elsewhere, tmp_path / "my iris.layerdeck") == []


def test_whose_a_run_is_is_no_difference_of_two_runs(project: Project, tmp_path: Path):
    first = owned(project, tmp_path / "a.layerdeck", tmp_path / "first")
    second = owned(projects.copied(project), tmp_path / "b.layerdeck", tmp_path / "second")
    assert compare(first, second).changes == ()
    assert not {row.what for row in compare(first, second).results} & {"project", "file"}


def test_the_command_lists_the_runs_of_a_project_that_was_moved(tmp_path: Path, capsys):
    made, root = tmp_path / "p.layerdeck", tmp_path / "runs"
    assert main(["new", "--sample", "circle", "--out", str(made)]) == 0
    assert main(["train", str(made), "--epochs", "1", "--out", str(root / "first")]) == 0
    recorded.run(root / "another", 1)
    (tmp_path / "sub").mkdir()
    moved = made.rename(tmp_path / "sub" / "renamed.layerdeck")
    capsys.readouterr()
    assert main(["runs", "--root", str(root), "--project", str(moved), "--json"]) == 0
    assert [json.loads(line)["name"] for line in capsys.readouterr().out.splitlines()] == ["first"]
    assert main(["resume", str(root / "first"), "--epochs", "2"]) == 0
    assert RunFolder(root / "first").project().id == RunFolder(root / "first").status().project
