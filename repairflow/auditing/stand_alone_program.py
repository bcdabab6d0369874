"""The stand-alone verifiers as they are given out: programs that import nothing of this package."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

from repairflow.auditing import stand_alone_log, stand_alone_verifier

IMPORT = re.compile(r"from repairflow\.auditing\.stand_alone_log import (?:\([^)]*\)[^\n]*|[^\n]*)\n")


def evidence() -> bytes:
    """Return what `beside_evidence` programs need in their folder, as evidence.py."""
    return _source(stand_alone_log).encode()


def beside_evidence(verifier: ModuleType) -> bytes:
    """Return a verifier that takes what it needs of the log from evidence.py beside it."""
    return _source(verifier).replace("from repairflow.auditing.stand_alone_log import", "from evidence import").encode()


def of_bundles() -> bytes:
    """Return the verifier of bundles as one file, with what it needs of the log within it."""
    body = _source(stand_alone_log).split("from __future__ import annotations\n", 1)[1].strip()
    return IMPORT.sub(lambda _: f"{body}\n\n", _source(stand_alone_verifier), count=1).encode()


def _source(module: ModuleType) -> str:
    assert module.__file__ is not None
    return Path(module.__file__).read_text(encoding="utf-8")
