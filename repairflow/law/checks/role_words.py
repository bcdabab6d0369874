"""Whom the name of a role or of an address means: the word it ends in says it, words before that only what it looks after.

`市场主体信用监管科审核人员` is a post of an office and `申请单位经办人` a person of the applicant's, whatever words they hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from repairflow.law.checks.label_parts import bare

SUBJECTS = (
    "申请人", "当事人", "主体", "被约谈", "承诺人", "举报人", "投诉人", "监护人", "权利人", "异议人", "代理人",
)  # fmt: skip
"""Words of people who turn to an office, or whom it looks at."""
_OFFICES = re.compile(
    r"(?:受理|审核|审查|批准|承办|核查|核实|调查|验收|经办|登记|约谈)(?:人员|岗|员|专员|科|科室|人)?$|工作人员$|机关$|批准人"
    r"|(?:局长|科长|处长|主任|书记|领导|窗口|核查员|负责人员)$"
)
"""How the names of posts and of organs end."""
_OF_A_SUBJECT = re.compile(
    r"(?:申请|异议|投诉|举报|承诺|被\w{1,4}的?|提出|本|各|参与|相关)(?:的)?(?:企业|单位|机构|公司|人|机关|方)"
)
"""Words that say that the post or the organ is one of the subject's side (申请单位经办人、被约谈机关)."""
_UNIT = re.compile(r"[科处股室局所队部委厅组岗]|窗口|中心|大厅|专班|专员|监管员|登记员|管理员|联络员|服务员")
"""Words of a unit or post of an office."""
_MATTER = re.compile(
    r"^(?:、?(?:企业|公司|机构|单位|服务|信用))*(?:登记|注册|信用|监管|服务|管理(?!人员)|年报|破产|重整|风险|改革|发展|指导|超市)"
)
"""What an office does about businesses, behind their word (企业登记、公司注册、中介服务超市)."""
_BUSINESS = re.compile(r"公司|企业|中介|代办|机构代理|商会")


def of_subject(label: str, names: Iterable[str] = ()) -> bool:
    """Tell whether a name ends in a word of the subject's side; `names` are such names besides."""
    words = "|".join(map(re.escape, (*SUBJECTS, *names)))
    return re.search(rf"(?:{words})(?:的?(?:代表|本人|自己|一方|单位|企业|方|负责人))*$", bare(label)) is not None


def of_office(label: str) -> bool:
    """Tell whether a name ends in a post of an office and is none of the subject's own side."""
    said = bare(label)
    return _OFFICES.search(said) is not None and _OF_A_SUBJECT.search(said) is None


def business(label: str) -> str | None:
    """Return the word by which a post of an office is called a business; None where an office only looks after businesses."""
    for found in _BUSINESS.finditer(label):
        behind = label[found.end() :]
        free = found[0] == "代办" and "帮办" in label
        if not (free or _MATTER.search(behind) or (found[0] not in {"公司", "商会"} and _UNIT.search(behind))):
            return found[0]
    return None
