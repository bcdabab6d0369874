"""A field's pack names lists, measures, behaviours and graded measures there are: each row is one edit of a shipped file."""

from __future__ import annotations

import pytest

from repairflow.law.checks import pack_fields
from repairflow.law.procedure.packs import laid_over, parse_pack
from tests.support.shipped import edited, library, source

IP = 'lists = ["ip_breach", "watch"], basis = ["rules8"], verified = false }\nbad'
# what the message names, the shipped pack, passage, what it becomes
FAULTS = [
    (
        "safety_bans",
        "EMERGENCY-2026",
        'measures = ["inspection", "safety_ban"]',
        'measures = ["inspection", "safety_bans"]',
    ),
    ("remainder", "TAX-2026", 'after = ["reminder"]', 'after = ["remainder"]'),
    ("watches", "EMERGENCY-2026", "[list_change.watch]", "[list_change.watches]"),
    ("watches", "EMERGENCY-2026", 'keeps = ["safety_serious", "watch", ', 'keeps = ["safety_serious", "watches", '),
    ("safety_serious", "EMERGENCY-2026", "[list_change.watch]", "[list_change.safety_serious]"),
    (
        "credit_warnings",
        "CN-2026",
        '"失信提醒", procedure = "credit_warning"',
        '"失信提醒", procedure = "credit_warnings"',
    ),
    (
        "remind",
        "CN-2026",
        'procedure = "credit_warning", kind = "reminder"',
        'procedure = "credit_warning", kind = "remind"',
    ),
    ("ip_breaches", "IP-2026", IP, IP.replace("ip_breach", "ip_breaches")),
    ("warning", "IP-2026", IP, IP.replace("watch", "warning")),
    ("honour", "IP-2026", IP, IP.replace("watch", "honour")),
    ("tax_serious", "TAX-2026", '"serious", lists = ["tax_serious"]', '"ordinary", lists = ["tax_serious"]'),
]


def found(text: str) -> list[str]:
    law, pack = library(), parse_pack(text, "pack.toml")
    said = [*pack_fields.ladder(pack, law.procedures.values())]
    if pack.over is not None:
        unknown = [*pack_fields.unknown_lists(pack, law.packs[pack.over])]
        said += unknown or pack_fields.check(pack, laid_over(pack, law.packs[pack.over]))
    else:
        said += pack_fields.check(pack, pack)
    assert {code for code, _, _ in said} <= {"pack_name"}
    return [text for _, _, text in said]


@pytest.mark.parametrize(("named", "name", "old", "new"), FAULTS, ids=[f"{f[1]}-{f[0]}" for f in FAULTS])
def test_what_a_field_names_is_there(named: str, name: str, old: str, new: str) -> None:
    said = found(edited(source(name, "packs"), (old, new)))
    assert any(named in text for text in said), said


def test_what_is_shipped_has_no_such_fault() -> None:
    assert {name: wrong for name in library().packs if (wrong := found(source(name, "packs")))} == {}


def test_a_change_of_a_list_leaves_what_it_does_not_write() -> None:
    law = library()
    general, field = law.packs["CN-2026"].list_kind["watch"], law.packs["TAX-2026"].list_kind["watch"]
    assert (field.measures, field.after) == (("inspection", "invoice_limit"), ("reminder",))
    assert field.model_copy(update={name: getattr(general, name) for name in ("measures", "after", "basis")}) == general
