"""Projects of formats 1 to 4 come up with the same bits of prepared data; the kept file was written by format 4."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine import project as projects
from engine.data.settings import DataSettings
from tests.engine.data.helpers import prepared
from tests.engine.data.older_sources import OLDER

KEPT: dict[str, str] = json.loads((Path(__file__).parents[2] / "files" / "same-bits.json").read_text())


@pytest.mark.parametrize("name", OLDER)
def test_the_prepared_data_has_the_same_bits(name: str, tmp_path: Path) -> None:
    make, document = OLDER[name]
    if make is not None:
        document = {**document, "path": str(make(tmp_path))}
    project = projects.parse(json.dumps({"format": 4, "data": document}))
    assert project.data is not None
    assert prepared(project.data).fingerprint == KEPT[name]


@pytest.mark.parametrize(
    "broken", [{"roles": 3}, {"ignored": 3}, {"split": [1]}, {"more_targets": {"a": 1}}, {"kind": []}]
)
def test_what_format_4_never_had_is_refused_in_one_sentence(broken: dict[str, object]) -> None:
    document = {"kind": "table", "path": "a.csv", "target": "b", **broken}
    with pytest.raises(projects.FileError, match="has a value that does not fit"):
        projects.parse(json.dumps({"format": 4, "data": document}))


def test_columns_that_hold_what_nobody_knows_are_refused() -> None:
    data = {"source": {"path": "a.csv"}, "columns": {"x": {"kind": "smell"}}, "targets": ["y"]}
    with pytest.raises(projects.FileError, match=r"at data\.columns\.x: a column holds one of number, .*, not smell"):
        projects.parse(json.dumps({"format": projects.FORMAT, "data": data}))


def test_the_settings_come_back_as_they_were_written() -> None:
    for make, document in OLDER.values():
        path = "somewhere" if make is not None else document["path"]
        data = projects.parse(json.dumps({"format": 4, "data": {**document, "path": path}})).data
        assert data is not None
        assert DataSettings.model_validate_json(data.model_dump_json()) == data
