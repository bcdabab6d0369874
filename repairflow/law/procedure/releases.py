"""Releases: the digests of law files and letter templates that each version of the program went out with.

`workflows/releases/<version>.toml` is the manifest of a release; while `released` is false it holds nothing yet. From its
release on no file it names is edited. `<version>-repinned.toml` lists digests that definitions had before that release,
each with the edit that changed it: an upgrade pins a database that holds them to the files of today.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, ValidationError

from repairflow.errors import DefinitionError, Problem
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Strict

Digest = str
Form = TypeVar("Form", bound=Strict)
Key = tuple[str, str, str]
"""Kind (procedure or pack), name, version (empty for a pack)."""


class Manifest(Strict):
    """What a release went out with: by name and version, the digest of each law file and letter template."""

    version: str
    released: date | Literal[False]
    procedure: Mapping[str, Digest] = {}
    pack: Mapping[str, Digest] = {}
    calendar: Mapping[str, Digest] = {}
    statute: Mapping[str, Digest] = {}
    letter: Mapping[str, Digest] = {}


class Repinned(Strict):
    """A digest that a definition had once, and the edit that changed it."""

    kind: Literal["procedure", "pack"]
    name: str
    version: str
    digest: Digest
    reason: str = Field(min_length=4)


class _Listed(Strict):
    repinned: tuple[Repinned, ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    """A digest a database may hold that this release takes over, and why."""

    release: str
    reason: str


def manifests(workflows: Path) -> tuple[Manifest, ...]:
    """Return the manifest of each release, oldest first; DefinitionError when one cannot be read."""
    folder = workflows / "releases"
    found = [_read(path, Manifest) for path in folder.glob("*.toml") if not path.stem.endswith("-repinned")]
    return tuple(sorted(found, key=lambda one: tuple(int(part) for part in one.version.split("."))))


def repinned(workflows: Path) -> Mapping[tuple[Key, Digest], Mapped]:
    """Return every former digest that an upgrade carries over to the file of today."""
    found: dict[tuple[Key, Digest], Mapped] = {}
    for path in sorted((workflows / "releases").glob("*-repinned.toml")):
        for one in _read(path, _Listed).repinned:
            key = (one.kind, one.name, one.version)
            found[key, one.digest] = Mapped(path.stem.removesuffix("-repinned"), one.reason)
    return found


def digests_now(law: Library, workflows: Path, letters: Path) -> dict[str, dict[str, Digest]]:
    """Return what the files of this checkout would be listed with, by section of a manifest and name."""
    return {
        "procedure": {f"{name} {version}": found.digest for (name, version), found in sorted(law.procedures.items())},
        "pack": {name: pack.digest for name, pack in sorted(law.packs.items())},
        "calendar": {path.stem: _of_text(path) for path in sorted((workflows / "calendars").glob("*.toml"))},
        "statute": {path.stem: _of_text(path) for path in sorted((workflows / "statutes").glob("*.toml"))},
        "letter": {
            f"{path.parent.name} {path.name.removesuffix('.txt.j2')}": _of_text(path)
            for path in sorted(letters.glob("*/*.txt.j2"))
        },
    }


def edited(manifest: Manifest, now: Mapping[str, Mapping[str, Digest]]) -> list[str]:
    """Return the files a released manifest names that are gone or have another digest now; nothing before its release."""
    if manifest.released is False:
        return []
    listed = {"procedure": manifest.procedure, "pack": manifest.pack, "calendar": manifest.calendar}
    listed |= {"statute": manifest.statute, "letter": manifest.letter}
    return [
        f"{section} {name}"
        for section, held in listed.items()
        for name, digest in held.items()
        if now[section].get(name) != digest
    ]


def _of_text(path: Path) -> Digest:
    """Line ends are those of the checkout, not of the file."""
    return "sha256:" + hashlib.sha256(path.read_text("utf-8").replace("\r\n", "\n").encode()).hexdigest()


def _read(path: Path, form: type[Form]) -> Form:
    try:
        return form.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise DefinitionError(f"{path.name} 无法采用", [Problem(path.name, str(error))]) from error
