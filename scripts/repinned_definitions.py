"""Print every digest that a shipped procedure, overlay or rule pack ever had before its present one, from the history of git.

    .venv/bin/python scripts/repinned_definitions.py > workflows/releases/0.2.0-repinned.toml

Before version 0.2.0 files were edited in place, while the law was first written down. `repairflow upgrade` carries a database
made then over to the files of today; each line names the edit that made the difference. From 0.2.0 on no line is added.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FOLDERS = ("workflows/procedures", "workflows/packs", "workflows/overlays")
ROOT = Path(__file__).parent.parent
Key = tuple[str, str, str]
Files = dict[str, Mapping[str, Any]]


def main() -> None:
    told: dict[Key, list[tuple[str, str]]] = {}
    for commit, subject in commits():
        for key, digest in digests(files_of(commit)):
            known = told.setdefault(key, [])
            if digest not in [one for one, _ in known]:
                known.append((digest, subject))
    print(HEAD)
    now = now_digests()
    for key, known in sorted(told.items()):
        for number, (digest, _) in enumerate(known):
            if key in now and digest != now[key]:
                later = known[number + 1 :] or [("", "")]
                # of one file's two digests (with and without its last day) both came with the same edit
                why = next((subject for _, subject in later if subject != known[number][1]), known[number][1])
                print(entry(key, digest, why))


HEAD = """# Digests that definitions had before 0.2.0, when files were still edited in place (scripts/repinned_definitions.py).
# `repairflow upgrade` pins what a database holds of these to the files of the release, with an event for each.
"""


def entry(key: Key, digest: str, why: str) -> str:
    kind, name, version = key
    lines = ["[[repinned]]", f'kind = "{kind}"', f'name = "{name}"', f'version = "{version}"', f'digest = "{digest}"']
    return "\n".join([*lines, f"reason = {json.dumps(why, ensure_ascii=False)}", ""])


def commits() -> list[tuple[str, str]]:
    said = git("log", "--reverse", "--topo-order", "--format=%H|%s", "--", *FOLDERS)
    return [(line.split("|", 1)[0], line.split("|", 1)[1]) for line in said.splitlines()]


def files_of(commit: str) -> Files:
    names = [n for n in git("ls-tree", "-r", "--name-only", commit, "--", *FOLDERS).splitlines() if n.endswith(".toml")]
    return {name: tomllib.loads(git("show", f"{commit}:{name}")) for name in names}


def now_digests() -> dict[Key, str]:
    there = {str(p.relative_to(ROOT)): p for folder in FOLDERS for p in (ROOT / folder).glob("*.toml")}
    return dict(digests({n: tomllib.loads(p.read_text("utf-8")) for n, p in there.items()}))


def digests(files: Files) -> Iterator[tuple[Key, str]]:
    """Digests as this program counts them come last for each key; before that those which covered the last day, too."""
    for whole in (True, False):
        bases: dict[tuple[str, str], str] = {}
        for data in of_folder(files, "procedures"):
            bases[data["procedure"], data["version"]] = digest_of(data, whole=whole)
        for (name, version), digest in bases.items():
            yield ("procedure", name, version), digest
        for data in of_folder(files, "overlays"):
            base = bases.get((data["base"], data["base_version"]))
            if base is not None:
                both = {"base": base, "overlay": digest_of(data, whole=whole)}
                yield ("procedure", data["base"], data["version"]), digest_of(both, whole=True)
        own = {data["pack"]: (digest_of(data, whole=whole), data.get("over")) for data in of_folder(files, "packs")}
        for name, (digest, over) in own.items():
            if over in own:
                digest = digest_of({"base": own[over][0], "pack": digest}, whole=True)
            yield ("pack", name, ""), digest


def of_folder(files: Files, name: str) -> list[Mapping[str, Any]]:
    return [data for path, data in files.items() if f"workflows/{name}/" in path]


def digest_of(data: Mapping[str, Any], *, whole: bool) -> str:
    meant = {name: value for name, value in data.items() if whole or name != "until"}
    canonical = json.dumps(meant, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
