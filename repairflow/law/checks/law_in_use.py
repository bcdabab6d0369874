"""What given files make of the law in use: procedures that stay have to go on under new packs, letter texts and bases."""

from __future__ import annotations

from dataclasses import replace

from repairflow.law.checks import guard_conditions, letter_fields
from repairflow.law.checks import names as naming
from repairflow.law.checks.checked_files import Around, Checked
from repairflow.law.checks.report import Diagnostic, Names, Report
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.overlay import laid_anew

PARTS = (naming, letter_fields, guard_conditions)
"""Checks that look into packs and letter texts."""


def check(checked: Checked, around: Around, names: Names) -> None:
    """Note at the given file what a procedure or overlay that was not given can no longer do."""
    _overlays(checked, around)
    if not checked.packs and not around.texts:
        return
    given = {(p.procedure, p.version) for p in (*checked.procedures.values(), *checked.results.values())}
    for key, p in around.installed.procedures.items():
        if key in given:
            continue
        report = Report(p, names, None, "")
        for part in PARTS:
            part.check(report)
        for finding in report.findings:
            if finding.severity == "error":
                _note(checked, around, names, p, finding)


def _note(checked: Checked, around: Around, names: Names, p: Procedure, finding: Diagnostic) -> None:
    which = f"“{p.label}”{p.version} 版："
    if finding.letter in around.texts:
        checked.findings.append(replace(finding, where=around.texts[finding.letter], text=which + finding.text))
        return
    in_force = {pack.pack for pack in names.packs_for(p)} | {pack.over for pack in names.packs_for(p)}
    where = next((where for where, pack in checked.packs.items() if pack.pack in in_force), None)
    if where is not None:
        checked.add(finding.code, where, ("lists",), which + finding.text)


def _overlays(checked: Checked, around: Around) -> None:
    """Overlays in use that no longer fit the base that is given."""
    given = {(overlay.base, overlay.version) for overlay in checked.overlays.values()}
    for where, base in checked.procedures.items():
        for key, overlay in around.installed.overlays.items():
            if key in given or (overlay.base, overlay.base_version) != (base.procedure, base.version):
                continue
            _, reasons = laid_anew(overlay, base)
            for reason in reasons:
                text = f"在用的本地细化“{overlay.label}”（{overlay.version}）不再适合本文件：{reason}"
                checked.add("overlay_base", where, ("version",), text)
