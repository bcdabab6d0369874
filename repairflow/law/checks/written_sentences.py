"""What files tell people in sentences: no fee, no right given away, no markup, no name twice, nothing read by nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from repairflow.law.checks import contact_words, personal_words
from repairflow.law.checks.written_words import strings
from repairflow.law.procedure.form_faults import named

Place = tuple[str, ...]
Fault = tuple[str, Place, str]

_FEE = re.compile(
    r"(?<![不免])(?:缴费|交费|[缴交]纳[^。；，]{0,8}费|收款[账帐][户号]|汇款|转账|(?:工本|手续|服务)费(?![^。；，]{0,2}(?:减|免|补|返|退))|押金|捐款|赞助|会费"
    r"|(?:支付|付款|缴款|交款)[^。；，]{0,8}[元圆])|(?<![不得])收取[^。；，]{0,8}费"
    r"|(?<!不)收费[^。；，的]{0,6}[0-9０-９一二三四五六七八九十百千万]+\s*[元圆]|费用?[^。；，]{0,6}[0-9０-９一二三四五六七八九十百千万]+\s*[元圆]"
    r"|每[件次份人户项条][^。；，]{0,6}[元圆]|[元圆]\s*[/每]\s*[件次份人户项条]|(?<!不)付费|(?:缴纳?[^。；，]{0,6}|(?:投诉|举报|申请|受理|办理|异议|修复))(?:保证金|押金|担保金|诚意金)|(?<!不)收费(?:公证|鉴定|检测|评估)|(?<!不)有偿(?:办理|受理|修复|审核)|收费标准|(?:加急|受理|审核|修复|异议|公告|评估)费"
)
"""Words that ask somebody to pay: whatever the law of credit has offices do costs the subject nothing (第36号令：不收取费用)."""
WAIVED = re.compile(
    r"放弃[^。；]{0,16}(?:权利|权益)|(?:不得|不能|不可以?|无权)再?(?:申请|提起|提出|要求)(?:行政)?(?:复议|诉讼|复核|申诉|异议)|永不"
    r"|(?:保证|承诺|同意|自愿)[^。；]{0,12}不再?(?:提出|提起|申请|要求|主张)[^。；]{0,6}(?:异议|复议|诉讼|复核|申诉|投诉|举报|赔偿|权利)"
    r"|(?:申请|提起|提出)[^。；]{0,8}(?:复议|诉讼|复核|异议|投诉|信访)[^。；]{0,8}(?:从重|从严|加重|追究|列入|取消资格)"
    r"|只能(?:向[^。；，]{0,10})?(?:申诉|反映|信访)|(?:一律|一概|均)不(?:予|得|再)?(?:受理|接受|修复|办理|准许|同意)"
    r"|最终(?:决定|裁决)|终局|不(?:再)?(?:提出|提起)任何[^。；]{0,4}(?:异议|复议|诉讼|申诉|投诉)|自愿(?:列入|记入|放弃|接受)[^。；]{0,12}(?:名单|处罚|惩戒|决定)"
)
UNHEARD = re.compile(
    r"(?:同意|自愿|确认|愿意|放弃)[^。；]{0,12}(?:不(?:再)?(?:听取|陈述|申辩|听证|告知|送达|举行听证)|免(?:于|去|除)(?:听取|告知|听证|陈述))"
    r"|放弃[^。；]{0,8}(?:陈述|申辩|听证|复议|诉讼|复核|异议)|(?:默认|视为|视同)[^。；，]{0,8}(?:同意|放弃|接受|认可|无异议|没有异议)"
)
"""Words by which a form would have somebody waive being heard beforehand, or take silence for consent. Who is heard may say in a step of
its own that it has nothing to say."""
PROMISED = re.compile(r"(?:保证|确保|包|承诺)(?:一定)?(?:通过|办成|修复成功|准予|移出|过审)|包过|百分之百")
"""Words that promise how a case ends."""
THREATENED = re.compile(
    r"(?:举报|投诉|信访|上访|起诉)(?:本|我)[^。；，]{0,6}的?，[^。；]{0,6}(?:不予|不再|从重|从严|取消|列入)"
)
SITE = re.compile(r"(?:https?://|www\.)([A-Za-z0-9.-]+)")
OFFICIAL = (".gov.cn", "creditchina.gov.cn", ".court.gov.cn")
"""How addresses of authorities end."""
_WAIVED_FEE = re.compile(
    r"(?:免收|免交|免缴|免除|不收|不收取|不得(?:收取?|以)|无需|无须|不需|不必|不用|谨防|严禁|禁止)[^，。；]{0,12}$"
)
"""Before a fee: nobody pays it (免收手续费、工本费)."""
_MISCHARGED = re.compile(r"(?:违规|违法|违反[^，。；]{0,6}|擅自|强制|强行|变相|非法|乱|重复)(?:向[^，。；]{1,6})?$")
"""Before a fee: it was taken against the law, and is what the subject did (违规收取服务费)."""
_UNPAID = re.compile(r"[^，。；]{0,4}(?:没有|尚?未)[^，。；]{0,2}[缴交补]")
"""Behind a fee: it is one that the subject owed (统筹缴费没有补缴)."""
OWED = frozenset("未拒欠逃")
"""Before a fee: it is one the subject owed by law (未依法缴纳社会保险费)."""
MARKUP = re.compile(r"\{\{|\{%|\{#|<[a-zA-Z/!]")
CHINESE = re.compile(r"[\u3400-\u9fff]")
IN_CHINESE = frozenset({"cite", "says", "repair_at", "summary", "no_clock", "todo", "hint"})
"""Keys besides labels whose words people read."""
SENDS = frozenset({"summary", "hint", "todo", "no_clock"})
"""Keys whose words tell people what to do."""
OF_A_STEP = 3
"""Parts of the place of a step's own label: action, its name, label."""
EVERY_DAY = frozenset({"work"})
"""Lists that a check of their own reads."""


