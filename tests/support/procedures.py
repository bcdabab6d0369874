"""A small procedure, record life, overlay and rule pack without fault, to be spoilt one line at a time."""

from __future__ import annotations

from datetime import date

from repairflow.law.checks import Names
from repairflow.law.procedure.model import Procedure, parse
from repairflow.law.procedure.packs import RulePack

GOOD = """\
procedure = "sample"
version = "2026-04"
label = "样例程序"
effective = 2026-04-01
subject = "record"
initial = "submitted"
summary = "样例。"
filed_by = ["applicant"]
filing_guards = ["no_duplicate_pending"]
filing_basis = ["law"]
filing_letter = "receipt"
prefix = "YL"

[basis.law]
cite = "《样例办法》"
article = "第三条"
says = "样例"
source = "样例"
read_by = "样例"
read_on = 2026-01-05
verified = true
[basis.habit]
cite = "地方做法，待核"
verified = false

[actor]
applicant = "申请人"
registrar = "受理人员"
examiner = "核查人员"
decider = "批准人"
head = "单位负责人"
system = "系统"

[inputs]
ground = { kind = "choice", label = "事由", choices = "sample_grounds" }

[material.proof]
label = "证明材料"
required = true
[material.mandate]
label = "授权委托书"
required_if = "filed_by_agent"

[state]
submitted = { label = "待受理", stage = "受理" }
supplement = { label = "待补正", stage = "受理" }
checking = { label = "核查中" }
meeting = { label = "待会面" }
deciding = { label = "待决定" }
executing = { label = "同步中" }
waiting = { label = "待执行", no_clock = "随法院裁定" }
granted = { label = "准予", outcome = "granted" }
denied = { label = "不予准许", outcome = "denied" }
refused = { label = "不予受理", outcome = "refused" }
withdrawn = { label = "已撤回", outcome = "withdrawn" }

[clock.acceptance]
label = "受理期限"
runs_in = ["submitted"]
pauses_in = ["supplement"]
pause_basis = ["law"]
days = { working = 3 }
owner = "registrar"
overdue = "escalate"
basis = ["law"]
verified = true

[clock.supplement]
label = "补正期限"
runs_in = ["supplement"]
starts = "served"
days = { working = 10 }
owner = "applicant"
overdue = "lapse"
basis = ["law"]
verified = true

[clock.handling]
label = "办理期限"
runs_in = ["checking", "deciding"]
pauses_in = ["meeting"]
pause_basis = ["law"]
days = { working = 7 }
owner = "decider"
overdue = "escalate"
basis = ["law"]
verified = true

[clock.meeting]
label = "会面期限"
runs_in = ["meeting"]
until = "meeting_at"
owner = "examiner"
overdue = "escalate"
basis = ["law"]
verified = true

[clock.execution]
label = "同步期限"
runs_in = ["executing"]
days = { calendar = 30, input = "term" }
owner = "head"
overdue = "escalate"
basis = ["habit"]
verified = false

[action.accept]
label = "受理"
by = ["registrar"]
from = ["submitted"]
to = "checking"
guards = ["materials_complete", "record_is_public"]
letter = "accepted"
effects = ["mark_disputed"]
basis = ["law"]

[action.request_supplement]
label = "一次性告知补正"
by = ["registrar"]
from = ["submitted"]
to = "supplement"
guards = ["supplement_not_yet_requested"]
reason = true
letter = "supplement_required"
basis = ["law"]

[action.supply]
label = "提交补正"
by = ["applicant"]
from = ["supplement"]
to = "submitted"
basis = ["law"]

[action.lapse]
label = "逾期未补正，终止办理"
by = ["system"]
from = ["supplement"]
to = "withdrawn"
letter = "lapsed"
basis = ["law"]

[action.refuse]
label = "不予受理"
by = ["registrar"]
from = ["submitted"]
to = "refused"
reason = "code"
letter = "not_accepted"
remedy = ["reconsideration"]
basis = ["law"]

[action.invite]
label = "约定会面"
by = ["examiner"]
from = ["checking"]
to = "meeting"
guards = [{ guard = "not_yet_done", action = "invite" }]
basis = ["law"]
[action.invite.inputs]
meeting_at = { kind = "datetime", label = "会面时间" }

[action.met]
label = "已会面"
by = ["examiner"]
from = ["meeting"]
to = "checking"
basis = ["law"]

[action.report]
label = "提交核查意见"
by = ["examiner"]
from = ["checking"]
to = "deciding"
reason = true
basis = ["law"]

[action.grant]
label = "准予"
by = ["decider"]
from = ["deciding"]
to = "executing"
guards = [{ guard = "times_done", action = "report", at_least = 1 }]
distinct_from = ["report"]
reason = true
letter = "decision"
effects = ["unmark_disputed"]
basis = ["law"]
[action.grant.inputs]
term = { kind = "number", label = "期限", minimum = 1, maximum = 30 }

[action.deny]
label = "不予准许"
by = ["decider"]
from = ["deciding"]
to = "denied"
distinct_from = ["report"]
reason = true
letter = "decision"
remedy = ["reconsideration"]
effects = ["unmark_disputed"]
basis = ["law"]

[action.extend]
label = "延长办理期限"
by = ["head"]
from = ["checking", "deciding"]
guards = ["clock_not_yet_extended", "clock_not_yet_over"]
extends = { clock = "handling", working = 5, approver = "" }
reason = true
letter = "extension"
basis = ["law"]

[action.park]
label = "等待裁定"
by = ["head"]
from = ["executing"]
to = "waiting"
basis = ["law"]

[action.resume]
label = "裁定作出"
by = ["head"]
from = ["waiting"]
to = "executing"
opens = { procedure = "follow_up" }
basis = ["law"]

[action.complete]
label = "回执齐全，办结"
by = ["system"]
on = ["receipt"]
from = ["executing"]
to = "granted"
guards = ["all_targets_acknowledged"]
basis = ["law"]

[action.withdraw]
label = "撤回申请"
by = ["applicant"]
from = ["submitted", "supplement", "checking", "deciding"]
to = "withdrawn"
letter = "withdrawn"
effects = ["unmark_disputed"]
basis = ["law"]

[letters]
not_accepted = { served = true }
decision = { served = true }
"""

