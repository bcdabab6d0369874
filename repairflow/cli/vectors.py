"""The commands `vectors`: the law's own cases as JSON; and running them for `procedures check`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from repairflow import settings as settings_module
from repairflow.errors import DefinitionError
from repairflow.law.checks.report import Finding
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import unreadable
from repairflow.law.vectors.form import VectorFile, line_of_vector, parse_vectors
from repairflow.law.vectors.running import exported, failures

FOLDER = "vectors"
"""The folder of law files whose files hold cases, not law."""


@click.group("vectors")
def vectors() -> None:
    """规则的案例：输出为 JSON。procedures check 运行全部案例。"""


@vectors.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def export(folder: Path | None) -> None:
    """把 FOLDER（默认出厂的案例）中的全部案例输出为 JSON，供不使用本程序的人核算。"""
    found = folder or settings_module.asset("workflows") / FOLDER
    files = [parse_vectors(path.read_text(encoding="utf-8"), path.name) for path in sorted(found.glob("*.toml"))]
    click.echo(json.dumps(exported(files), ensure_ascii=False, indent=2))


def run(files: list[Path], installed: Library, findings: list[Finding]) -> int:
    """Run the cases of these files and note what does not hold; gives how many cases were run.

    Cases in a folder that is a whole law of its own are run by that law, others by the installed one.
    """
    laws: dict[Path, Library | None] = {}
    count = 0
    for path in files:
        where = f"{FOLDER}/{path.name}"
        try:
            text = path.read_text(encoding="utf-8")
            file = parse_vectors(text, where)
        except DefinitionError as error:
            findings += [Finding("vector_form", problem.where, problem.text) for problem in error.problems]
            continue
        except (OSError, UnicodeDecodeError):
            findings.append(Finding("form", f"{where}:1", unreadable(where).text))
            continue
        folder = path.parent.parent
        if folder not in laws:
            laws[folder] = _law_of(folder, installed)
        law = laws[folder]
        if law is None:
            text = "规则文件有错误，案例没有运行；请先改正规则文件"
            findings.append(Finding("vector_not_run", f"{where}:1", text, "warning"))
            continue
        count += len(file.vectors)
        findings += _wrong(file, law, folder, where, text)
    return count


def _law_of(folder: Path, installed: Library) -> Library | None:
    settings = settings_module.load()
    if folder in (settings_module.asset("workflows"), settings.law_folder) or not (folder / "calendars").is_dir():
        return installed
    try:
        return Library.read(folder)
    except DefinitionError:
        return None  # its faults are told with its files


def _wrong(file: VectorFile, law: Library, folder: Path, where: str, text: str) -> list[Finding]:
    known = any((place / file.law).is_file() for place in (folder, settings_module.asset("workflows")))
    lost = [] if known else [Finding("vector_law", f"{where}:1", f"没有规则文件 {file.law}；请改正“规则文件”")]
    return lost + [
        Finding("vector", f"{where}:{line_of_vector(text, vector.name)}", f"案例“{vector.name}”：{told}")
        for vector in file.vectors
        for told in failures(law, vector)
    ]
