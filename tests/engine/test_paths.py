"""Paths of layers, also through blocks inside blocks."""

from engine import paths
from engine.layers import Block
from engine.layers.core.basics import Dense

NEST = (
    Dense(id="first"),
    Block(id="outer", layers=(Dense(id="a"), Block(id="inner", layers=(Dense(id="b"),)), Dense(id="c"))),
    Dense(id="outermost"),
)


def test_every_layer_with_its_path_top_to_bottom():
    walked = dict(paths.walk(NEST))
    assert list(walked) == ["first", "outer", "outer.a", "outer.inner", "outer.inner.b", "outer.c", "outermost"]
    assert all(layer.id == paths.split(path)[1] for path, layer in walked.items())
    assert [path for path, _ in paths.walk(NEST[1].layers, "outer")] == [
        path for path in walked if paths.is_inside(path, "outer")
    ]


def test_taken_apart_and_put_together_again():
    for path, _ in paths.walk(NEST):
        assert paths.joined(*paths.parts(path)) == paths.joined(*paths.split(path)) == path
        assert paths.parent(path) == ["", *paths.blocks_around(path)][-1]
        assert paths.outermost(path) == paths.parts(path)[0]
        assert paths.depth(path) == len(paths.blocks_around(path))
    assert paths.parts("") == ()
    assert paths.joined("", "first") == "first"
    assert paths.blocks_around("outer.inner.b") == ("outer", "outer.inner")


def test_what_stands_inside_what():
    assert paths.is_within("outer", "outer")
    assert not paths.is_inside("outer", "outer")
    assert paths.is_inside("outer.inner.b", "outer")
    assert not paths.is_within("outermost", "outer"), "its name only begins alike"
    assert paths.is_within("first", ""), "everything stands in the network"
