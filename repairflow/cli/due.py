"""`repairflow due`: a due day counted day by day. It loads neither the law nor the web, for it is typed often."""

from __future__ import annotations

import json
from datetime import date

import click

from repairflow import settings as settings_module
from repairflow.cli.loaded_years import calendars_of
from repairflow.law.calendar.fixed_holidays import ACT


@click.command()
@click.argument("start", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--working-days", "-n", type=click.IntRange(1, 400), required=True, help="工作日数")
@click.option("--division", help="单位所在地的行政区划代码；有地方节假日的按当地计算，不写则按全国")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def due(start: click.DateTime, working_days: int, division: str | None, as_json: bool) -> None:
    """自某日起若干个工作日何时届满，逐日说明。当日不计。"""
    calendar = calendars_of(settings_module.load()).of(division)
    begun = date.fromisoformat(str(start)[:10])
    proof = calendar.explain(begun, working_days)
    last = proof[-1].date
    provisional = calendar.is_provisional(begun, last)
    if as_json:
        days = [{"date": d.date.isoformat(), "counts": d.counts, "why": d.why} for d in proof]
        click.echo(json.dumps({"due": last.isoformat(), "provisional": provisional, "days": days}, ensure_ascii=False))
        return
    for day in proof:
        click.echo(f"{day.date}  {'第 ' + str(day.nth) + ' 个工作日' if day.counts else '不计'}  {day.why}")
    click.echo(f"届满日：{last}" + ("（暂定：该年度节假日安排尚未公布）" if provisional else ""))
    if provisional:
        click.echo(f"{last.year} 年只扣除周末和{ACT}规定的法定节日；调休、补休未公布，没有计入，公布后应当重新计算。")
