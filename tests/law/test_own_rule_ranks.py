"""An office's own rule does not pass for a law: by its name, by what is written behind it, by who issued it."""

from __future__ import annotations

import pytest

from repairflow.law.own_rule_ranks import origin_fault, title_fault, titles_of

CONGRESS, COUNCIL, CITY = "全国人民代表大会常务委员会", "国务院", "云溪市人民代表大会常务委员会"


@pytest.mark.parametrize(
    ("rank", "document", "fits"),
    [
        ("law", "《中华人民共和国行政处罚法》第三十三条", True),
        ("law", "《公司法（2023年修订）》第四十六条", True),
        ("law", "《中华人民共和国民法典》第二百零一条", True),
        ("law", "《中华人民共和国刑法修正案（十一）》第三条", True),
        ("law", "《中华人民共和国立法法》第十条", True),
        ("law", "《全国人民代表大会常务委员会关于惩治虚开发票的决定》第一条", True),
        ("law", "《失信惩戒办法》第三条", False),
        ("law", "《信用评价方法》第三条", False),
        ("law", "《行政许可法实施办法》第三条", False),
        ("law", "《行政许可法实施细则》第三条", False),
        ("law", "《行政许可法》实施细则第三条", False),
        ("law", "《行政许可法》的解释第三条", False),
        ("law", "《最高人民法院关于适用〈公司法〉若干问题的规定》第三条", False),
        ("law", "《最高人民法院关于适用《公司法》的解释》第三条", False),
        ("law", "《关于失信惩戒的决定》第三条", False),
        ("law", "《全国人大常委会法制工作委员会关于失信的解释》第三条", False),
        ("law", "《公司法》第三条、《失信惩戒办法》第四条", False),
        ("regulation", "《云溪市社会信用条例》第二十条", True),
        ("regulation", "《云溪市社会信用条例》实施细则第二条", False),
        ("rule", "《云溪市信用管理办法》第二条", True),
        ("rule", "《云溪市信用管理条例》第二条", False),
    ],
)
def test_what_is_called_so(rank: str, document: str, fits: bool) -> None:
    assert (title_fault(rank, document) is None) is fits, title_fault(rank, document)


@pytest.mark.parametrize(
    ("rank", "level", "document", "issuer", "number", "fits"),
    [
        ("law", "national", "《行政许可法》第八条", CONGRESS, "公告第7号", True),
        ("law", "national", "《行政许可法》第八条", "全国人大", "主席令第7号", True),
        ("law", "national", "《信用管理法》第八条", "云溪市生态环境局", "云环规〔2026〕1号", False),
        ("law", "national", "《信用管理法》第八条", "全国人大常委会法制工作委员会", "法工委复〔2026〕1号", False),
        ("regulation", "national", "《城市绿化条例》第八条", COUNCIL, "国务院令第100号", True),
        ("regulation", "national", "《征信业管理条例》第八条", "国务院、中央军事委员会", "令第631号", True),
        ("regulation", "national", "《云溪市社会信用条例》第八条", COUNCIL, "国务院令第100号", False),
        ("regulation", "national", "《云溪信用条例》第八条", CITY, "公告第12号", False),
        ("regulation", "national", "《信用条例》第八条", "国务院办公厅", "国办发〔2026〕1号", False),
        ("regulation", "national", "《信用条例》第八条", "国务院国有资产监督管理委员会", "令第1号", False),
        ("regulation", "city", "《云溪市失信惩戒办法》第八条", CITY, "公告第12号", True),
        ("regulation", "city", "《云溪市失信惩戒办法》第八条", "云溪市人民政府", "云政规〔2026〕3号", False),
        ("regulation", "city", "《云溪市信用条例》第八条", "云溪市人大常委会法制工作委员会", "云人法〔2026〕3号", False),
        ("regulation", "province", "《征信业管理条例》第八条", "国务院", "国务院令第631号", False),
        ("central", "national", "《关于诚信建设的意见》第三条", "中共中央办公厅、国务院办公厅", "中办发〔2026〕3号", True),
        ("central", "national", "《关于诚信建设的意见》第三条", "国务院办公厅", "国办发〔2020〕49号", True),
        ("central", "national", "《关于诚信建设的意见》第三条", "云溪市生态环境局", "云环规〔2026〕1号", False),
        ("central", "national", "《关于诚信建设的意见》第三条", "国务院国有资产监督管理委员会", "国资规〔2026〕1号", False),
        ("rule", "city", "《云溪市信用办法》第三条", "云溪市人民政府", "市政府令第3号", True),
        ("normative", "county", "《本局规则》第三条", "云溪县生态环境局", "云环规〔2026〕1号", True),
    ],
)  # fmt: skip
def test_who_issued_it(rank: str, level: str, document: str, issuer: str, number: str, fits: bool) -> None:
    found = origin_fault(rank, level, document, issuer, number)
    assert (found is None) is fits, found


def test_titles_are_read_whole() -> None:
    assert titles_of("《甲《乙》丙》第一条、《丁》的解释第二条") == [
        ("甲《乙》丙", "第一条、"),
        ("丁", "的解释第二条"),
    ]
