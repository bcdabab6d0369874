"""The command that lists what the law does with each article of a statute."""

from __future__ import annotations

from pathlib import Path

import click

from repairflow import settings as settings_module
from repairflow.errors import NotFound
from repairflow.law.coverage import Coverage, lines, read_coverage
from repairflow.law.vectors.form import VectorFile, parse_vectors

STATES = ("已实现", "不适用", "不能表达", "未实现", "待读")


@click.command()
@click.argument("statute", required=False)
def coverage(statute: str | None) -> None:
    """列出法规 STATUTE（名称或者其中几个字）逐条怎样落实：规则、案例、不适用或者不能表达的原因；不写列出全部法规。"""
    law = settings_module.asset("workflows")
    found = read_coverage(law / "coverage")
    if statute is None:
        for one in found:
            states = [article.state for article in one.articles]
            counts = "，".join(f"{state} {states.count(state)}" for state in STATES if state in states)
            click.echo(f"《{one.statute}》{counts}")
        return
    named = [one for one in found if statute in one.statute]
    if not named:
        raise NotFound(f"没有列出法规“{statute}”；有：{'、'.join(one.statute for one in found)}")
    cases = [parse_vectors(_text(path), path.name) for path in sorted((law / "vectors").glob("*.toml"))]
    for one in named:
        _show(one, cases)


def _show(one: Coverage, cases: list[VectorFile]) -> None:
    click.echo(f"《{one.statute}》范围：{'、'.join(one.range)}。作者：{one.author}")
    if one.note:
        click.echo(f"说明：{one.note}")
    for line in lines(one, cases):
        article = line.article
        rules = f"　规则：{'、'.join(article.rules)}" if article.rules else ""
        counted = f"　案例：{line.vectors} 个" if article.rules else ""
        touches = f"　涉及：{'、'.join(article.touches)}" if article.touches else ""
        why = f"　{article.why}" if article.why else ""
        click.echo(f"{article.article}　{article.state}{rules}{counted}{touches}{why}")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
