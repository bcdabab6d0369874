"""Guards of rectification, interviews, lists and commitments.

Facts a case gathers over several steps count by their newest value: of this step, else of the history, else of the filing.
"""

from __future__ import annotations

from datetime import date, datetime

from repairflow.law.deadlines.runs import UNDONE
from repairflow.law.guards.facts import Facts, Guards, day_text, names, number, times_taken
from repairflow.law.procedure.model import Parameters, Procedure
from repairflow.law.procedure.packs import ListKind
from repairflow.times import SHANGHAI

GUARDS = Guards()
guard = GUARDS.guard

OFF_LIST = frozenset({"ceased", "sealed"})
"""States in which a list entry's record no longer stands on its list."""
CHECK_RESULT_CLASS = "check_result_class"
"""The switch by which a rule pack says that results of spot checks are records, and of which class."""


def latest(facts: Facts, name: str) -> object:
    """Give the newest value of an input of the case, or None."""
    for source in (facts.inputs, *(step.inputs for step in reversed(facts.history)), facts.filing):
        if source.get(name) not in (None, "", [], {}):
            return source[name]
    return None


def list_kind(facts: Facts) -> ListKind | None:
    """Give the list a case is about: as its inputs say, else the one its record is an entry of."""
    return facts.pack.list_kind.get(list_code(facts))


def list_code(facts: Facts) -> str:
    """Return the code of that list; empty where nobody has said one."""
    code = latest(facts, "list_kind") or (facts.record.list_kind if facts.record is not None else None)
    return str(code or "")


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


@guard("由提出者以外的人办理")
def not_the_filer(facts: Facts, _: Parameters) -> tuple[bool, str]:
    filer = facts.history[0].actor_id if facts.history else None
    same = filer is not None and filer == facts.actor_id
    return not same, "本件由您提出，须由另一人审批" if same else "由提出者以外的人办理"


