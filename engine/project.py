"""A project: data settings, network and training settings in one file that people can read."""

import json
import os
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_core import PydanticSerializationError

from engine.data.older import data_from_4
from engine.data.settings import SAMPLE, DataSettings
from engine.disk import write_whole
from engine.errors import FileError, unreadable
from engine.layers.base import Settings
from engine.layers.older import begun_as_torch
from engine.network import Network
from engine.settings import TrainingSettings

FORMAT = 5
SUFFIX = ".layerdeck"
PLACE = "data_place"  # in the file, beside the project: where its data was in full, the second place to look


class Origin(Settings):
    """A project that this one was saved as a copy of.

    Attributes:
        until: when that was, UTC, ISO 8601: its runs of before are the past of both.
    """

    id: str
    until: str


class Project(Settings):
    """Everything a run needs to be repeated, as one value.

    Attributes:
        format: version of the file format.
        id: stays the same however the project is changed, renamed or moved; its runs record it. "" until it has one.
        origins: the projects that it is a copy of.
        about: a line for the person.
        data: None until data is chosen.
    """

    format: int = FORMAT
    id: str = ""
    origins: tuple[Origin, ...] = ()
    about: str = ""
    data: DataSettings | None = None
    network: Network = Network()
    training: TrainingSettings = Field(default_factory=TrainingSettings)


def _from_1(document: dict[str, Any]) -> dict[str, Any]:
    """Format 2 knows several inputs and outputs, shared weights and notes; what it leaves unsaid means what 1 meant."""
    return {**document, "format": 2}


def _from_2(document: dict[str, Any]) -> dict[str, Any]:
    """Format 3 spares norms and biases from weight decay unless told otherwise; before, all weights decayed."""
    training = document.get("training", {})
    if isinstance(training, dict):
        training = {"spare_norms": False, **training}
    return {**document, "format": 3, "training": training}


def _from_3(document: dict[str, Any]) -> dict[str, Any]:
    """Format 4 says of each layer how its weights begin; before, all began as torch begins them."""
    network = document.get("network", {})
    if isinstance(network, dict) and "layers" in network:
        network = {**network, "layers": begun_as_torch(network["layers"])}
    return {**document, "format": 4, "network": network}


def _from_4(document: dict[str, Any]) -> dict[str, Any]:
    """Format 5 has rows of typed columns; before, tables, folders of pictures and texts had settings of their own."""
    data = document.get("data")
    if isinstance(data, dict):
        try:
            data = data_from_4(data)
        except (TypeError, ValueError, AttributeError):
            data = {**data, "source": None}  # a list where a name belongs: refused with the place where it is
    return {**document, "format": 5, "data": data}


MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1, 2: _from_2, 3: _from_3, 4: _from_4}
"""From a format to the next: MIGRATIONS[1] takes a version 1 document to version 2."""


def load(path: Path) -> Project:
    """Reads a project file.

    FileError, in one sentence, where it is missing, cut short, newer than this app or not a project.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise FileError(f"There is no file {path}", hint="Check the name") from error
    except PermissionError as error:
        raise unreadable(path, error) from error
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path.name} cannot be read as a project", hint="Choose a .layerdeck file") from error
    document = _document(text, path.name)
    place = document.pop(PLACE, "")
    project = _parsed(document, path.name)
    if project.data is None:
        return project
    beside = _absolute(project.data.path, path.parent)
    return with_data_at(project, place if _is_only_there(place, beside) else beside)


def parse(text: str, name: str = "The project") -> Project:
    """Reads a project from its text. FileError where it is damaged or newer than this app."""
    document = _document(text, name)
    return _parsed({key: value for key, value in document.items() if key != PLACE}, name)


def with_data_at(project: Project, path: str) -> Project:
    """The project with its data read from another place; one without data stays as it is."""
    return project if project.data is None else project.changed(data=project.data.at(path))


def missing_data(project: Project) -> str:
    """The path of the project's data where nothing is there; "" else."""
    return project.data.path if project.data is not None and not is_there(project.data.path) else ""


def is_there(path: str) -> bool:
    """Whether data can be looked for at a path: something is there, or it is a sample's."""
    return path.startswith(SAMPLE) or os.path.lexists(path)


