"""The networks of the cases as someone writes them by hand in PyTorch; logits (batch, *answer, classes) come out."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.speed.cases import Case

WIDE, HEADS, LAYERS, DROPOUT = 128, 4, 6, 0.1  # of GPT-mini


def mlp(case: Case) -> nn.Module:
    """(13) -> (3)."""
    return nn.Sequential(nn.Linear(13, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, case.classes))


def wide(case: Case) -> nn.Module:
    """(784) -> (10)."""
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, case.classes))


def cnn(case: Case) -> nn.Module:
    """A picture of 28 x 28 -> (10)."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64 * 7 * 7, 128),
        nn.ReLU(),
        nn.Linear(128, case.classes),
    )


class WordLstm(nn.Module):
    """Words (B, time) -> logits (B, classes) from the last step."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.embedding = nn.Embedding(case.vocabulary, 128)
        self.lstm = nn.LSTM(128, 64, batch_first=True)
        self.answer = nn.Linear(64, case.classes)

    def forward(self, words: Tensor) -> Tensor:
        _, (hidden, _) = self.lstm(self.embedding(words))
        return self.answer(hidden[-1])


class Decoder(nn.Module):
    """A causal transformer layer with the norms in front (GPT-2): (B, time, WIDE), kept."""

    def __init__(self) -> None:
        super().__init__()
        self.norm_1, self.norm_2 = nn.LayerNorm(WIDE), nn.LayerNorm(WIDE)
        self.query_key_value, self.mix = nn.Linear(WIDE, 3 * WIDE), nn.Linear(WIDE, WIDE)
        self.widen, self.narrow = nn.Linear(WIDE, 4 * WIDE), nn.Linear(4 * WIDE, WIDE)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, x: Tensor) -> Tensor:
        batch, time, _ = x.shape
        heads = self.query_key_value(self.norm_1(x)).view(batch, time, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(*heads.unbind(0), is_causal=True)
        x = x + self.dropout(self.mix(seen.transpose(1, 2).reshape(batch, time, WIDE)))
        return x + self.dropout(self.narrow(functional.gelu(self.widen(self.norm_2(x)))))


class Gpt(nn.Module):
    """Words (B, time) -> logits of the next one (B, time, vocabulary)."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.words = nn.Embedding(case.vocabulary, WIDE)
        self.places = nn.Parameter(0.02 * torch.randn(case.shape[0], WIDE))
        self.dropout = nn.Dropout(DROPOUT)
        self.layers = nn.Sequential(*[Decoder() for _ in range(LAYERS)])
        self.norm = nn.LayerNorm(WIDE)
        self.bias = nn.Parameter(torch.zeros(case.vocabulary))
        nn.init.normal_(self.words.weight, std=0.02)

    def forward(self, words: Tensor) -> Tensor:
        x = self.dropout(self.words(words) + self.places[: words.shape[1]])
        return functional.linear(self.norm(self.layers(x)), self.words.weight, self.bias)


class Residual(nn.Module):
    """A basic block of ResNet: (B, C, H, W) -> (B, channels, H / stride, W / stride)."""

    def __init__(self, before: int, channels: int, stride: int) -> None:
        super().__init__()
        self.conv_1 = nn.Conv2d(before, channels, 3, stride=stride, padding=1, bias=False)
        self.conv_2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm_1, self.norm_2 = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)
        self.skip: nn.Module = nn.Identity()
        if stride > 1:
            halved = nn.Conv2d(before, channels, 1, stride=stride, bias=False)
            self.skip = nn.Sequential(halved, nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu(self.norm_1(self.conv_1(x)), inplace=True)
        return functional.relu(self.norm_2(self.conv_2(y)) + self.skip(x), inplace=True)


def resnet(case: Case) -> nn.Module:
    """ResNet-18 as it is used on CIFAR (He et al. 2015, 4.2)."""
    stages = [(64, 64, 1), (64, 64, 1), (64, 128, 2), (128, 128, 1)]
    stages += [(128, 256, 2), (256, 256, 1), (256, 512, 2), (512, 512, 1)]
    stem = (nn.Conv2d(3, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True))
    body = [Residual(*stage) for stage in stages]
    return nn.Sequential(*stem, *body, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, case.classes))


MODELS: dict[str, Callable[[Case], nn.Module]] = {
    "mlp": mlp,
    "wide": wide,
    "cnn": cnn,
    "lstm": WordLstm,
    "gpt": Gpt,
    "resnet": resnet,
}


def parameters(model: nn.Module) -> int:
    """Numbers to learn."""
    return sum(weights.numel() for weights in model.parameters())


def loss(logits: Tensor, answers: Tensor) -> Tensor:
    """Mean cross-entropy, of next words over all places."""
    return functional.cross_entropy(logits.flatten(0, -2), answers.flatten())
