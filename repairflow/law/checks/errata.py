"""An erratum (勘误) is checked as the file it mends is: the file with it, and all that is laid over that file, go through every
check of law files; what they find that was not there without it is a fault of the erratum, told with its own file and line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from repairflow.law.checks import reading_days
from repairflow.law.checks.checked_files import Around, Checked
from repairflow.law.checks.folder import judged
from repairflow.law.checks.report import Diagnostic
from repairflow.law.procedure.errata import Erratum
from repairflow.law.procedure.law_files import LawFiles
from repairflow.law.procedure.library import Library

FIGURE = re.compile(r"由 ?\d[^，]*(?:改为|延长为) ?\d[^，]*，依据却没有变")
"""How a check says that a figure is another than in the file in use, on the same basis: that is what an erratum is for."""


def check(workflows: Path, before: Library, erratum: Erratum, around: Around) -> list[Diagnostic]:
    """Return every fault that the erratum brings, laid over the law as it counts without it (`before`).

    DefinitionError where the mended files cannot even be read.
    """
    mended = (*before.errata, erratum)
    found = [one for one in _found(workflows, before, mended, erratum, around) if not FIGURE.search(one.text)]
    if found:  # what was wrong without the erratum is none of its faults; mostly nothing is, and need not be looked for
        known = {(one.code, one.text) for one in _found(workflows, before, before.errata, erratum, around)}
        found = [one for one in found if (one.code, one.text) not in known]
    told: dict[str, Diagnostic] = {}  # by its sentence: what lies over the file often only repeats it
    for fault in reading_days.faults(erratum, None):
        told[fault.text] = Diagnostic(fault.code, f"{erratum.where}:{_line(erratum, 'read_on')}", fault.text)
    for own in (True, False):
        for one in found:
            if (_file(one) == erratum.where) is own:
                told.setdefault(one.text, _here(one, erratum))
    return list(told.values())


def _found(
    workflows: Path, before: Library, errata: Sequence[Erratum], erratum: Erratum, around: Around
) -> list[Diagnostic]:
    """Return what the checks find in the file that the erratum names, and in those laid over it, with these errata."""
    files = LawFiles(workflows, before.own)
    files.all(errata)
    checked, (kind, name, version) = Checked(texts={erratum.where: _unnested(erratum.text)}), erratum.key
    if kind == "pack":
        checked.packs[erratum.where] = files.packs[name]
        for pack in files.packs.values():
            if pack.over == name:
                checked.packs[files.path[pack.pack, ""]] = pack
    else:
        checked.procedures[erratum.where] = files.procedures[name, version]
        for key, overlay in files.overlays.items():
            if (overlay.base, overlay.base_version) == (name, version):
                checked.overlays[files.path[key]] = overlay
                checked.texts[files.path[key]] = _text(workflows, before, files.path[key])
    # what it changes on purpose is no change of a released file, and so no fault (`changed_in_use`)
    installed = replace(before, errata=(*before.errata, erratum))
    return [one for one in judged(checked, replace(around, installed=installed)).findings if one.severity == "error"]


def _text(workflows: Path, before: Library, path: str) -> str:
    own = before.own.files.get(path)
    return own if own is not None else (workflows / path).read_text(encoding="utf-8")


def _unnested(text: str) -> str:
    """Return the erratum's text with its tables named as in the file it mends, line for line: `[set.period.minor]` is `[period.minor]`."""
    return "\n".join(
        line.replace("[set.", "[", 1) if line.startswith("[set.") else "" if line.strip() == "[set]" else line
        for line in text.splitlines()
    )


def _file(one: Diagnostic) -> str:
    return one.where.rpartition(":")[0]


def _here(one: Diagnostic, erratum: Erratum) -> Diagnostic:
    """Return a finding as a fault of the erratum: what it does not set itself is told at the first line of what it sets."""
    if _file(one) != erratum.where:
        return replace(one, where=f"{erratum.where}:{_line(erratum, 'set')}", text=f"{_file(one)}：{one.text}")
    elsewhere = one.where == f"{erratum.where}:1"
    return replace(one, where=f"{erratum.where}:{_line(erratum, 'set')}") if elsewhere else one


def _line(erratum: Erratum, key: str) -> int:
    starts = (f"{key} ", f"{key}=", f"[{key}]", f"[{key}.")
    lines = erratum.text.splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith(starts)), 1)
