"""Fetch the pinned front-end libraries with `npm pack` and write them, with their hashes, under repairflow/web/static/vendor.

Run by a developer when a version changes, never at build or run time:  python scripts/vendor_assets.py
Afterwards manifest.json names every vendored file with its package, version, licence and sha384 (the value of the
`integrity` attribute in base.html). tests/web/test_components.py fails when a file and its hash part company.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "repairflow" / "web" / "static" / "vendor"

# package@version -> (SPDX licence, {file inside the package: name here}); LICENSE is kept beside each.
PACKAGES: dict[str, tuple[str, dict[str, str]]] = {
    "bootstrap@5.3.8": (
        "MIT",
        {
            "dist/css/bootstrap.min.css": "bootstrap.min.css",
        },
    ),
    "htmx.org@4.0.1": ("0BSD", {"dist/htmx.min.js": "htmx.min.js"}),
}

# The maps are not vendored; a dangling reference would make every developer console ask for them.
_SOURCE_MAP = re.compile(rb"\n?(?:/\*|//)[#@] sourceMappingURL=[^\n]*?(?:\*/)?\s*\Z")


def sri(content: bytes) -> str:
    """Subresource-integrity value: `sha384-` and the base64 digest."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode("ascii")


def fetch() -> dict[str, dict[str, str]]:
    """Unpack every package and return the manifest: file name -> package, version, licence, integrity."""
    manifest: dict[str, dict[str, str]] = {}
    VENDOR.mkdir(parents=True, exist_ok=True)
    for spec, (licence, files) in PACKAGES.items():
        name, version = spec.rsplit("@", 1)
        with tempfile.TemporaryDirectory() as folder:
            packed = subprocess.run(
                ["npm", "pack", "--silent", spec], cwd=folder, check=True, capture_output=True, text=True
            ).stdout.strip()
            with tarfile.open(Path(folder) / packed) as archive:
                for inside, here in {**files, "LICENSE": f"LICENSE.{name}.txt"}.items():
                    member = archive.extractfile(f"package/{inside}")
                    if member is None:
                        raise SystemExit(f"{spec} has no {inside}")
                    content = _SOURCE_MAP.sub(b"\n", member.read())
                    (VENDOR / here).write_bytes(content)
                    if inside in files:
                        manifest[here] = {
                            "package": name,
                            "version": version,
                            "licence": licence,
                            "integrity": sri(content),
                        }
    return manifest


if __name__ == "__main__":
    text = json.dumps(fetch(), indent=2, sort_keys=True) + "\n"
    (VENDOR / "manifest.json").write_text(text, encoding="utf-8")
    print(text)
