"""The shipped law with one passage changed: what the checks say of a file that is one edit away from a good one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from repairflow.law.checks import Diagnostic, Names, errors, problems
from repairflow.law.checks.checked_files import Around
from repairflow.law.checks.folder import Source, check
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import parse
from repairflow.letters.text.templates import kinds, needed_fields, printed_fields
from repairflow.settings import asset

WORKFLOWS = Path(asset("workflows"))


@cache
def library() -> Library:
    """The shipped law."""
    return Library.read(WORKFLOWS)


@cache
def shipped_names() -> Names:
    """All names of the shipped law, with what its letters require."""
    law = library()
    return Names.known(law.procedures.values(), law.packs.values(), kinds(), needed_fields()).printing(printed_fields())


def source(name: str, folder: str = "procedures") -> str:
    """The text of a shipped file; a procedure by its name alone is that of 2026-04."""
    file = name if "-2" in name or folder != "procedures" else f"{name}-2026-04"
    return (WORKFLOWS / folder / f"{file}.toml").read_text(encoding="utf-8")


def edited(text: str, *edits: tuple[str, str]) -> str:
    """The text with passages replaced, each of which must stand in it exactly once."""
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


def found(name: str, *edits: tuple[str, str]) -> list[Diagnostic]:
    """The errors of a shipped procedure after these edits."""
    text = edited(source(name), *edits)
    return errors(problems(parse(text, f"{name}.toml"), names=shipped_names(), text=text, where=f"{name}.toml"))


def told(name: str, *edits: tuple[str, str]) -> list[str]:
    """The same as lines of code and text."""
    return [f"{finding.code} {finding.where} {finding.text}" for finding in found(name, *edits)]


def around() -> Around:
    """The shipped law as the surroundings of files to be checked."""
    law = library()
    offices = {overlay.office for overlay in law.overlays.values() if overlay.office is not None}
    fields = {pack.domain for pack in law.packs.values()} | {o.sector for o in law.overlays.values() if o.sector}
    return Around(law, set(kinds()), needed_fields(), offices, fields, prints=printed_fields())


def together(**texts: str) -> list[Diagnostic]:
    """The findings of files given together, each by the name of its argument."""
    return check([Source(f"{name}.toml", text) for name, text in texts.items()], around()).findings


def part(name: str, table: str, old: str, new: str, folder: str = "procedures") -> tuple[str, str]:
    """An edit of one table of a shipped file, for a passage that other tables have too."""
    lines = source(name, folder).split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith(f"[{table}]"))
    end = next((n for n in range(start + 1, len(lines)) if lines[n].startswith("[")), len(lines))
    whole = "\n".join(lines[start:end])
    return whole, edited(whole, (old, new))


OPEN_GROUNDS = tuple(
    (f'{end} basis = ["{name}"]', f'{end} verified = false, basis = ["{name}"]')
    for end, name in (
        ('其他条件",', "samr"), ('再次受到行政处罚",', "samr_2021"), ('违法失信名单",', "samr_2021"),
    )
)  # fmt: skip
"""Edits of SAMR-2026 for another field: its grounds and conditions, which nobody has read, marked as open."""