@guard("办件属于该种类", "kind")
def case_kind_is(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    wanted = str(parameters["kind"])
    label = facts.procedure.kinds.get(wanted, wanted)
    return facts.kind == wanted, f"本件为“{label}”" if facts.kind == wanted else f"此步骤只用于“{label}”"


@guard("此前没有办理过", "action")
def not_yet_done(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    name = str(parameters["action"])
    label = facts.procedure.action[name].label
    done = times_taken(facts, name) > 0
    return not done, f"“{label}”只能办理一次，已经办理过" if done else f"此前没有办理过“{label}”"


@guard("次数未满", "action", "below")
def times_below(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    name, most = str(parameters["action"]), number(parameters, "below")
    done, label = times_taken(facts, name), facts.procedure.action[name].label
    return done < most, f"“{label}”已有 {done} 次" + ("" if done < most else f"，已满 {most} 次")


@guard("约谈前预留时间", "working")
def notice_lead_time(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    least, given = number(parameters, "working"), facts.inputs.get("meeting_at")
    if given is None or facts.calendar is None:
        return False, f"请写明约谈时间，须在送达后至少 {least} 个工作日"
    day = _moment(given).astimezone(SHANGHAI).date()
    days = facts.calendar.count_working_days(facts.today, day) if day > facts.today else 0
    if days < least:
        return False, f"通知与约谈之间须有至少 {least} 个工作日，现有 {days} 个"
    return True, f"通知与约谈之间有 {days} 个工作日"


@guard("改期未超过限度", "working")
def rescheduled_within(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    most, given = number(parameters, "working"), facts.inputs.get("meeting_at")
    before = [step.inputs["meeting_at"] for step in facts.history if step.inputs.get("meeting_at")]
    if given is None or not before or facts.calendar is None:
        return False, "请写明改期后的约谈时间"
    old, new = (_moment(value).astimezone(SHANGHAI).date() for value in (before[-1], given))
    days = facts.calendar.count_working_days(old, new) if new > old else 0
    if new < facts.today or days > most:
        return False, f"改期后的约谈须在原定日期（{day_text(old)}）之后 {most} 个工作日内"
    return True, f"改期至{day_text(new)}，在限度之内"


@guard("约谈时间已到")
def meeting_time_reached(facts: Facts, _: Parameters) -> tuple[bool, str]:
    given = latest(facts, "meeting_at")
    if given is None or facts.now < _moment(given):
        return False, "还没有到通知的约谈时间"
    return True, "已到通知的约谈时间"


@guard("约谈时间尚未到来")
def meeting_still_ahead(facts: Facts, _: Parameters) -> tuple[bool, str]:
    given = latest(facts, "meeting_at")
    ahead = given is not None and facts.now < _moment(given)
    return ahead, "约谈时间尚未到来" if ahead else "通知的约谈时间已到，不能再申请改期"


@guard("申请尚未答复", "action")
def asked_and_unanswered(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    # 申请以后有人办理过任何步骤的，申请已经有了结果
    name = str(parameters["action"])
    label = facts.procedure.action[name].label
    by_people = [step.action for step in facts.history if step.actor_id is not None and step.action != UNDONE]
    waits = by_people[-1:] == [name]
    return waits, f"有一件“{label}”等待答复" if waits else f"没有等待答复的“{label}”"


@guard("两名以上人员在场", "input")
def two_interviewers(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    given = facts.inputs.get(str(parameters.get("input", "interviewers")))
    people = {str(name).strip() for name in given} if isinstance(given, list | tuple) else set()
    return len(people) >= 2, f"写明了 {len(people)} 名人员" + ("" if len(people) >= 2 else "，至少须有两名不同的人员")


@guard("符合直接警示性约谈的情形")
def warning_called_for(facts: Facts, _: Parameters) -> tuple[bool, str]:
    serious = facts.record is not None and facts.record.severity == "serious"
    return serious, "所涉信息属于严重失信" if serious else "所涉信息不属于严重失信，应先作提示性约谈"


@guard("认定文书齐备")
def basis_document_stated(facts: Facts, _: Parameters) -> tuple[bool, str]:
    # 认定失信行为必须以具有法律效力的文书为依据
    wanted = {"basis_number": "文号", "basis_office": "作出机关", "basis_date": "作出日期"}
    missing = [label for name, label in wanted.items() if latest(facts, name) is None]
    if missing:
        return False, f"列入须以具有法律效力的文书为依据，还缺：{'、'.join(missing)}"
    day = date.fromisoformat(str(latest(facts, "basis_date")))
    if day > facts.today:
        return False, "认定文书的日期晚于今天，请核对"
    return True, f"依据{latest(facts, 'basis_office')}{latest(facts, 'basis_number')}"


@guard("认定文书与已归集的信息一致")
def basis_document_matches(facts: Facts, _: Parameters) -> tuple[bool, str]:
    # 系统已有这份文书的信息的，日期、机关须与之一致，且该信息没有被撤销
    number = latest(facts, "basis_number")
    if number is None or not facts.documents:
        return True, "没有已归集的同号文书信息可以比对" if number is not None else "尚未写明认定文书"
    standing = [one for one in facts.documents if not one.annulled]
    if not standing:
        return False, f"{number}的信息（{facts.documents[0].record}）已经撤销，不能作为认定依据"
    one, wrong = standing[0], []
    day, office = latest(facts, "basis_date"), latest(facts, "basis_office")
    if day is not None and date.fromisoformat(str(day)) != one.day:
        wrong.append(f"作出日期为{day_text(one.day)}")
    if office is not None and "".join(str(office).split()) != "".join(one.office.split()):
        wrong.append(f"作出机关为{one.office}")
    if wrong:
        return False, f"与已归集的信息 {one.record} 不一致：该文书{'、'.join(wrong)}，请核对后改正"
    return True, f"与已归集的信息 {one.record} 一致"


@guard("有关责任人员已经登记")
def linked_person_named(facts: Facts, _: Parameters) -> tuple[bool, str]:
    kind = list_kind(facts)
    if kind is None or not kind.linked:
        return True, "此种名单不记入有关责任人员的信用记录"
    if not facts.answerable:
        return False, f"{kind.label}须记入有关责任人员的信用记录，请先“登记有关责任人员”"
    return True, f"已登记有关责任人员 {facts.answerable} 人"


@guard("在列期间没有新的失信行为", "kind")
def no_new_dishonesty(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    if facts.kind != str(parameters["kind"]):
        return True, "不是期满移出"
    kind = list_kind(facts)
    if kind is None or not kind.no_new:
        return True, "此种名单期满移出不以没有新的失信行为为条件"
    if facts.new_dishonesty:
        return False, f"在列期间有新的失信信息：{'、'.join(facts.new_dishonesty)}，不自动移出，由认定单位核查"
    return True, "在列期间没有新的失信信息"


@guard("名单种类有法律依据")
def list_kind_known(facts: Facts, _: Parameters) -> tuple[bool, str]:
    # 不得擅自增加或扩展：a list that the rule pack does not have may not be kept
    kind = list_kind(facts)
    if kind is None:
        return False, "没有写明名单种类，或者规则包中没有这种名单；不得擅自增加名单"
    kept = facts.pack.keeps
    if kept and list_code(facts) not in kept:  # 由其他办件转入的，不经过表单上的选择
        labels = "、".join(facts.pack.list_kind[code].label for code in kept)
        return False, f"本领域不使用{kind.label}，可以列入的有：{labels}；请先“改列本领域的名单”"
    cites = [facts.pack.basis[name].cite for name in kind.basis if name in facts.pack.basis]
    return True, f"{kind.label}，依据{'、'.join(cites)}"


@guard("本领域的名单", "kinds")
def list_kind_among(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    kinds = names(parameters, "kinds")
    kind, labels = list_kind(facts), [facts.pack.list_kind[k].label for k in kinds if k in facts.pack.list_kind]
    ok = kind is not None and kind.label in labels
    return ok, "属于本领域可以列入的名单" if ok else f"本领域只可以列入：{'、'.join(labels)}"


@guard("已取得上一级机关书面同意", "kinds", "action")
def superior_consented(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    # 县级、市级机关的列入须经上一级机关同意；省级机关（区划代码末四位为零）自行决定
    kind = list_kind(facts)
    wanted = [facts.pack.list_kind.get(code) for code in names(parameters, "kinds")]
    if kind is None or kind not in wanted:
        return True, "此种名单无需上一级机关同意"
    if (facts.division_code or "").endswith("0000"):
        return True, "由省级机关决定，无需上一级机关同意"
    given = [step.inputs for step in facts.history if step.action == parameters["action"]]
    if not given:
        return False, f"列入{kind.label}须经上一级机关书面同意，请先登记同意文书的文号和日期并上传文书"
    day = date.fromisoformat(str(given[-1]["consent_date"]))
    if day > facts.today:
        return False, "上一级机关同意文书的日期晚于今天，请核对"
    return True, f"{given[-1]['consent_office']}已于{day_text(day)}书面同意（{given[-1]['consent_number']}）"


@guard("决定前须公示的名单")
def list_needs_window(facts: Facts, _: Parameters) -> tuple[bool, str]:
    kind = list_kind(facts)
    if kind is not None and kind.window:
        return True, f"{kind.label}在认定前须公示"
    return False, "此种名单在认定前不公示"


@guard("认定前的公示已经完成", "action")
def list_window_done(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    kind = list_kind(facts)
    if kind is None or not kind.window:
        return True, "此种名单在认定前不公示"
    done = times_taken(facts, str(parameters["action"])) > 0
    return done, "已经公示" if done else f"{kind.label}须先公示，听取异议"


@guard("守信名单")
def list_is_favourable(facts: Facts, _: Parameters) -> tuple[bool, str]:
    kind = list_kind(facts)
    good = kind is not None and kind.favourable
    return good, "属于守信激励名单" if good else "不属于守信激励名单"


def closed_steps(procedure: Procedure, kind: ListKind | None) -> frozenset[str]:
    """Return the names of the steps that a case about this list can never take: those for lists of the other kind (守信、失信)."""
    if kind is None:
        return frozenset()
    other = "list_is_adverse" if kind.favourable else "list_is_favourable"
    return frozenset(name for name, step in procedure.action.items() if any(use.guard == other for use in step.guards))


@guard("失信名单")
def list_is_adverse(facts: Facts, _: Parameters) -> tuple[bool, str]:
    kind = list_kind(facts)
    if kind is None:
        return False, "没有写明名单种类，或者不是本领域的名单，请先改列"
    bad = not kind.favourable
    return bad, "属于失信名单，须告知并听取陈述申辩" if bad else "守信名单不适用此步骤"


@guard("信息为名单条目且仍在列")
def record_on_list(facts: Facts, _: Parameters) -> tuple[bool, str]:
    if facts.record is None or facts.record.list_kind is None:
        return False, "这条信息不是名单条目，没有可以移出的名单；要停止公示，请申请信用修复，认为信息有误的请提出异议"
    if facts.record.state in OFF_LIST:
        return False, "已经不在名单上"
    return True, "仍在名单上"


@guard("不是名单条目")
def record_not_on_list(facts: Facts, _: Parameters) -> tuple[bool, str]:
    # 名单条目依移出条件离开名单；修复的公示期、条件是处罚信息的，不适用于名单
    if facts.record is None or facts.record.list_kind is None:
        return True, "不是名单条目"
    kind = list_kind(facts)
    label = f"“{kind.label}”的" if kind is not None else ""
    return (
        False,
        f"这条信息是{label}名单条目，不办理信用修复：要离开名单，请申请移出名单；认为列入有误的，请申请撤销列入",
    )


@guard("已经不在名单上")
def record_off_list(facts: Facts, _: Parameters) -> tuple[bool, str]:
    ended = facts.record is not None and facts.record.state in OFF_LIST
    return ended, "已经不在名单上" if ended else "仍在名单上"


@guard("列入期限已经届满", "kind")
def maximum_stay_over(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    if facts.kind != str(parameters["kind"]):
        return True, "不是期满移出"
    last = facts.record.max_until if facts.record is not None else None
    if last is None or facts.today <= last:
        return False, f"列入期限至{day_text(last)}，尚未届满" if last is not None else "没有列入期限"
    return True, f"列入期限已于{day_text(last)}届满"


@guard("未作出过承诺的补签完毕", "action")
def commitment_given(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    given = bool(str(facts.filing.get("commitment_signed_by") or "").strip())
    done = given or times_taken(facts, str(parameters["action"])) > 0
    return done, "已经签署承诺" if done else "尚未签署承诺"


@guard("本领域登记抽查检查结果")
def check_results_kept(facts: Facts, _: Parameters) -> tuple[bool, str]:
    severity = facts.pack.switch.get(CHECK_RESULT_CLASS)
    if severity is None:
        return False, "本领域的规则没有把抽查检查结果列为可以公示和修复的信息，不得登记"
    return True, "本领域的规则列有抽查检查结果"


@guard("日期晚于今天", "input")
def day_is_ahead(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    given = facts.inputs.get(str(parameters["input"]))
    if given is None:
        return True, "没有写明期限"
    day = date.fromisoformat(str(given))
    return day > facts.today, f"期限至{day_text(day)}" + ("" if day > facts.today else "，须晚于今天")


@guard("容缺受理须写明所缺材料和承诺日期", "kind")
def deficient_is_dated(facts: Facts, parameters: Parameters) -> tuple[bool, str]:
    if facts.kind != str(parameters["kind"]):
        return True, "不是容缺受理"
    lacking = [
        label for name, label in (("gaps", "所缺材料"), ("promised_day", "承诺日期")) if latest(facts, name) is None
    ]
    return not lacking, f"容缺受理还须写明：{'、'.join(lacking)}" if lacking else "所缺材料和承诺日期均已写明"
