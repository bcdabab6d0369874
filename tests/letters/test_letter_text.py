"""The words of letters: what must be there is named, what users write stays theirs, what is frozen can be proved."""

from __future__ import annotations

import importlib.util
import re
import sys
from datetime import date
from pathlib import Path

import pytest

from repairflow.errors import DefinitionError, Invalid, NotFound
from repairflow.letters.text import templates
from repairflow.letters.text.printable import UnprintableText
from repairflow.settings import asset
from tests.casework.wording import LABELS, WORDINGS
from tests.letters.letter_samples import fields

KINDS = templates.kinds()
V = "2026-04-01"
ROW = re.compile(r"\| [0-9]+ \|")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_composes_and_says_all_it_was_given(kind: str) -> None:
    words = templates.compose_text(kind, templates.latest_version(kind), fields())
    printed = "".join(p.text for p in words.paragraphs)
    head = templates.template(kind, words.version)
    assert len(words.paragraphs) >= 2
    assert words.title == re.sub(r"\{\{ (\w+) \}\}", lambda named: str(fields()[named[1]]), head.title)
    assert "。。" not in printed
    assert "；。" not in printed
    assert templates.digest_holds(words)
    assert "〔" in printed or "record_document_number" not in head.required


def test_each_row_of_what_a_letter_must_say_names_tests_that_exist() -> None:
    root = Path(__file__).parents[2]
    table = (root / "docs" / "letters.md").read_text("utf-8").partition("| held by |")[2]
    named = {name for line in table.splitlines()[2:] for name in line.strip("| ").rpartition(" | ")[2].split(", ")}
    assert len(named) > 5
    tests = {path.stem.removeprefix("test_") for path in (root / "tests").rglob("test_*.py")}
    assert named - tests == set()
    one_by_one = [
        line for line in (root / "docs" / "letters-wording.md").read_text("utf-8").splitlines() if ROW.match(line)
    ]
    assert [int(line.split(" | ")[0].strip("| ")) for line in one_by_one] == list(range(1, len(one_by_one) + 1))
    held = [line.strip("| ").rpartition(" | ")[2] for line in one_by_one]
    assert {name for cell in held for name in re.sub("「.*?」", "", cell).replace(" ", "").split(",")} - tests == set()
    assert set(re.findall("「(.*?)」", "".join(held))) == {one.name for one in WORDINGS}


def test_words_of_pages_that_letters_print_are_those_of_the_law() -> None:
    labels = "".join(path.read_text("utf-8") for path in sorted((asset("workflows") / "procedures").glob("*.toml")))
    assert [gone for gone, _ in LABELS if gone in labels] == []
    assert [there for _, there in LABELS if there not in labels] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_with_only_what_is_required_reads_whole(kind: str) -> None:
    needed = templates.required_fields(kind)
    words = templates.compose_text(
        kind, templates.latest_version(kind), {k: v for k, v in fields().items() if k in needed}
    )
    for paragraph in words.paragraphs:
        assert not paragraph.text.startswith(("，", "。", "；"))
        assert "。。" not in paragraph.text


UNDER = {
    "如不服本决定": "救济途径", "本证明只反映": "说明", "本件依申请出具": "说明", "请按时参加": "参加要求",
}  # fmt: skip
"""What belongs to no heading before it, and the heading of its own in a text that has headings."""


@pytest.mark.parametrize(("left_out", "headings"), [
    ((), ["一、约谈时间和地点", "二、参加人员", "三、需要携带的材料", "四、需要说明的整改情况", "五、参加要求", "六、救济途径"]),
    (("items_to_bring",), ["一、约谈时间和地点", "二、参加人员", "三、需要说明的整改情况", "四、参加要求", "五、救济途径"]),
    (("demands",), ["一、约谈时间和地点", "二、参加人员", "三、需要携带的材料", "四、参加要求", "五、救济途径"]),
    (("items_to_bring", "demands", "remedy_paragraphs"), ["一、约谈时间和地点", "二、参加人员", "三、参加要求"]),
])  # fmt: skip
def test_headings_of_an_invitation_count_on_whatever_is_left_out(
    left_out: tuple[str, ...], headings: list[str]
) -> None:
    words = templates.compose_text("interview_notice", V, fields(**{name: [] for name in left_out}))
    assert [p.text for p in words.paragraphs if p.level == "heading1"] == headings


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "without", ["", "items_to_bring", "demands", "targets", "conditions", "measures", "corrections"]
)
def test_what_belongs_to_no_heading_before_it_has_its_own(kind: str, without: str) -> None:
    values = fields(remedy_paragraphs=["如不服本决定，可以申请行政复议。"], **({without: []} if without else {}))
    head = templates.template(kind, templates.latest_version(kind))
    if without in head.required:
        return
    words = templates.compose_text(kind, head.version, values)
    headings = [p.text for p in words.paragraphs if p.level == "heading1"]
    assert [one.partition("、")[0] for one in headings] == list("一二三四五六七")[: len(headings)]
    before = ""
    for paragraph in words.paragraphs:
        for begins, own in UNDER.items():
            if paragraph.text.startswith(begins) and headings:
                assert before.endswith(f"、{own}"), (paragraph.text, before)
        before = paragraph.text if paragraph.level == "heading1" else before


