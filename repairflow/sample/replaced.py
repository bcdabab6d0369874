"""Texts in which numbers, names and digests are replaced: taken apart once, put together for each copy."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping

Pieces = tuple[str, ...]

_SHAPES = re.compile(
    r"sha256:[0-9a-f]{64}"
    r"|[A-Z]{2}-\d{4}-\d{6,}"  # of a case or record
    r"|云溪[\u4e00-\u9fff\d]{3,9}?有限公司"
    r"|[\u4e00-\u9fff]{1,8}〔\d{4}〕\d+号"  # of a decision or letter, with whatever stands before its mark
    r"|[0-9A-HJ-NPQRTUWXY]{18}"  # a credit code
    r"|[A-Za-z0-9_-]{22}"  # a token
)


def taken_apart(text: str, known: Container[str]) -> Pieces:
    """Return the text in pieces, of which those that are `known` stand alone; one piece where there is none."""
    pieces: list[str] = []
    end = 0
    for found in _SHAPES.finditer(text):
        for start in _starts(found):
            if text[start : found.end()] in known:
                pieces += [text[end:start], text[start : found.end()]]
                end = found.end()
                break
    return (*pieces, text[end:])


def put_together(pieces: Pieces, new: Mapping[str, str]) -> str:
    """Return the text with what is new in place of what was."""
    return "".join(new.get(piece, piece) for piece in pieces)


def _starts(found: re.Match[str]) -> Iterator[int]:
    """Yield where the thing itself may begin: the mark of a number follows other words without a space."""
    yield found.start()
    if "〔" in found.group():
        yield from range(found.start() + 1, found.start() + found.group().index("〔"))
