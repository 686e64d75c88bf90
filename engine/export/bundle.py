"""Files that stand beside an exported network: its preparation, the code that applies it, and a script that answers."""

from __future__ import annotations

import inspect
import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.data import prepare, rows
from engine.export import predicting
from engine.export.source import Source

OURS, THEIRS = "from engine.data import prepare\n", "import prepare\n"
OUR_ROWS, THEIR_ROWS = "from engine.data.rows import ", "from rows import "
STANDARD, STANDARD_TOO = (
    "import json\nimport math\nimport os\n",
    "import io\nimport json\nimport math\nimport os\nimport sys\n",
)

MAIN = '''

def main() -> int:
    """Answers for the files named on the command line."""
    here = Path(__file__).resolve().parent
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print("usage: python predict.py {usage}", file=sys.stderr)
        return 2
    preparation = load_preparation(here / "preparation.json")
    try:
        paths = [Path(name) for name in sys.argv[1:]]
        names, inputs = gather(preparation, paths, lambda text: print(text, file=sys.stderr))
    except UnreadableError as error:
        print(error, file=sys.stderr)
        return 1
    return say(answered(preparation, names, inputs, answers(here, inputs)))


def say(columns: Sequence[AnswerColumn]) -> int:
    """Writes the answers to standard output: into files and pipes as UTF-8, whatever the terminal's own letters are."""
    if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    elif isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        write_csv(columns, sys.stdout)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still waiting goes nowhere
        if isinstance(error, BrokenPipeError):  # whoever read the lines has had enough
            return 0
        print(f"The answers cannot be written: {str(error.strerror).lower()}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
'''

USAGE = {"table": "ROWS.csv", "images": "PICTURE_OR_FOLDER...", "text": "TEXT_FILE_OR_FOLDER..."}


def write(source: Source, folder: Path, imports: str, answers: str) -> None:
    """Writes preparation.json, prepare.py, rows.py and predict.py.

    Args:
        imports: lines that predict.py begins with.
        answers: the text of `def answers(here, inputs)`, which runs the network.
    """
    document = json.dumps(source.preparation, ensure_ascii=False, indent=1)
    (folder / "preparation.json").write_text(document + "\n", encoding="utf-8")
    for name, text in standing_alone(source.preparation).items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "predict.py").write_text(_script(imports, answers, usage(source)), encoding="utf-8")


def standing_alone(preparation: Mapping[str, Any]) -> dict[str, str]:
    """The files that turn raw data into what the network reads, by name: they need nothing of ours."""
    text = inspect.getsource(prepare)
    if OUR_ROWS not in text:
        raise AssertionError("prepare.py no longer imports what bundle.py expects")
    for kind in _further_kinds(preparation):
        function = prepare.ENCODERS[kind]
        body = textwrap.dedent(inspect.getsource(function)).removeprefix("@staticmethod\n")
        name = f"{kind}_cells"
        text += f"\n\n{body.replace(function.__name__, name, 1)}\n\nENCODERS[{kind!r}] = {name}\n"
    return {"prepare.py": text.replace(OUR_ROWS, THEIR_ROWS, 1), "rows.py": inspect.getsource(rows)}


def _further_kinds(preparation: Mapping[str, Any]) -> list[str]:
    """Kinds of features in it that prepare.py itself does not know."""
    own = {name for name, function in prepare.ENCODERS.items() if function.__module__ == prepare.__name__}
    parts = preparation.get("inputs") or [preparation]
    return sorted({feature["kind"] for part in parts for feature in part.get("features", [])} - own)


def usage(source: Source) -> str:
    """What predict.py is called with."""
    return USAGE["table" if source.preparation.get("column") else source.facts.kind]


def _script(imports: str, answers: str, call: str) -> str:
    body = inspect.getsource(predicting)
    if any(text not in body for text in (OURS, OUR_ROWS, STANDARD)):
        raise AssertionError("predicting.py no longer imports what bundle.py expects")
    body = body.replace(STANDARD, STANDARD_TOO, 1).replace(OURS, imports + THEIRS, 1).replace(OUR_ROWS, THEIR_ROWS, 1)
    return body.rstrip("\n") + "\n\n\n" + answers.strip("\n") + "\n" + MAIN.replace("{usage}", call)
