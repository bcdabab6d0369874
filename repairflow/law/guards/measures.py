"""Guards of measures (惩戒措施): the record they rest on, the law they name, and how long they may last."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from repairflow.law.calendar.periods import add_months
from repairflow.law.guards.facts import Facts, Guards, day_text
from repairflow.law.guards.lists_and_interviews import latest
from repairflow.law.procedure.measure import Measure
from repairflow.law.procedure.model import Parameters

GUARDS = Guards()
guard = GUARDS.guard

AN_ARTICLE = re.compile(
    r"《[^《》]{2,}》(?:\([^()]+\))*的?第\(?[一二三四五六七八九十百千零〇两0-9]+\)?(?:条|款|项|部分)"
)
"""An act by its name in title marks, and one of its articles, or of the parts and items of a document of the centre: 第三部分
第（二）项. Read after NFKC and without blanks, as people type brackets and figures in any width."""
NOT_IN_FORCE = frozenset({"ceased", "sealed", "masked"})
"""States of a record on which no measure may rest."""


def _measure(facts: Facts) -> Measure | None:
    return facts.pack.measure.get(str(latest(facts, "measure")))


def _imposed(facts: Facts) -> bool:
    """Tell whether the measure was ever taken: only what stands can outlast its record."""
    return latest(facts, "imposed_on") is not None


@guard("所依附的信息仍然有效")
def record_in_force(facts: Facts, _: Parameters) -> tuple[bool, str]:
    if facts.record is None:
        return False, "办件没有对应的失信信息"
    ended = facts.record.state in NOT_IN_FORCE
    return not ended, "信息已终止、封存或者屏蔽，不能据以采取措施" if ended else "信息仍然有效"


@guard("所依附的信息已经失效")
def record_out_of_force(facts: Facts, _: Parameters) -> tuple[bool, str]:
    ended = facts.record is not None and facts.record.state in NOT_IN_FORCE
    found = _measure(facts)
    if (
        ended
        and found is not None
        and found.outlasts
        and _imposed(facts)
        and not (facts.record and facts.record.annulled)
    ):
        return False, f"“{found.label}”不因修复解除，只因自身期限届满或者依法解除"
    return ended, "信息已终止、封存或者屏蔽" if ended else "信息仍然有效"


@guard("推荐性措施")
def measure_is_recommended(facts: Facts, _: Parameters) -> tuple[bool, str]:
    found = _measure(facts)
    if found is None:
        return False, "措施不在清单中"
    soft = found.force == "recommended"
    return soft, f"“{found.label}”为推荐性措施" if soft else f"“{found.label}”为强制性措施，应当执行"


@guard("写明措施所依据的法律")
def measure_names_its_law(facts: Facts, _: Parameters) -> tuple[bool, str]:
    """国办发〔2020〕49号 leaves measures to laws and documents of the centre: no office's own rule carries one."""
    said = str(facts.inputs.get("measure_law") or "").strip()
    if AN_ARTICLE.search("".join(unicodedata.normalize("NFKC", said).split())):
        return True, f"措施依据{said}"
    text = "请写明该项措施所依据的法律、法规或者党中央、国务院政策文件的名称（加书名号）和条款，如《……条例》第×条；本单位规则不能代替"
    return False, text


@guard("措施期限合乎清单")
def measure_term_lawful(facts: Facts, _: Parameters) -> tuple[bool, str]:
    found, begun, end = _measure(facts), facts.inputs.get("imposed_on"), facts.inputs.get("term_end")
    if found is None:
        return False, "措施不在清单中，不得采取"
    if begun is None:
        return False, "请写明措施开始日期"
    start = date.fromisoformat(str(begun))
    if found.term is None:
        if end is not None and date.fromisoformat(str(end)) <= start:
            return False, "措施结束日期须晚于开始日期"
        return True, "永久措施，不写结束日期" if found.permanent else "清单没有规定最长期限，随所依附的信息结束"
    if end is None:
        return False, "清单规定了最长期限，请写明措施结束日期"
    months = found.term.count * (12 if found.term.unit == "years" else 1)
    last = add_months(start, months)
    day = date.fromisoformat(str(end))
    if not start < day <= last:
        return False, f"措施结束日期须在开始日期之后，且不晚于{day_text(last)}"
    return True, f"措施至{day_text(day)}，不超过清单规定的期限"