@pytest.mark.parametrize("kind", KINDS)
def test_each_required_field_is_named_when_missing(kind: str) -> None:
    for name in templates.required_fields(kind):
        with pytest.raises(templates.MissingFields) as refused:
            templates.compose_text(kind, templates.latest_version(kind), fields(**{name: None}))
        assert refused.value.missing == (name,)
    with pytest.raises(templates.MissingFields) as refused:
        templates.compose_text(kind, templates.latest_version(kind), {})
    assert refused.value.missing == templates.required_fields(kind)
    assert "缺少必填内容" in refused.value.message


@pytest.mark.parametrize(
    "kind", ["repair_not_accepted", "repair_denied", "objection_not_accepted", "removal_denied", "revocation"]
)
def test_an_adverse_letter_always_tells_the_remedies(kind: str) -> None:
    assert "remedy_paragraphs" in templates.required_fields(kind)
    with pytest.raises(templates.MissingFields):
        templates.compose_text(kind, V, fields(remedy_paragraphs=[]))


COUNTED = [
    (kind, name)
    for kind in KINDS
    for name in re.findall(
        r"for \w+ in (\w+) %}\n\{\{ loop.index", templates.template(kind, templates.latest_version(kind)).body
    )
]
"""The lists that texts number, by kind."""


@pytest.mark.parametrize(("kind", "name"), COUNTED)
def test_a_list_of_one_item_has_no_number_and_one_of_two_has_both(kind: str, name: str) -> None:
    one = ("缴款凭证", "") if name == "conditions" else "缴款凭证"
    for items, numbers in (([one], [""]), ([one] * 2, ["1. ", "2. "])):
        words = templates.compose_text(kind, templates.latest_version(kind), fields(**{name: items}))
        said = [p.text for p in words.paragraphs if "缴款凭证" in p.text]
        assert [text.partition("缴款")[0] for text in said] == numbers
    assert len(COUNTED) > 20


def test_what_people_number_themselves_keeps_its_number() -> None:
    words = templates.compose_text("repair_denied", V, fields(reason="1. 没有缴清罚款"))
    assert any(p.text.startswith("1. 没有缴清罚款") for p in words.paragraphs)


def test_unverified_articles_are_simply_not_cited() -> None:
    words = templates.compose_text("repair_granted", V, fields(legal_bases=[]))
    assert not any("依据" in p.text for p in words.paragraphs)


def test_dates_are_printed_in_arabic_digits_without_zeros() -> None:
    words = templates.compose_text("repair_granted", V, fields(filed_day=date(2026, 1, 5)))
    assert "2026年1月5日" in words.paragraphs[0].text


def test_a_users_line_breaks_and_numerals_make_no_heading_of_the_office() -> None:
    forged = "没有理由\n\n二、决定\n\n本机关决定准予信用修复。"
    words = templates.compose_text("repair_denied", V, fields(reason=forged, conditions=[]))
    headings = [p.text for p in words.paragraphs if p.level == "heading1"]
    assert headings == ["一、核查情况", "二、决定", "三、救济途径"]
    assert [p.level for p in words.paragraphs if p.text == "二、决定"] == ["body", "heading1"]
    alone = templates.compose_text("objection_result", V, fields(finding="一、全部属实"))
    assert [p.level for p in alone.paragraphs if p.text == "一、全部属实。"] == ["body"]


def test_a_bar_in_a_value_adds_no_column() -> None:
    words = templates.compose_text("objection_result", V, fields(corrections=[("x", "金|额", "1|0", "2")]))
    assert [p.text.split("\t") for p in words.paragraphs if p.level == "row"] == [["金|额", "1|0", "2"]]


