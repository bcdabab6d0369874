"""Jinja filters and globals: how days, instants, money and sizes are written for people."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from uuid import uuid4

from flask import Flask
from markupsafe import Markup, escape

from repairflow import times
from repairflow.law import identifiers
from repairflow.law.procedure.channels import BEGUN_BY_OFFICES, EX_OFFICIO
from repairflow.web.core.fixed_addresses import fixed

WEEKDAYS = "一二三四五六日"
_KEPT = Markup('<span class="rf-whole">{}</span>')
_WHOLE = re.compile(
    "(（?(?![请与以])[一-龥]{0,10}〔[0-9]{4}〕第?[0-9]{1,6}号）?"
    "|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日(?:[0-9]{1,2}时[0-9]{1,2}分(?:[0-9]{1,2}秒)?|（含当日）)?"
    "|[A-Z]{2}-[0-9]{4}-[0-9]{6}"
    r"|(?<![0-9-])[0-9]{4}-[0-9]{2}(?:\.[0-9]+)?(?![0-9-]))"
)


def day(value: date | None) -> str:
    """2026年11月24日; nothing for None."""
    return "" if value is None else f"{value.year}年{value.month}月{value.day}日"


def day_short(value: date | None) -> str:
    """11-24; nothing for None."""
    return "" if value is None else value.strftime("%m-%d")


def day_week(value: date | None) -> str:
    """11月24日（周二）, with the year in front unless it is this one; nothing for None."""
    if value is None:
        return ""
    year = "" if value.year == times.today().year else f"{value.year}年"
    return f"{year}{value.month}月{value.day}日（周{WEEKDAYS[value.weekday()]}）"


def instant(value: datetime | None) -> str:
    """2026-11-24 09:41 in Shanghai; nothing for None. ValueError for a naive value."""
    return "" if value is None else times.local(value).strftime("%Y-%m-%d %H:%M")


def instant_short(value: datetime | None) -> str:
    """11-24 09:41 in Shanghai; nothing for None. ValueError for a naive value."""
    return "" if value is None else times.local(value).strftime("%m-%d %H:%M")


def money_wan(value: Decimal | int | str | None) -> str:
    """2.00 万元 from an amount already in 万元, the unit of 双公示 files; nothing for None."""
    return "" if value is None else f"{Decimal(value):,.2f} 万元"


def kept_whole(value: str) -> Markup:
    """Return a text for a page, in which no line breaks inside a day or the number of a document or case (2026年11月24日,
    溪环罚〔2026〕47号, XF-2026-000005) or version (2026-04.1) that fits into one."""
    parts = (_KEPT.format(part) if n % 2 else escape(part) for n, part in enumerate(_WHOLE.split(value)))
    return Markup("").join(parts)


def file_size(value: int) -> str:
    """Bytes for people: 312 KB, 1.4 MB; never 0 KB for a file that has something."""
    return f"{max(1, round(value / 1024)):d} KB" if value < 1 << 20 else f"{value / (1 << 20):.1f} MB"


@dataclass(frozen=True, slots=True)
class Vendored:
    """A vendored file: where it is served and the hash a browser must find."""

    url: str
    integrity: str


@cache
def vendor_manifest() -> Mapping[str, Mapping[str, str]]:
    """File name → package, version, licence, integrity, as scripts/vendor_assets.py wrote it."""
    text = (files("repairflow.web") / "static" / "vendor" / "manifest.json").read_text(encoding="utf-8")
    manifest: Mapping[str, Mapping[str, str]] = json.loads(text)
    return manifest


def vendor(name: str) -> Vendored:
    """Return the vendored file `name`; KeyError when the manifest does not know it."""
    return Vendored(asset(f"vendor/{name}"), vendor_manifest()[name]["integrity"])


@cache
def _mark(name: str) -> str:
    content = (files("repairflow.web") / "static" / name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


def asset(name: str) -> str:
    """Address of a static file, changed with its content so that browsers may keep it; asked for dozens of times a page."""
    return fixed("static", filename=name, v=_mark(name))


def new_command_id() -> str:
    """Return a fresh id for one press of one form, so that pressing twice does one thing."""
    return str(uuid4())


def install(app: Flask) -> None:
    """Ensure that every template of `app` knows these filters and globals."""
    env = app.jinja_env
    env.filters.update(
        day=day,
        day_short=day_short,
        day_week=day_week,
        instant=instant,
        instant_short=instant_short,
        money_wan=money_wan,
        filesize=file_size,
        kept_whole=kept_whole,
        mask_id=identifiers.mask_id,
        mask_name=identifiers.mask_name,
        mask_phone=identifiers.mask_phone,
    )
    env.globals.update(
        asset=asset,
        vendor=vendor,
        new_command_id=new_command_id,
        BEGUN_BY_OFFICES=BEGUN_BY_OFFICES,
        EX_OFFICIO=EX_OFFICIO,
    )
