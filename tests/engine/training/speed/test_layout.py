"""Convolutions with their channels innermost: also where there is one channel, which contiguity does not tell."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.training.speed.layout import lay_out, likes_channels_last


@pytest.mark.parametrize("channels", [1, 3])
def test_answers_follow_the_layout_of_the_weights(channels):
    model = nn.Sequential(nn.Conv2d(channels, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 5, 3))
    assert likes_channels_last(model)
    pictures = torch.randn(2, channels, 12, 12)
    before = model(pictures)
    for wanted in (True, False):
        lay_out(model, channels_last=wanted)
        answers = model(pictures)
        assert (answers.stride(1) == 1) == wanted
        assert torch.allclose(answers, before, atol=1e-5)


def test_others_are_left_alone():
    assert not likes_channels_last(nn.Sequential(nn.Linear(3, 4), nn.Conv1d(4, 4, 3)))
