"""What places, packs, letter texts and officers may not do quietly: rest on another province's statute, print somebody's number, take a
right away in a sentence, call good conduct a fault, or note a withdrawal instead of deciding. Beside each stand honest ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from repairflow.cli.letter_texts import read
from repairflow.law.checks.place_names import named
from repairflow.law.checks.report import Diagnostic
from repairflow.letters.text import template_sense
from repairflow.letters.text.template_file import read_template
from repairflow.letters.text.template_trial import TextFile
from tests.support.honest_files import OWN, overlay, pack, refused
from tests.support.renewal import RESULT
from tests.support.shipped import WORKFLOWS, edited, found, part, source, together

pytestmark = pytest.mark.either_database

SHENZHEN = (
    '[behaviour]\nlate = { label = "逾期不缴纳罚款", severity = "minor", basis = ["shenzhen.a74"], verified = true }\n'
)
PLACES = [
    ("《深圳经济特区社会信用条例》", ["广东省"]), ("《广东省社会信用条例》", ["广东省"]), ("广东省深圳市", ["广东省"]),
    ("厦门经济特区社会信用条例", ["福建省"]), ("南京路街道", []), ("长春药业公司", []), ("与深圳市合作", []), ("西安区城管局", []),
]  # fmt: skip


def test_a_places_pack_rests_on_no_city_of_another_province() -> None:
    assert [line for line in refused([pack(0, SHENZHEN)], "basis_elsewhere").get(0, []) if "广东省" in line]


@pytest.mark.parametrize(("text", "provinces"), PLACES)
def test_a_city_with_statutes_of_its_own_is_of_its_province(text: str, provinces: list[str]) -> None:
    assert named(text) == provinces


def test_the_overlay_shown_in_the_docs_is_taken() -> None:
    page = (WORKFLOWS.parent / "docs" / "procedures.md").read_text(encoding="utf-8")
    start = page.index('overlay = "county"')
    assert [one for one in together(county=page[start : page.index("```", start)]) if one.severity == "error"] == []


CONTACTS = [('"联系人" = "张三，身份证号32092519900101123X"\n', True), ('"机构代码" = "11320925MB1234567X"\n', False)]
STEPS = [
    ("repair", "state_defence", "放弃陈述、申辩", True), ("repair", "supply", "自愿接受处理", True),
    ("repair", "state_defence", "提交陈述、申辩意见", False), ("repair", "withdraw", "放弃申请", False),
]  # fmt: skip


@pytest.mark.parametrize(("line", "faulty"), CONTACTS)
def test_contacts_print_no_identity_card(line: str, faulty: bool) -> None:
    told = refused([overlay(0, "repair", f"[contact]\n{line}")]).get(0, [])
    assert bool([one for one in told if "证件号码" in one]) is faulty, told


@pytest.mark.parametrize(("base", "step", "label", "faulty"), STEPS)
def test_a_step_is_not_renamed_to_giving_it_up(base: str, step: str, label: str, faulty: bool) -> None:
    told = refused([overlay(0, base, f'[action.{step}]\nlabel = "{label}"\n')]).get(0, [])
    assert bool(told) is faulty, told


GOOD = ["依法经营", "按时缴纳税款", "主动公示年报"]
FAULTS = ["依法应当公示而未公示", "主动行贿", "按时缴纳虚假凭证", "及时报告义务没有履行", "违法经营"]


def test_a_behaviour_is_no_good_conduct() -> None:
    def lines(labels: list[str]) -> str:
        return "".join(
            f'[behaviour.own_{n}]\nlabel = "{one}"\nseverity = "ordinary"\nbasis = ["own"]\nverified = true\n'
            for n, one in enumerate(labels)
        )

    assert len(refused([pack(0, lines(GOOD))], "label_turned").get(0, [])) == len(GOOD)
    assert refused([pack(0, lines(FAULTS))]) == {}


REGISTERED = (
    'by = ["registrar"]\nfrom = ["submitted", "checking"]',
    'by = ["{}"]\nfrom = ["submitted", "checking", "deciding"]',
)


@pytest.mark.parametrize(("name", "post", "faulty"), [
    ("complaint", "decider", True), ("tip_off", "decider", True), ("complaint", "registrar", False),
    ("complaint", "supervisor", False),
])  # fmt: skip
def test_who_has_to_decide_does_not_note_a_withdrawal_instead(name: str, post: str, faulty: bool) -> None:
    told = found(name, part(name, "action.withdraw", REGISTERED[0], REGISTERED[1].format(post)))
    assert bool([one for one in told if one.code == "quiet_end" and "登记撤回" in one.text]) is faulty, told


NO_REASON = [('"reason", ', ""), ("{{ reason|sentence }}", "")]
SENTENCES = [
    ("今后不再受理你单位的申请。", True),
    ("重复提出的，不再受理。", False),
    ("材料齐全后可以再次申请。", False),
]


def senses(text: str) -> list[template_sense.Fault]:
    return list(template_sense.check(read_template(text, "renewal_result", "2026-12-01"), TextFile("x", text)))


def test_an_own_letter_that_may_refuse_says_why() -> None:
    assert senses(RESULT) == []
    assert [one for one in senses(edited(RESULT, *NO_REASON)) if "reason" in one[2] and one[1].startswith("x:")]
    assert senses(edited(RESULT, *NO_REASON, ('says = "either"', 'says = "for"'))) == []


@pytest.mark.parametrize(("sentence", "faulty"), SENTENCES)
def test_a_letter_does_not_shut_the_door_for_good(sentence: str, faulty: bool) -> None:
    told = senses(edited(RESULT, ("{{ reason|sentence }}", f"{{{{ reason|sentence }}}}{sentence}")))
    assert bool([one for one in told if one[0] == "rights_waived"]) is faulty, told


@pytest.mark.parametrize(("mark", "faulty"), [("信不修", False), ("信不予修复", False), ("信修", True)])
def test_a_newer_text_numbers_under_no_other_kinds_mark(tmp_path: Path, mark: str, faulty: bool) -> None:
    folder = tmp_path / "repair_denied"
    folder.mkdir()
    shipped = WORKFLOWS.parent / "templates" / "letters" / "repair_denied" / "2026-04-01.txt.j2"
    file = folder / "2026-12-01.txt.j2"
    file.write_text(
        shipped.read_text(encoding="utf-8").replace('mark = "信不修"', f'mark = "{mark}"'), encoding="utf-8"
    )
    told: list[Diagnostic] = []
    read([file], told)
    assert bool([one for one in told if one.code == "letter_mark"]) is faulty, told


@pytest.mark.parametrize(("label", "faulty"), [
    ("申请保证金收据", True), ("异议押金收据", True), ("已经退还保证金的凭证", False), ("农民工工资保证金的存款证明", False),
])  # fmt: skip
def test_nobody_pays_a_deposit_to_be_heard(label: str, faulty: bool) -> None:
    told = refused([overlay(0, "repair", f'[material.deposit]\nlabel = "{label}"\n')], "fee_asked")
    assert bool(told) is faulty, told


def test_a_unit_is_said_as_people_say_it() -> None:
    told = found("complaint", part("complaint", "action.extend_handling", "working = 10", "calendar = 10"))
    assert [one for one in told if one.code == "extension_unit" and "却以工作日计" in one.text]


def test_the_independent_reader_says_how_it_is_called(tmp_path: Path) -> None:
    script = WORKFLOWS.parent / "scripts" / "read_vectors.py"
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "")
    assert "用法" in done.stdout


CHARGED = ["违规收取服务费", "强制向消费者收取手续费", "乱收取工本费"]


def test_to_charge_against_the_law_is_a_behaviour() -> None:
    lines = "".join(
        f'[behaviour.own_{n}]\nlabel = "{one}"\nseverity = "ordinary"\nbasis = ["own"]\nverified = true\n'
        for n, one in enumerate(CHARGED)
    )
    assert refused([pack(0, lines)]) == {}
    assert refused([overlay(0, "repair", 'summary = "信用修复由窗口收取服务费。"\n')], "fee_asked")


PAUSED = (
    OWN
    + '[clock.acceptance]\ndays = {{ working = 2 }}\nbasis = ["own"]\n{}verified = true\n[action.accept]\nbasis = ["own"]\n'
)


@pytest.mark.parametrize(("line", "told"), [
    ('pause_basis = ["own"]\n', set()), ("", {"pause_unread"}), ('pause_basis = ["nowhere"]\n', {"form"}),
])  # fmt: skip
def test_a_place_says_by_which_article_a_limit_stands_still(line: str, told: set[str]) -> None:
    found_of = refused([overlay(0, "repair", PAUSED.format(line))]).get(0, [])
    assert {one.split()[0] for one in found_of} == told, found_of


@pytest.mark.parametrize(("name", "step", "old", "new"), [
    ("correction", "put_back", ', "withdrawal_explained"]', "]"), ("correction", "recall", ', "withdrawal_explained"]', "]"),
    ("remedy", "carry_annulment", ', "withdrawal_explained"]', "]"),
])  # fmt: skip
def test_what_is_withdrawn_is_explained(name: str, step: str, old: str, new: str) -> None:
    told = found(name, part(name, f"action.{step}", old, new))
    assert [one for one in told if one.code == "reason_missing" and "public_reason" in one.text], told


WAITS = '{ guard = "input_was", action = "report_finding", input = "finding", value = "inaccurate" }'


@pytest.mark.parametrize(("guards", "told"), [
    (f'{WAITS}, "baseless"', "baseless"), ('"baseless"', "input_was"), ('{ guard = "input_was" }', "input_was"),
    (f'{WAITS}, "record_no_longer_public"', "record_no_longer_public"),
])  # fmt: skip
def test_a_faulty_guard_where_another_office_decides_is_told(guards: str, told: str) -> None:
    edit = part("objection-shanghai", "action.uphold_partly", f"guards = [{WAITS}]", f"guards = [{guards}]", "overlays")
    found_of = together(shanghai=edited(source("objection-shanghai", "overlays"), edit))
    assert [one for one in found_of if one.severity == "error" and told in one.text], found_of


@pytest.mark.parametrize(("file", "old", "new", "code", "told"), [
    ("statutes/fuyi", "adopted = 2023-09-01", "adopted = 2023-09-02", "basis_recheck", "adopted"),
    ("statutes/fuyi", "adopted = 2023-09-01\n", "", "basis_recheck", "没有写"),
    ("procedures/listing-2026-04", 'filing_basis = ["sc49"]', "filing_basis = []", "version_changed", "提出的依据"),
    ("procedures/correction-2026-04", 'letter = "hearing_notice"\nno_remedy = "process"', 'letter = "hearing_notice"', "version_changed",
     "没有救济的缘由"),
])  # fmt: skip
def test_what_a_file_in_use_says_is_not_left_out(file: str, old: str, new: str, code: str, told: str) -> None:
    folder, _, name = file.partition("/")
    found_of = together(file=edited(source(name, folder), (old, new)))
    assert [one for one in found_of if one.code == code and told in one.text], found_of
