"""Write the manifest of a release: the digest of every law file and letter template as they are now.

    .venv/bin/python scripts/release_manifest.py 0.2.0 2026-12-31

Run once, when the version is cut; a test then holds every file to it.
"""

from __future__ import annotations

import json
import sys
from datetime import date

from repairflow.law.procedure.library import Library
from repairflow.law.procedure.releases import digests_now
from repairflow.settings import asset


def main(version: str, day: str) -> None:
    """Write workflows/releases/<version>.toml."""
    workflows = asset("workflows")
    now = digests_now(Library.read(workflows), workflows, asset("templates") / "letters")
    lines = [f'version = "{version}"', f"released = {date.fromisoformat(day)}"]
    for section, digests in now.items():
        lines += [
            "",
            f"[{section}]",
            *(f"{json.dumps(name)} = {json.dumps(digest)}" for name, digest in digests.items()),
        ]
    goal = workflows / "releases" / f"{version}.toml"
    goal.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(goal)


if __name__ == "__main__":
    main(*sys.argv[1:])
