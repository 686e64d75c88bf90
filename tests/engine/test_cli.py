"""The commands, as a person types them: what they print, what they leave on disk, and how they fail."""

from __future__ import annotations

import csv
import io
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import analysis
from engine import project as projects
from engine.choices.metrics import metric_text
from engine.cli import main
from engine.cli.main import parser
from engine.cli.training import time_text
from engine.cli.usage import SAMPLE_NAMES
from engine.data.dataset import Ticket
from engine.data.load import load
from engine.data.samples import SAMPLES
from engine.export import EXPORTERS
from engine.layers.core.basics import Dense
from engine.network import Network
from engine.record.files import snapshot_files
from engine.runs.folder import RunFolder
from engine.settings import EarlyStopping
from engine.training.checkpoint.snapshot import read, weights

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ("new", "suit", "check", "train", "resume", "evaluate", "predict", "export", "runs")


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    """120 rows of two measures; the class is whether their sum is positive."""
    random = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("data") / "rows.csv"
    lines = ["width,height,kind"]
    for width, height in random.normal(0, 1, (120, 2)):
        lines.append(f"{width:.4f},{height:.4f},{'big' if width + height > 0 else 'small'}")
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def project(table) -> Path:
    path = table.parent / "p.layerdeck"
    assert main(["new", "--data", str(table), "--target", "kind", "--out", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def trained(project) -> Path:
    folder = project.parent / "run"
    words = ["train", str(project), "--out", str(folder), "--epochs", "6", "--threads", "1"]
    assert main(words) == 0
    return folder


def failed(capsys, *words) -> str:
    """Runs a command that shall fail with 1; gives its one line on stderr."""
    capsys.readouterr()
    assert main([str(word) for word in words]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    return said.err


def run_main(*words, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "main.py"), *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example_that_parses(command, capsys):
    assert main([command, "--help"]) == 0
    text = capsys.readouterr().out
    example = text.partition("example:\n  python main.py ")[2].strip()
    assert example.startswith(command)
    assert parser().parse_args(example.split()).module == f"engine.cli.{command}"


@pytest.mark.parametrize("words", [[], ["fly"], ["train"], ["evaluate", "run", "--split", "other"]])
def test_wrong_usage_is_2(words, capsys):
    assert main(words) == 2
    assert "usage:" in capsys.readouterr().err


def test_help_does_not_load_torch():
    code = "import sys; from engine.cli import main; main(['--help']); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_new_writes_a_project_for_the_target(project, table):
    made = projects.load(project)
    assert made.data is not None
    assert (made.data.path, made.data.targets) == (str(table), ("kind",))
    assert made.network.layers[-2].units == 2


def test_new_from_a_sample_needs_no_file(tmp_path):
    assert main(["new", "--sample", "circle", "--out", str(tmp_path / "p.layerdeck")]) == 0
    assert projects.load(tmp_path / "p.layerdeck").data.path == "sample:circle"


def test_a_samples_network_is_fitted_to_other_data(table, tmp_path, capsys):
    path = tmp_path / "p.layerdeck"
    assert main(["new", "--sample", "iris", "--data", str(table), "--target", "kind", "--out", str(path)]) == 0
    iris = tmp_path / "iris.layerdeck"
    assert main(["new", "--sample", "iris", "--out", str(iris)]) == 0
    ours, sample = projects.load(path).network, projects.load(iris).network
    assert [layer.kind for layer in ours.layers] == [layer.kind for layer in sample.layers]
    assert (ours.layers[-2].units, sample.layers[-2].units) == (2, 3)
    assert main(["check", str(path)]) == 0


def test_check_counts_by_arithmetic(project, capsys):
    assert main(["check", str(project), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["problems"] == []
    assert report["layers"][0]["shape"] == [2]
    assert report["layers"][-1]["shape"] == [2]
    assert report["parameters"] == sum(layer["parameters"] for layer in report["layers"]) > 0


def test_check_names_problems_and_train_refuses(project, tmp_path, capsys):
    good = projects.load(project)
    wrong = good.changed(network=good.network.with_values(good.network.layers[-2].id, units=5))
    projects.save(wrong, tmp_path / "wrong.layerdeck")
    assert main(["check", str(tmp_path / "wrong.layerdeck")]) == 1
    said = capsys.readouterr()
    assert said.out.count("Problem: ") == 1
    assert said.err == "1 problem keeps this project from training.\n"
    assert "check" in failed(capsys, "train", tmp_path / "wrong.layerdeck", "--out", tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_train_prints_a_line_an_epoch_and_says_what_is_next(project, tmp_path, capsys):
    assert main(["train", str(project), "--out", str(tmp_path / "run"), "--epochs", "3"]) == 0
    *epochs, last = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in epochs] == ["1/3", "2/3", "3/3"]
    assert "accuracy" in epochs[0]
    assert "evaluate" in last
    assert RunFolder(tmp_path / "run").project().training.epochs == 3


def test_train_json_is_a_document_a_line(project, tmp_path, capsys):
    words = ["train", str(project), "--out", str(tmp_path / "run"), "--epochs", "2", "--seed", "7", "--threads", "1"]
    assert main([*words, "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["started", "epoch", "epoch", "finished"]
    assert lines[0]["threads"] == 1
    assert lines[-1]["step"] == lines[0]["total_steps"]


def test_a_run_is_not_overwritten_unless_asked(project, trained, capsys):
    before = snapshot_files(trained)[-1].read_bytes()
    assert "--replace" in failed(capsys, "train", project, "--out", trained)
    assert snapshot_files(trained)[-1].read_bytes() == before


def test_replace_deletes_the_old_run_only(project, tmp_path, capsys):
    words = ["train", str(project), "--out", str(tmp_path / "run"), "--epochs", "1"]
    assert main(words) == 0
    assert main([*words, "--seed", "5", "--replace"]) == 0
    assert RunFolder(tmp_path / "run").project().training.seed == 5
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    assert main(["train", str(project), "--out", str(tmp_path / "mine"), "--epochs", "1", "--replace"]) == 0
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"


def test_evaluate_says_each_class_and_what_guessing_gives(trained, capsys):
    capsys.readouterr()
    assert main(["evaluate", str(trained)]) == 0
    said = capsys.readouterr().out
    assert main(["evaluate", str(trained), "--json"]) == 0
    (target,) = json.loads(capsys.readouterr().out)["targets"]
    guess = target["commonest"]
    assert f"always {guess['name']} {guess['share']:.1%}" in said
    for score in target["classes"]:
        (line,) = [
            line.split() for line in said.splitlines() if line.split()[:2] == [score["name"], str(score["examples"])]
        ]
        assert line[-1] == f"{score['f1']:.1%}"


def test_evaluate_json_is_the_promised_line(trained, capsys):
    capsys.readouterr()
    assert main(["evaluate", str(trained), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document) == ["split", "metrics", "examples", "targets"]
    assert document["split"] == "test"
    assert document["examples"] == 18
    assert 0 <= document["metrics"]["accuracy"] <= 1


def test_predict_answers_every_row(trained, table, capsys):
    capsys.readouterr()
    assert main(["predict", str(trained), str(table)]) == 0
    lines = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [line["row"] for line in lines] == [str(number) for number in range(1, 121)]
    assert {line["prediction"] for line in lines} == {"big", "small"}
    assert main(["predict", str(trained), str(table), "--json"]) == 0
    documents = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [f"{document['probability']:.6g}" for document in documents] == [line["probability"] for line in lines]
    assert max(len(line["probability"]) for line in lines) <= len("0.123456")
    assert max(len(str(document["probability"])) for document in documents) > 12


def test_export_says_what_it_wrote(trained, tmp_path, capsys):
    capsys.readouterr()
    assert main(["export", str(trained), "--format", "torch", "--out", str(tmp_path / "out")]) == 0
    written = capsys.readouterr().out.split()
    assert sorted(written) == sorted(str(path) for path in (tmp_path / "out").glob("[!.]*"))


def test_runs_lists_them(trained, capsys):
    capsys.readouterr()
    assert main(["runs", "--root", str(trained.parent), "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    document = json.loads(line)
    assert (document["folder"], document["state"], document["epoch"]) == (str(trained), "finished", 6)
    assert main(["runs", "--root", str(trained.parent)]) == 0
    assert "finished" in capsys.readouterr().out


def test_a_loss_that_is_lost_is_one_sentence(project, tmp_path, capsys):
    wild = projects.load(project)
    optimizer, loss = {"kind": "sgd", "learning_rate": 100.0}, {"kind": "mse", "form": "one-hot"}
    training = wild.training.changed(optimizer=optimizer, loss=loss)
    network = Network.stack(Dense(units=50, activation="none"), Dense(units=2, activation="none"))
    projects.save(wild.changed(training=training, network=network), tmp_path / "wild.layerdeck")
    capsys.readouterr()
    assert main(["train", str(tmp_path / "wild.layerdeck"), "--out", str(tmp_path / "run")]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "learning rate" in said
    assert RunFolder(tmp_path / "run").status().state == "diverged"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train", "nope.layerdeck", "--out", "run"], "There is no file nope.layerdeck"),
        (["evaluate", "nope"], "nope holds no run"),
        (["resume", "nope"], "nope holds no run"),
        (["export", "nope", "--out", "out"], "nope holds no run"),
        (["predict", "nope", "rows.csv"], "nope holds no run"),
        (["runs", "--root", "nope"], "nope is not there"),
        (["new", "--data", "nope.csv", "--out", "p.layerdeck"], "nope.csv"),
        (["new", "--sample", "nope", "--out", "p.layerdeck"], "circle"),
    ],
)
def test_what_is_not_there_is_one_sentence(words, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert said in failed(capsys, *words)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_target_is_one_sentence(table, tmp_path, capsys):
    said = failed(capsys, "new", "--data", table, "--target", "colour", "--out", tmp_path / "p.layerdeck")
    assert "colour" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--epochs 0", "--epochs takes a whole number from 1.\n"),
        ("--epochs many", "--epochs takes a whole number from 1.\n"),
        ("--seed -1", "--seed takes a whole number from 0.\n"),
        ("--threads -1", "--threads takes a whole number from 0.\n"),
        ("--threads 9999", "--threads takes a whole number up to 256.\n"),
    ],
)
def test_nonsense_settings_are_wrong_usage(project, tmp_path, capsys, words, said):
    assert main(["train", str(project), "--out", str(tmp_path / "run"), *words.split()]) == 2
    assert capsys.readouterr().err == said
    assert not (tmp_path / "run").exists()


def test_wrong_words_are_one_sentence_of_ours(tmp_path, capsys):
    assert main(["export", "run", "--format", "keras", "--out", "out"]) == 2
    assert capsys.readouterr().err == "--format takes torch, onnx, weights or project.\n"
    assert main(["new", "--out", str(tmp_path / "p.layerdeck")]) == 2
    assert capsys.readouterr().err == "There is nothing to begin with. Give --data FILE or --sample NAME.\n"


def test_help_names_the_formats_and_samples_there_are(capsys):
    assert tuple(SAMPLES) == SAMPLE_NAMES
    assert main(["new", "--help"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in SAMPLES)
    assert main(["export", "--help"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in EXPORTERS)


def test_new_does_not_write_over_a_file_unless_asked(table, tmp_path, capsys):
    out, data = tmp_path / "p.layerdeck", tmp_path / "rows.csv"
    data.write_bytes(table.read_bytes())
    out.write_text("mine")
    assert "--replace" in failed(capsys, "new", "--sample", "circle", "--out", out)
    assert out.read_text() == "mine"
    for more in ([], ["--replace"]):
        assert "is the data file itself" in failed(capsys, "new", "--data", data, "--out", data, *more)
    assert data.read_bytes() == table.read_bytes()
    assert main(["new", "--sample", "circle", "--out", str(out), "--replace"]) == 0
    assert projects.load(out).data is not None


def test_new_and_check_say_what_is_predicted(table, tmp_path, capsys):
    out = tmp_path / "p.layerdeck"
    assert main(["new", "--data", str(table), "--out", str(out)]) == 0
    assert "Predicts kind (2 classes)" in capsys.readouterr().out.splitlines()
    assert main(["new", "--data", str(table), "--target", "width", "--out", str(out), "--replace"]) == 0
    assert main(["check", str(out)]) == 0
    assert capsys.readouterr().out.splitlines().count("Predicts width (a number)") == 2


def test_new_with_a_folder_counts_its_classes(tmp_path, capsys):
    for index in range(30):
        file = tmp_path / "texts" / ("good", "bad", "bad")[index % 3] / f"{index}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"a film {index} of some kind")
    assert main(["new", "--data", str(tmp_path / "texts"), "--out", str(tmp_path / "p.layerdeck")]) == 0
    assert "30 texts: 20 bad, 10 good" in capsys.readouterr().out.splitlines()


def test_check_tells_three_dense_layers_apart(project, tmp_path, capsys):
    good = projects.load(project)
    wrong = Network.stack(Dense(units=8), Dense(units=8), Dense(units=5, activation="softmax"))
    projects.save(good.changed(network=wrong), tmp_path / "wrong.layerdeck")
    assert main(["check", str(tmp_path / "wrong.layerdeck")]) == 1
    out = capsys.readouterr().out
    assert "Problem: Dense 3 (dense_3) has 5 units, the target has 2 classes." in out
    assert [line.split()[1:3] for line in out.splitlines() if line.startswith("dense")] == [
        ["Dense", "1"],
        ["Dense", "2"],
        ["Dense", "3"],
    ]
    assert "Dense 3 (dense_3) has 5 units" in failed(
        capsys, "train", tmp_path / "wrong.layerdeck", "--out", tmp_path / "run"
    )


def test_a_shape_problem_names_its_layer_once_and_the_fix(tmp_path, capsys):
    out = tmp_path / "p.layerdeck"
    assert main(["new", "--sample", "digits", "--out", str(out)]) == 0
    made = projects.load(out)
    dense = Dense(units=10, activation="softmax", id="end")
    projects.save(made.changed(network=Network.stack(dense)), out)
    report = analysis.report(projects.load(out), load(made.data, Ticket()).facts)
    problem = report.problems[0]
    fix = f"Fix: {problem.fixes[0].text}."
    capsys.readouterr()
    assert main(["check", str(out)]) == 1
    lines = capsys.readouterr().out.splitlines()
    place = next(place for place, line in enumerate(lines) if line.startswith("Problem: "))
    assert lines[place].count("Dense") == 1
    assert "(end)" in lines[place]
    assert lines[place + 1] == fix
    assert fix in failed(capsys, "train", out, "--out", tmp_path / "run")


def test_cells_that_cannot_be_used_are_noted(trained, tmp_path, capsys):
    rows = tmp_path / "rows.csv"
    rows.write_text("width,height\n1,2\nwide,2\n,3\nbroad,3\n")
    capsys.readouterr()
    assert main(["predict", str(trained), str(rows)]) == 0
    said = capsys.readouterr()
    which, noted = said.err.splitlines()
    assert which.startswith("Weights of ")
    assert noted == 'Column width, rows 2, 4: "wide" is not a number and is taken as missing.'
    assert said.out.count("\n") == 5


def test_a_data_file_is_not_a_project(table, tmp_path, capsys):
    for words in (["check", table], ["train", table, "--out", tmp_path / "run"]):
        assert "is not a Layerdeck project. Make one" in failed(capsys, *words)
    assert "is not a folder" in failed(capsys, "runs", "--root", table)


def test_a_defect_is_not_hidden(project, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.project.json.loads", None)
    with pytest.raises(TypeError):
        main(["check", str(project)])


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent to a group there")
def test_ctrl_c_saves_and_resume_ends_with_the_same_bits(project, tmp_path):
    words = ["--epochs", "300", "--threads", "1"]
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert main(["train", str(project), "--out", str(whole), *words]) == 0

    command = [sys.executable, str(ROOT / "main.py"), "train", str(project), "--out", str(cut), *words]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, ""), first + rest
    assert "resume" in rest
    assert RunFolder(cut).status().state == "stopped"
    assert main(["resume", str(cut)]) == 0

    kept, other = (weights(read(folder)) for folder in (whole, cut))
    assert all(np.array_equal(kept[name], other[name]) for name in kept)
    assert np.array_equal(RunFolder(whole).losses(), RunFolder(cut).losses())


def test_resume_of_a_finished_run_says_so(trained, capsys):
    before = snapshot_files(trained)[-1].read_bytes()
    capsys.readouterr()
    assert main(["resume", str(trained)]) == 0
    assert "finished already" in capsys.readouterr().out
    assert snapshot_files(trained)[-1].read_bytes() == before


def test_resume_for_more_epochs(trained, capsys):
    folder = trained.parent / "longer"
    shutil.copytree(trained, folder)
    assert failed(capsys, "resume", folder, "--epochs", 6).endswith("6 epochs already. Ask for more than 6.\n")
    assert main(["resume", str(folder), "--epochs", "8"]) == 0
    *epochs, last = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in epochs] == ["7/8", "8/8"]
    assert last.startswith("Finished.")
    assert RunFolder(folder).status().epochs == 8


def test_a_run_that_stops_early_says_so_and_is_no_failure(project, tmp_path, capsys):
    good = projects.load(project)
    early = good.changed(training=good.training.changed(epochs=500, early_stopping=EarlyStopping(patience=1)))
    projects.save(early, tmp_path / "early.layerdeck")
    folder = tmp_path / "run"
    assert main(["train", str(tmp_path / "early.layerdeck"), "--out", str(folder), "--threads", "1", "--json"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["event"] == "earlystopped"
    assert last["message"].startswith("Stopped early after epoch ")
    assert main(["resume", str(folder)]) == 0
    assert "was stopped early" in capsys.readouterr().out
    done = len(RunFolder(folder).epochs())
    for asked in (done + 40, 500):
        assert main(["resume", str(folder), "--epochs", str(asked)]) == 0
        assert "Stopped early after epoch" in capsys.readouterr().out.splitlines()[-1]
        assert len(RunFolder(folder).epochs()) > done
        done = len(RunFolder(folder).epochs())


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe that closes is another error there")
def test_a_reader_that_has_enough_is_no_error(trained, table, tmp_path):
    script = f"{sys.executable} {ROOT / 'main.py'} predict {trained} {table} --snapshot last | true"
    result = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=False)
    assert result.stderr == ""


def test_the_script_itself_gives_the_exit_code(tmp_path):
    result = run_main("check", "nope.layerdeck", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "There is no file nope.layerdeck. Check the name.\n"


def test_new_takes_several_targets(table, tmp_path, capsys):
    path = tmp_path / "p.layerdeck"
    words = ["new", "--data", str(table), "--target", "kind", "--target", "height", "--out", str(path)]
    assert main(words) == 0
    assert "Predicts kind (2 classes) and height (a number)\n" in capsys.readouterr().out
    project = projects.load(path)
    assert project.data.targets == ("kind", "height")
    assert [output.target for output in project.network.outputs] == ["kind", "height"]
    assert analysis.report(project, load(project.data, Ticket()).facts).problems == ()


def test_new_with_another_answer(table, tmp_path, capsys):
    path = tmp_path / "p.layerdeck"
    assert main(["new", "--data", str(table), "--answer", "itself", "--out", str(path)]) == 0
    assert "Predicts itself (numbers: feature 2)\n" in capsys.readouterr().out
    assert projects.load(path).data.targets == ()
    said = failed(capsys, "new", "--data", table, "--answer", "next-word", "--out", tmp_path / "q.layerdeck")
    assert said == "The answer for rows cannot be next-word. Give --answer itself, or leave it out.\n"
    said = failed(capsys, "new", "--sample", "reviews", "--answer", "itself", "--out", tmp_path / "q.layerdeck")
    assert said == "The answer for texts cannot be itself. Give --answer next-word, or leave it out.\n"
    assert not (tmp_path / "q.layerdeck").exists()


def test_new_from_a_single_text(tmp_path, capsys):
    (tmp_path / "book.txt").write_text("one two three four five six seven . " * 200)
    path = tmp_path / "p.layerdeck"
    assert main(["new", "--data", str(tmp_path / "book.txt"), "--answer", "next-word", "--out", str(path)]) == 0
    assert "Predicts next word (one of 10 words)\n" in capsys.readouterr().out


def test_metrics_of_several_targets_read_well():
    assert metric_text("digit: accuracy", 0.971) == "digit: accuracy 97.1 %"
    assert metric_text("a: b: r2", 0.5) == "a: b: R2 0.5"


def test_the_time_that_is_left_reads_well():
    assert time_text(100.4) == "0:01:40"
    assert time_text(None) == ""
