"""What a letter text says in words of its own, beyond what it prints: sums, bans, threats and promises rest on no article there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from repairflow import times
from repairflow.law import letter_kinds
from repairflow.law.checks import burden_words, contact_words, written_sentences
from repairflow.law.checks.label_tone import HARSH
from repairflow.law.procedure.vocabulary import GRANTING
from repairflow.letters.text import template_trial
from repairflow.letters.text.template_file import environment
from repairflow.letters.text.template_head import LetterTemplate
from repairflow.letters.text.template_lines import TextFile
from repairflow.settings import asset

Fault = tuple[str, str, str]
"""A code, the file with its line, and the sentence."""
AHEAD = timedelta(days=366)
"""How long before its day a text may be written."""
_CODE = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
_PERSON = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{16,19}(?!\d)")
"""The number of a mobile phone, of an identity card or of a bank account."""
_OFFICE = re.compile(
    r"([一-鿿]{2,8}(?:省|市|县|区|州|旗)[一-鿿]{1,14}?(?:局|厅|委员会|中心|政府|办公室))"
    r"(?:现|已|依法|经[^。；，]{1,8}，)*决定(?!书)"
)
"""An office by its own name that decides in the words of a text."""
_CITED = re.compile(r"《[^》]*》")
_ARTICLE = re.compile(r"《[^》]{2,40}》[^。；，]{0,6}第[一二三四五六七八九十百零\d]+条")
ORDER = "一二三四五六七八九"
_HEADING = re.compile(rf"^([{ORDER}])、", re.MULTILINE)
"""How the parts of a letter are numbered."""
_DAY = re.compile(r"(?:19|20)\d\d\s*年\s*\d{1,2}\s*月")
_SAMPLE = "样本|样稿|模板|测试|待填|待定|待补"
_DRAFT = re.compile(
    rf"此处填写|草稿|[【（(\[〔](?:文书|本文|此为|此处|仅供|空白|本)?(?:{_SAMPLE})(?:用|版|稿|写|充|件)?[】）)\]〕]"
    rf"|(?:文书|本|公文|告知书|决定书|通知书)(?:样本|样稿|模板)|(?:仅供|用于|内部)测试|测试(?:文书|文字|用|版)|待填写?(?:内容|项|：|:|$)"
    rf"|(?<![A-Za-z])[X×]{{2,}}(?![A-Za-z])|_{{2,}}|…{{3,}}|TODO|TBD"
)
"""Signs of a text that is not finished: words that were to be replaced, and words by which a text calls itself a sample. What is tested,
built or sampled is none (检测测试机构、模板工程、抽样样本), nor is a line to sign on."""
_TO_SIGN = re.compile(r"_+\s*年\s*_+\s*月\s*_+\s*日|(?:签[收名字署]人?|签章|盖章|日期|时间)[：:\s]*_+(?![_年])")
"""Lines on which somebody signs, and writes the day."""
_SAMPLE_TITLE = re.compile(rf"(?:{_SAMPLE})(?:用|版|稿|件)?$")
_LATIN = re.compile(r"[A-Za-z][A-Za-z ,.'-]{30,}")
_DECIDES = re.compile(
    r"\{\{-? ?we ?-?\}\}(?:现|已|依法)*(?:决定)?(不予|不准|驳回|准予|同意|批准|拒绝)(?!受理|立案|登记|接收)"
)
_NEVER_AGAIN = re.compile(
    r"(?:以后|今后|从此|此后)[^。；]{0,8}(?:不再|不予|不得|不能)[^。；，]{0,4}(?:受理|申请|提出|办理)|(?:不得|不能|不可以)再次?(?:申请|提出)"
)
"""By which whoever reads it could never ask again; that one matter is not gone into twice may be said (重复提出的，不再受理)."""
_DONE = re.compile(r"已经?[^。；，]{0,12}(?:作出(?:了)?决定|决定)")
UNDECIDED = frozenset({"ended", "notice", "taken_up", "not_taken_up"})
"""What letters say that decide nothing of what was asked."""
MAY_REFUSE = frozenset({"against", "either", "not_taken_up"})
"""What letters say that may go against whoever reads them: they tell why."""


def check(head: LetterTemplate, file: TextFile) -> Iterator[Fault]:
    """Everything wrong with the words of a text; what shipped texts say word for word is none of it."""
    yield from _begins(head, file)
    if file.source in shipped():
        return
    words = without_code(file.source)
    if (office := _OFFICE.search(_CITED.sub("", words))) is not None:
        text = f"文书文字直接写了由“{office[1]}”决定，别的单位制发时也会照印；请用占位符 we 印出制发单位"
        yield "letter_text", file.said(office[1]), text
    for what, said in burden_words.added(words, *map(without_code, shipped())):
        text = f"文书文字直接写了{what}“{said}”，没有条文；请用占位符印出有依据的内容（legal_bases、consequence 等），或者删去"
        yield "burden_unread", file.said(said), text
    if (person := _PERSON.search(words)) is not None:
        yield "letter_identity", file.said(person[0]), f"文书文字写有个人的号码（{person[0][:3]}……）；请删去"
    yield from _unfinished(head, file, words)
    yield from _numbered(head, file)
    yield from _sends(file, words)
    says = head.says or letter_kinds.SAYS.get(head.kind)
    yield from _decides(head, file, says)
    if says in letter_kinds.DECIDE and head.kind not in letter_kinds.SHIPPED and "outcome_label" not in head.required:
        text = "作出决定的文书没有印出办理结果，看不出决定了什么；请在 required 和正文中写上 outcome_label"
        yield "letter_text", file.key("required"), text
    unreasoned = {"reason", "ground_label"}.isdisjoint({*head.required, *head.optional})
    if says in MAY_REFUSE and head.kind not in letter_kinds.SHIPPED and unreasoned:
        text = "可能不利的决定没有印出理由；请在 required 和正文中写上 reason（从清单中选事由的，另写 ground_label）"
        yield "letter_text", file.key("required"), text


def _begins(head: LetterTemplate, file: TextFile) -> Iterator[Fault]:
    """Yield a day from which a text is used that is none, or far ahead: its file is called so."""
    day = _day(head.version)
    if day is None:
        text = f"文件名写的开始使用日期 {head.version} 不是日历上的日子；请写成 2026-04-01.txt.j2 这样"
        yield "letter_text", f"{file.where}:1", text
    if day is not None and day > times.today() + AHEAD:
        text = f"文件名写的开始使用日期 {day} 还有一年以上，届时规则可能已经不同；请改正日期"
        yield "letter_text", f"{file.where}:1", text


def _day(version: str) -> date | None:
    try:
        return date.fromisoformat(version)
    except ValueError:
        return None


def _unfinished(head: LetterTemplate, file: TextFile, words: str) -> Iterator[Fault]:
    """Words that were to be replaced, days and articles written by hand, and lines in no language of a letter."""
    if (
        draft := _DRAFT.search(head.title) or _SAMPLE_TITLE.search(head.title) or _DRAFT.search(_TO_SIGN.sub("", words))
    ) is not None:
        yield "letter_text", file.said(draft[0]), f"文书写有“{draft[0]}”，还没有写完；请改成占位符或者删去"
    if (article := _ARTICLE.search(words)) is not None:
        text = f"文书文字直接引了“{article[0]}”，没有人核对过；依据由 legal_bases 印出，请删去"
        yield "burden_unread", file.said(article[0]), text
    if (day := _DAY.search(words)) is not None:
        yield "letter_text", file.said(day[0]), f"文书文字直接写了日期“{day[0]}”，以后的文书也会照印；请用占位符写出"
    if (latin := _LATIN.search(words)) is not None:
        yield (
            "label_unreadable",
            file.said(latin[0]),
            f"文书有一句不是中文（{latin[0][:20]}……），当事人看不懂；请写中文",
        )


def _numbered(head: LetterTemplate, file: TextFile) -> Iterator[Fault]:
    """Parts that are numbered one after another, whichever of them are there."""
    for which, body in template_trial.bodies(head, environment()):
        numbers = _HEADING.findall(body)
        wrong = next((one for place, one in enumerate(numbers) if ORDER.find(one) != place), None)
        if wrong is not None:
            text = f"{which}时各段的序号是{'、'.join(numbers)}，从“{wrong}、”起次序不对；请依次编号"
            yield "letter_text", file.said(f"{wrong}、"), text
            return


def _sends(file: TextFile, words: str) -> Iterator[Fault]:
    """Businesses and addresses that are no authority's, and silence taken for consent."""
    if (sent := contact_words.agent(words)) is not None:
        yield "sent_to_agents", file.said(sent), f"文书写了“{sent}”，办理不经公司代办；请写向哪个机关提出"
    if (site := written_sentences.foreign_site(words)) is not None:
        yield "sent_to_agents", file.said(site), f"文书写了网址“{site}”，不是机关的网站（.gov.cn）；请改正"
    never = _NEVER_AGAIN.search(words)
    if never is not None and not any(never[0] in one for one in shipped()):
        yield "rights_waived", file.said(never[0]), f"文书写了“{never[0]}”，当事人再次提出的权利不能因此减少；请删去"
    silent = written_sentences.UNHEARD.search(words)
    if silent is not None and not any(silent[0] in one for one in shipped()):
        yield "rights_waived", file.said(silent[0]), f"文书写了“{silent[0]}”，当事人的权利不能因此减少；请删去"


