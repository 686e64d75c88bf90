"""Files that are no table of text: what they are instead, and what to do."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from engine.data.rows import by_zero_bytes
from engine.data.source.base import HEAD
from engine.errors import DataError

STRANGE = 0.02  # share of control characters from which on bytes are no text
MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Known(NamedTuple):
    """A format by its first bytes: what it is, and what a person does with it."""

    begins: re.Pattern[bytes]
    what: str
    hint: str


def _known(begins: bytes, what: str, hint: str) -> Known:
    return Known(re.compile(begins, re.DOTALL | re.IGNORECASE), what, hint)


UNPACK, EXPORT = "Unpack it first, then open what was inside", "Save it as CSV where it was made"
BINARY = (
    _known(rb"7z\xbc\xaf", "a 7z archive", UNPACK),
    _known(rb"Rar!", "a RAR archive", UNPACK),
    _known(rb".{257}ustar", "a tar archive", UNPACK),
    _known(rb"%PDF-", "a PDF document", "Save the table in it as CSV or as a spreadsheet"),
    _known(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document in an archive", UNPACK),
    _known(rb"SQLite format 3\0", "a SQLite database in an archive", UNPACK),
    _known(rb"PAR1", "a Parquet file in an archive", UNPACK),
    _known(rb"ARROW1|FEA1", "an Arrow file in an archive", UNPACK),
    _known(rb"\x89HDF", "an HDF5 file", EXPORT),
    _known(rb"\x93NUMPY", "a NumPy array in an archive", UNPACK),
    _known(rb"\x80[\x02-\x05]", "a Python pickle, which can run any code when it is read", EXPORT),
)
PICTURES = re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0\0\0|RIFF....WEBP|II\*\0|MM\0\*", re.DOTALL)
TEXT = (
    _known(rb"version https://git-lfs", "a Git LFS pointer, not the data itself", "Fetch it with: git lfs pull"),
    _known(
        rb"\s*(<\?xml[^>]*>\s*)?(<!--(?:(?!-->).)*-->\s*)*<(!doctype html|html|head|body)",
        "a web page, not a table",
        "Download the file itself: the page was saved instead of it",
    ),
    _known(rb"\s*<\?xml", "an XML document, not a table", EXPORT),
    _known(rb"\s*\{\\rtf", "an RTF document, not a table", EXPORT),
)


def refuse(name: str, head: bytes) -> None:
    """DataError where the first bytes, unpacked, show that a file is no table of text."""
    for known in (*BINARY, *TEXT):
        if known.begins.match(head.removeprefix(codecs.BOM_UTF8)):
            raise DataError(f"{name} is {known.what}", field="path", hint=known.hint)
    if not head.startswith(MARKS) and _is_binary(head):
        picture = PICTURES.match(head) is not None
        hint = "Pictures are opened as folders, one for each class" if picture else "Choose a CSV or TSV file"
        raise DataError(f"{name} is {'a picture, ' if picture else ''}not a text table", field="path", hint=hint)


def _is_binary(head: bytes) -> bool:
    if by_zero_bytes(head):
        return False
    strange = sum(byte < 32 and byte not in b"\t\n\r\f\x1f\x01" for byte in head[:HEAD])
    return strange > len(head[:HEAD]) * STRANGE
