"""What texts are cut into, as the training texts teach it: words, letters, parts of words; or as a file of others says.

A way to cut gives its part of the preparation: "words", the tokens in the order of their numbers, 0 filling and 1 what
was not learned; and, for all but words, "tokenizer", from which `prepare` cuts other texts alike. The same texts
always give the same tokens, also where the trainers of `tokenizers` would not: they go through words in no order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from engine.data.dataset import Tell
from engine.data.feature.base import Document
from engine.data.feature.text import Text
from engine.data.feature.unigram import fit_pieces
from engine.data.feature.words import BATCH, fit_words
from engine.data.prepare import PADDING, UNKNOWN, splitter
from engine.errors import DataError, unreadable

SPECIAL = [PADDING, UNKNOWN]
INSIDE = "##"  # begins a part that continues a word
FILLING = ("[PAD]", "<pad>", "<PAD>", "<|pad|>")  # as tokenizers of others call what fills up


def fit_tokens(settings: Text, texts: Sequence[str], tell: Tell) -> Document:
    """What the texts teach, as part of the preparation. DataError where they have no words, or the file is none."""
    return WAYS[settings.tokens](settings, texts, tell)


def _words(settings: Text, texts: Sequence[str], tell: Tell) -> Document:
    return {"words": fit_words(texts, settings.vocabulary, tell)}


def _characters(settings: Text, texts: Sequence[str], tell: Tell) -> Document:
    tokenizer = Tokenizer(models.WordLevel(unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    trainer = trainers.WordLevelTrainer(vocab_size=settings.vocabulary, special_tokens=SPECIAL, show_progress=False)
    tokenizer.train_from_iterator(_told(texts, tell), trainer)
    return _document(_plain(tokenizer, models.WordLevel(tokenizer.get_vocab(), UNKNOWN)))


def _bpe(settings: Text, texts: Sequence[str], tell: Tell) -> Document:
    """Sennrich et al. 2016: the most frequent pairs become one, again and again."""
    tokenizer = marked(Tokenizer(models.BPE(unk_token=UNKNOWN)))
    trainer = trainers.BpeTrainer(vocab_size=settings.vocabulary, special_tokens=SPECIAL, show_progress=False)
    tokenizer.train_from_iterator(_told(texts, tell), trainer)
    return _document(_plain(tokenizer, tokenizer.model))


def _wordpiece(settings: Text, texts: Sequence[str], tell: Tell) -> Document:
    """Schuster & Nakajima 2012, as BERT has it: the longest known parts; all letters are numbered in order first."""
    tokenizer = splitter(Tokenizer(models.WordPiece(unk_token=UNKNOWN)))
    letters = sorted({letter for text in texts for letter in text.lower() if not letter.isspace()})
    known = [*SPECIAL, *letters, *(INSIDE + letter for letter in letters)]
    trainer = trainers.WordPieceTrainer(vocab_size=settings.vocabulary, special_tokens=known, show_progress=False)
    tokenizer.train_from_iterator(_told(texts, tell), trainer)
    return _document(_plain(tokenizer, models.WordPiece(tokenizer.get_vocab(), unk_token=UNKNOWN)))


def _unigram(settings: Text, texts: Sequence[str], tell: Tell) -> Document:
    """Kudo 2018: the likeliest parts, of which the least needed go."""
    pieces = fit_pieces(texts, settings.vocabulary, tell)
    return _document(marked(Tokenizer(models.Unigram([*((one, 0.0) for one in SPECIAL), *pieces], 1))))


def _file(settings: Text, _texts: Sequence[str], _tell: Tell) -> Document:
    """A tokenizer of others. Its numbers are one higher where its first token does not fill up."""
    if not settings.tokenizer:
        raise DataError("No tokenizer is chosen", field="tokenizer", hint="Name a tokenizer.json, or take other tokens")
    path = Path(settings.tokenizer)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DataError(f"There is no file {path}", field="tokenizer", hint="Name a tokenizer.json") from error
    except OSError as error:
        raise unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise _refused(path) from error
    try:
        tokenizer = Tokenizer.from_str(text)
    except Exception as error:  # the library raises nothing narrower
        raise _refused(path) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    count = tokenizer.get_vocab_size()
    if not count:
        raise DataError(f"{path.name} knows no tokens", field="tokenizer", hint="Name another tokenizer.json")
    shift = 0 if tokenizer.id_to_token(0) in FILLING else 1
    most = max(tokenizer.get_vocab().values()) + 1
    words = [*[PADDING] * shift, *(tokenizer.id_to_token(number) or UNKNOWN for number in range(most))]
    return {"words": words, "shift": shift, "tokenizer": tokenizer.to_str()}


def _refused(path: Path) -> DataError:
    said = f"{path.name} is not a tokenizer that can be read"
    return DataError(said, field="tokenizer", hint="Name the tokenizer.json of a model, as tokenizers writes it")


WAYS: dict[str, Callable[[Text, Sequence[str], Tell], Document]] = {
    "words": _words,
    "characters": _characters,
    "bpe": _bpe,
    "wordpiece": _wordpiece,
    "unigram": _unigram,
    "file": _file,
}
"""By what a text is cut into."""


def marked(tokenizer: Tokenizer) -> Tokenizer:
    """Makes a tokenizer lower its letters, split at spaces and punctuation, and mark where a word begins."""
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Metaspace()])
    return tokenizer


def _plain(trained: Tokenizer, model: models.Model) -> Tokenizer:
    """The same without special tokens, which would be found in texts as well."""
    plain = Tokenizer(model)
    if trained.normalizer is not None:
        plain.normalizer = trained.normalizer
    plain.pre_tokenizer = trained.pre_tokenizer
    return plain


def _document(tokenizer: Tokenizer) -> Document:
    numbers: dict[str, int] = tokenizer.get_vocab()
    words = sorted(numbers, key=numbers.__getitem__)
    if len(words) <= len(SPECIAL):
        raise DataError("The texts have no words", field="path", hint="Choose texts with words in them")
    return {"words": words, "tokenizer": tokenizer.to_str()}


def _told(texts: Sequence[str], tell: Tell) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), BATCH):
        tell(start / len(texts), f"Counting words: {start:,} of {len(texts):,} texts")
        yield texts[start : start + BATCH]
