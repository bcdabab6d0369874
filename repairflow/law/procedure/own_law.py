"""An installation's own law (自有规则): a folder of files laid over the shipped ones, and what a database keeps of it.

The folder has the shipped folders' names (`procedures`, `overlays`, `packs`, `statutes`, `calendars`), `letters/KIND/DAY.txt.j2`
for texts of letters, and `vocabulary.toml`. It lies outside the program, so that an upgrade never touches it. What cases use is
kept in the database too: a file the folder has lost is then read from there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from repairflow.errors import DefinitionError, Problem
from repairflow.law.toml_file import unreadable

DEFINITIONS = ("procedures", "overlays", "packs", "statutes", "calendars")
LETTERS = "letters"
VECTORS = "vectors"
VOCABULARY = "vocabulary.toml"
TEXT = ".txt.j2"


class Kept(NamedTuple):
    """One file as a database keeps it: its path within the folder, and its text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class OwnLaw:
    """The files of an installation's own law by their path within the folder; those in `kept` only the database has."""

    files: Mapping[str, str] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()

    def section(self, name: str) -> Iterator[tuple[str, str]]:
        """Path and text of the files of one sort, those of the folder first."""
        found = [path for path in self.files if path.startswith(f"{name}/")]
        for path in sorted(found, key=lambda path: (path in self.kept, path)):
            yield path, self.files[path]

    @property
    def letters(self) -> dict[tuple[str, str], str]:
        """The texts of letters by kind and version."""
        texts: dict[tuple[str, str], str] = {}
        for path, text in self.section(LETTERS):
            texts.setdefault(letter_key(path), text)
        return texts

    @property
    def letter_paths(self) -> dict[tuple[str, str], str]:
        """The file of each text of a letter."""
        paths: dict[tuple[str, str], str] = {}
        for path, _ in self.section(LETTERS):
            paths.setdefault(letter_key(path), path)
        return paths

    def without_kept(self) -> OwnLaw:
        """Return the files of the folder alone."""
        return OwnLaw({path: text for path, text in self.files.items() if path not in self.kept})

    def with_kept(self, files: Iterable[Kept]) -> OwnLaw:
        """Return this law and those files of a database that the folder does not have as they were kept."""
        merged, kept = dict(self.files), set(self.kept)
        for path, text in files:
            if merged.get(path) == text:
                continue
            name = path if path not in merged else _beside(path, text)
            merged[name] = text
            kept.add(name)
        return replace(self, files=merged, kept=frozenset(kept))


def letter_key(path: str) -> tuple[str, str]:
    """Kind and version of a letter text, from its path."""
    there = PurePosixPath(path)
    return there.parent.name, there.name.removesuffix(TEXT).partition("@")[0]


def _beside(path: str, text: str) -> str:
    """Return a name for a kept file whose path the folder has since given to another file."""
    there, mark = PurePosixPath(path), digest(text)[7:19]
    suffix = TEXT if there.name.endswith(TEXT) else there.suffix
    return str(there.with_name(f"{there.name.removesuffix(suffix)}@{mark}{suffix}"))


def digest(text: str) -> str:
    """SHA-256 of a file's text; line ends are those of the checkout, not of the file."""
    return "sha256:" + hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


def read_own_law(folder: Path) -> OwnLaw:
    """Return every file of the folder; DefinitionError naming those that cannot be read or that lie where nothing would read them."""
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".md" or (name.startswith(f"{VECTORS}/") and path.suffix == ".toml"):
            continue  # the installation's own notes, and cases that its law is checked by
        if not _has_a_place(name):
            problems.append(Problem(name, "这个位置的文件不会被采用；" + WHERE))
            continue
        try:
            files[name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            problems.append(unreadable(name))
    if problems:
        raise DefinitionError(f"自有规则文件夹 {folder} 有 {len(problems)} 处错误，未启动", problems)
    return OwnLaw(files)


WHERE = (
    "请放入 procedures、overlays、packs、statutes、calendars 文件夹（.toml），"
    "文书模板放入 letters/种类/日期.txt.j2，词表为 vocabulary.toml"
)


def _has_a_place(name: str) -> bool:
    parts = PurePosixPath(name).parts
    if name == VOCABULARY:
        return True
    if parts[0] == LETTERS:
        return len(parts) == 3 and name.endswith(TEXT)
    deep = 3 if parts[:2] == ("calendars", "places") else 2
    return parts[0] in DEFINITIONS and len(parts) == deep and name.endswith(".toml")
