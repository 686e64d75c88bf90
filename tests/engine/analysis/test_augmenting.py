"""What is said of augmentations that do not suit: one plain sentence each."""

from __future__ import annotations

import pytest

from engine.analysis import report
from engine.choices.augmentations import Colour, CutMix, Erase, Flip, Mixup, Noise, WordDropout
from engine.choices.losses import Hinge
from engine.layers.core.basics import Dense
from engine.layers.image.convolution import Conv2d
from engine.layers.sequence.recurrent import Lstm
from engine.layers.shape.shaping import Flatten
from tests.engine.analysis.breaking import EMBED, END, WORD
from tests.engine.analysis.samples import ITSELF, NEXT, PICTURES, TABLE, TEXTS, project, regression

WORDS, PICTURED = (EMBED, Lstm(units=8), END), (Flatten(), END)
NEXT_WORD = (EMBED, Lstm(units=8, returns="every step"), WORD)
REFUSED = {
    "words": (project(*WORDS, augment=[Mixup()]), TEXTS, "Mixup cannot mix words: take it out, or use Word dropout"),
    "next words": (project(*NEXT_WORD, augment=[CutMix()]), NEXT, "CutMix cannot mix words"),
    "one class": (
        project(Flatten(), END.changed(activation="none"), loss=Hinge(), augment=[CutMix()]),
        PICTURES,
        "CutMix wants two classes by their shares, and Hinge takes one class: use Cross-entropy",
    ),
    "a row": (project(END, augment=[CutMix()]), TABLE, "CutMix cuts a piece out of one picture, and the network reads"),
    "itself": (
        regression(Conv2d(channels=1, activation="none"), augment=[CutMix()]),
        ITSELF,
        "CutMix cannot be used where the answer is the picture itself: use Mixup",
    ),
}
IDLE = {
    "a row": (
        project(END, augment=[Flip()]),
        TABLE,
        "Flip does nothing here: it is for pictures, and the data is numbers",
    ),
    "pictures": (
        project(*PICTURED, augment=[WordDropout()]),
        PICTURES,
        "Word dropout does nothing here: it is for words, and the data is pictures",
    ),
    "words": (
        project(*WORDS, augment=[Noise()]),
        TEXTS,
        "Noise does nothing here: it is for pictures or numbers, and the data is words",
    ),
    "grey": (
        project(*PICTURED, augment=[Colour(hue=20.0)]),
        PICTURES,
        "Colour: saturation and hue do nothing to grey pictures",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_mixed_is_said_and_cured(name):
    made, data, sentence = REFUSED[name]
    (problem,) = report(made, data).problems
    assert problem.message.startswith(sentence)
    assert (problem.kind, problem.field) == ("cannot_mix", "augment")
    cured = problem.fixes[0].apply(made)
    assert cured.training.augment == ()
    assert not report(cured, data).problems


@pytest.mark.parametrize("name", IDLE)
def test_what_has_no_effect_is_said_and_cured(name):
    made, data, sentence = IDLE[name]
    found = report(made, data)
    assert not found.problems
    assert [one.message for one in found.advice] == [sentence]
    assert not report(found.advice[0].fixes[0].apply(made), data).advice


def test_what_suits_is_said_nothing_of():
    fine = [Flip(), Colour(saturation=0.0), Erase(), Noise(), Mixup(), CutMix()]
    found = report(project(*PICTURED, augment=fine), PICTURES)
    assert (found.problems, found.advice) == ((), ())
    rows = report(project(Dense(units=4), END, augment=[Noise(), Mixup()]), TABLE)
    assert (rows.problems, rows.advice) == ((), ())
