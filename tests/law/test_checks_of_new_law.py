"""Law that somebody would put in force to do harm: new versions, letters and words, one edit away from good ones, each told."""

from __future__ import annotations

import pytest

from repairflow.errors import DefinitionError
from repairflow.letters.text.template_file import read_template
from tests.support.renewal import RENEWAL, RESULT, TEXTS, refused
from tests.support.shipped import WORKFLOWS, edited, part, source, together

pytestmark = pytest.mark.either_database
Edit = tuple[str, str]


def version(name: str, *edits: Edit) -> str:
    """A version of a shipped procedure from the first day of the coming month on."""
    head = ('version   = "2026-04"', 'version   = "2026-12"'), ("effective = 2026-04-01", "effective = 2026-12-01")
    return edited(source(name), *edits, *head)


GRANT = (
    'guards = [{ guard = "conditions_confirmed", action = "report_verification" }, '
    '"minimum_period_served", "record_is_public_or_of_person"]'
)
QUICK = (
    "[action.withdraw]\n",
    '[action.quick]\nlabel = "直接维持"\nby = ["checker"]\nfrom = ["self_check"]\nto = "maintained"\n'
    'distinct_from = ["accept", "accept_deficient"]\nreason = true\nletter = "objection_result"\n'
    'remedy = ["review", "reconsideration", "litigation"]\neffects = ["unmark_disputed"]\nbasis = ["sc22"]\n\n[action.withdraw]\n',
)
EXTEND = (
    "[action.terminate]",
    '[action.extend_acceptance]\nlabel = "延长受理期限"\nby = ["head"]\nfrom = ["submitted"]\n'
    'guards = [{ guard = "clock_not_yet_extended", clock = "acceptance" }, { guard = "clock_not_yet_over", clock = "acceptance" }]\n'
    'extends = { clock = "acceptance", working = 3 }\nreason = true\nletter = "extension"\nbasis = ["order36"]\n\n[action.terminate]',
)
PARKED = (
    "[action.terminate]",
    '[action.park]\nlabel = "暂缓办理"\nby = ["reviewer"]\nfrom = ["reviewing"]\nto = "parked"\nreason = true\n'
    'basis = ["order36"]\n[action.take_up]\nlabel = "恢复办理"\nby = ["reviewer"]\nfrom = ["parked"]\nto = "reviewing"\n'
    'basis = ["order36"]\n\n[action.terminate]',
)
ASIDE = 'executing    = { label = "同步中", stage = "同步" }'
STATE = (ASIDE, f'parked = {{ label = "暂缓", stage = "审核", no_clock = "等待政策明确" }}\n{ASIDE}')
OWNER = 'overdue = "escalate"\nbasis = ["default"]\nverified = false'

VERSIONS: list[tuple[str, str, str, list[Edit]]] = [
    (
        "guard_dropped",
        "conditions_confirmed",
        "repair",
        [
            (GRANT, 'guards = ["minimum_period_served", "record_is_public_or_of_person"]'),
            ('basis = ["order36", "sc22"]\n[action.grant.inputs]', 'basis = ["order36"]\n[action.grant.inputs]'),
        ],
    ),
    (
        "guard_dropped",
        "input_was",
        "objection",
        [
            part(
                "objection",
                "action.dismiss",
                'guards = [{ guard = "input_was", action = "report_finding", input = "finding", value = "accurate" }]\n',
                "",
            )
        ],
    ),
    ("step_added", "不利的决定", "objection", [QUICK]),
    ("step_added", "延长期限", "repair", [EXTEND]),
    ("parked", "暂缓", "repair", [STATE, PARKED]),
    ("limit_anew", "暂缓办理", "repair", [STATE, PARKED]),
    (
        "office_limit_long",
        "90",
        "repair",
        [part("repair", "clock.execution", "days = { working = 3 }", "days = { working = 90 }")],
    ),
    (
        "extension_own",
        "审核人员",
        "repair",
        [part("repair", "action.extend_handling", 'by = ["head"]', 'by = ["head", "reviewer"]')],
    ),
    ("subject_limit_less", "不提醒", "repair", [("remind = [3, 1]", "remind = []")]),
    (
        "basis_elsewhere",
        "浙江",
        "repair",
        [
            part(
                "repair",
                "action.deny",
                'remedy = ["objection_to_result"',
                'remedy = ["review_zhejiang", "objection_to_result"',
            )
        ],
    ),
    (
        "material_contradicts",
        "授权委托书",
        "repair",
        [
            (
                'required_if = "filed_by_agent"\ndeferrable = true',
                'required_if = "filed_by_agent"\nfiled = false\ndeferrable = true',
            )
        ],
    ),
    (
        "material_unasked",
        "复议受理通知书",
        "remedy",
        [
            (
                'filing_guards = ["materials_complete", "no_duplicate_pending"]',
                'filing_guards = ["no_duplicate_pending"]',
            )
        ],
    ),
    (
        "letter_says_other",
        "公开效果",
        "repair",
        [part("repair", "action.grant", 'letter = "repair_granted"', 'letter = "interview_record"')],
    ),
    ("label_turned", "examiner", "repair", [('decider    = "批准人"', 'decider    = "核查人员甲"')]),
    (
        "identity_open",
        "出生",
        "tip_off",
        [("[inputs]\n", '[inputs]\nborn = { kind = "date", label = "出生年月日", required = false }\n')],
    ),
    ("fee_asked", "二百元", "repair", [("办理不收取任何费用。", "办理须支付二百元。")]),
    ("sent_to_agents", "公司", "repair", [("办理不收取任何费用。", "可以委托某某公司办理。")]),
]


