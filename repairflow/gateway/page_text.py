"""The words of a foreign page, line by line. One pass over the page and no look back: whatever its bytes are, the time grows with
their number alone (the parser of the standard library takes hours for 2 MiB of `<a <a <a`)."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator

from repairflow import plain

MOST_TEXT = 100_000
"""Characters of the text that are kept."""
ENCODINGS = frozenset({
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb2312", "gbk", "gb18030", "hz", "big5", "big5hkscs", "cp950", "ascii",
    "iso8859-1", "cp1252",
})  # fmt: skip
"""Of pages. Python knows others under such names that are no page's, refuse to replace what they cannot read, or take very long."""
UNSEEN = frozenset({"script", "style", "template", "noscript"})
INLINE = frozenset({"a", "b", "i", "em", "strong", "span", "font", "u", "small", "mark", "label"})
_NAME = re.compile(r"/?([a-z][^\s/>]*)", re.IGNORECASE)
_ENDS = re.compile(r">|=\s*([\"'])")
_CLOSES = {name: re.compile(f"</{name}(?![a-z])", re.IGNORECASE) for name in UNSEEN}
_ENDLESS = re.compile(r"&#x?[0-9a-f]{9,};?", re.IGNORECASE)


def text_of(content: bytes, media_type: str) -> str:
    """Return what a reader sees of the page, line by line; of what is no text nothing."""
    if not media_type.lower().startswith(("text/", "application/xhtml", "application/json")):
        return ""
    marked = re.search(r"charset=[\"']?([\w-]+)", media_type) or re.search(rb"charset=[\"']?([\w-]+)", content[:2048])
    found = marked.group(1) if marked else "utf-8"
    text = content.decode(_encoding(found if isinstance(found, str) else found.decode("ascii")), "replace")
    lines = "".join(_words(text)).split("\n") if "html" in media_type.lower() else text.splitlines()
    return "\n".join(line for line in (" ".join(plain.shown(one).split()) for one in lines) if line)[:MOST_TEXT]


def _encoding(name: str) -> str:
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return "utf-8"
    return known if known in ENCODINGS else "utf-8"


def _words(page: str) -> Iterator[str]:
    """Yield the texts of a page, and a line end where an element that is not in a line begins or ends."""
    place = 0
    while (start := page.find("<", place)) >= 0:
        yield _said(page[place:start])
        name = _NAME.match(page, start + 1)
        if name is None and page[start + 1 : start + 2] not in ("!", "?", "/"):
            yield "<"
            place = start + 1
            continue
        tag = name.group(1).lower() if name is not None else ""
        place = _after(page, start, tag)
        if tag not in INLINE:
            yield "\n"
    yield _said(page[place:])


def _after(page: str, start: int, tag: str) -> int:
    """Return where the page goes on after what begins at `start`: a comment, or a tag with all that nobody sees in it; the end of the page
    where it is never closed, as browsers have it."""
    if page.startswith("<!--", start):
        end = page.find("-->", start + 4)
        return end + 3 if end >= 0 else len(page)
    end = _tag_end(page, start + 1)
    if tag in UNSEEN and page[start + 1] != "/":
        close = _CLOSES[tag].search(page, end)
        return close.start() if close is not None else len(page)
    return end


def _tag_end(page: str, place: int) -> int:
    while (found := _ENDS.search(page, place)) is not None:
        if found.group(1) is None:
            return found.end()
        end = page.find(found.group(1), found.end())  # of a value in quotes, which may hold >
        if end < 0:
            break
        place = end + 1
    return len(page)


def _said(text: str) -> str:
    return html.unescape(_ENDLESS.sub("\ufffd", text)).replace("\n", " ") if text else ""
