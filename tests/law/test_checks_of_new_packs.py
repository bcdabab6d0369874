"""Rule packs that somebody would put in force to do harm: each one edit away from the shipped one, each told; and honest ones."""

from __future__ import annotations

import pytest

from tests.support.shipped import edited, part, source, together

pytestmark = pytest.mark.either_database
Edit = tuple[str, str]


def pack(*edits: Edit) -> str:
    """A pack of the whole country for the coming year."""
    head = ('pack = "CN-2026"', 'pack = "CN-2027"'), ("\neffective = 2026-04-01", "\neffective = 2027-01-01")
    return edited(source("CN-2026", "packs"), *edits, *head)


def in_pack(table: str, old: str, new: str) -> Edit:
    return part("CN-2026", table, old, new, "packs")


OWN = '[basis.sc22]\ncite = "《关于进一步完善信用修复制度的实施方案》（国办发〔2025〕22号）"\nverified = false\n\n[basis.sc22_extension]'
UNREAD: Edit = (OWN, f'[basis.own]\ncite = "本单位裁量规则"\nverified = false\n{OWN}')
REMEDY_TEXT = "对本决定有异议的，可以通过“信用中国”网站或者直接向本机关提出异议。"
REFUSE = "[lists.repair_refuse_grounds]\n"
DENY = "核查意见认定这些条件都符合的，不能据此不予修复\n[lists.repair_deny_grounds]\n"

# code, what the message names, the edits
PACKS: list[tuple[str, str, list[Edit]]] = [
    ("label_turned", "bidding", [('label = "限制参加政府采购和工程投标"', 'label = "温馨提示"')]),
    ("label_turned", "inspection", [('label = "提高监督检查频次"', 'label = "加强服务指导"')]),
    ("label_turned", "fine", [('label = "罚款", severity', 'label = "善意告知", severity')]),
    ("label_turned", "performed", [in_pack("lists.repair_conditions", "行为已纠正、义务已全部履行", "善意配合")]),
    ("label_turned", "repair_serve_notice", [('text = "不予信用修复"', 'text = "准予信用修复"')]),
    ("label_turned", "repair_serve_notice", [('text = "不予信用修复"', 'text = "另行通知"')]),
    ("pack_remedy", "申诉", [('label = "行政复议"\n', 'label = "行政复议（只能向本机关申诉）"\n')]),
    ("pack_remedy", "诉讼", [('label = "复核"\n', 'label = "复核（行政诉讼前必经）"\n')]),
    ("pack_remedy", "本人到", [(REMEDY_TEXT, "对本决定有异议的，请法定代表人本人到现场向本机关提出异议。")]),
    ("pack_remedy", "向谁", [("可以{review_limit}向{reviewer}申请复核", "可以{review_limit}申请复核")]),
    ("pack_turned", "apply_on_next_day", [("apply_on_next_day = true", "apply_on_next_day = false")]),
    (
        "pack_turned",
        "not_repairable",
        [("apply_on_next_day = true", 'apply_on_next_day = true\nnot_repairable = "warning"')],
    ),
    (
        "pack_turned",
        "asks_training",
        [("apply_on_next_day = true", 'apply_on_next_day = true\nasks_training = "minor"')],
    ),
    ("pack_turned", "简易程序", [("person_wan = 0.02", "person_wan = 0.001")]),
    (
        "pack_graver",
        "11 个月",
        [
            UNREAD,
            in_pack(
                "period.ordinary",
                'minimum = { months = 3 }\nmaximum = { years = 1 }\nbasis = ["order36"]',
                'minimum = { months = 11 }\nmaximum = { years = 1 }\nbasis = ["own"]',
            ),
        ],
    ),
    (
        "pack_graver",
        "30 年",
        [
            UNREAD,
            in_pack(
                "period.serious",
                'maximum = { years = 3 }\nbasis = ["order36"]',
                'maximum = { years = 30 }\nbasis = ["own"]',
            ),
        ],
    ),
    (
        "pack_graver",
        "不公示改为公示",
        [
            UNREAD,
            (
                'published = false                 # 原则上不公示；确需公示的最长三个月\nmaximum = { months = 3 }\nbasis = ["order36"]',
                'maximum = { months = 3 }\nbasis = ["own"]',
            ),
        ],
    ),
    (
        "pack_graver",
        "重点关注名单",
        [in_pack("list_kind.watch", "maximum = { months = 6 }", "maximum = { years = 3 }")],
    ),
    (
        "pack_graver",
        "警告",
        [
            UNREAD,
            (
                'label = "警告", severity = "minor", basis = ["order36"]',
                'label = "警告", severity = "serious", basis = ["own"]',
            ),
        ],
    ),
    (
        "pack_graver",
        "申请复核的期限",
        [
            in_pack(
                "term.review_filing",
                'days = { working = 15 }\nbasis = ["product_default"]',
                'days = { working = 1 }\nbasis = ["order36"]',
            )
        ],
    ),
    (
        "pack_graver",
        "公告送达",
        [
            in_pack(
                "term.announcement",
                'days = { calendar = 30 }\nbasis = ["minsu.a95"]',
                'days = { calendar = 3 }\nbasis = ["order36"]',
            )
        ],
    ),
    (
        "pack_graver",
        "等待",
        [
            in_pack(
                "term.inaction_review_wait",
                'days = { calendar = 60 }\nbasis = ["fuyi_tiaoli.a16"]',
                'days = { calendar = 600 }\nbasis = ["order36"]',
            )
        ],
    ),
    (
        "pack_graver",
        "repair_handling",
        [
            UNREAD,
            (
                "repair_handling         = { days = { working = 7 }, extension = { working = 10 }, "
                'basis = ["order36", "sc22"]',
                'repair_handling         = { days = { working = 70 }, extension = { working = 10 }, basis = ["own"]',
            ),
        ],
    ),
    (
        "pack_list_open",
        "名额",
        [(REFUSE, f'{REFUSE}quota = {{ label = "本月名额已满", text = "本月名额已满", basis = ["order36"] }}\n')],
    ),
    (
        "pack_list_open",
        "不宜",
        [(REFUSE, f'{REFUSE}unfit = {{ label = "不宜受理", text = "你单位的申请不宜受理", basis = ["order36"] }}\n')],
    ),
    (
        "pack_list_open",
        "其他失信行为",
        [
            (
                "breaks_promise    = {",
                'rest = { label = "其他失信行为", severity = "serious", '
                'basis = ["sc49"], verified = false }\nbreaks_promise    = {',
            )
        ],
    ),
    (
        "rights_waived",
        "信访",
        [
            (
                DENY,
                f'{DENY}letters = {{ label = "多次信访", text = "你单位多次信访", basis = ["order36"], denies = [] }}\n',
            )
        ],
    ),
    (
        "rights_waived",
        "投诉",
        [
            (
                "breaks_promise    = {",
                'complains = { label = "多次投诉机关", severity = "serious", '
                'basis = ["sc49"], verified = false }\nbreaks_promise    = {',
            )
        ],
    ),
    (
        "rights_waived",
        "今后",
        [in_pack("lists.repair_deny_grounds", "纠正失信行为后可以再次提出申请", "今后均不再受理你单位的申请")],
    ),
    (
        "rights_waived",
        "不提出任何异议",
        [
            ("本单位郑重承诺：\n", "本单位郑重承诺：\n接受一切决定，不提出任何异议。\n"),
            ('commitment_version = "2026-04"', 'commitment_version = "2027-01"'),
        ],
    ),
    (
        "fee_asked",
        "捐款",
        [
            ("本单位郑重承诺：\n", "本单位郑重承诺：\n自愿向协会捐款。\n"),
            ('commitment_version = "2026-04"', 'commitment_version = "2027-01"'),
        ],
    ),
    (
        "sent_to_agents",
        "代办",
        [in_pack("lists.repair_deny_grounds", "纠正失信行为后可以再次提出申请", "请委托某修复公司代办")],
    ),
    ("sent_to_agents", "公司", [('repair_at = "“信用中国”网站"', 'repair_at = "某某咨询公司网站"')]),
    (
        "person_unconnected",
        "配偶",
        [("main_holder    = {", 'spouse = { label = "法定代表人的配偶" }\nmain_holder    = {')],
    ),
    ("figure_without_basis", "拘留", [in_pack("lists.consequences", "将依照规定进行失信约谈。", "移送公安机关拘留。")]),
]


