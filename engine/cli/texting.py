"""`--text` of `new`: how texts are read, in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from engine.cli.usage import UsageError
from engine.data.feature.text import Text
from engine.data.settings import DataSettings

FIELDS = ("tokens", "tokenizer", "vocabulary", "length", "keep")


def with_texts(data: DataSettings, words: Sequence[str] | None) -> DataSettings:
    """The data with every column of texts read so; the same where nothing is said.

    Args:
        words: each a setting: "length=1000", "keep=both", "tokens=bpe", or the path of a tokenizer.json. UsageError for
            others, or where there are no texts.
    """
    texts = {name: told for name, told in data.columns.items() if isinstance(told, Text)}
    if not words:
        return data
    if not texts:
        raise UsageError("--text is for texts, and this data has none", hint="Leave it out")
    given: dict[str, str] = {}
    for word in words:
        given |= _said(word)
    try:
        for name, told in texts.items():
            data = data.with_column(name, told.changed(**given))
    except ValidationError as error:
        first = error.errors()[0]
        reason = first["msg"].replace("Input should", "has to")
        raise UsageError(f"--text: {first['loc'][-1]} {reason}") from error
    return data


def _said(word: str) -> dict[str, str]:
    name, equals, value = word.partition("=")
    if word.endswith(".json") and name not in FIELDS:
        return {"tokens": "file", "tokenizer": str(Path(word).absolute())}
    if not equals or name not in FIELDS:
        raise UsageError(
            f"--text does not know {word}", hint=f"Give some of: {', '.join(f'{one}=…' for one in FIELDS)}"
        )
    return {name: str(Path(value).absolute()) if name == "tokenizer" else value}
