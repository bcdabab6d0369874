"""A guide names a place, and shows the limits and articles that bind an office there: as a page, as data, and at the terminal."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.law_stories.telling import belongs_to
from tests.support.building import Town

pytestmark = pytest.mark.either_database

HENAN = "《河南省社会信用条例》第四十一条第二款"
SHANDONG = "《山东省社会信用条例》第三十九条第二款"
SHANGHAI = "《上海市社会信用条例》第三十六条第二款"
ZHEJIANG = "《浙江省公共信用信息管理条例》第三十一条第一款"
SHENZHEN = "《深圳经济特区社会信用条例》"
LONGER = "经信息提供单位主要负责人批准，可以延长 3 个工作日"

# by hand, from the statutes: what binds an office of the place, and what binds none there
SAID = [
    ("410000", "objection", "异议办结期限", "7 个工作日", HENAN, ""),
    ("410100", "objection", "平台自行处理期限", "3 个工作日", HENAN, ""),
    ("370102", "objection", "异议办结期限", "7 个工作日", SHANDONG, ""),
    ("310000", "objection", "转交信息提供单位期限", "2 个工作日", SHANGHAI, ""),
    ("330000", "objection", "异议处理期限", "5 个工作日", ZHEJIANG, "经省发展和改革部门负责人批准，可以延长 15 个工作日"),
    ("440300", "objection", "信息提供单位处理并告知期限", "2 个工作日", f"{SHENZHEN}第五十一条第三款", LONGER),
    ("440305", "repair", "办理期限", "3 个工作日", f"{SHENZHEN}第八十二条第一款", LONGER),
    ("410102", "repair", "同步期限", "1 个工作日", "《河南省社会信用条例》第四十三条", ""),
    ("330000", "review", "复核期限（原办件是异议处理的）", "5 个工作日", ZHEJIANG, ""),
]  # fmt: skip
UNBOUND = [
    ("410102", "河南省", "省级、设区的市"),
    ("330100", "浙江省", "省级"),
    ("310115", "上海市", "省级"),
    ("440305", "深圳", "设区的市"),
]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize(("place", "name", "label", "length", "article", "extended"), SAID)
def test_a_guide_shows_the_limits_and_articles_of_its_place(
    client: FlaskClient, place: str, name: str, label: str, length: str, article: str, extended: str
) -> None:
    data = client.get(f"/guides/{name}.json?place={place}").json
    (limit,) = [one for one in data["limits"] if one["label"] == label]
    assert (limit["length"], limit["basis"], limit["extended"], limit["verified"]) == (
        length,
        [article],
        extended,
        True,
    )
    assert data["place"]["code"] == place
    page = client.get(f"/guides/{name}?place={place}").text
    for words in (label, length, article, extended, f'<option value="{place}" selected>'):
        assert words in page, words
    if name != "review":
        assert article in data["basis"]
        national = client.get(f"/guides/{name}.json?place=320000").json
        assert article not in str(national)
        assert [one for one in national["limits"] if one["label"] == label and one["length"] == length] == []


@pytest.mark.parametrize(("place", "act", "levels"), UNBOUND)
def test_a_guide_says_whom_the_articles_of_a_place_do_not_bind(
    client: FlaskClient, place: str, act: str, levels: str
) -> None:
    data = client.get(f"/guides/objection.json?place={place}").json
    (said,) = data["applies_to"]
    assert f"只约束{levels}的单位" in said
    assert said in client.get(f"/guides/objection?place={place}").text
    assert act not in str(data["limits"])
    assert [one["length"] for one in data["limits"] if one["label"] == "平台核查期限"] == ["2 个工作日"]


def test_page_and_data_lead_to_each_other_and_keep_the_place(town: Town, client: FlaskClient) -> None:
    listed = client.get("/guides.json?place=410100").json
    assert listed["place"]["code"] == "410100"
    assert {"410000", "440300", "320000"} <= {one["place"] for one in listed["places"]}
    for one in listed["guides"]:
        data = client.get(one["url"]).json
        assert data["page"] == one["page"]
        assert data["place"]["code"] == "410100"
        there = urlsplit(one["url"])
        page = client.get(one["page"]).text
        assert escape(f"{there.path}?{there.query}") in page
        assert "/guides?place=410100" in page
    cards = client.get("/guides?place=410100").text
    assert "/guides/objection?place=410100" in cards
    assert "/guides.json?place=410100" in cards
    assert "平台自行处理期限" not in client.get("/guides").text


@pytest.mark.parametrize(("division", "article"), [("410100", HENAN), ("410102", ""), ("320830", ""), (None, "")])
def test_without_a_place_it_is_that_of_the_credit_centre(
    town: Town, client: FlaskClient, division: str | None, article: str
) -> None:
    belongs_to(town, "CREDIT", division_code=division)
    data = client.get("/guides/objection.json").json
    assert data["place"]["code"] == (division or "")
    assert (article in data["basis"]) is bool(article)
    assert ("异议办结期限" in client.get("/kiosk/guides/objection").text) is bool(article)
    page = client.get("/guides/objection").text
    assert (f'value="{division}" selected' if division else "全国</option>") in page


def test_a_typed_code_goes_before_the_chosen_place(client: FlaskClient) -> None:
    page = client.get("/guides/objection?place=320000&code=410100")
    assert HENAN in page.text
    assert client.get("/guides/objection?place=410100&code=").text.count('value="410100" selected') == 1


@pytest.mark.parametrize("code", ["1", "999999", "410199", "河南", "4101000"])
def test_what_is_no_code_of_a_place_is_refused_in_words(client: FlaskClient, code: str) -> None:
    for address in ("/guides", "/guides/objection", "/guides.json", "/guides/objection.json"):
        answer = client.get(address, query_string={"code": code})
        assert answer.status_code == 422
        assert "行政区划代码" in answer.text


def test_offices_of_the_installation_come_first(town: Town, client: FlaskClient) -> None:
    belongs_to(town, "ENV", division_code="330106")
    page = client.get("/guides").text
    assert page.index('value="330106"') < page.index('value="440300"') < page.index('value="110000"')
