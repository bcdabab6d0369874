"""Adverse letters name organ, court, limits and articles (复议法实施条例 17), or are not issued."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from repairflow.casework.documents.fields import remedies
from repairflow.casework.documents.service import consent
from repairflow.casework.queries.oversight.banners import warnings
from repairflow.casework.queries.oversight.readiness import lacking_settings
from repairflow.errors import Refused
from repairflow.records import letter, office
from tests.support.building import Town

pytestmark = pytest.mark.either_database


def unset(town: Town, *columns: str, to: str = "") -> None:
    """The deciding office loses these settings, or has blanks in their place."""
    with town.db.begin() as tx:
        tx.execute(sa.update(office).where(office.c.code == "ENV").values(dict.fromkeys(columns, to)))


def test_a_denial_names_where_when_and_by_which_article(town: Town) -> None:
    town.ended()
    said = town.one(select(letter).where(letter.c.kind == "repair_denied")).content["fields"]["remedy_paragraphs"]
    told = "\n".join(said)
    for words in (
        "自收到本文书之日起60日内向云溪县人民政府申请行政复议",
        "以电子方式送达的，也可以通过云溪县行政复议网上平台提交行政复议申请",
        "（《中华人民共和国行政复议法》第二十条第一款、第二十二条第二款）",
        "自收到本文书之日起6个月内依法向云溪县人民法院提起行政诉讼",
        "自收到复议决定书之日起15日内提起行政诉讼",
        "（《中华人民共和国行政诉讼法》第四十四条第一款、第四十五条、第四十六条第一款、",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        (("review_organs",), "行政复议机关"),
        (("court",), "管辖法院"),
        (("review_organs", "court"), "行政复议机关”“管辖法院"),
    ],
)
def test_without_the_settings_no_adverse_letter_is_issued(town: Town, columns: tuple[str, ...], named: str) -> None:
    unset(town, *columns)
    with pytest.raises(Refused) as refused:
        town.ended()
    assert [r.code for r in refused.value.refusals] == ["remedy_settings"]
    assert f"“{named}”" in refused.value.refusals[0].text
    assert "云溪县生态环境局的单位设置" in refused.value.refusals[0].text
    with town.db.read() as tx:
        assert tx.execute(select(letter).where(letter.c.kind == "repair_denied")).all() == []


@pytest.mark.either_database
@pytest.mark.parametrize("blank", [" ", "\u3000", "\u00a0\u3000", "\u200b", "\u3164", "——", "。"])
def test_blanks_and_marks_name_no_organ(town: Town, blank: str) -> None:
    """Rows of another program or an older version: the guard looks at them too."""
    unset(town, "review_organs", to=blank)
    with pytest.raises(Refused, match="行政复议机关") as refused:
        town.ended()
    assert [r.code for r in refused.value.refusals] == ["remedy_settings"]
    with town.db.read() as tx:
        assert [one.settings for one in lacking_settings(tx)] == [("行政复议机关",)]


@pytest.mark.either_database
def test_no_letter_tells_a_remedy_that_rests_on_what_nobody_has_read(town: Town) -> None:
    """对修复结果的异议 rests on Order 36, whose articles nobody has read: no letter tells it, others stay."""
    town.ended()
    town.begin("correction")
    rows = town.all(select(letter))
    told = [text for row in rows for text in row.content["fields"].get("remedy_paragraphs", [])]
    assert told
    assert not [text for text in told if "提出异议" in text]
    denial, pack = town.law.newest["repair"], town.law.pack_on(town.today)
    assert pack.remedy["objection_to_result"].basis == ("order36",)
    deny = town.law.newest["repair"].action["deny"]
    only = deny.model_copy(update={"remedy": ("objection_to_result",)})
    row = town.one(select(office).where(office.c.code == "ENV"))
    reviewer = {"reviewer": "云溪县人民政府", "review_limit": ""}
    # a letter that must tell one tells review, or what is open against every act where nobody takes a review up
    for given, words in ((reviewer, "向云溪县人民政府申请复核"), (None, "申请行政复议")):
        said = remedies.paragraphs(denial, pack, only, row, required=True, reviewer=given)
        assert words in said[0]
    assert remedies.paragraphs(denial, pack, only, row, required=False, reviewer=reviewer) == []
    once = pack.basis["order36"].model_copy(update={"verified": True})
    read = pack.model_copy(update={"basis": {**pack.basis, "order36": once}})
    assert "提出异议" in remedies.paragraphs(denial, read, only, row, required=True, reviewer=reviewer)[0]


def test_an_office_without_them_is_named_on_every_page_of_the_staff(town: Town) -> None:
    with town.db.read() as tx:
        assert lacking_settings(tx) == ()
    unset(town, "court")
    with town.db.read() as tx:
        assert [one.text for one in lacking_settings(tx)] == ["云溪县生态环境局（ENV）没有填写管辖法院"]
        told = [one for one in warnings(tx, town.law.calendar, town.now) if one.code == "offices"]
    assert "云溪县生态环境局（ENV）没有填写管辖法院" in told[0].text


def test_a_channel_is_needed_by_who_agreed_to_electronic_service(town: Town) -> None:
    """复议法 22(2)."""
    unset(town, "review_channel")
    with town.db.begin() as tx:
        consent.agree(tx, town.actor("yunxi"), town.subjects["yunxi"], town.now)
    with pytest.raises(Refused, match="行政复议互联网渠道"):
        town.ended()
