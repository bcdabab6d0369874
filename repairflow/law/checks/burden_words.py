"""Words by which a text lays something on somebody, or promises something: each needs an article that somebody read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_NUMBER = "0-9０-９〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟.．,，"
_ACTS = (
    "列入|记入|通报|曝光|约谈|惩戒|罚款|处罚|强制|限制|取消|追究|从重|从严|加重|加倍|停业|停产|吊销|冻结|扣|移送|抄告"
)
_WORDS: Mapping[str, re.Pattern[str]] = {
    "数额": re.compile(rf"(?:[{_NUMBER}]+|[数几若干])\s*[余多]?\s*(?:元|圆|块钱|人民币)|(?:违约|滞纳|保证|押)金"),
    "禁令": re.compile(r"(?:不得|禁止|严禁|不准|不许|不可以|无权)[^。；，]{1,20}"),
    "不利后果": re.compile(
        rf"(?:逾期|否则|拒不|拒绝|不(?:按|履行|配合|到|改正|缴|交|整改|服从|签)|违反|再次|如再)[^。；]{{0,30}}?(?:{_ACTS})"
        rf"|(?:加倍|从重|从严|加重)[^。；，]{{0,8}}|(?:{_ACTS})[^。；，]{{0,12}}(?:直系|家属|子女|配偶|法定代表人)"
    ),
    "许诺": re.compile(
        r"(?:可以|即可|有权|将|应当|能够|保证)(?:获得|领取|享受|免除|免于|不再|得到|给予)[^。；，]{0,16}"
        r"|(?:奖励|补偿|赔偿|补贴|优惠|优先)[^。；，]{0,10}|(?:保证|确保)[^。；，]{0,12}(?:办结|修复|删除|通过)"
        r"|有权[^。；，]{1,20}|(?:免除|免予|免于)[^。；，]{1,16}"
    ),
}
"""What a sentence lays down, by how messages call it."""
REVIEW = re.compile(r"行政复议|行政诉讼|提起诉讼|申请复核")
"""What a letter prints from the rule pack (remedy_paragraphs), never in words of its own."""


def found(text: str) -> Iterator[tuple[str, str]]:
    """Yield each burden or promise of a text: what it is, and the words."""
    for what, words in _WORDS.items():
        yield from ((what, one[0]) for one in words.finditer(text))


def added(text: str, *known: str) -> Iterator[tuple[str, str]]:
    """Yield the same, without what stands word for word in a text that is known already."""
    yield from ((what, words) for what, words in found(text) if not any(words in one for one in known))