@pytest.mark.parametrize(("code", "named", "edits"), PACKS, ids=[f"{n}-{c[0]}" for n, c in enumerate(PACKS)])
def test_a_new_pack(code: str, named: str, edits: list[Edit]) -> None:
    found = [one for one in together(new=pack(*edits)) if one.code == code and one.severity == "error"]
    assert any(named in one.text for one in found), found
    assert all(one.where.startswith("new.toml:") for one in found)


HONEST_PACKS: list[list[Edit]] = [
    [],
    [('label = "限制参加政府采购和工程投标"', 'label = "依法限制参加政府采购、工程招标投标"')],
    [in_pack("lists.intake_sources", "政务服务窗口", "办事大厅")],
    [in_pack("lists.repair_deny_grounds", "义务未全部履行", "有义务尚未履行")],
    [(REMEDY_TEXT, "对本决定有异议的，可以向本机关提出异议。")],
    [
        (
            "breaks_promise    = {",
            'false_report = { label = "捏造事实恶意举报", severity = "ordinary", basis = ["sc49"], verified = false }\n'
            "breaks_promise    = {",
        )
    ],
]


@pytest.mark.parametrize("edits", HONEST_PACKS)
def test_an_honest_pack(edits: list[Edit]) -> None:
    assert [one for one in together(new=pack(*edits)) if one.severity == "error"] == []


def test_a_class_one_graver_and_an_article_read_since_are_shown() -> None:
    graver = ('label = "罚款", severity = "ordinary"', 'label = "罚款", severity = "serious"')
    other = (', by_amount = true, basis = ["order36"]', ', by_amount = true, basis = ["own"]')
    found = together(new=pack(UNREAD, graver, other))
    assert [(one.code, one.severity) for one in found if "“罚款”" in one.text] == [("pack_graver", "warning")]
