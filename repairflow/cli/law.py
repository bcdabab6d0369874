"""Commands about procedures: check, list, show, review, diagram, schema, simulate, migrate, erratum."""

from __future__ import annotations

import json
from pathlib import Path

import click

from repairflow import settings as settings_module
from repairflow import times
from repairflow.app.law import installed_law
from repairflow.app.program import Program
from repairflow.casework.admin import law_drafts
from repairflow.casework.cases import version_migration
from repairflow.casework.queries.cases.closed import closed
from repairflow.cli import check as checking
from repairflow.cli.erratum import erratum
from repairflow.cli.procedure_text import lines, pack_for
from repairflow.cli.review import review
from repairflow.cli.written import written
from repairflow.errors import DefinitionError, Invalid, NotFound
from repairflow.law.diagram import svg
from repairflow.law.procedure import json_schema
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.overlay import Overlay
from repairflow.law.simulate import Difference, simulate
from repairflow.law.toml_file import unreadable


@click.group()
def procedures() -> None:
    """办理程序：检查、列出、查看、审核、画图、试算、迁移、勘误。"""


procedures.add_command(review)


@procedures.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """检查办理程序、本地细化、规则包、日历和文书模板（文件或者文件夹，默认为全部），一次列出全部问题。

    退出码：0 没有错误，1 有错误，2 没有可以检查的文件。
    """
    if code := checking.run(paths):
        raise click.exceptions.Exit(code)


@procedures.command("list")
def list_() -> None:
    """列出全部程序及其版本。"""
    library = installed_law()
    for name in library.names():
        for version in library.versions(name):
            until = f" 至 {version.until}" if version.until else ""
            click.echo(f"{name:<14} {version.version:<8} {version.label}  {version.effective} 起施行{until}")


@procedures.command()
@click.argument("name")
@click.option("--version", help="版本，默认最新")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
@click.option("--domain", help="领域，取该领域的规则包；默认该版本的领域，没有的取通用")
def show(name: str, version: str | None, as_json: bool, domain: str | None) -> None:
    """逐环节写出一个程序：期限和延长、步骤的条件、文书、事由、救济和依据，没有核对的标“待核实”。"""
    procedure = _find(name, version)
    if as_json:
        click.echo(json.dumps(procedure.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=2))
        return
    law = installed_law()
    if domain is not None and domain not in (known := sorted({pack.domain for pack in law.packs.values()})):
        raise NotFound(f"没有领域 {domain} 的规则包，可以写：{'、'.join(known)}")
    for line in lines(procedure, pack_for(law, procedure, domain, times.today()), law.newest, law.coverage):
        click.echo(line)


@procedures.command("diagram")
@click.argument("name")
@click.option("--version", help="版本，默认最新")
@click.option("--mermaid", is_flag=True, help="输出 Mermaid 文本")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="写入文件")
def diagram_(name: str, version: str | None, mermaid: bool, output: Path | None) -> None:
    """画出一个程序（SVG，或 Mermaid）。"""
    procedure = _find(name, version)
    text = svg.mermaid(procedure) if mermaid else svg.svg(procedure)
    if output is None:
        click.echo(text)
    else:
        written(output, text)
        click.echo(f"已写入 {output}")


@procedures.command("schema")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def schema_(folder: Path) -> None:
    """把 JSON Schema 写入 FOLDER，供编辑器补全和检查。"""
    for path in json_schema.write(folder):
        click.echo(f"已写入 {path}")


@procedures.command("simulate")
@click.argument("draft", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--limit", type=click.IntRange(min=1), help="只比较最近办结的若干件")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def simulate_(draft: Path, limit: int | None, as_json: bool) -> None:
    """用草案 DRAFT（办理程序，或者本地细化）试算办过的办件：列出步骤、条件、期限、结果会不同的办件。

    办件适用的本地细化一并计算；本地细化的草案只与所适用的办件比较。不改动任何数据。

    退出码：0 没有不同，1 有不同，2 草案有错误或者无法读取，没有试算。
    """
    program = Program.at(settings_module.load())
    with program.db.read() as tx:
        reviewed = law_drafts.examine(tx, program.law, _text(draft))
        procedure = reviewed.procedure
        if procedure is None or reviewed.errors:
            for one in reviewed.errors:
                click.echo(f"错误 {one.where.replace(law_drafts.WHERE, draft.name)} {one.text}")
            raise Invalid(f"{draft.name} 有错误，或者不是办理程序和本地细化，没有试算。")
        local = reviewed.definition if isinstance(reviewed.definition, Overlay) else None
        past = list(closed(tx, program.law, procedure.procedure, concerning=local, limit=limit))
    found = simulate(procedure, past, local=local is not None)
    if as_json:
        click.echo(json.dumps([_as_json(item) for item in found], ensure_ascii=False, indent=2))
    else:
        for item in found:
            click.echo(f"{item.case}　{item.text}")
        differing = len({item.case for item in found})
        if not past:
            click.echo(f"没有已办结的{procedure.label}办件可以比较。")
            return
        click.echo(f"比较了 {len(past)} 件已办结的{procedure.label}办件，{differing} 件会不同，共 {len(found)} 处。")
    if found:
        raise click.exceptions.Exit(1)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DefinitionError(f"{path.name} 无法读取", [unreadable(path.name)]) from error


def _as_json(item: Difference) -> dict[str, str]:
    """Return a difference as JSON tells it."""
    return {"case": item.case, "kind": item.kind, "text": item.text}


@procedures.command("migrate")
@click.argument("mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "really", is_flag=True, help="真正迁移；不写则只列出会怎样")
def migrate(mapping: Path, really: bool) -> None:
    """按映射文件 MAPPING 把在办办件移到另一版本。默认试运行，逐件报告；有办件不能迁移时退出码为 1。"""
    program = Program.at(settings_module.load())
    wanted = version_migration.load_mapping(mapping, program.law)
    if really:
        from repairflow.cli.changing import OPERATOR, change

        moved = change(program, version_migration.MigrateCases(OPERATOR, wanted))
    else:
        with program.db.read() as tx:
            moved = version_migration.plan(tx, program.law, wanted)
    for item in moved:
        click.echo(
            f"{item.case}　{item.from_state} → {item.to_state}" if item.to_state else f"{item.case}　{item.obstacle}"
        )
    stay = sum(item.to_state is None for item in moved)
    verb = "已迁移" if really else "可以迁移（试运行，没有改动）"
    click.echo(
        f"{wanted.procedure} {wanted.from_version} 在办 {len(moved)} 件：{len(moved) - stay} 件{verb}，{stay} 件保持原版本。"
    )
    if stay:
        raise click.exceptions.Exit(1)


procedures.add_command(erratum)


def _find(name: str, version: str | None) -> Procedure:
    library = installed_law()
    versions = library.versions(name)
    if version is None:
        return versions[-1]
    if (found := library.procedures.get((name, version))) is not None:
        return found  # one that an overlay makes, too
    raise NotFound(f"没有 {name} 的 {version} 版，现有：{'、'.join(p.version for p in versions)}")
