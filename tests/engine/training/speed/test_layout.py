"""Convolutions with their channels innermost: also where there is one channel, which contiguity does not tell."""

from __future__ import annotations

import subprocess
import sys

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


@pytest.mark.parametrize("channels", [3, 4])
def test_what_writes_beyond_its_memory_keeps_its_layout(channels):
    """In a process of its own: where it goes wrong there is no process left."""
    program = f"""
import torch
from torch import nn
from engine.training.speed.layout import lay_out, likes_channels_last
model = nn.Sequential(nn.Conv2d({channels}, 4, 1, stride=2, bias=False), nn.AdaptiveAvgPool2d(1))
assert not likes_channels_last(model)
lay_out(model, channels_last=True)
for _ in range(1500):
    model(torch.randn(4, {channels}, 8, 6)).sum().backward()
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_shortcuts_of_many_channels_are_innermost_as_well():
    assert likes_channels_last(nn.Sequential(nn.Conv2d(3, 64, 3), nn.Conv2d(64, 128, 1, stride=2)))
