"""The command that lists what the law does with each article of a statute."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from repairflow import settings as settings_module
from repairflow.errors import DefinitionError, NotFound
from repairflow.law.checks.report import Diagnostic
from repairflow.law.coverage import Coverage, lines, parse_coverage, read_coverage
from repairflow.law.toml_file import unreadable
from repairflow.law.vectors.form import VectorFile, parse_vectors

FOLDER, VECTORS = "coverage", "vectors"
UNPROVED = "写了已实现，却没有案例验证；请在规则文件旁的 vectors 中写案例（“验证”写明本条），或者改正状态"
CHECKS = frozenset({"fee_asked", "rights_waived", "four_eyes_missing", "refusal_reason", "refusal_letter"})
"""Checks that hold every file to what an article says, where no single case could show it."""
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
    cases = _cases(law / "coverage")
    for one in named:
        _show(one, cases)
    if any(line.unproved for one in named for line in lines(one, cases)):
        sys.exit(1)


def _show(one: Coverage, cases: list[VectorFile]) -> None:
    click.echo(f"《{one.statute}》范围：{'、'.join(one.range)}。作者：{one.author}")
    if one.note:
        click.echo(f"说明：{one.note}")
    for line in lines(one, cases):
        article = line.article
        rules = f"　规则：{'、'.join(article.rules)}" if article.rules else ""
        counted = f"　案例：{line.vectors} 个" if article.rules else ""
        counted += f"　检查：{'、'.join(article.checks)}" if article.checks else ""
        counted += f"　错误：{UNPROVED}" if line.unproved else ""
        touches = f"　涉及：{'、'.join(article.touches)}" if article.touches else ""
        why = f"　{article.why}" if article.why else ""
        click.echo(f"{article.article}　{article.state}{rules}{counted}{touches}{why}")


def run(files: list[Path], findings: list[Diagnostic]) -> None:
    """Check files of coverage, and note each article that calls itself implemented and is shown by no case beside them."""
    for path in files:
        where = f"{FOLDER}/{path.name}"
        try:
            text = _text(path)
            found, cases = parse_coverage(text, where), _cases(path.parent)
        except DefinitionError as error:
            findings += [Diagnostic("coverage_form", problem.where, problem.text) for problem in error.problems]
            continue
        except (OSError, UnicodeDecodeError):
            findings.append(Diagnostic("form", f"{where}:1", unreadable(where).text))
            continue
        numbers = [number for number, line in enumerate(text.splitlines(), 1) if line.startswith('"条" =')]
        for line, number in zip(lines(found, cases), numbers, strict=False):
            if line.unproved:
                told = f"《{found.statute}》{line.article.article}{UNPROVED}"
                findings.append(Diagnostic("coverage_unproved", f"{where}:{number}", told))
            unknown = sorted(set(line.article.checks) - CHECKS)
            if unknown:
                told = f"《{found.statute}》{line.article.article}写的检查 {'、'.join(unknown)} 没有；可用的有：{'、'.join(sorted(CHECKS))}"
                findings.append(Diagnostic("coverage_form", f"{where}:{number}", told))


def _cases(folder: Path) -> list[VectorFile]:
    """Return the cases beside a folder of coverage."""
    return [parse_vectors(_text(path), path.name) for path in sorted((folder.parent / VECTORS).glob("*.toml"))]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