def test_the_digest_covers_words_fields_and_version() -> None:
    words = templates.compose_text("repair_granted", V, fields())
    assert words == templates.compose_text("repair_granted", V, fields())
    other = words.model_copy(update={"paragraphs": words.paragraphs[:-1]})
    assert not templates.digest_holds(other)
    assert not templates.digest_holds(words.model_copy(update={"version": "2027-01-01"}))
    assert templates.FrozenText.model_validate_json(words.model_dump_json()) == words


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("a\x00b", "U+0000"), ("a\x1b[31m", "U+001B"), ("甲\u202e乙", "U+202E"), ("\u2066甲\u2069", "U+2066"),
        ("\ue000假\ue001", "U+E000"), ("\ud800", "U+D800"), ("\uffff", "U+FFFF"), ("字" * 20_001, "20000"),
        ("a\u0301\u0302\u0303\u0304", "叠加"),
    ],
)  # fmt: skip
def test_what_cannot_be_printed_is_refused_and_named(value: str, named: str) -> None:
    with pytest.raises(UnprintableText) as refused:
        templates.compose_text("repair_denied", V, fields(reason=value))
    assert named in refused.value.message
    assert refused.value.problems[0].where == "reason"


def test_invisible_leftovers_of_word_processors_are_dropped() -> None:
    words = templates.compose_text("repair_denied", V, fields(reason="\ufeff理\u200b由\u00ad一\r\n\t理由二"))
    assert {"理由一", "理由二。"} <= {p.text for p in words.paragraphs}


def test_a_name_outside_the_vocabulary_is_refused() -> None:
    with pytest.raises(Invalid, match="nonsense"):
        templates.compose_text("repair_granted", V, fields(nonsense="x"))


@pytest.mark.parametrize("version", ["2025-01-01", "../2026-04-01", ""])
def test_an_unknown_version_or_kind_is_not_found(version: str) -> None:
    with pytest.raises(NotFound):
        templates.compose_text("repair_granted", version, fields())
    with pytest.raises(NotFound):
        templates.latest_version("repair_granted", on="2020-01-01")
    with pytest.raises(NotFound):
        templates.latest_version("../layout")


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('+++\ntitle = "x"\nrequired = ["reason"]\n+++\n{{ reason }}{{ secret }}', "secret"),
        ('+++\ntitle = "x"\nrequired = ["reason", "contact"]\n+++\n{{ reason }}', "contact"),
        ('+++\ntitle = "x"\nremedy = true\nrequired = ["reason"]\n+++\n{{ reason }}', "救济"),
        ('+++\ntitle = "x"\nrequired = []\ncolour = 1\n+++\nx', "colour"),
        ('+++\ntitle = "x"\nrequired = []\n+++\n{{ x', "须成对"),
        ("no head", "须以两行 +++"),
    ],
)
def test_a_faulty_template_is_refused_with_its_fault(source: str, fault: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        templates.read_template(source, "kind", V)
    assert fault in str(refused.value)


def test_a_letter_of_too_many_lines_is_refused_with_what_to_do() -> None:
    """Short lines cost the press more than their characters say."""
    lines = ["核"] * (templates.MOST_LINES + 1)
    table = [("1", "核", "核", "核", "核")] * templates.MOST_ROWS
    with pytest.raises(UnprintableText, match="表格共1001行，超过1000的上限。请缩短"):
        templates.compose_text("status_extract", V, fields(rows=table, list_rows=[]))
    assert templates.compose_text("status_extract", V, fields(rows=table[1:], list_rows=[]))
    with pytest.raises(UnprintableText, match="分几次办理"):
        templates.compose_text("supplement_required", V, fields() | {"gaps": lines})
    with pytest.raises(UnprintableText, match="缩短所填的内容"):
        templates.compose_text("supplement_required", V, fields() | {"gaps": ["核" * 1000] * 101})


def test_the_letter_that_is_measured_is_composed_of_what_its_text_asks() -> None:
    """bench/letter.py is run by hand alone, and a text that asks for one word more would stop it unseen."""
    spec = importlib.util.spec_from_file_location("bench_letter", Path(__file__).parents[2] / "bench" / "letter.py")
    assert spec is not None
    assert spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = bench
    spec.loader.exec_module(bench)
    assert "准予信用修复" in "".join(p.text for p in bench.sample().paragraphs)
