"""One key for all spellings of a decision's number, and another for every other number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repairflow.law.document_keys import alike, document_key, plain_serial, same_figures

PLAIN = "溪环罚〔2026〕1006号"
PAIRS = (
    "〔〕",
    "［］",
    "[]",
    "()",
    "（）",
    "【】",
    "﹝﹞",
    "「」",
    "『』",
    "<>",
    "＜＞",
    "《》",
    "〈〉",
    "{}",
    "〖〗",
    "｢｣",
)


@pytest.mark.parametrize("spelling", [
    *(f"溪环罚{pair[0]}2026{pair[1]}1006号" for pair in PAIRS),
    *(f"溪环罚{pair[0]}2026年{pair[1]}第1006号" for pair in PAIRS),
    "溪环罚〔2026〕第1006号", "溪环罚〔2026〕1006", "溪环罚〔2026〕01006号",
    "溪环罚〔2026〕第001006 号", "溪环罚字〔2026〕第1006号",
    "'溪环罚〔2026〕1006号",
    "’溪环罚〔2026〕1006号", '="溪环罚〔2026〕1006号"', "溪环罚［２０２６］１００６号", "溪环罚2026年1006号",
    "溪环罚2026-1006", "溪环罚2026—1006号", "溪环罚〔2026〕-1006号",
    "溪环罚[2026]–1006号", "溪环罚2026 1006号", "溪环罚〔二〇二六〕1006号",
    "溪环罚〔2026〕№1006", "溪环罚〔2026〕No.1006", "溪 环 罚 〔 2026 〕 1006 号",
    "溪环罚\n〔2026〕1006号", "溪环罚\u200b〔2026〕\ufeff1006号\u3000",
    "溪環罰〔2026〕1006號", "《溪环罚〔2026〕1006号》",
    "溪环罚〔2026〕一千零六号", "溪环罚〔2026〕第一〇〇六号", "溪环罚〔2026〕壹仟零陆号", "溪环罚〔二〇二六〕一千零六",
    "溪环罚二〇二六年第一千零六号",
    "溪环罚〔2026〕1006号（副本）", "溪环罚〔2026〕1006号(复印件)", "溪环罚〔2026〕1006号 扫描件",
    "文号：溪环罚〔2026〕1006号", "决定书文号: 溪环罚〔2026〕1006号", "编号：溪环罚〔2026〕1006号",
    "行政处罚决定书文号：溪环罚〔2026〕1006号",
    "行政处罚决定书（溪环罚〔2026〕1006号）", "《行政处罚决定书》溪环罚〔2026〕1006号",
    "（2026）溪环罚1006号", "(2026)溪环罚字第1006号", "2026年溪环罚1006号", "2026年度溪环罚第1006号", "[二〇二六]溪环罚1006号",
])  # fmt: skip
def test_one_number_however_it_is_spelled(spelling: str) -> None:
    assert document_key(spelling) == document_key(PLAIN)


@pytest.mark.parametrize("other", [
    "溪环罚〔2025〕1006号", "溪环罚〔2026〕106号", "溪环罚〔2026〕1006-1号",
    "溪环罚〔2026〕10-06号", "溪环罚〔2026〕1006号之一",
    "溪市监罚〔2026〕1006号", "溪环罚〔2026〕100600号", "溪环罚〔20261〕006号", "溪环罚〔2026〕1006、1007号",
    "溪环罚〔2026〕一千零六号之一", "溪环罚〔2026〕一千零六十号", "溪环罚〔2026〕一百零六号", "（2025）溪环罚1006号",
    "溪环罚决〔2026〕1006号",
    "（2026）溪市监罚1006号", "文号：溪环罚〔2026〕1007号", "溪环罚〔2026〕1006号附件",
])  # fmt: skip
def test_another_number_has_another_key(other: str) -> None:
    assert document_key(other) != document_key(PLAIN)


@pytest.mark.parametrize(("one", "other"), [
    ("abc-12（3）", "ＡＢＣ12（03）"), ("苏A〔2026〕1号", "苏a[2026]1号"),
    ("（2026）苏0830行初12号", "(2026)苏0830行初12号"),
    ("号", " 号 "), ("——", "—— "), ("溪环罚〔2026〕廿一号", "溪环罚〔2026〕二十一号"), ("溪环罚〔2026〕卅号", "溪环罚〔2026〕30号"),
    ("文号", "文号 "), ("溪环罚〔2026〕十号", "溪环罚〔2026〕10号"), ("溪环罚〔2026〕两百号", "溪环罚〔2026〕200号"),
])  # fmt: skip
def test_letter_case_widths_and_odd_numbers(one: str, other: str) -> None:
    assert document_key(one) == document_key(other) != ""


def test_a_key_is_never_longer_than_its_column() -> None:
    assert len(document_key("\ufdfa" * 128)) <= 300


FIGURES, UNITS = "〇一二三四五六七八九", ("", "十", "百", "千")
TRADITIONAL = str.maketrans("环罚号监质农县", "環罰號監質農縣")


def counted(number: int) -> str:
    """A number below ten thousand as people say it: 一千零六."""
    said, gap = "", False
    for place, figure in zip(range(len(str(number)) - 1, -1, -1), str(number), strict=True):
        if figure == "0":
            gap = True
            continue
        said += ("零" if gap and said else "") + FIGURES[int(figure)] + UNITS[place]
        gap = False
    return said


@st.composite
def spelled(draw: st.DrawFn) -> tuple[str, str]:
    """A plain number, and the same dressed by chance."""
    mark = draw(st.sampled_from(("溪环罚", "溪市监罚", "云农罚决", "县质监罚")))
    year, number = draw(st.integers(1990, 2035)), draw(st.integers(1, 9999))
    written = draw(st.sampled_from((str(year), "".join(FIGURES[int(figure)] for figure in str(year)))))
    by_figure = "".join(FIGURES[int(figure)] for figure in str(number))
    running = draw(st.sampled_from((str(number), f"00{number}", counted(number), by_figure)))
    opening, closing = draw(st.sampled_from(("〔〕", "()", "［］", "【】")))
    word = draw(st.sampled_from(("第", "")))
    if draw(st.booleans()):
        text = f"{mark}{draw(st.sampled_from(('', '字')))}{opening}{written}{closing}{word}{running}号"
    else:
        text = f"{opening}{written}{closing}{mark}{word or '字第'}{running}号"
    text = (
        draw(st.sampled_from(("", "文号：", "行政处罚决定书文号:", "编号 ：")))
        + text
        + draw(st.sampled_from(("", "（副本）", " 复印件")))
    )
    return f"{mark}〔{year}〕{number}号", text.translate(TRADITIONAL) if draw(st.booleans()) else text


@given(spelled())
def test_every_dress_of_a_number_has_its_key(pair: tuple[str, str]) -> None:
    assert document_key(pair[1]) == document_key(pair[0])


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_two_numbers_counted_in_chinese_are_one_only_if_they_are(one: int, other: int) -> None:
    keys = [document_key(f"溪环罚〔2026〕{counted(number)}号") for number in (one, other)]
    assert (keys[0] == keys[1]) == (one == other)


@pytest.mark.parametrize("dress", [
    "云溪县生态环境局溪环罚〔2026〕1006号", "溪环罚〔2026〕1006号行政处罚决定书", "溪环罚〔26〕1006号", "溪环罚〔2026〕1006号等",
    "溪环罚〔贰零贰陆〕1006号", "溪环罚〔2O26〕l006号", "溪环罚第1006号（2026年）", "溪环罸〔2026〕1006号",
    "溪环罚&#12308;2026&#12309;1006号",
    "溪环罚〔2026〕编号1006", "溪环罚〔2026〕1006号.pdf", "溪环罚决字〔2026〕1006号", "溪环罚〔2026〕1006.0", "溪环罚〔2025〕1006号",
    "溪环罚〔2026〕1006号（副本2）", "溪环罚〔贰〇贰陆〕1006号", "溪环罚1006号",
    "溪环罚〔2026〕1OO6号", "溪环罚〔2026〕lOO6号",
])  # fmt: skip
def test_a_dress_nobody_foresaw_is_alike(dress: str) -> None:
    assert document_key(dress) != document_key(PLAIN)
    assert alike(dress, PLAIN)
    assert alike(PLAIN, dress)


@pytest.mark.parametrize(("one", "other"), [
    ("溪烟处〔25〕2026号", "溪烟处〔2025〕2026号"), ("溪环罚〔2026〕一万零八十六号", "溪环罚〔2026〕10086号"),
    ("溪环罚〔2026〕第壹万零捌拾陆号", "溪环罚〔2026〕10086号"), ("溪环罚〔2020〕l号", "溪环罚〔2020〕1号"),
    ("溪环罚〔2026〕IO号", "溪环罚〔2026〕10号"), ("溪环罚〔2026〕ll0号", "溪环罚〔2026〕110号"),
])  # fmt: skip
def test_figures_that_look_or_count_otherwise_are_alike(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(("one", "other"), [
    ("溪环罚〔2026〕二万零八十六号", "溪环罚〔2026〕10086号"), ("溪烟处〔25〕2026号", "溪烟处〔2025〕2027号"),
    (PLAIN, "溪环罚〔2026〕1007号"), (PLAIN, "溪环罚〔2026〕106号"), (PLAIN, "溪环罚〔2026〕一千零六十号"),
    ("溪环罚〔2026〕1006-1号", "溪环罚〔2026〕1006-2号"), ("溪环罚〔2026〕8号之一", "溪环罚〔2026〕8号之二"),
    ("（2026）苏0830行初12号", "（2026）苏0830行初13号"), ("三门罚〔2026〕3号", "三门罚〔2026〕4号"),
    ("溪环罚〔2026〕26号", "溪环罚〔2026〕6号"), ("甲字", "乙字"), ("溪环罚〔2026〕", "溪市监罚〔2026〕8号"),
])  # fmt: skip
def test_what_has_other_figures_is_not_alike(one: str, other: str) -> None:
    assert not alike(one, other)
    assert not alike(other, one)


CJK = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=6)
NUMBERS = st.one_of(st.integers(1, 9_999_999_999), st.integers(1900, 2099), st.integers(19_000_001, 20_991_231))


@given(
    st.tuples(CJK, st.integers(1990, 2035), NUMBERS), st.tuples(CJK, st.integers(1990, 2035), NUMBERS), st.booleans()
)
def test_a_number_in_its_proper_dress_is_compared_as_any_other(
    first: tuple[str, int, int], second: tuple[str, int, int], last: bool
) -> None:
    """Proper dress is compared by a shorter way; a blank behind it takes the long one."""
    mark, year, number = second
    one = "{}〔{}〕{}号".format(*first)
    other = f"{mark}〔{year}〕{str(first[2])[-3:].lstrip('0') or number if last else number}号"
    assert alike(one, other) == alike(f"{one} ", f"{other} ")


@pytest.mark.parametrize(("one", "other"), [
    ("溪环罚〔2026〕202601006号", "溪环罚〔2026〕1006号"), ("溪环罚〔2026〕2026号", "溪环罚〔2025〕2026号"),
])  # fmt: skip
def test_a_year_that_ran_into_a_number_in_its_proper_dress_is_seen(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(f"{one} ", f"{other} ")


SERIALS = st.integers(1, 99_999) | st.integers(100_000, 999_999_999).filter(
    lambda one: str(one)[:2] not in {"19", "20"}
)


@given(st.text("溪环罚市监处字云水利", min_size=2, max_size=6), st.integers(1990, 2035), SERIALS, SERIALS)
def test_numbers_in_proper_dress_are_alike_by_their_serial_alone(mark: str, year: int, one: int, other: int) -> None:
    """What a subject's many decisions are narrowed by before each is compared."""
    mine, yours = f"{mark}〔{year}〕{one}号", f"{mark}〔{year}〕{other}号"
    assert plain_serial(mine) == str(one)
    assert document_key(mine).endswith(str(one))
    if one != other:
        assert not alike(mine, yours)
        assert not same_figures(mine, yours)


@pytest.mark.parametrize("spelling", [
    "溪环罚〔2026〕第21号", "溪环罚[2026]21号", "溪环罚〔2026〕021号", "溪环罚〔2026〕21-1号", "溪环罚〔2026〕二十一号", "溪环罚2026-21",
    "溪环罚〔2026〕1O06号",
])  # fmt: skip
def test_other_dresses_are_compared_one_by_one(spelling: str) -> None:
    assert plain_serial(spelling) is None
    assert document_key(spelling) != spelling.replace("〔", "").replace("〕", "|").replace("号", "")
