"""Which letters the bytes of a file mean: by its mark, its zero bytes, UTF-8's own rules, else by what makes words."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

from engine.data.rows import by_zero_bytes
from engine.data.source.base import Guess

UTF8, OLD = "utf-8", "cp1252"
MARKS = (  # the longer ones first
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
HIGH = re.compile(rb"[\x80-\xff]+")
SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
EAST = ("gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "cp949")
OTHERS = (
    "cp1250",
    "cp1251",
    "koi8_r",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "iso8859_5",
    "cp866",
    "tis_620",
)
BY_MARK = "the mark at its beginning says so"
LOOKED_AT = 200_000  # bytes of lines with letters beyond ASCII
LOSSY = "utf8"  # UTF-8 with bytes that are not
CUT_OFF = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{0,2}\Z")  # at the end: perhaps a letter whose rest comes later


class NotUtf8Error(Exception):
    """Bytes that are not UTF-8, after such that were."""

    def __init__(self, chunk: bytes) -> None:
        super().__init__()
        self.chunk = chunk


def encoding_of(head: bytes, whole: bool, rest_is_utf8: bool = True) -> Guess:
    """The encoding of text, with the reason.

    Args:
        head: bytes from its beginning.
        whole: they are all there is; else the last letter may be cut off.
        rest_is_utf8: False where the bytes after the head turned out not to be; `head` then holds such bytes too.
    """
    for mark, name in MARKS:
        if head.startswith(mark):
            return Guess("encoding", name, BY_MARK)
    zero = by_zero_bytes(head)
    if zero:
        return Guess("encoding", zero, "every other byte is zero")
    if rest_is_utf8 and is_utf8(head, whole):
        return Guess("encoding", UTF8, "all of it is UTF-8")
    wrong, right = _broken_sequences(head)
    if right > wrong:
        return Guess("encoding", LOSSY, "nearly all letters are UTF-8, some bytes are not")
    return _old(head)


def is_utf8(head: bytes, whole: bool) -> bool:
    """Whether bytes are UTF-8; where they are not the whole, the last letter may be cut off."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=whole)
    except UnicodeDecodeError:
        return False
    return True


def _broken_sequences(head: bytes) -> tuple[int, int]:
    """Bytes that are no UTF-8, and letters beyond ASCII that are."""
    right = SEQUENCE.findall(head)
    high = sum(len(run) for run in HIGH.findall(head))
    return high - sum(map(len, right)), len(right)


def _old(head: bytes) -> Guess:
    """One of the encodings from before Unicode: Western where single letters stand between ASCII ones."""
    lines = b"\n".join(line for line in re.split(rb"[\r\n]+", head) if not line.isascii())[:LOOKED_AT]
    runs = [len(run) for run in HIGH.findall(lines)]
    alone = sum(length == 1 for length in runs) >= 0.7 * len(runs)
    western = Guess("encoding", OLD, "it is not UTF-8, and reads well as Western European (Windows)")
    if alone and not _signs_in_words(lines.decode(OLD, errors="replace")):
        return western
    from charset_normalizer import from_bytes  # it is large, and few files need it

    names = [*(() if alone else EAST), *OTHERS, OLD]
    found = from_bytes(lines, cp_isolation=names, threshold=0.5)
    best = next((match for match in found if not _shouts(str(match))), found.best())
    if best is None or best.encoding == OLD or best.language in ("", "Unknown"):
        return western
    name = "gb18030" if best.encoding in ("gb2312", "gbk") else best.encoding
    return Guess("encoding", name, f"it is not UTF-8, and reads as words in {best.language}")


def utf8_chunks(stream: BinaryIO, encoding: str, size: int) -> Iterator[bytes]:
    """The rest of a stream as UTF-8 in pieces of whole letters; what cannot be decoded is U+FFFD.

    Args:
        size: bytes of the stream in a piece.

    Raises:
        NotUtf8Error: the encoding is "utf-8", as it was guessed from the first bytes, and these are not.
    """
    if encoding != UTF8:
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        while chunk := stream.read(size):
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
        return
    rest = b""
    while chunk := stream.read(size):
        chunk = rest + chunk
        rest = b""
        if not chunk.isascii():
            cut = CUT_OFF.search(chunk, len(chunk) - 3)
            if cut:
                chunk, rest = chunk[: cut.start()], cut.group()
            if not is_utf8(chunk, whole=True):
                raise NotUtf8Error(chunk)
        yield chunk
    if rest:
        raise NotUtf8Error(rest)


def _shouts(text: str) -> bool:
    """Whether most letters are capitals: Cyrillic read by the wrong one of two alphabets is."""
    return sum(map(str.isupper, text)) > sum(map(str.islower, text))


def _signs_in_words(text: str) -> bool:
    """Whether signs such as ³ and ¿ stand inside words again and again: then the letters are others."""
    high = [letter for letter in text if letter > "\x7f"]
    inside = sum(
        middle > "\x7f" and not middle.isalpha() and middle not in "’·\xad–—" and before.isalpha() and after.isalpha()
        for (before, middle), after in zip(pairwise(text), text[2:], strict=False)
    )
    return inside >= max(2, 0.05 * len(high))
