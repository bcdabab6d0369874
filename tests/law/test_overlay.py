"""An overlay makes offices quicker and says more; whatever would take a right, a guard or a material is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from repairflow.errors import DefinitionError
from repairflow.law.checks import problems
from repairflow.law.procedure.model import GuardUse, Procedure, parse
from repairflow.law.procedure.overlay import apply, load_overlaid, parse_overlay
from tests.support.procedures import GOOD, LOCAL, good, names, spoilt


def laid(text: str = LOCAL, base: Procedure | None = None) -> Procedure:
    return apply(text, "county.toml", base or good())


def refused(text: str, base: Procedure | None = None) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        laid(text, base)
    return [f"{p.where} {p.text}" for p in caught.value.problems]


def test_the_result_is_the_base_with_what_the_overlay_says() -> None:
    base, found = good(), laid()
    assert (found.procedure, found.version, str(found.effective)) == ("sample", "2026-04.1", "2026-05-01")
    acceptance = found.clock["acceptance"]
    assert acceptance.days is not None
    assert (acceptance.days.working, acceptance.basis, acceptance.label) == (1, ("local",), "受理期限")
    assert found.actor["registrar"] == "县信用中心窗口"
    assert found.state["checking"].label == "县局核查"
    assert list(found.material) == ["proof", "mandate", "photo"]
    assert found.material["proof"].label == "履行证明（原件）"
    assert found.action["accept"].label == "当场受理"
    assert found.action["accept"].guards[-1] == GuardUse(guard="record_is_repairable")
    assert found.action["refuse"] == base.action["refuse"]
    assert found.summary == "本县办理。"
    assert parse_overlay(LOCAL, "county.toml").contact == {"电话": "12345"}


def test_the_result_is_proved_like_any_procedure() -> None:
    assert problems(laid(), names=names(), where="county.toml") == []


def test_its_digest_covers_base_and_overlay_and_no_comments() -> None:
    digests = {
        good().digest,
        laid().digest,
        laid(spoilt('"12345"', '"12346"', LOCAL)).digest,
        laid(base=parse(spoilt('label = "受理"', 'label = "收下"'), "x.toml")).digest,
    }
    assert len(digests) == 4
    assert laid("# 说明\n" + LOCAL).digest == laid().digest


LONGER = "[clock.acceptance]\ndays = { working = 1 }"
ADDED = "[clock.whole]\nbasis = ['local']\nverified = true\ndays = { working = 5 }\n"
REFUSED = [
    (LONGER, LONGER.replace("1", "4"), "只能缩短，不能延长"),
    (LONGER, "[clock.supplement]\ndays = { working = 9 }", "缩短即减损其权利"),
    (LONGER, "[clock.supplement]\ndays = { working = 11 }", "不能延长"),
    (LONGER, "[clock.acceptance]\ndays = { calendar = 1 }", "单位与基础程序不同"),
    (LONGER, "[clock.meeting]\ndays = { working = 1 }", "不能另定天数"),
    (LONGER, '[clock.acceptance]\ndays = { working = 1, input = "term" }', "另定天数"),
    (LONGER, "[clock.lunch]\ndays = { working = 1 }", "“lunch”在基础程序中没有"),
    ('basis = ["local"]\nverified', 'basis = ["nowhere"]\nverified', "“nowhere”没有定义"),
    ('basis = ["local"]\n[contact]', 'basis = ["nowhere"]\n[contact]', "动作“accept”的依据“nowhere”没有定义"),
    (
        'guards = ["materials_complete", "record_is_public", ',
        "guards = [",
        "缺少基础程序的前置条件“materials_complete”",
    ),
    ('summary = "本县办理。"', "filing_guards = []", "缺少基础程序的前置条件“no_duplicate_pending”"),
    ("required = true", "required = false", "不能改为可选"),
    ("required = true", 'required = true\nsource = "auto"', "来源与基础程序不同"),
    ("[material.photo]", "[material.mandate]", "required_if 与基础程序不同"),
    ("[basis.local]", "[basis.law]", "不能另作解释"),
    ("checking = {", "dreaming = {", "“dreaming”在基础程序中没有"),
    ("registrar = ", "poet = ", "“poet”在基础程序中没有"),
    (LONGER, f"{ADDED}runs_in = ['nowhere']\n{LONGER}", "环节“nowhere”在基础程序中没有"),
    (LONGER, f"{ADDED}runs_in = ['submitted']\nowner = 'applicant'\n{LONGER}", "只能约束机关"),
    (LONGER, f"{ADDED}runs_in = ['submitted']\n{LONGER}", "须写明 label、days 和 owner"),
    (
        "effective = 2026-05-01",
        "effective = 2026-05-01\nwithout_extension = ['accept']",
        "不是基础程序中延长期限的动作",
    ),
    ("effective = 2026-05-01", "effective = 2026-05-01\nmark_on_receipt = 'nowhere'", "“nowhere”没有定义"),
    (
        LONGER,
        f"[action.refuse]\nextends = {{ clock = 'acceptance', working = 1 }}\nbasis = ['local']\n{LONGER}",
        "不能增加",
    ),
    (LONGER, f"[action.refuse]\nremedy = ['litigation']\n{LONGER}", "缺少基础程序告知的救济"),
    ("[action.accept]", "[action.shortcut]", "“shortcut”在基础程序中没有"),
    ('base_version = "2026-04"', 'base_version = "2023-05"', "以 sample 2023-05 为基础"),
    ('version = "2026-04.1"', 'version = "2027-01.1"', "2026-04.1"),
    ("effective = 2026-05-01", "effective = 2026-03-01", "早于基础程序"),
    ("effective = 2026-05-01", "effective = 2026-05-01\nuntil = 2026-05-01", "不晚于施行日期"),
]


@pytest.mark.parametrize(("old", "new", "said"), REFUSED, ids=[f"{n}-{r[2]}" for n, r in enumerate(REFUSED)])
def test_what_an_overlay_may_not_do(old: str, new: str, said: str) -> None:
    text = LOCAL.replace(old, new) if old.startswith("version") else spoilt(old, new, LOCAL)
    if old.startswith("version"):
        text = LOCAL.replace('\nversion = "2026-04.1"', f"\n{new}")
    found = refused(text)
    assert [p for p in found if said in p], found
    assert all(p.startswith("county.toml:") for p in found)


def test_an_office_may_be_bound_to_a_limit_the_base_does_not_have() -> None:
    text = LOCAL + ADDED + "label = '办结期限'\nruns_in = ['submitted', 'checking']\nowner = 'registrar'\n"
    found = laid(text)
    assert (found.clock["whole"].overdue, found.clock["whole"].runs_in) == ("escalate", ("submitted", "checking"))
    assert found.clock["acceptance"].days is not None


def test_a_guard_with_other_parameters_is_another_guard() -> None:
    text = LOCAL + ('[action.grant]\nguards = [{ guard = "times_done", action = "report", at_least = 0 }]\n')
    assert any("times_done" in p for p in refused(text))


@pytest.mark.parametrize(("until", "fits"), [("", False), ("until = 2027-01-01", True), ("until = 2027-01-02", False)])
def test_an_overlay_does_not_outlive_its_base(until: str, fits: bool) -> None:
    base = parse(spoilt("effective = 2026-04-01", "effective = 2026-04-01\nuntil = 2027-01-01"), "x.toml")
    text = spoilt("effective = 2026-05-01", f"effective = 2026-05-01\n{until}", LOCAL)
    if fits:
        assert laid(text, base).until is not None
    else:
        assert any("存续更久" in p for p in refused(text, base))


def test_all_reasons_come_at_once() -> None:
    text = spoilt("[clock.acceptance]\ndays = { working = 1 }", "[clock.acceptance]\ndays = { working = 9 }", LOCAL)
    text = spoilt("[basis.local]", "[basis.law]", text)
    assert len(refused(text)) == 4  # longer, redefined, and the basis that is now missing, twice


FORM = [
    ('jurisdiction = "320830"\n', "", "适用于何地"),
    ('basis = ["local"]\nverified = true\n', "", "须同时写明 basis 和 verified"),
    ("[contact]", "[contacts]", "contacts 是不认识的键"),
    ("[clock.acceptance]\n", "[clock.acceptance]\nowner = 'head'\n", "不能另定适用环节和责任人"),
    ("[contact]", "[contact", "TOML"),
]


@pytest.mark.parametrize(("old", "new", "said"), FORM)
def test_faults_of_form_are_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        laid(spoilt(old, new, LOCAL))
    assert said in str(caught.value)


def test_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "county.toml"
    with pytest.raises(DefinitionError, match="无法读取"):
        load_overlaid(path, good())
    path.write_text(LOCAL, encoding="utf-8")
    assert load_overlaid(path, good()) == laid()
    assert GOOD  # the base stays as it was
    assert good().clock["acceptance"].days == parse(GOOD, "x.toml").clock["acceptance"].days