def _decides(head: LetterTemplate, file: TextFile, says: letter_kinds.Says | None) -> Iterator[Fault]:
    """Find a decision in a letter that decides nothing of what was asked."""
    if says not in UNDECIDED or head.kind in letter_kinds.SHIPPED:
        return
    told = letter_kinds.SAYS_LABEL[says]
    if (found := _DECIDES.search(head.body)) is not None:
        said = without_code(found[0])
        yield "letter_text", file.said(said), f"正文写了“{said}”，是一项决定，本种文书告知的却是{told}；请改正"
    if says == "notice" and (done := _DONE.search(without_code(head.body))) is not None:
        yield (
            "letter_text",
            file.said(done[0]),
            f"正文写了“{done[0]}”，本种文书却是决定以前的告知；请改写为拟作出的决定",
        )
    title = without_code(head.title)
    yes = title.startswith(GRANTING)
    no = any(word in title for word in HARSH) and "拟" not in title and "不予受理" not in title
    taken = says == "not_taken_up" and "不" not in title and "未" not in title and "退" not in title
    if yes or no or (taken and "受理" in title):
        yield "letter_text", file.key("title"), f"标题“{title}”与本种文书告知的（{told}）不符；请改正 title 或者 says"


def without_code(text: str) -> str:
    """Return what a letter text says itself: without its head, its placeholders and its conditions."""
    return _CODE.sub("", text.split("+++", 2)[-1])


@cache
def shipped() -> frozenset[str]:
    """Return every shipped letter text."""
    folder = asset("templates") / "letters"
    return frozenset(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.txt.j2")))
