"""A generator of short film reviews: a seeded grammar, so that texts can be learned from without shipping anybody's."""

from __future__ import annotations

import random

GOOD = [
    "good",
    "great",
    "fine",
    "superb",
    "moving",
    "funny",
    "clever",
    "warm",
    "gripping",
    "charming",
    "brilliant",
    "honest",
    "beautiful",
    "fresh",
    "lovely",
    "thrilling",
    "elegant",
    "tender",
    "bold",
    "delightful",
]
BAD = [
    "bad",
    "poor",
    "dull",
    "boring",
    "clumsy",
    "cold",
    "empty",
    "predictable",
    "awful",
    "noisy",
    "slow",
    "silly",
    "lifeless",
    "stale",
    "weak",
    "shallow",
    "tiresome",
    "pointless",
    "messy",
    "dreadful",
]
ASPECTS = [
    *"story acting music ending dialogue cast camera humour pace script opening lighting plot editing hero villain "
    "soundtrack scenery first half second half".replace("first half second half", "").split(),
    "first half",
    "second half",
    "love story",
    "final scene",
]
DEGREES = ["", "", "", "very", "really", "rather", "truly", "quite", "almost always", "so"]
FILLERS = [
    "I saw it on a {day} with {people}.",
    "It runs for about {minutes} minutes.",
    "{people_} chose it, I only came along.",
    "The cinema was half full on that {day}.",
    "It is the {number} film of this director.",
    "We talked about it on the way home.",
]
PLAIN = [
    "The {aspect} was {degree} {right}.",
    "I found the {aspect} {degree} {right}.",
    "What a {right} {aspect}!",
    "{right_} {aspect}, {right2} {aspect2}.",
    "Everybody praised the {aspect}, and it is {right}.",
]
TURNED = [
    "The {aspect} was not {wrong}.",
    "There is nothing {wrong} about the {aspect}.",
    "The {aspect} was never {wrong}, not even for a minute.",
    "The {aspect} was {wrong}, but the {aspect2} was {degree} {right}.",
    "I had heard that it was {wrong}; it is not.",
    "Although the {aspect} looked {wrong}, the {aspect2} turned out {right}.",
]
VERDICTS = {
    "pos": [
        "I would watch it again.",
        "I cannot say that I was bored.",
        "Go and see it.",
        "It was worth the money.",
        "I did not want it to end.",
    ],
    "neg": [
        "I would not watch it again.",
        "I cannot say that I was amused.",
        "Stay at home.",
        "It was not worth the money.",
        "I wanted it to end.",
    ],
}
AGAINST = 0.15  # share of sentences that speak against the review's class


def reviews(count: int = 1000, seed: int = 7) -> tuple[list[str], list[str]]:
    """Texts and their classes, "neg" and "pos" in turn. Some are praise with blame in it, or turned by "not"."""
    dice = random.Random(seed)
    labels = ["pos" if number % 2 else "neg" for number in range(count)]
    return [_review(dice, label) for label in labels], labels


def _review(dice: random.Random, label: str) -> str:
    other = "neg" if label == "pos" else "pos"
    sentences = [_opinion(dice, other if dice.random() < AGAINST else label) for _ in range(dice.randint(3, 5))]
    sentences += [_filled(dice, dice.choice(FILLERS), GOOD, BAD) for _ in range(dice.randint(0, 2))]
    dice.shuffle(sentences)
    if dice.random() < 0.6:
        sentences.append(dice.choice(VERDICTS[label]))
    return " ".join(sentences)


def _opinion(dice: random.Random, label: str) -> str:
    right, wrong = (GOOD, BAD) if label == "pos" else (BAD, GOOD)
    return _filled(dice, dice.choice(TURNED if dice.random() < 0.35 else PLAIN), right, wrong)


def _filled(dice: random.Random, pattern: str, right: list[str], wrong: list[str]) -> str:
    aspect, aspect2 = dice.sample(ASPECTS, 2)
    word, word2 = dice.sample(right, 2)
    people = dice.choice(["my sister", "two friends", "my parents", "a colleague", "the neighbours"])
    text = pattern.format(
        aspect=aspect,
        aspect2=aspect2,
        right=word,
        right2=word2,
        right_=word.capitalize(),
        wrong=dice.choice(wrong),
        degree=dice.choice(DEGREES),
        day=dice.choice(["Monday", "Tuesday", "Friday", "Saturday", "Sunday"]),
        people=people,
        people_=people.capitalize(),
        minutes=dice.choice(["ninety", "a hundred", "80", "120", "140"]),
        number=dice.choice(["first", "second", "third", "fifth"]),
    )
    return " ".join(text.split())
