"""The commands `law`: `coverage`, and `watch`: newer texts of acts beside the articles that were read."""

from __future__ import annotations

import json
from pathlib import Path

import click

from repairflow import settings as settings_module
from repairflow.app.program import Program
from repairflow.casework.queries.oversight.concerned_cases import concerned
from repairflow.cli.coverage import coverage
from repairflow.errors import Invalid, Problem
from repairflow.law.freshness.texts import read_folder
from repairflow.law.freshness.watch import Changed, Watched
from repairflow.law.freshness.watch import watch as compared
from repairflow.letters.text.templates import kinds, latest_version, template


@click.group()
def law() -> None:
    """法律依据：逐条落实情况；用较新的法律文本核对已读的条文。"""


law.add_command(coverage)


@law.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def watch(folder: Path, as_json: bool) -> None:
    """用 FOLDER 中较新的法律文本核对已读的条文，列出有改动的条文涉及哪些规则、文书和在办办件。不改动任何数据。

    一部法律一个文件（.md 或者 .txt，UTF-8）：首个“# ”行是名称，每条以“第…条”起行。退出码：0 没有不同，1 有不同，2 没有可以比较的文本。
    """
    acts, others = read_folder(folder)
    if not acts:
        raise Invalid("没有比较。", [Problem("folder", f"{folder} 里没有法律文本（.md 或者 .txt，首行为“# 名称”）")])
    program = Program.at(settings_module.load())
    found = compared(program.law, acts)
    with program.db.read() as tx:
        open_cases = [concerned(tx, one.uses) for one in found.changed]
    if as_json:
        click.echo(json.dumps(_as_json(found, open_cases, others), ensure_ascii=False, indent=2))
    else:
        _tell(found, open_cases, others)
    if found.changed:
        raise click.exceptions.Exit(1)


def _tell(found: Watched, open_cases: list[tuple[str, ...]], others: tuple[str, ...]) -> None:
    for one, numbers in zip(found.changed, open_cases, strict=True):
        click.echo(f"《{one.act}》{one.article}：{_how(one)}")
        for rule in dict.fromkeys(use.rule for use in one.uses):
            click.echo(f"  规则　{rule}")
        if not one.uses:
            click.echo("  规则　没有程序或者规则包直接引用；计算期间、日期的规则可能依据它")
        for title in _titles(one):
            click.echo(f"  文书　{title}")
        click.echo(f"  在办　{'、'.join(numbers) if numbers else '没有'}")
    for name in found.missing:
        click.echo(f"没有比较：《{name}》的文本不在文件夹里。")
    for article in found.unlisted:
        click.echo(f"没有比较：{article}没有登记所读文本的摘要（digest）。")
    for name in found.unnamed:
        click.echo(f"没有引用：{name}。")
    for name in others:
        click.echo(f"没有读出条文：{name}。")
    click.echo(f"{found.same} 条与所读文本相同，{len(found.changed)} 条不同。")
    if found.changed:
        click.echo("请法制审核人员核对不同的条文；须改规则的，以新版本施行，办件按原版本办结。")


def _how(one: Changed) -> str:
    return f"{one.file} 里没有这一条" if one.gone else f"{one.file} 的文字与所读的不同"


def _titles(one: Changed) -> list[str]:
    """Return the titles of the letters concerned, each once."""
    known = set(kinds())
    named = {kind for use in one.uses for kind in use.letters if kind in known}
    return sorted({template(kind, latest_version(kind)).name for kind in named})


def _as_json(found: Watched, open_cases: list[tuple[str, ...]], others: tuple[str, ...]) -> dict[str, object]:
    changed = [
        {
            "act": one.act, "article": one.article, "file": one.file, "gone": one.gone,
            "rules": list(dict.fromkeys(use.rule for use in one.uses)), "letters": _titles(one), "cases": list(numbers),
        }
        for one, numbers in zip(found.changed, open_cases, strict=True)
    ]  # fmt: skip
    return {
        "changed": changed, "same": found.same, "no_digest": list(found.unlisted), "no_text": list(found.missing),
        "not_named": list(found.unnamed), "not_read": list(others),
    }  # fmt: skip