def check(data: Mapping[str, object]) -> Iterator[Fault]:
    """Everything wrong with the sentences of a definition file."""
    for at, text in strings(data):
        key = at[-1]
        if key in IN_CHINESE and text.strip() and not CHINESE.search(text):
            yield "label_unreadable", at, f"{named(at)}“{text}”不是中文，办事的人看不懂；请写中文"
        if "basis" in at[:1] and key != "cite":
            continue  # what an article says is its own
        if key != "source" and (site := foreign_site(text)) is not None:
            yield "sent_to_agents", at, f"{named(at)}写了网址“{site}”，不是机关的网站（.gov.cn）；请改正"
        if (sign := MARKUP.search(text)) is not None:
            yield "text_markup", at, f"{named(at)}写有“{sign[0]}”，会照印出来；请删去"
        if (asked := fee(text)) is not None:
            yield "fee_asked", at, f"{named(at)}写了“{asked}”，办理不得收取费用；请删去"
        if key in SENDS and (sent := contact_words.agent(text)) is not None:
            yield "sent_to_agents", at, f"{named(at)}写了“{sent}”，办理不经公司代办；请写向哪个机关提出"
        yield from _asked_or_promised(at, text)
        waived = (
            WAIVED.search(text)
            or THREATENED.search(text)
            or (None if at[:1] == ("action",) and len(at) == OF_A_STEP else UNHEARD.search(text))
        )
        if waived is not None:
            yield "rights_waived", at, f"{named(at)}写了“{waived[0]}”，当事人的权利不能因此减少；请删去"
    yield from _contacts(data.get("contact"))
    yield from _twice(data, ())
    yield from _read(data)


