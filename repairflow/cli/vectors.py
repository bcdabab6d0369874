"""The commands `vectors`: the law's own cases as JSON, and drafts of new ones; running them for `procedures check`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from repairflow import settings as settings_module
from repairflow.app.program import Program
from repairflow.casework.queries.cases import as_vector
from repairflow.cli.written import written
from repairflow.errors import DefinitionError, Invalid
from repairflow.law.checks.report import Diagnostic
from repairflow.law.checks.written_words import hidden, strings
from repairflow.law.procedure.library import Library
from repairflow.law.toml_file import read_toml, unreadable
from repairflow.law.vectors.drafting import draft, in_toml
from repairflow.law.vectors.form import VectorFile, line_of_vector, parse_vectors
from repairflow.law.vectors.running import exported, failures

FOLDER = "vectors"
"""The folder of law files whose files hold cases, not law."""


@click.group("vectors")
def vectors() -> None:
    """规则的案例：输出为 JSON，由办件起草。procedures check 运行全部案例。"""


@vectors.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def export(folder: Path | None) -> None:
    """把 FOLDER（默认出厂的案例）中的全部案例输出为 JSON，供不使用本程序的人核算。"""
    found = folder or settings_module.asset("workflows") / FOLDER
    files = [parse_vectors(path.read_text(encoding="utf-8"), path.name) for path in sorted(found.glob("*.toml"))]
    click.echo(json.dumps(exported(files), ensure_ascii=False, indent=2))


@vectors.command("new")
@click.argument("number", metavar="CASE")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="写入新文件；不写则输出到屏幕")
def new_(number: str, output: Path | None) -> None:
    """由编号为 CASE 的办件起草案例：只有日期和规则中的名称，不写任何人的姓名、编号和所填的内容。

    不能写成案例的期限在文件开头列出。请法律人员核对以后放入规则文件旁的 vectors 文件夹。
    """
    if output is not None and output.exists():
        raise Invalid(f"{output} 已经存在，没有改动；请写另一个文件名。")
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        found = draft(program.law, as_vector.vector_source(tx, program.law, number))
    if not found.vectors:
        raise Invalid("；".join(["这个办件没有可以写成案例的内容", *found.left_out]) + "。")
    text = in_toml(found)
    if output is None:
        click.echo(text, nl=False)
        return
    written(output, text)
    click.echo(f"已写入 {output}：案例 {len(found.vectors)} 个，没有写成的 {len(found.left_out)} 项")


def run(files: list[Path], installed: Library, findings: list[Diagnostic]) -> int:
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
            findings += [Diagnostic("vector_form", problem.where, problem.text) for problem in error.problems]
            continue
        except (OSError, UnicodeDecodeError):
            findings.append(Diagnostic("form", f"{where}:1", unreadable(where).text))
            continue
        findings += _unseen(text, where)
        folder = path.parent.parent
        if folder not in laws:
            laws[folder] = _law_of(folder, installed)
        law = laws[folder]
        if law is None:
            text = "规则文件有错误，案例没有运行；请先改正规则文件"
            findings.append(Diagnostic("vector_not_run", f"{where}:1", text, "warning"))
            continue
        count += len(file.vectors)
        findings += _wrong(file, law, folder, where, text)
    return count


def _unseen(text: str, where: str) -> list[Diagnostic]:
    """Signs nobody sees: a name that looks like another's, an answer that only looks right."""
    return [
        Diagnostic("text_hidden", f"{where}:{_line_with(text, said)}", f"写有{sign}，看到的和所写的不同；请删去")
        for _, said in strings(read_toml(text))
        if (sign := hidden(said, name=True)) is not None
    ]


def _line_with(text: str, words: str) -> int:
    """Return the line on which these words stand; the first where they are written otherwise."""
    return next((n for n, line in enumerate(text.splitlines(), start=1) if words in line), 1)


def _law_of(folder: Path, installed: Library) -> Library | None:
    settings = settings_module.load()
    if folder in (settings_module.asset("workflows"), settings.law_folder) or not (folder / "calendars").is_dir():
        return installed
    try:
        return Library.read(folder)
    except DefinitionError:
        return None  # its faults are told with its files


def _of_another(file: VectorFile, law: Library, where: str, text: str) -> list[Diagnostic]:
    """Cases of another procedure than that of the file they are said to be of."""
    stem = Path(file.law).stem
    known = [{p.label, p.procedure, ""} for p in law.procedures.values() if f"{p.procedure}-{p.version}" == stem]
    return [
        Diagnostic(
            "vector_law", f"{where}:{line_of_vector(text, vector.name)}",
            f"案例“{vector.name}”的程序“{vector.facts.procedure}”不是 {file.law} 的；请改正“规则文件”或者“程序”",
        )
        for vector in file.vectors[:1]
        if known and not any(one.facts.procedure in known[0] for one in file.vectors)
    ]  # fmt: skip


def _wrong(file: VectorFile, law: Library, folder: Path, where: str, text: str) -> list[Diagnostic]:
    known = any((place / file.law).is_file() for place in (folder, settings_module.asset("workflows")))
    lost = [] if known else [Diagnostic("vector_law", f"{where}:1", f"没有规则文件 {file.law}；请改正“规则文件”")]
    if not file.author.strip():
        told = "没有写明作者；请写谁算得这些结果"
        lost.append(Diagnostic("vector_form", f"{where}:{_line_with(text, '作者')}", told))
    lost += _of_another(file, law, where, text)
    return lost + [
        Diagnostic("vector", f"{where}:{line_of_vector(text, vector.name)}", f"案例“{vector.name}”：{told}")
        for vector in file.vectors
        for told in failures(law, vector)
    ]
