"""The command `procedures review`: a procedure as one table that a lawyer can read and sign."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from repairflow import settings as settings_module
from repairflow import times
from repairflow.app.law import installed_law
from repairflow.casework.documents.own_rules import adverse
from repairflow.cli.procedure_text import pack_for
from repairflow.cli.written import written
from repairflow.errors import NotFound
from repairflow.law.own_rule_ranks import LEVELS
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.reviewing.rows import Row, Sheet
from repairflow.law.reviewing.table import Review
from repairflow.law.reviewing.table import review as reviewed
from repairflow.letters.text.templates import kinds, template
from repairflow.letters.text.templates import latest_version as latest


@click.command()
@click.argument("name")
@click.option("--version", help="版本，默认最新")
@click.option("--domain", help="领域，取该领域的规则包；默认该版本的领域，没有的取通用")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="写成可以打印签署的网页文件")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="写成可以打印签署的 PDF 文件")
def review(name: str, version: str | None, domain: str | None, html: Path | None, pdf: Path | None) -> None:
    """把一个程序列成法律顾问可以逐行审核、签署的表：步骤、条件、数字、文书、条文、谁核对、待核。"""
    today = times.today()
    found = review_of(installed_law(), name, version, domain, today)
    if html is not None:
        written(html, as_html(found, today))
    if pdf is not None:
        from repairflow.cli.review_sheet import as_pdf

        written(pdf, as_pdf(found, today))
    files = [path for path in (html, pdf) if path is not None]
    for path in files:
        click.echo(f"已写入 {path}：{len(found.rows)} 行，{found.open_rows} 行待核")
    if files:
        return
    for row in found.rows:
        click.echo(_line(row))
    for one in found.limits.spans:
        counted = "计入合计" if one.in_taken else "不计入合计"
        click.echo(f"期限比较　{one.label}　{one.taken}（{counted}）　条文：{one.allowed or '没有写明'}　{one.article}")
    click.echo(
        f"最长办理时间 {found.limits.taken or '没有以日计的期限'}；条文合计 {found.limits.allowed}。{found.limits.explained}"
    )
    click.echo(f"程序 {found.procedure.digest}\n规则包 {found.pack.digest}\n本表 {found.digest}")


def _line(row: Row) -> str:
    cites = "；".join(one.citation for one in row.cited) or ("" if row.formal else "没有依据")
    parts = [row.who, row.way, row.condition, row.figure, row.letter, row.effect, cites]
    mark = "—" if row.formal else "待核" if row.open else "已核"
    wait = "，参照" if row.analogy else "，须单位确认" if row.open and row.confirm else ""
    return f"{mark}{wait}　{row.section}　{row.what}　{'　'.join(part for part in parts if part)}"


def review_of(library: Library, name: str, version: str | None, domain: str | None, today: date) -> Review:
    """Return the table of a version under the pack of a case filed today; NotFound for an unknown name or version."""
    procedure = _version(library, name, version)
    titles = {kind: template(kind, latest(kind)).name for kind in kinds()}
    against = {step for step, action in procedure.action.items() if adverse(procedure, action)}
    sheet = Sheet(procedure, pack_for(library, procedure, domain, today), library.newest, titles, against, today)
    return reviewed(sheet, _place(library, procedure), library.coverage)


def _place(library: Library, procedure: Procedure) -> str:
    """Return where a version of an overlay applies: its place, field or office, by code."""
    overlay = library.overlays.get((procedure.procedure, procedure.version))
    if overlay is None:
        return ""
    levels = "、".join(LEVELS[one] for one in overlay.levels)
    known = (("地区", overlay.jurisdiction), ("办理单位为", levels), ("领域", overlay.sector), ("单位", overlay.office))
    return f"{overlay.label}（{'，'.join(f'{word} {code}' for word, code in known if code)}）"


def _version(library: Library, name: str, version: str | None) -> Procedure:
    if version is None:
        return library.versions(name)[-1]
    if (name, version) not in library.procedures:
        known = "、".join(sorted(v for n, v in library.procedures if n == name))
        raise NotFound(f"没有 {name} 的 {version} 版，现有：{known or '无'}")
    return library.procedures[name, version]


def as_html(found: Review, today: date) -> str:
    """Return the table as one page that stands alone."""
    folder = settings_module.asset("templates") / "files"
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("procedure_review.html").render(it=found, today=today)
