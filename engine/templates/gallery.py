"""The table of templates. A new one is a function that builds its network and an entry here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from engine.choices.losses import CrossEntropy
from engine.data.samples import settings
from engine.data.settings import DataSettings
from engine.templates import joined, pictures, rebuilding, series, tables, texts, transformers
from engine.templates.base import Template, is_picture, is_row, is_text


def _sample(name: str, itself: bool = False) -> Callable[[], DataSettings]:
    """The settings of a sample, when they are asked for."""
    return partial(_itself if itself else settings, name)


def _itself(name: str) -> DataSettings:
    return settings(name).without_targets()


IRIS, SPIRALS, WAVES, SUMS = (_sample(name) for name in ("iris", "spirals", "waves", "sums"))
DIGITS, REVIEWS = _sample("digits"), _sample("reviews")
DIGITS_THEMSELVES = _sample("digits", itself=True)
NEXT_WORDS = _sample("reviews", itself=True)

TEMPLATES: dict[str, Template] = {
    template.name: template
    for template in (
        Template(
            "perceptron",
            "Perceptron",
            "One layer that weighs every input: where it all began.",
            "Rosenblatt 1958",
            IRIS,
            is_row,
            tables.perceptron,
        ),
        Template(
            "mlp",
            "Multilayer perceptron",
            "Hidden layers bend straight lines into any shape.",
            "Rumelhart, Hinton & Williams 1986",
            SPIRALS,
            is_row,
            tables.mlp,
        ),
        Template(
            "autoencoder",
            "Autoencoder",
            "Squeezes each example through eight numbers and rebuilds it.",
            "Hinton & Salakhutdinov 2006",
            DIGITS_THEMSELVES,
            rebuilding.rebuilds,
            rebuilding.autoencoder,
        ),
        Template(
            "lenet",
            "LeNet",
            "The convolutions that learned to read cheques.",
            "LeCun, Bottou, Bengio & Haffner 1998",
            DIGITS,
            is_picture,
            pictures.lenet,
        ),
        Template(
            "vgg",
            "VGG, small",
            "Nothing but small windows, stacked deep.",
            "Simonyan & Zisserman 2014",
            DIGITS,
            is_picture,
            pictures.vgg,
        ),
        Template(
            "resnet18",
            "ResNet-18",
            "Skips let eighteen layers learn as easily as two.",
            "He, Zhang, Ren & Sun 2015",
            DIGITS,
            is_picture,
            pictures.resnet18,
            {"epochs": 10},
        ),
        Template(
            "unet",
            "U-Net, small",
            "Takes the noise out of pictures, pixel by pixel.",
            "Ronneberger, Fischer & Brox 2015",
            DIGITS_THEMSELVES,
            rebuilding.rebuilds_pictures,
            rebuilding.unet,
        ),
        Template(
            "vit",
            "Vision transformer, small",
            "Reads a picture as a sentence of patches.",
            "Dosovitskiy et al. 2021",
            DIGITS,
            is_picture,
            transformers.vit,
        ),
        Template(
            "lstm",
            "LSTM sentiment",
            "Reads a text word by word and remembers what matters.",
            "Hochreiter & Schmidhuber 1997",
            REVIEWS,
            is_text,
            texts.lstm_sentiment,
        ),
        Template(
            "text_cnn",
            "Text CNN",
            "Looks for telling phrases of three, four and five words.",
            "Kim 2014",
            REVIEWS,
            is_text,
            texts.text_cnn,
        ),
        Template(
            "transformer",
            "Transformer encoder",
            "Every word looks at every other, all at once.",
            "Vaswani et al. 2017",
            REVIEWS,
            is_text,
            transformers.encoder,
        ),
        Template(
            "gpt",
            "GPT, mini",
            "Guesses the next word from all the words before it.",
            "Radford et al. 2019",
            NEXT_WORDS,
            transformers.writes,
            transformers.gpt,
            {"loss": CrossEntropy(), "metrics": ("accuracy",), "epochs": 10},
        ),
        Template(
            "gru",
            "GRU time series",
            "Foresees the next value from the ones before.",
            "Cho et al. 2014",
            WAVES,
            series.is_series,
            series.gru,
        ),
        Template(
            "both",
            "Picture and table",
            "Two inputs meet in the middle and answer two questions.",
            "Ngiam et al. 2011",
            SUMS,
            joined.has_several,
            joined.both,
        ),
    )
}