RECORD = """\
procedure = "record"
version = "2026-04"
label = "失信信息"
effective = 2004-01-01
initial = "published"
opened_only = true
[basis.law]
cite = "《样例办法》"
article = "第三条"
says = "样例"
source = "样例"
read_by = "样例"
read_on = 2026-01-05
verified = true
[actor]
system = "系统"
[state]
published = { label = "公示中" }
disputed = { label = "异议标注" }
[action.mark_disputed]
label = "加注异议标注"
by = ["system"]
from = ["published"]
to = "disputed"
undo = "unmark_disputed"
basis = ["law"]
[action.unmark_disputed]
label = "解除异议标注"
by = ["system"]
from = ["disputed"]
to = "published"
undo = "mark_disputed"
basis = ["law"]
"""

LOCAL = """\
overlay = "county"
label = "某县细化"
base = "sample"
base_version = "2026-04"
version = "2026-04.1"
jurisdiction = "320830"
effective = 2026-05-01
summary = "本县办理。"

[basis.local]
cite = "《某县信用工作规定》"
article = "第三条"
says = "样例"
source = "样例"
read_by = "样例"
read_on = 2026-01-05
verified = true
[actor]
registrar = "县信用中心窗口"
[state]
checking = { label = "县局核查" }
[clock.acceptance]
days = { working = 1 }
basis = ["local"]
verified = true
[material.photo]
label = "整改前后照片"
[material.proof]
label = "履行证明（原件）"
required = true
[action.accept]
label = "当场受理"
guards = ["materials_complete", "record_is_public", "record_is_repairable"]
basis = ["local"]
[contact]
"电话" = "12345"
"""

PACK = RulePack.model_validate({
    "pack": "样例包", "label": "样例", "jurisdiction": "CN", "domain": "general", "effective": date(2026, 4, 1),
    "basis": {"law": {"cite": "《样例办法》", "article": "第三条", "says": "样例", "source": "样例", "read_by": "样例",
                      "read_on": date(2026, 1, 5), "verified": True}},
    "period": {
        "ordinary": {"minimum": {"months": 3}, "maximum": {"years": 1}, "basis": ["law"]},
        "minor": {"published": False, "maximum": {"months": 3}, "basis": ["law"]},
    },
    "lists": {"sample_grounds": {"wrong": {"label": "有误"}}, "sample_refuse_grounds": {"late": {"label": "过期"}}},
    "remedy": {"reconsideration": {"label": "行政复议", "text": "可以申请行政复议。", "basis": ["law"]}},
})  # fmt: skip

LETTERS = ("receipt", "accepted", "supplement_required", "lapsed", "not_accepted", "decision", "extension", "withdrawn")


def good() -> Procedure:
    """The faultless procedure."""
    return parse(GOOD, "sample.toml")


def names(record: str | None = RECORD) -> Names:
    """All names the faultless procedure uses; without a record life when `record` is None."""
    known = Names.known([] if record is None else [parse(record, "record.toml")], [PACK], LETTERS)
    return Names(
        known.guards, known.predicates, known.letters, frozenset({"sample", "follow_up"}), known.packs, known.record
    )


def spoilt(old: str, new: str, text: str = GOOD) -> str:
    """The text with one passage replaced, which must stand in it exactly once."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the sample"
    return text.replace(old, new)