def _is_only_there(place: object, beside: str) -> bool:
    """Whether the data is where it was in full when the project was saved, and not where it should be from here."""
    if not isinstance(place, str) or "\0" in place or not Path(place).is_absolute():
        return False
    return not is_there(beside) and is_there(place)


def _document(text: str, name: str) -> dict[str, Any]:
    """A project's JSON. FileError where it is damaged or newer than this app."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileError(f"{name} is damaged: it ends early or is not JSON", hint="Open a backup of it") from error
    if not isinstance(document, dict) or not isinstance(document.get("format"), int):
        raise FileError(f"{name} is not a Layerdeck project", hint="Choose a .layerdeck file")
    if document["format"] < 1:
        raise FileError(f"{name} has a format that never was, {document['format']}", hint="Choose another file")
    if document["format"] > FORMAT:
        raise FileError(
            f"{name} was saved by a newer Layerdeck (format {document['format']}, this one knows {FORMAT})",
            hint="Update Layerdeck, then open it again",
        )
    return document


def _parsed(document: dict[str, Any], name: str) -> Project:
    """The project of a document of any format. FileError where it has a value that does not fit."""
    try:
        while document["format"] < FORMAT:
            document = MIGRATIONS[document["format"]](document)
        return _usable(Project.model_validate(document), name)
    except RecursionError as error:
        raise FileError(f"{name} has blocks nested too deep", hint="Open a backup of it") from error
    except UnicodeError as error:
        raise FileError(f"{name} holds text that is no text", hint="Open a backup of it") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][:9])
        raise FileError(f"{name} has a value that does not fit, at {where}: {first['msg'].lower()}") from error


def identified(project: Project, path: Path | None = None) -> Project:
    """The project with its id, or else with one of its own.

    Args:
        path: of the file that holds it. One of before there were ids has the same each time it is read there.
    """
    if project.id:
        return project
    new = uuid.uuid4() if path is None else uuid.uuid5(uuid.NAMESPACE_URL, path.resolve().as_uri())
    return project.model_copy(update={"id": new.hex})


def copied(project: Project) -> Project:
    """Another project that is as this one until now, and has its past."""
    origin = Origin(id=project.id, until=datetime.now(UTC).isoformat(timespec="seconds"))
    return project.model_copy(update={"id": uuid.uuid4().hex, "origins": (*project.origins, origin)})


def as_own(project: Project, other: Project) -> Project:
    """The content of `other` with the identity of `project`; itself where it has that."""
    if (other.id, other.origins) == (project.id, project.origins):
        return other
    return other.model_copy(update={"id": project.id, "origins": project.origins})


def save(project: Project, path: Path) -> None:
    """Writes the project whole: beside, then renamed.

    Data is named relative to the file, so that both can be moved together, and in full, so that the file can be moved
    alone.
    """
    place = project.data.path if project.data is not None else SAMPLE
    project = with_data_at(project, _relative(place, path.parent))
    text = project.model_dump_json(indent=2)
    if not place.startswith(SAMPLE):
        text = f"{text[:-2]},\n  {json.dumps(PLACE)}: {json.dumps(str(Path(place).absolute()), ensure_ascii=False)}\n}}"
    write_whole(path, text.encode() + b"\n")


def _usable(project: Project, name: str) -> Project:
    """The project. FileError where it could not be saved, or no file system could have its data path."""
    path = project.data.path if project.data else ""
    try:
        os.fsencode(path)
    except ValueError:
        path = "\0"
    if "\0" in path:
        raise FileError(f"{name} names data that no file can be called", hint="Choose the data again")
    _writable(project)
    return project


def _writable(project: Project) -> None:
    """UnicodeError where a text holds half a character, which JSON can name (\\ud800) and no file can hold."""
    try:
        project.model_dump_json()
    except PydanticSerializationError as error:
        raise UnicodeError(str(error)) from error


def _absolute(path: str, folder: Path) -> str:
    if path.startswith(SAMPLE):
        return path
    return os.path.normpath(folder.resolve() / path)


def _relative(path: str, folder: Path) -> str:
    if path.startswith(SAMPLE):
        return path
    try:
        return Path(os.path.relpath(path, folder.resolve())).as_posix()
    except ValueError:  # another drive on Windows
        return path
