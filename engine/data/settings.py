"""Data settings: where rows come from, what their columns hold, which go in, which are predicted, and the split.

They name columns. What a column holds is a feature, of the table in `engine.data.feature.table`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, SerializeAsAny, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from engine.data.feature.base import Feature, RowFeature
from engine.data.feature.ignored import Ignored
from engine.data.feature.table import feature_of
from engine.data.feature.text import Text
from engine.layers.base import Settings

PICTURE, TEXT, CLASS = "picture", "text", "class"  # columns of files
SAMPLE = "sample:"  # data paths that begin so are shipped with the app

Share = Annotated[float, Field(ge=0.0, le=0.8)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
AnyFeature = Annotated[SerializeAsAny[Feature], BeforeValidator(feature_of)]
Rows = Literal["table", "pictures", "texts"]


class SplitSettings(Settings):
    """How examples are dealt out. What is left after validation and test is trained on.

    Attributes:
        alike: a column whose classes each split gets in proportion, where it is not the first target; "": none.
        folds, fold: for k-fold cross-validation: what is no test is cut into `folds` parts of the same size, and part
            number `fold`, from 0, is the validation split instead of the share; 0 folds: not so.
    """

    validation: Share = Field(0.15, title="Validation", description="Share watched while training")
    test: Share = Field(0.15, title="Test", description="Share kept aside for the final measure")
    seed: Seed = Field(0, title="Seed", description="The same seed deals the same split")
    stratified: bool = Field(True, title="Stratified", description="Each split gets every class in proportion")
    alike: str = ""
    folds: Annotated[int, Field(ge=0, le=100)] = 0
    fold: Annotated[int, Field(ge=0, le=99)] = 0

    @field_validator("folds")
    @classmethod
    def _leaves_some_to_train(cls, folds: int) -> int:
        if folds == 1:
            raise PydanticCustomError(
                "folds", "one fold leaves nothing to train on: set 2 folds or more, or 0 for none"
            )
        return folds

    @field_validator("fold")
    @classmethod
    def _is_one_of_the_folds(cls, fold: int, info: ValidationInfo) -> int:
        folds = info.data.get("folds", 0)
        if folds and fold >= folds:
            raise PydanticCustomError(
                "fold",
                "there is no fold {fold} of {folds}: they count from 0 to {last}",
                {"fold": fold, "folds": folds, "last": folds - 1},
            )
        return fold


class SourceSettings(Settings):
    """Where rows come from.

    Attributes:
        path: file, folder, or "sample:NAME".
        kind: what lies there: rows of a table, or files of pictures or texts, each a row, with a folder for each class.
        options: what the person said of the format, by the fields of its class in `engine.data.source`.
    """

    path: str
    kind: Rows = "table"
    options: dict[str, Any] = Field(default_factory=dict)


class DataSettings(Settings):
    """Rows of typed columns, and what is to be learned of them.

    Attributes:
        columns: what columns hold, where that is said and not inferred. Inferred are numbers and categories alone.
        inputs: columns that the network reads; empty: all that are no targets and can be used.
        targets: columns to predict, the first one first; empty: the inputs themselves, as an autoencoder gives them
            back, or of a text its next words.
        unique: rows that stand there more than once are read once.
        scale_target: numbers to predict are trained on as (value - mean) / deviation.
    """

    source: SourceSettings
    columns: dict[str, AnyFeature] = Field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    unique: bool = Field(False, title="Each row once", description="Rows that stand there again are left out")
    scale_target: bool = Field(True, title="Scale the target", description="Train on (value - mean) / deviation")
    split: SplitSettings = SplitSettings()

    @property
    def path(self) -> str:
        """Of the source."""
        return self.source.path

    @property
    def of_files(self) -> bool:
        """Whether each row is a file, in a folder that names its class."""
        return self.source.kind != "table"

    @property
    def words_alone(self) -> bool:
        """Whether texts are all that goes in, so that their next words can be asked for."""
        if self.source.kind == "texts":
            return True
        return len(self.inputs) == 1 and isinstance(self.told(self.inputs[0]), Text)

    def at(self, path: str) -> Self:
        """The same with its source at another place."""
        return self.changed(source=self.source.changed(path=path))

    def told(self, column: str) -> Feature | None:
        """What the column is said to hold; None where that is inferred."""
        return self.columns.get(column)

    def with_column(self, column: str, feature: Feature | None) -> Self:
        """The same with another word on what a column holds; None: it is inferred."""
        others = {name: kept for name, kept in self.columns.items() if name != column}
        return self.changed(columns=others if feature is None else {**others, column: feature})

    def read_as(self, column: str, told: Feature | None) -> Self:
        """The same with a column that goes in as this, and is no target any more unless it is the only one.

        Args:
            told: None: as it seems to be.
        """
        if self.targets == (column,):
            return self.with_column(column, told)
        targets = tuple(name for name in self.targets if name != column)
        inputs = self.inputs
        if inputs and column not in inputs and not isinstance(told, Ignored):
            inputs = (*inputs, column)
        split = self.split.changed(alike="") if self.split.alike == column else self.split
        return self.changed(targets=targets, inputs=inputs, split=split).with_column(column, told)

    def with_targets(self, *names: str) -> Self:
        """The same with other columns to predict. What they are said to hold stays where a target can be that."""
        columns = {name: kept for name, kept in self.columns.items() if name not in names or _predictable(kept)}
        inputs = tuple(name for name in self.inputs if name not in names)
        split = self.split.changed(alike="") if self.split.alike in names else self.split
        return self.changed(columns=columns, inputs=inputs, targets=names, split=split)

    def without_targets(self) -> Self:
        """The inputs themselves are wanted, or of texts the next words; the first target still divides the splits."""
        if not self.targets:
            return self
        first, *others = self.targets
        columns = {**self.columns, **dict.fromkeys(others, Ignored())}
        return self.changed(columns=columns, targets=(), split=self.split.changed(alike=first))


def _predictable(told: Feature) -> bool:
    return isinstance(told, RowFeature)
