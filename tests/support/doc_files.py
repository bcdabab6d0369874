"""Files that a page of the documentation writes out: `PATH`: and the block below it."""

from __future__ import annotations

import re
from pathlib import Path

_FILE = re.compile(r"^`(?P<path>[\w./-]+)`:\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def files_of(page: Path) -> dict[str, str]:
    """The files a page writes out, by path."""
    return {found["path"]: found["text"] for found in _FILE.finditer(page.read_text("utf-8"))}


def write_files(page: Path, folder: Path) -> list[str]:
    """Afterwards the files a page writes out lie in `folder`; their paths."""
    for path, text in files_of(page).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return sorted(files_of(page))