@pytest.mark.parametrize(
    ("code", "named", "name", "edits"), VERSIONS, ids=[f"{n}-{c[0]}" for n, c in enumerate(VERSIONS)]
)
def test_a_new_version(code: str, named: str, name: str, edits: list[Edit]) -> None:
    found = [one for one in together(new=version(name, *edits)) if one.code == code and one.severity == "error"]
    assert any(named in one.text for one in found), together(new=version(name, *edits))


HELD: list[tuple[str, list[Edit]]] = [
    (
        "closed_by_time",
        [
            (
                'to = "renewed"\n',
                'to = "renewed"\nguards = [{ guard = "times_done", action = "return_to_check", at_least = 1 }]\n',
            )
        ],
    ),
    (
        "outcome_disguises",
        [
            ('label = "不予延续", outcome = "dismissed"', 'label = "审查终结", outcome = "terminated"'),
            ('label = "不予延续"\nby', 'label = "审查终结"\nby'),
            ('letter = "renewal_result"\nremedy = ["reconsideration", "litigation"]', 'letter = "renewal_ended"'),
        ],
    ),
    ("office_limit_long", [("days = { working = 20 }", "days = { working = 50 }")]),
    (
        "identity_open",
        [
            (
                'licence = { kind = "text", label = "许可证编号" }',
                'licence = { kind = "text", label = "许可证编号" }\n'
                'person = { kind = "text", label = "负责人公民身份号码" }',
            )
        ],
    ),
]


@pytest.mark.parametrize(("code", "edits"), HELD, ids=[h[0] for h in HELD])
def test_a_procedure_of_ones_own(code: str, edits: list[Edit]) -> None:
    assert code in {line.partition(" ")[0] for line in refused(edited(RENEWAL, *edits))}


LETTERS: list[tuple[str, str, str]] = [
    ("|replace", "{{ outcome_label }}", "{{ outcome_label|replace('不予', '') }}"),
    ("截取", "{{ reason|sentence }}", "{{ reason[:2] }}"),
    ("另设", "。{{ reason|sentence }}", "。{% set other = reason %}{{ other }}"),
    ("截取", "{{ remedy_paragraphs|join('') }}", "{{ remedy_paragraphs[0] }}"),
    (
        "也不印出来",
        "{{ remedy_paragraphs|join('') }}",
        "{% for one in remedy_paragraphs %}{% if loop.first %}{{ one }}{% endif %}{% endfor %}",
    ),
    ("从重", "{% if contact %}\n", "申请复议的，从重处理。\n{% if contact %}\n"),
    ("行政处罚决定", "许可证延续决定书", "行政处罚决定书"),
]


@pytest.mark.parametrize(("named", "old", "new"), LETTERS, ids=[f"{n}-{row[0]}" for n, row in enumerate(LETTERS)])
def test_a_letter_prints_what_was_decided_whole(named: str, old: str, new: str) -> None:
    with pytest.raises(DefinitionError) as refusal:
        read_template(edited(RESULT, (old, new)), "renewal_result", "2026-12-01")
    assert any(named in one.text for one in refusal.value.problems), refusal.value.problems


def test_a_notice_prints_no_outcome() -> None:
    text = edited(
        TEXTS["renewal_hearing"],
        ('required = ["we", "you", "reason"]', 'required = ["we", "you", "reason", "outcome_label"]'),
        ("作出决定。", "作出决定：{{ outcome_label }}。"),
    )
    with pytest.raises(DefinitionError) as refusal:
        read_template(text, "renewal_hearing", "2026-12-01")
    assert any("outcome_label" in one.text for one in refusal.value.problems)


def test_a_newer_text_of_a_shipped_kind_still_says_why() -> None:
    shipped = (WORKFLOWS.parent / "templates" / "letters" / "repair_denied" / "2026-04-01.txt.j2").read_text(
        encoding="utf-8"
    )
    with pytest.raises(DefinitionError) as refusal:
        read_template(
            edited(
                shipped,
                ("{% else %}\n{{ reason|sentence }}\n", "{% else %}\n"),
                ("{% if conditions %}\n{{ reason|sentence }}\n", "{% if conditions %}\n"),
                ('"reason", ', ""),
            ),
            "repair_denied",
            "2026-12-01",
        )
    assert any("（reason）" in one.text for one in refusal.value.problems)


WORDS: list[tuple[str, str]] = [
    ("停业", '[outcome]\nclosed_down = { label = "责令停业", side = "neutral" }\n'),
    ("从严", '[outcome]\npunished = { label = "从严惩处", side = "for" }\n'),
    ("批准人", '[role]\nmayor = { label = "批准人员", side = "receiving" }\n'),
]


@pytest.mark.parametrize(("named", "text"), WORDS)
def test_a_word_of_ones_own_hides_nothing(named: str, text: str) -> None:
    found = together(words=f'vocabulary = "own"\n{text}')
    assert [(one.code, named in one.text) for one in found] == [("label_turned", True)]


HONEST_VERSIONS: list[tuple[str, list[Edit]]] = [
    ("repair", [part("repair", "clock.handling", "days = { working = 7 }", "days = { working = 5 }")]),
    ("repair", [part("repair", "clock.statement", "days = { working = 5 }", "days = { working = 7 }")]),
    ("tip_off", [("[inputs]\n", '[inputs]\nhappened = { kind = "text", label = "发生时间", required = false }\n')]),
    (
        "remedy",
        [
            (
                "[material.outcome_document]",
                '[material.stay_order]\nlabel = "停止执行决定书"\n[material.outcome_document]',
            )
        ],
    ),
]


@pytest.mark.parametrize(("name", "edits"), HONEST_VERSIONS)
def test_an_honest_version(name: str, edits: list[Edit]) -> None:
    assert [one for one in together(new=version(name, *edits)) if one.severity == "error"] == []
