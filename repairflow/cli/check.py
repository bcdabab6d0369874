"""The command `procedures check`: which files it reads, what it prints, how it ends."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from repairflow import settings as settings_module
from repairflow.app.law import installed_law
from repairflow.casework.admin.offices import DOMAINS
from repairflow.cli import coverage, letter_texts, vectors
from repairflow.db import Database
from repairflow.errors import DefinitionError
from repairflow.law import letter_kinds
from repairflow.law.checks import errata
from repairflow.law.checks.calendar_files import PLACES
from repairflow.law.checks.checked_files import Around, Checked
from repairflow.law.checks.folder import Source, check
from repairflow.law.checks.report import Diagnostic
from repairflow.law.procedure.errata import parse_erratum
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.paths import longest
from repairflow.law.toml_file import unreadable
from repairflow.letters.text.templates import kinds, needed_fields, printed_fields
from repairflow.records import office

CLEAN, FAULTY, NOTHING = 0, 1, 2
"""How it ends: no error · at least one error · nothing could be checked."""

ABOUT_DEFINITIONS = {"means", "releases", "divisions"}
"""Folders of the law whose files are no definitions: they list them, and have commands of their own."""
ERRATUM = re.compile(r"^erratum\s*=", re.MULTILINE)


def run(paths: tuple[Path, ...]) -> int:
    """Check files and folders, print every problem and a summary; gives the exit code."""
    own = settings_module.load().law_folder
    given = paths or (
        settings_module.asset("workflows"), settings_module.asset("templates") / "letters", *([own] if own else [])
    )  # fmt: skip
    files, empty = _files(given)
    for path in empty:
        click.echo(
            f"错误 {path} 没有可以检查的文件；请写办理程序、本地细化、规则包、日历或者文书模板所在的文件或者文件夹"
        )
    if empty:
        return NOTHING
    try:
        installed = installed_law()
    except DefinitionError as error:
        if own is None:
            click.echo(str(error))
            return FAULTY
        installed = Library.read(settings_module.asset("workflows"))  # what is wrong with the own files is told below
    findings: list[Diagnostic] = []
    cases = [file for file in files if file.parent.name == vectors.FOLDER]
    covering = [file for file in files if file.parent.name == coverage.FOLDER]
    sources = _sources([file for file in files if file.suffix == ".toml" and file not in (*cases, *covering)], findings)
    mending = [source for source in sources if ERRATUM.search(source.text)]
    sources = [source for source in sources if source not in mending]
    texts = letter_texts.read([file for file in files if file.name.endswith(".txt.j2")], findings)
    with letter_kinds.declaring(texts.says):
        around = around_of(installed, texts)
        checked = check(sources, around)
        findings += checked.findings
        for source in mending:
            findings += _erratum(source, installed, around)
    run_cases = vectors.run(cases, installed, findings)
    coverage.run(covering, findings)
    for finding in findings:
        mark = "错误" if finding.severity == "error" else "提示"
        click.echo(f"{mark} {finding.where} {finding.text} [{finding.code}]")
    if cases:
        click.echo(f"运行案例 {run_cases} 个")
    _summarise(checked, findings, len(texts.heads))
    return FAULTY if any(finding.severity == "error" for finding in findings) else CLEAN


def _files(paths: tuple[Path, ...]) -> tuple[list[Path], list[Path]]:
    """Return the files to check, and the paths that hold none."""
    files: dict[Path, None] = {}
    empty: list[Path] = []
    for path in paths:
        found = sorted(path.rglob("*")) if path.is_dir() else [path] if path.is_file() else []
        fitting = [
            file
            for file in found
            if file.is_file()
            and (file.suffix == ".toml" or file.name.endswith(".txt.j2"))
            and (file == path or file.parent.name not in ABOUT_DEFINITIONS)
        ]
        files |= dict.fromkeys(fitting)
        if not fitting:
            empty.append(path)
    return list(files), empty


def _sources(files: list[Path], findings: list[Diagnostic]) -> list[Source]:
    """Return the texts of definition files, each under the shortest name that tells it from the others."""
    names = [file.name for file in files]
    found: list[Source] = []
    for file in files:
        plain = names.count(file.name) == 1 and file.parent.name != PLACES
        where = file.name if plain else f"{file.parent.name}/{file.name}"
        try:
            found.append(Source(where, file.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError):
            findings.append(Diagnostic("form", f"{where}:1", unreadable(where).text))
    return found


def _erratum(source: Source, installed: Library, around: Around) -> list[Diagnostic]:
    """Return what is wrong with an erratum, laid over the law as it counts without it and without later ones of the same file."""
    workflows = settings_module.asset("workflows")
    try:
        found = parse_erratum(source.text, source.where)
        others = [one for one in installed.errata if one.key != found.key or one.erratum < found.erratum]
        return errata.check(workflows, Library.read(workflows, others, installed.own), found, around)
    except DefinitionError as error:
        return [Diagnostic("form", problem.where, problem.text) for problem in error.problems]


def around_of(installed: Library, texts: letter_texts.Given) -> Around:
    """Return what files are checked against on this node: its law, the letters and fields it knows, the offices of its database."""
    # A field of one's own is what a pack says in `field`: one that is only misspelt is not known by being installed.
    domains = {*DOMAINS, *(pack.domain for pack in installed.packs.values() if pack.field)}
    return Around(
        installed=installed,
        letters={*kinds(), *texts.heads, *texts.broken},
        fields={**needed_fields(), **texts.required},
        prints={**printed_fields(), **texts.printed},
        offices=_offices(installed),
        domains=domains,
        texts=texts.places,
    )


def _offices(installed: Library) -> Collection[str]:
    """Codes of the offices this node has, and of those that installed overlays are made for."""
    known = {overlay.office for overlay in installed.overlays.values() if overlay.office is not None}
    settings = settings_module.load()
    file = settings.database_url.partition(":///")[2]
    if settings.database_url.startswith("sqlite") and not Path(file).is_file():
        return known  # no database yet
    db = Database(settings.direct_url)
    try:
        with db.read() as tx:
            return known | set(tx.execute(select(office.c.code)).scalars())
    except SQLAlchemyError:
        return known  # not made yet, or not at hand: the files are checked all the same
    finally:
        db.dispose()


def _summarise(checked: Checked, findings: list[Diagnostic], letters: int) -> None:
    for where, procedure in [*checked.procedures.items(), *checked.results.items()]:
        own = [finding for finding in findings if finding.where.rpartition(":")[0] == where]
        wrong = sum(finding.severity == "error" for finding in own)
        route = "" if wrong else f"；最长办理时间 {longest(procedure)}"
        summary = f"{wrong} 个错误，{len(own) - wrong} 个提示{route}"
        click.echo(f"{where}：{procedure.label} {procedure.version}，{summary}")
    errors = sum(finding.severity == "error" for finding in findings)
    what = (
        f"办理程序 {len(checked.procedures)} 个，本地细化 {len(checked.overlays)} 个，规则包 {len(checked.packs)} 个，"
        f"日历 {len(checked.calendars)} 年，文书模板 {letters} 种"
    )
    click.echo(f"共检查{what}：{errors} 个错误，{len(findings) - errors} 个提示")
