"""Texts of acts in a folder, cut into articles; the digest by which a newer text is compared with the one that was read.

A file is Markdown or plain text: its first `# ` line is the name of the act, an article begins a line (第二十条 …) and ends
before the next article or heading. Space of any width does not count, so that another printing of the same words is the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from repairflow.errors import Invalid, Problem

_BEGINS = re.compile(r"(第[零〇一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?)[\s\u3000]")
_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_QUOTES = str.maketrans("", "", "《》〈〉<>")
LARGEST = 8 * 1024 * 1024
"""Bytes of one file. The longest act in force has a tenth of that."""


@dataclass(frozen=True, slots=True)
class ActText:
    """One act as a file has it: the digest of each article by its number (第二十条)."""

    file: str
    name: str
    articles: Mapping[str, str]


def article_digest(text: str) -> str:
    """Return the digest of one article, number and all paragraphs."""
    return "sha256:" + hashlib.sha256(_SPACE.sub("", text).encode()).hexdigest()


def same_act(one: str, other: str) -> bool:
    """Tell whether two names are one act's, whatever brackets stand in or around them."""
    return _SPACE.sub("", one.translate(_QUOTES)) == _SPACE.sub("", other.translate(_QUOTES))


def read_act(text: str, file: str) -> ActText | None:
    """Return the act in this text; None where it has no name or no article."""
    name, article = "", ""
    parts: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            article = ""
            name = name or line.lstrip("#").strip()
        elif begins := _BEGINS.match(line):
            article = begins[1]
            parts[article] = [line]
        elif article:
            parts[article].append(line)
    if not name or not parts:
        return None
    return ActText(file, name, {number: article_digest("\n".join(lines)) for number, lines in parts.items()})


def read_folder(folder: Path) -> tuple[tuple[ActText, ...], tuple[str, ...]]:
    """Return the acts in a folder, by file, and the files that hold none; Invalid for a file that cannot be read as UTF-8 text."""
    acts, others = [], []
    for path in sorted((*folder.glob("*.md"), *folder.glob("*.txt"))):
        try:
            if path.stat().st_size > LARGEST:
                raise Invalid("没有比较。", [Problem(path.name, f"{path.name} 超过 8 MB，不是一部法律的文本")])
            found = read_act(path.read_text(encoding="utf-8"), path.name)
        except (OSError, UnicodeDecodeError) as error:
            text = f"{path.name} 读不出来，请确认是 UTF-8 编码的文本文件"
            raise Invalid("没有比较。", [Problem(path.name, text)]) from error
        if found is None:
            others.append(path.name)
        else:
            acts.append(found)
    return tuple(acts), tuple(others)