def _asked_or_promised(at: Place, text: str) -> Iterator[Fault]:
    """Yield what no form may ask, and what nobody can promise."""
    form = "inputs" in at or at[:1] == ("material",)
    if form and at[-1] in {"label", "hint"} and (asked := personal_words.asked(text)) is not None:
        yield "asked_forbidden", at, f"{named(at)}要求提供“{asked}”，办理不需要，机关也不得收集；请删去"
    if at[-1] in {"summary", "hint", "todo", "label"} and (promised := PROMISED.search(text)) is not None:
        yield "burden_unread", at, f"{named(at)}写了“{promised[0]}”，办理的结果不能预先许诺；请删去"


def _contacts(contact: object) -> Iterator[Fault]:
    """Yield ways to reach an office that nobody can read, that cost something, or that reach a business."""
    for key, value in contact.items() if isinstance(contact, Mapping) else ():
        if not CHINESE.search(str(key)):
            yield "label_unreadable", ("contact", str(key)), f"联系方式“{key}”不是中文，办事的人看不懂；请写中文名称"
        if (asked := fee(str(key))) is not None:
            yield "fee_asked", ("contact", str(key)), f"联系方式写了“{asked}”，办理不得收取费用；请删去"
        if (sent := contact_words.business(str(key), str(value))) is not None:
            yield (
                "sent_to_agents",
                ("contact", str(key)),
                f"联系方式写了“{sent}”，办理不经公司代办；请写本单位的联系方式",
            )


def fee(text: str) -> str | None:
    """Return the words by which a text asks somebody to pay; None where it says that nobody has to, or has not paid
    what he owed."""
    for found in _FEE.finditer(text):
        if _MISCHARGED.search(text[: found.start()]):
            continue
        owed = OWED & set(text[max(0, found.start() - 8) : found.start()]) or _UNPAID.match(text[found.end() :])
        if not owed and not _WAIVED_FEE.search(text[: found.start()]):
            return found[0]
    return None


def foreign_site(text: str) -> str | None:
    """Return the first address in a text that is no authority's; None where there is none."""
    return next((one[1] for one in SITE.finditer(text) if not one[1].rstrip(".").endswith(OFFICIAL)), None)


def _twice(value: object, at: Place) -> Iterator[Fault]:
    """Find lists that name something twice: one of the two was meant to be another."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key not in EVERY_DAY:
                yield from _twice(item, (*at, str(key)))
    elif isinstance(value, list) and at:
        plain = [one for one in value if isinstance(one, str | int)]
        twice = [str(one) for index, one in enumerate(plain) if one in plain[:index]]
        if twice:
            text = f"{named(at)}把 {'、'.join(dict.fromkeys(twice))} 写了两次；请删去一处，或者改成所要的另一个"
            yield "listed_twice", at, text
        for one in value:
            yield from _twice(one, at)


def _read(data: Mapping[str, object]) -> Iterator[Fault]:
    """Yield who says that somebody read an article says in words what it says, and names who did."""
    table = data.get("basis")
    for name, basis in table.items() if isinstance(table, Mapping) else ():
        if not isinstance(basis, Mapping) or basis.get("verified") is not True:
            continue
        if (ended := re.search(r"(?:已|现已|业已)废止|已失效", str(basis.get("cite", "")))) is not None:
            text = f"依据“{name}”写了 verified = true，出处却写“{ended[0]}”，不能再引；请换成现行的规定"
            yield "basis_expired", ("basis", str(name)), text
        says, reader, source = (str(basis.get(key, "")).strip() for key in ("says", "read_by", "source"))
        if len(says) < SHORTEST or len(reader) < SHORTEST or len(source) < SHORTEST:
            text = f"依据“{name}”写了 verified = true，说了什么、出自何处、谁核对的却只有一两个字（{says}、{source}、{reader}）"
            yield "basis_unread", ("basis", str(name)), f"{text}；请写全，没有人核对的写 verified = false"


SHORTEST = 2
"""Characters of what was read, where, and by whom: fewer name nothing."""
