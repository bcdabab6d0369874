"""One-line mutants of the shipped law: a line left out, a word in another's place, one more or less in a list, a day or figure moved."""

from __future__ import annotations

import random
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from tests.support.shipped import WORKFLOWS

FOLDERS = ("procedures", "overlays", "packs", "statutes", "calendars")
WORDING = frozenset({"label", "hint", "summary", "todo", "no_clock", "says", "source", "text", "name", "read_by"})
"""Keys whose values are sentences for people: a mutant of them means the same law."""
LINE = re.compile(r"^(\s*)([\w.]+)(\s*=\s*)(.*)$")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
PAIR = re.compile(r'(\w+)\s*=\s*("[^"]*"|\[[^\]]*\]|[^,{}]+)')
ITEM = re.compile(r'(\{[^{}]*\}|"[^"]*"|[^,\[\]{}]+)')


class Mutant(NamedTuple):
    """A shipped file with one line changed."""

    folder: str
    file: str
    line: int
    how: str
    was: str
    now: str
    text: str

    @property
    def title(self) -> str:
        """Where it is and what it changes, for whoever reads a list of them."""
        return f"{self.folder}/{self.file}:{self.line} {self.how}: {self.was[:160]} => {self.now[:160]}"


def sample(count: int, seed: int, folders: Sequence[str] = FOLDERS) -> Iterator[Mutant]:
    """So many mutants that are TOML and mean something else than their file, the same for the same seed."""
    found = [one for folder in folders for file in _files(folder) for one in mutants(folder, file)]
    random.Random(seed).shuffle(found)
    taken: set[tuple[str, str]] = set()
    for one in found:
        if len(taken) == count:
            return
        if (one.file, one.text) not in taken and _means_another(one):
            taken.add((one.file, one.text))
            yield one


def mutants(folder: str, file: str) -> Iterator[Mutant]:
    """Every mutant of a file, in its order."""
    lines = (WORKFLOWS / folder / file).read_text(encoding="utf-8").splitlines(keepends=True)
    known = _vocabulary(lines)
    within_text = False
    for number, line in enumerate(lines):
        if line.count('"""') == 1:
            within_text = not within_text
        found = LINE.match(line.rstrip("\n"))
        if within_text or found is None or found[2] in WORDING:
            continue
        value = _without_comment(found[4])
        changes = [
            ("deleted", ""),
            *((how, f"{found[1]}{found[2]}{found[3]}{new}\n") for how, new in _values(found[2], value, known)),
        ]
        for how, new in changes:
            text = "".join([*lines[:number], new, *lines[number + 1 :]])
            yield Mutant(folder, file, number + 1, how, line.strip(), new.strip(), text)


def _files(folder: str) -> list[str]:
    return sorted(path.name for path in (WORKFLOWS / folder).glob("*.toml"))


def _means_another(one: Mutant) -> bool:
    try:
        return tomllib.loads(one.text) != tomllib.loads((WORKFLOWS / one.folder / one.file).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError:
        return False


def _vocabulary(lines: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """The words a file has under each key: what a mutant may put in another's place."""
    known: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if (found := LINE.match(line.rstrip("\n"))) is None:
            continue
        value = _without_comment(found[4])
        for key, part in PAIR.findall(value) if value.startswith("{") else [(found[2], value)]:
            known[key] |= set(QUOTED.findall(part))
    return {key: frozenset(words) for key, words in known.items()}


def _without_comment(value: str) -> str:
    bare = QUOTED.sub(lambda found: "x" * len(found[0]), value)
    return value[: bare.index("#")].rstrip() if "#" in bare else value


def _values(key: str, value: str, known: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    """What one line may say instead: how it was changed, and the new value."""
    yield from _scalar(key, value)
    if value.startswith("{"):
        for pair in PAIR.finditer(value):
            if pair[1] not in WORDING:
                without = re.sub(r",\s*,", ",", value[: pair.start()] + value[pair.end() :])
                yield f"{pair[1]} left out", re.sub(r",\s*\}", " }", re.sub(r"\{\s*,", "{", without))
                for how, new in _scalar(pair[1], pair[2].strip()):
                    yield how, f"{value[: pair.start(2)]}{new}{value[pair.end(2) :]}"
    if value.startswith("["):
        items = [item.strip() for item in ITEM.findall(value[1:-1]) if item.strip()]
        for index in range(len(items)):
            yield "one left out", f"[{', '.join(items[:index] + items[index + 1 :])}]"
        for other in sorted(known[key] - set(QUOTED.findall(value)))[:2]:
            yield "one more", f"[{', '.join([*items, repr(other).replace(chr(39), chr(34))])}]"
    for word in QUOTED.finditer(value):
        inner = re.findall(r"(\w+)\s*=\s*\[?[^=]*$", value[: word.start()])
        place = inner[-1] if inner and value[0] in "{[" else key
        if place not in WORDING:
            others = sorted(known.get(place, frozenset()) - {word[1]})
            for other in random.Random(word[1]).sample(others, min(2, len(others))):
                yield f"another {place}", f'{value[: word.start()]}"{other}"{value[word.end() :]}'


def _scalar(key: str, value: str) -> Iterator[tuple[str, str]]:
    if value in {"true", "false"}:
        yield f"{key} turned", "false" if value == "true" else "true"
    elif value.isdigit():
        yield f"{key} one more", str(int(value) + 1)
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        yield f"{key} a day later", str(date.fromisoformat(value) + timedelta(days=1))
