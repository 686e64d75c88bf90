"""A few letters find what is meant, and the best comes first."""

from __future__ import annotations

import pytest

from gui.kit.fuzzy import score

TITLES = ("Dense", "Dropout", "Conv 1D", "Conv 2D", "Max pool 2D", "Layer norm", "Batch norm", "GRU", "Add (skip)")


def best(wanted: str) -> str:
    return max(TITLES, key=lambda title: score(wanted, title))


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        ("dense", "Dense"),
        ("c2d", "Conv 2D"),
        ("conv2d", "Conv 2D"),
        ("conv2", "Conv 2D"),
        ("drp", "Dropout"),
        ("dorpout", "Dropout"),
        ("dropuot", "Dropout"),
        ("droput", "Dropout"),
        ("densse", "Dense"),
        ("ln", "Layer norm"),
        ("mp2", "Max pool 2D"),
        ("bn", "Batch norm"),
        ("skip", "Add (skip)"),
        ("  GRU ", "GRU"),
    ],
)
def test_the_best_comes_first(wanted: str, title: str) -> None:
    assert best(wanted) == title
    assert score(wanted, title) > 0


@pytest.mark.parametrize("wanted", ["zzz", "xq", "lstm", "(((("])
def test_what_fits_nothing_finds_nothing(wanted: str) -> None:
    assert [title for title in TITLES if score(wanted, title) > 0] == []


def test_other_words_find_it_after_titles() -> None:
    assert 0 < score("window", "Conv 2D", "slides small windows") < score("window", "Window")
    assert score("small win", "Conv 2D", "slides small windows") > 0
    assert score("", "anything") > 0
