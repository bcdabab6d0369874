"""A file of a version that is in use already says what it said: whoever changes a rule writes a new version with a day of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from repairflow.law.checks.checked_files import Around, Checked
from repairflow.law.comparison import Change, differences, pack_differences
from repairflow.law.comparison_lines import PACK_PARTS
from repairflow.law.procedure.packs import RulePack

TABLES: Mapping[str, str] = {
    "角色": "actor", "种类": "kinds", "环节": "state", "期限": "clock", "动作": "action", "材料": "material", "填写项": "inputs",
    "文书": "letters", "依据": "basis", **{label: name for name, label in PACK_PARTS.items()},
}  # fmt: skip
"""The table of a file that a part of a comparison stands in."""
MEND = "；已采用的版本不能改动，请用新的版本号（version）和施行日期（effective）另立文件"
MEND_PACK = "；已采用的规则包不能改动，请用新的名称（pack）和施行日期（effective）另立文件"


def check(checked: Checked, around: Around, packs: Iterable[RulePack]) -> None:
    """Note each thing that a procedure, overlay or pack says otherwise than the one of its version that this node has read.

    An erratum mends a released file on purpose, so what it names is left out. A version of an installation's own may not
    be used by any case yet: it gets a warning.
    """
    law = around.installed
    mended = {one.key for one in law.errata}
    for where, p in (*checked.procedures.items(), *checked.results.items()):
        key = (p.procedure, p.version)
        old = law.procedures.get(key)
        if (
            old is None
            or old.digest == p.digest
            or ("procedure", *key) in mended
            or _base_given(checked, where, around)
        ):
            continue
        _note(checked, where, differences(old, p), f"已采用的 {p.version} 版", (MEND, key not in law.own_path))
    whole = {pack.pack: pack for pack in packs}
    for where, given in checked.packs.items():
        kept, pack = law.packs.get(given.pack), whole.get(given.pack)
        if kept is None or pack is None or kept.digest == pack.digest or ("pack", given.pack, "") in mended:
            continue
        if given.over is not None and given.over in {one.pack for one in checked.packs.values()}:
            continue  # what its base changed is told there
        mend = (MEND_PACK, (given.pack, "") not in law.own_path)
        _note(checked, where, pack_differences(kept, pack), f"已采用的规则包 {given.pack}", mend)


def _base_given(checked: Checked, where: str, around: Around) -> bool:
    """Tell whether the result of an overlay differs because another base was given, which is told at the base."""
    overlay = checked.overlays.get(where)
    if overlay is None:
        return False
    installed = around.installed.procedures.get((overlay.base, overlay.base_version))
    given = (p for p in checked.procedures.values() if (p.procedure, p.version) == (overlay.base, overlay.base_version))
    return any(installed is None or p.digest != installed.digest for p in given)


def _note(checked: Checked, where: str, changes: Iterable[Change], used: str, mend: tuple[str, bool]) -> None:
    text, error = mend
    for change in changes:
        said = f"{change.part}“{change.what}”的{change.respect}由“{change.was}”改为“{change.now}”（{used}）{text}"
        if change.respect in {"新增", "删去"}:
            said = f"{change.part}“{change.what}”{change.respect}（{used}）{text}"
        checked.add("version_changed", where, tuple(_place(change)), said, error=error)


def _place(change: Change) -> Iterator[str]:
    if change.part.startswith("填写项（"):
        action, _, name = change.code.partition(".")
        yield from ("action", action, "inputs", name)
    elif change.part.startswith("清单 "):
        yield from ("lists", *change.code.split(".", 1))
    elif change.part in TABLES:
        yield from (TABLES[change.part], change.code)
