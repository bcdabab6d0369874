"""What files say of each other: versions in time, overlays and their base, names and prefixes taken twice, calendars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from repairflow import times
from repairflow.law.checks import calendar_files, pack_fields, pack_figures, pack_unused, statute_files, version_gaps
from repairflow.law.checks.checked_files import Around, Checked
from repairflow.law.checks.report import RECORD
from repairflow.law.checks.version_gaps import Span
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.overlay import Overlay
from repairflow.law.procedure.packs import RulePack

INSTALLED = "（已安装）"
YEARS_AHEAD = 5
"""How many years before its day a rule may be written down."""


def check(checked: Checked, around: Around, bases: Mapping[tuple[str, str], Procedure], alone: bool) -> None:
    """Note what is wrong between files, where at least one of them was given."""
    where = {(p.procedure, p.version): w for w, p in checked.procedures.items()}
    versions = {
        key: Span(p.procedure, f"“{p.label}”{p.version} 版", where.get(key, INSTALLED), p.effective, p.until)
        for key, p in bases.items()
    }
    _note(checked, [*version_gaps.check(versions.values()), *version_gaps.check(_packs(checked, around, alone))])
    _ended(checked, around, versions.values())
    _far(checked)
    for overlay, span in _overlays(checked, around, alone):
        version = versions.get((overlay.base, overlay.base_version))
        if version is not None:
            same = [one for key, one in versions.items() if key[0] == overlay.base]
            _note(checked, version_gaps.outlived(span, same, version))
    _rivals(checked, [one for one, span in _overlays(checked, around, alone) if span.where == INSTALLED])
    _followed_bases(checked, around, alone)
    for place, pack in checked.packs.items():
        for code, at, text in (
            *pack_figures.unbound(pack, list(bases.values())),
            *pack_fields.ladder(pack, bases.values()),
            *pack_unused.check(pack, around.installed.packs.values(), bases.values()),
        ):
            checked.add(code, place, at, text)
    _taken(checked, bases, where)
    calendar_files.check(checked, around)
    statute_files.check(checked, around, bases.values())


def _ended(checked: Checked, around: Around, versions: Iterable[Span]) -> None:
    """Find new files that ended before today with nothing to follow them; what is in use may have had its time."""
    new = {w for w, p in checked.procedures.items() if (p.procedure, p.version) not in around.installed.procedures}
    new |= {w for w, pack in checked.packs.items() if pack.pack not in around.installed.packs}
    new |= {w for w, o in checked.overlays.items() if (o.base, o.version) not in around.installed.overlays}
    laid = [
        replace(span, of=f"{span.of} {one.sector} {one.office} {one.jurisdiction}")
        for one, span in _overlays(checked, around, alone=False)
    ]
    for some in (versions, _packs(checked, around, alone=False), laid):
        found = version_gaps.over(some, times.today())
        _note(checked, (fault for fault in found if fault[2][0][0] in new))


def _far(checked: Checked) -> None:
    """Find files for a day so far off that it was written by mistake: no law is promulgated that long before."""
    latest = times.today().year + YEARS_AHEAD
    begins = {where: one.effective for where, one in checked.procedures.items()}
    begins |= {where: one.effective for where, one in checked.overlays.items()}
    begins |= {where: one.effective for where, one in checked.packs.items()}
    for where, day in begins.items():
        if day.year > latest:
            text = f"施行日期 {day} 在 {YEARS_AHEAD} 年以后，届时规则必已不同，多半写错了年份；请改正"
            checked.add("dates", where, ("effective",), text)


def _note(checked: Checked, faults: Iterable[version_gaps.Fault]) -> None:
    """Note what concerns a given file; a fault among installed files alone is reported with those."""
    for severity, code, places, text in faults:
        place = next((place for place in places if place[0] in checked.texts), None)
        if place is not None:
            checked.add(code, place[0], (place[1],), text, error=severity == "error")


def _packs(checked: Checked, around: Around, alone: bool) -> list[Span]:
    given = {pack.pack for pack in checked.packs.values()}
    found = [] if alone else [(INSTALLED, pack) for name, pack in around.installed.packs.items() if name not in given]
    found += list(checked.packs.items())
    return [
        Span(f"{pack.jurisdiction} {pack.domain}", f"规则包 {pack.pack}", where, pack.effective, pack.until)
        for where, pack in found
    ]


def _followed_bases(checked: Checked, around: Around, alone: bool) -> None:
    """Packs of a field whose base a newer pack follows: they no longer apply from its day on."""
    packs = {} if alone else {name: (INSTALLED, pack) for name, pack in around.installed.packs.items()}
    packs |= {pack.pack: (where, pack) for where, pack in checked.packs.items()}
    for name, (where, pack) in packs.items():
        base = packs.get(pack.over or "")
        if base is not None and where == INSTALLED and base[0] in checked.texts:
            _outlived_base(checked, pack, base[1], base[0])
        newer = [
            (place, one)
            for place, one in packs.values()
            if base is not None
            and (one.domain, one.jurisdiction) == (base[1].domain, base[1].jurisdiction)
            and one.effective > base[1].effective
            and (pack.until is None or pack.until > one.effective)
        ]
        for place, one in newer:
            at = next((here for here in (where, place) if here in checked.texts), None)
            if at is not None:
                text = f"规则包 {name} 依附的 {pack.over} 自 {one.effective} 起由 {one.pack} 取代，届时 {name} 不再适用，该领域改用通用的"
                text += f"；请按 {one.pack} 另写该领域的规则包"
                checked.add("pack_outlives", at, ("effective",), text, error=False)


def _outlived_base(checked: Checked, pack: RulePack, base: RulePack, where: str) -> None:
    """Find a pack in use that would go on after the base that is given has ended: the law could not be read any more."""
    if base.until is not None and (pack.until is None or pack.until > base.until):
        text = f"在用的规则包 {pack.pack} 依附于本包，本包到 {base.until} 停用，{pack.pack} 却存续更久；请一并停用 {pack.pack}"
        checked.add("pack_outlives", where, ("until",), text)


def _overlays(checked: Checked, around: Around, alone: bool) -> list[tuple[Overlay, Span]]:
    found = list(checked.overlays.items())
    if not alone:
        given = {(overlay.base, overlay.version) for overlay in checked.overlays.values()}
        found += [(INSTALLED, overlay) for key, overlay in around.installed.overlays.items() if key not in given]
    return [
        (overlay, Span(overlay.base, f"本地细化“{overlay.label}”", where, overlay.effective, overlay.until))
        for where, overlay in found
    ]


def _rivals(checked: Checked, installed: Iterable[Overlay]) -> None:
    """Two overlays for one field, office or place at one time, or under one version; `installed` are those that stay."""
    seen: list[tuple[str, Overlay]] = [(INSTALLED, overlay) for overlay in installed]
    for where, overlay in checked.overlays.items():
        for other, rival in seen:
            if (overlay.base, overlay.version) == (rival.base, rival.version):
                text = f"{overlay.base} {overlay.version} 已由 {other} 定义；请换一个序号"
                checked.add("version_twice", where, ("version",), text)
            scope = (overlay.sector, overlay.office, overlay.jurisdiction)
            if overlay.base != rival.base or scope != (rival.sector, rival.office, rival.jurisdiction):
                continue
            first, second = sorted((overlay, rival), key=lambda one: one.effective)
            if first.until is None or second.effective < first.until:
                text = f"与“{rival.label}”（{other}）适用于同一范围且有效期重叠，无从选择；请改正范围或者日期"
                checked.add("versions_same_day", where, ("effective",), text)
        seen.append((where, overlay))


def _taken(checked: Checked, bases: Mapping[tuple[str, str], Procedure], where: Mapping[tuple[str, str], str]) -> None:
    """Find a prefix or a name that belongs to another procedure: case numbers and pages would be ambiguous."""
    for key, place in where.items():
        p = bases[key]
        for other in bases.values():
            if other.procedure == p.procedure:
                continue
            if RECORD not in (p.procedure, other.procedure) and _prefix(other) == _prefix(p):
                text = (
                    f"编号前缀“{_prefix(p)}”已由程序“{other.label}”（{other.procedure}）使用，办件编号会重复；请换一个"
                )
                checked.add("prefix_taken", place, ("prefix",), text)
            if other.label.strip() == p.label.strip():
                text = f"名称“{p.label}”已由程序 {other.procedure} 使用，页面上无法区分；请换一个"
                checked.add("label_twice", place, ("label",), text)


def _prefix(p: Procedure) -> str:
    """Return what case numbers begin with; without `prefix`, the first letters of the name."""
    return p.prefix or p.procedure[:2].upper()
