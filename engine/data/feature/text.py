"""Texts: their words, letters or parts of words as numbers, of which the training texts teach which there are."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.data.dataset import Tell
from engine.data.feature.base import Given, Held, InputFeature


class Text(InputFeature):
    """A text, int64 (time,) token numbers."""

    title: ClassVar[str] = "text"

    kind: Literal["text"] = "text"
    tokens: Literal["words", "characters", "bpe", "wordpiece", "unigram", "file"] = Field(
        "words",
        title="Tokens",
        description="What a text is cut into: words, letters, parts of words, or as a file says",
    )
    tokenizer: Annotated[
        str, Field(max_length=4_096, title="Tokenizer", description="A tokenizer.json of others, where tokens are file")
    ] = ""
    vocabulary: Annotated[
        int,
        Field(
            ge=10,
            le=1_000_000,
            title="Vocabulary",
            description="The most frequent words are kept, the rest is 'unknown'",
        ),
    ] = 10_000
    length: Annotated[
        int,
        Field(
            ge=1,
            le=100_000,
            title="Length",
            description="Words kept of each text; shorter ones are filled up",
            json_schema_extra={"unit": "words"},
        ),
    ] = 200
    keep: Literal["first", "last", "both"] = Field(
        "first", title="Keep", description="Which words of a longer text: its beginning, its end, or half of each"
    )

    @property
    def asked(self) -> tuple[str, ...]:
        return tuple(name for name in super().asked if name != "tokenizer" or self.tokens == "file")

    def read(self, given: Given, tell: Tell) -> Held:
        from engine.data.feature.token_ids import held_texts  # the tokenizers take a moment to load

        return held_texts(self, given)
