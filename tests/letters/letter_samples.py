"""Invented letters for the tests of the press."""

from __future__ import annotations

from datetime import date
from typing import Any

from repairflow.letters.model import LetterData
from repairflow.letters.text import templates
from repairflow.letters.text.placeholders import VOCABULARY

SUBJECT = "云溪环保科技有限公司"
OFFICE = "云溪县生态环境局"


def fields(**changes: Any) -> dict[str, Any]:
    """A value for every placeholder there is; `changes` replace some."""
    shapes: dict[str, Any] = {
        "text": "有关内容",
        "texts": ["第一项内容", "第二项内容"],
        "notes": [("最短公示期", "已经届满"), ("信用承诺", "已公开作出")],
        "changes": [("CF_NR_FK", "罚款金额（万元）", "20", "2")],
        "rows": [("1", "信用修复申请表", "申请人", "2026年11月11日", "共2页")],
    }
    known: dict[str, Any] = {name: shapes[word.shape] for name, word in VOCABULARY.items()}
    known |= {name: date(2026, 11, 24) for name in known if name.endswith(("_day", "_date")) or name == "apply_from"}
    known |= {
        "subject_name": SUBJECT, "record_office": OFFICE, "record_document_number": "溪环罚〔2026〕47号",
        "we": "本机关", "you": "你单位", "record_by": "本机关", "record_information": "行政处罚信息",
        "record_document": "《行政处罚决定书》（溪环罚〔2026〕47号）", "original_document": "《信用修复决定书》（溪环信修〔2026〕1号）",
        "case_number": "XF-2026-001284", "legal_bases": ["《信用修复管理办法》（国家发展和改革委员会令第36号）"],
    }  # fmt: skip
    return known | changes


def letter(kind: str = "repair_granted", values: dict[str, Any] | None = None, **changes: Any) -> LetterData:
    """A whole letter of a kind; `changes` replace its frame, `values` its placeholders."""
    words = templates.compose_text(kind, templates.latest_version(kind), values or fields())
    frame: dict[str, Any] = {
        "number": "溪环信修〔2026〕118号", "office_mark": OFFICE, "signer": OFFICE, "day": date(2026, 11, 24),
        "addressee": SUBJECT, "addressee_code": "统一社会信用代码：91320830MA1X2Y3T4C", "seal_purpose": "信用修复专用章",
        "case_number": "XF-2026-001284", "qr_url": "https://xinyong.yunxi.example/v/q83vEjRWeJCrze8SNFZ4kA",
        "chain_head": "3f9a7c02" * 8, "form": templates.template(kind, words.version).form,
    }  # fmt: skip
    return LetterData.of(words, **(frame | changes))
