"""Tables: what is learned from the training rows, and nothing from the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.load import load
from engine.errors import Cancelled
from engine.shapes import Shape
from tests.engine.data.helpers import Counting, birds, prepared, table, write


def test_facts(tmp_path: Path) -> None:
    facts = prepared(table(birds(tmp_path))).facts
    assert facts.features == (
        *("island = North", "island = South", "bill", "bill is missing", "mass", "mass is missing"),
        *("sex = female", "sex = male", "sex is missing"),
    )
    assert facts.input == Shape.of(feature=9)
    assert facts.target.classes == ("A", "B", "C")
    assert facts.class_counts == (20, 20, 20)
    assert (facts.train, facts.validation, facts.test) == (42, 9, 9)
    assert facts.notes == ()


def test_training_inputs_have_mean_0_and_deviation_1(tmp_path: Path) -> None:
    dataset = prepared(table(birds(tmp_path)))
    bill = dataset.train.inputs[:, dataset.facts.features.index("bill")]
    assert abs(bill.mean()) < 1e-6
    assert abs(bill.std() - 1) < 1e-6


def test_only_the_training_rows_are_learned_from(tmp_path: Path) -> None:
    """Other values in the test rows change nothing of the preparation and of the training inputs."""
    file = birds(tmp_path)
    before = prepared(table(file))
    lines = file.read_text().splitlines()
    for row in [*before.test.rows, *before.validation.rows]:
        kind = lines[row + 1].split(",")[0]
        lines[row + 1] = f"{kind},Atlantis,99999,1,unknown"
    after = prepared(table(write(tmp_path / "other.csv", "\n".join(lines))))
    assert after.preparation == before.preparation
    assert after.train.inputs.tobytes() == before.train.inputs.tobytes()
    assert after.test.inputs.max() > 1000
    assert (after.test.inputs[:, :2] == 0).all()  # an island that training never saw


def test_the_same_settings_give_the_same_bits(tmp_path: Path) -> None:
    first, again = (prepared(table(birds(tmp_path))) for _ in range(2))
    assert first.train.inputs.tobytes() == again.train.inputs.tobytes()
    assert first.test.rows.tolist() == again.test.rows.tolist()


def test_numbers_to_predict_stay_in_their_own_unit(tmp_path: Path) -> None:
    lines = [f"{x / 7:.3f},{100 + 3 * x + (x * 37 % 11)}" for x in range(100)]
    file = write(tmp_path / "line.csv", "x,y\n" + "\n".join(lines))
    dataset = prepared(table(file, "y"))
    assert dataset.facts.target.kind == "number"
    assert dataset.facts.target.scaled
    assert dataset.train.targets.dtype == np.float32
    assert dataset.facts.target.minimum == dataset.train.targets.min() >= 100
    target = dataset.preparation["target"]
    assert target["mean"] == pytest.approx(dataset.train.targets.mean(), rel=1e-6)
    assert target["deviation"] == pytest.approx(dataset.train.targets.std(), rel=1e-6)
    plain = prepared(table(file, "y", scale_target=False))
    assert not plain.facts.target.scaled
    assert (plain.preparation["target"]["mean"], plain.preparation["target"]["deviation"]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([0, 1], "classes"),
        (range(20), "classes"),
        (range(21), "number"),
        ([0.5, 1.5], "number"),
        (["yes", "no"], "classes"),
    ],
)
def test_few_whole_numbers_are_classes(tmp_path: Path, values: list[object], kind: str) -> None:
    answers = [[*values][row % len(values)] for row in range(100)]
    file = write(tmp_path / "t.csv", "x,y\n" + "\n".join(f"{row * 0.37:.2f},{y}" for row, y in enumerate(answers)))
    target = prepared(table(file, "y")).facts.target
    assert target.kind == kind
    if kind == "classes":
        assert target.classes == tuple(sorted((str(value) for value in values), key=lambda name: (len(name), name)))


def test_roles_overrule(tmp_path: Path) -> None:
    lines = [f"{row % 4},{row % 3 + 0.5},{'abc'[row % 3]}" for row in range(60)]
    file = write(tmp_path / "t.csv", "group,half,y\n" + "\n".join(lines))
    as_found = prepared(table(file, "y"))
    assert as_found.facts.features == ("group", "half")
    overruled = prepared(table(file, "y", roles={"group": "category"}))
    assert overruled.facts.features == ("group = 0", "group = 1", "group = 2", "group = 3", "half")
    assert prepared(table(file, "half", roles={"half": "category"})).facts.target.classes == ("0.5", "1.5", "2.5")
    assert prepared(table(file, "group", roles={"group": "number"})).facts.target.kind == "number"


def test_rows_without_a_target_are_left_out(tmp_path: Path) -> None:
    lines = [f"{row},{'' if row % 10 == 3 else 'ab'[row % 2]}" for row in range(50)]
    dataset = prepared(table(write(tmp_path / "t.csv", "x,y\n" + "\n".join(lines)), "y"))
    assert dataset.facts.notes == ("5 rows without y left out",)
    rows = np.concatenate([dataset.train.rows, dataset.validation.rows, dataset.test.rows])
    assert sorted(rows) == [row for row in range(50) if row % 10 != 3]
    for part in (dataset.train, dataset.test):
        assert [int(row) % 2 for row in part.rows] == part.targets.tolist()


def test_rare_categories_become_other(tmp_path: Path) -> None:
    names = [f"town{number % 70:02}" if row < 630 else "town01" for row, number in enumerate(range(900))]
    lines = [f"{name},{'ab'[row % 2]}" for row, name in enumerate(names)]
    dataset = prepared(table(write(tmp_path / "t.csv", "town,y\n" + "\n".join(lines)), "y"))
    assert len(dataset.facts.features) == 51
    assert dataset.facts.features[-1] == "town = other"
    assert (dataset.train.inputs.sum(axis=1) == 1).all()
    assert dataset.facts.notes == ("20 rare values of town count as one, other",)


def test_columns_that_are_not_used_are_named(tmp_path: Path) -> None:
    lines = [
        f"{row},p{row}x,{row * 7 % 13},same,a long note about number {row} of many,,{'ab'[row % 2]}"
        for row in range(40)
    ]
    file = write(tmp_path / "t.csv", ",code,x,fixed,remark,void,y\n" + "\n".join(lines))
    assert prepared(table(file, "y")).facts.notes == (
        "Column 1 has no name and is called column 1",
        "column 1 is not used: it only names or numbers the rows",
        "code is not used: it only names or numbers the rows",
        "fixed is not used: it is same in every row",
        "remark is not used: it is free text",
        "void is not used: it is empty in every row",
    )


def test_ignored_columns_are_not_read(tmp_path: Path) -> None:
    facts = prepared(table(birds(tmp_path), ignored=("mass", "sex"))).facts
    assert facts.features == ("island = North", "island = South", "bill", "bill is missing")


def test_a_column_that_gives_the_answer_away_is_noted(tmp_path: Path) -> None:
    lines = [f"{'yes' if row % 2 else 'no'},{row % 3},{row * 0.5},{row % 2}" for row in range(60)]
    file = write(tmp_path / "t.csv", "alive,third,half,survived\n" + "\n".join(lines))
    advice = "exactly: ignore it if it is not known before the answer is"
    assert prepared(table(file, "survived")).facts.notes == (f"alive tells survived {advice}",)
    lines = [f"{row * 1.8 + 32:.1f},{row * 37 % 50},{row * 1.0}" for row in range(60)]
    file = write(tmp_path / "t.csv", "fahrenheit,other,celsius\n" + "\n".join(lines))
    assert prepared(table(file, "celsius")).facts.notes == (f"fahrenheit tells celsius {advice}",)


def test_decimal_commas(tmp_path: Path) -> None:
    lines = [f"{row},{row % 7};{'ab'[row % 2]}" for row in range(40)]
    dataset = prepared(table(write(tmp_path / "t.csv", "größe;art\n" + "\n".join(lines), "latin-1"), "art"))
    assert dataset.facts.features == ("größe",)
    assert dataset.preparation["features"][0]["decimal"] == ","
    assert dataset.preparation["features"][0]["mean"] == pytest.approx(
        np.mean([float(f"{row}.{row % 7}") for row in dataset.train.rows])
    )


def test_a_constant_in_training_does_no_harm(tmp_path: Path) -> None:
    lines = [f"{0.1 if row else 0.2},{row},{'ab'[row % 2]}" for row in range(40)]
    inputs = [
        prepared(
            table(write(tmp_path / "t.csv", "flat,x,y\n" + "\n".join(lines)), "y", split={"seed": seed})
        ).train.inputs
        for seed in range(6)
    ]
    assert any((one[:, 0] == one[0, 0]).all() for one in inputs)
    assert all(np.abs(one).max() < 10 for one in inputs)


def test_reading_tells_and_can_be_cancelled(tmp_path: Path) -> None:
    file = write(tmp_path / "big.csv", "x,y\n" + "".join(f"{row},{row % 2}\n" for row in range(30_000)))
    ticket = Counting()
    load(table(file, "y"), ticket)
    shares = [share for share, _ in ticket.told]
    assert len([text for _, text in ticket.told if text == "Reading big.csv"]) >= 10
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    file.write_text(file.read_text() + "30000,0\n")  # as it was it would not be read again
    with pytest.raises(Cancelled):
        load(table(file, "y"), Counting(until=5))
