"""Every address that a browser or a program can get, once for each kind of thing it can name: who may, and what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from repairflow.casework.actor import ANYBODY
from repairflow.casework.admin.offices import DOMAINS
from repairflow.casework.queries import printables
from repairflow.casework.queries.cases import view as case_queries
from repairflow.casework.queries.filing.for_officers import candidates, filable, in_force
from repairflow.casework.queries.printables import FORMS
from repairflow.casework.queries.records.credit_file import record_view
from repairflow.casework.queries.records.open_data import DATASETS
from repairflow.gateway import messages
from repairflow.law.procedure.channels import PORTAL
from repairflow.records import person
from repairflow.web.core.setup import STATIC
from repairflow.web.portal.offered_filings import askable
from repairflow.web.staff.imports import SAMPLES
from tests.support.building import COMPANIES, OFFICES, TARGETS
from tests.support.every_kind import PROCEDURES, USCC, Whole

NAME = COMPANIES[0][1]
CLERKS = ("registrar@CREDIT", "acceptor@ENV", "examiner@ENV", "proposer@ENV", "handler@ENV", "interviewer@ENV")


@dataclass(frozen=True)
class Row:
    """One address: `says` stands in the answer (in a PDF's text, in an archive's names); `status` where it is not 200."""

    endpoint: str
    kind: str
    who: str
    says: str
    values: Mapping[str, Any] = field(default_factory=dict)
    query: str = ""
    status: int = 200


def rows(whole: Whole) -> Iterator[Row]:
    """All of them."""
    for part in (
        _lists, _of_cases, _of_records, _of_letters, _of_papers, _of_filings, _of_drafts, _of_administration, _of_imports, _of_batches,
        _of_oversight, _for_everybody,
    ):  # fmt: skip
        yield from part(whole)


def _lists(whole: Whole) -> Iterator[Row]:
    acceptor, yunxi = "acceptor@ENV", "yunxi"
    repair = whole.cases["repair"]
    for query in ("", "own=1", "procedure=repair"):
        yield Row("desk.queue", f"queue {query}", acceptor, "待办", query=query)
    for query in (
        "near=late&sort=oldest&col=handler&col=office",
        "filed_from=x",
        "office=999999",
        "step=repair.submitted",
    ):
        yield Row("desk.queue", f"queue {query}", acceptor, "待办", query=query)
    yield Row("desk.queue_changes", "changed", acceptor, "待办有变动", query="mark=1-0")
    for query in ("", "view=week", "day=2026-02-28", "view=week&day=x&office=MARKET"):
        yield Row("desk.meetings_page", f"calendar {query}", acceptor, "约谈日程", query=query)
    yield Row("desk.hearing", "of a case", acceptor, "安排听证", {"number": repair})
    yield Row("desk.phrases", "none kept", acceptor, "我的常用语")
    yield Row("desk.desk_help", "help", acceptor, "操作说明")
    for query in ("", f"q={NAME}", "state=open", "state=closed", "procedure=repair"):
        yield Row("desk.cases", f"cases {query}", acceptor, NAME, query=query)
    yield Row("desk.cases", "a number looked for", acceptor, repair, query=f"q={repair.lower()}")
    yield Row("desk.held", "held rows", "examiner@ENV", "待核对")
    yield Row("desk.messages", "waiting", "registrar@CREDIT", "SN-1")
    for state in ("taken", "refused"):
        yield Row("desk.messages", state, "registrar@CREDIT", "没有", query=f"state={state}")
    yield Row(
        "desk.message", "waits", "registrar@CREDIT", "没有找到报文所说的信息", {"message_id": whole.messages["waits"]}
    )
    file = {"message_id": whole.messages["waits"], "place": 1}
    yield Row("desk.message_file", "a file", "registrar@CREDIT", "缴款书.png", file)
    yield Row("desk.original_file", "a file", "registrar@CREDIT", "PNG", file)
    yield Row("desk.redress", "list", "examiner@ENV", "消除不良影响")
    yield Row("public.corrections", "list", "", "更正公告")
    yield Row("public.withdrawals", "list", "", "处罚决定信息撤回说明")
    yield Row("desk.means", "none waits", "examiner@ENV", "核验修复方式")
    yield Row("desk.bodies", "register", "registrar@CREDIT", "登记、更改、提醒")
    yield Row("desk.not_repairable", "grounds", "head@ENV", "登记为不可修复")
    yield Row("public.bodies", "register", "", "信用服务机构")
    yield Row("portal.means", "of a record", "yunxi", "可以采用的方式", {"number": whole.records["repairable"]})
    yield Row("portal.learning", "quiz", "yunxi", "交卷")
    yield Row("desk.acts", "acts", "examiner@ENV", "行政许可等信息")
    yield Row("desk.new_act", "act and table", "examiner@ENV", "用数据表报送")
    yield Row("desk.timeliness", "of an office", "examiner@ENV", "公示时限")
    yield Row("desk.timeliness", "of all", "supervisor@CREDIT", "公示时限")
    yield Row("api.list_acts", "acts", "examiner@ENV", whole.acts["waiting"])
    yield Row("api.list_acts", "one's own", yunxi, whole.acts["published"])
    yield Row("portal.acts", "acts", yunxi, "准予取水")
    yield Row("portal.act", "a permit", yunxi, "提出异议", {"number": whole.acts["published"]})
    yield Row(
        "portal.act", "one objected to", yunxi, whole.cases["objection to an act"], {"number": whole.acts["disputed"]}
    )
    yield Row("portal.object_to_act", "a permit", yunxi, "主张的正确内容", {"number": whole.acts["published"]})
    yield Row("public.acts", "acts", "", NAME)
    yield Row("public.act", "a permit", "", "准予取水", {"number": whole.acts["published"]})
    yield Row("desk.performance", "duties", "examiner@ENV", whole.records["not performed"])
    yield Row("desk.lists", "lists", acceptor, "严重失信主体名单")
    for code, label in (("serious", "严重失信主体名单"), ("watch", "重点关注名单"), ("honour", "守信红名单")):
        yield Row("desk.list_kind", label, acceptor, label, {"kind": code})
        yield Row("desk.list_kind", f"{label}, left", acceptor, "已经离开的", {"kind": code}, query="show=left")
        yield Row("desk.list_entries", label, acceptor, "统一社会信用代码", {"kind": code})
    nothing = {"token": "none-such", "part": 1}
    yield Row("public.published_part", "of no publication", "", "没有这份公布的名单", nothing, status=404)
    yield Row("public.list_kind", "a public list", "", "严重失信主体名单", {"kind": "serious"})
    yield Row("desk.fields", "fields", acceptor, "知识产权")
    for domain in DOMAINS:
        yield Row("desk.field", domain, acceptor, "列入前的分级措施", {"domain": domain})
    yield Row("desk.subjects", "registration", acceptor, "信用主体")
    yield Row("desk.examples", "form", acceptor, "写一个案例")
    yield Row("desk.screening", "form", acceptor, "信用查询")
    yield Row("desk.followed", "form", acceptor, "关注的单位")
    yield Row("desk.new_subject", "entry", acceptor, "录入信用主体")
    yield Row("desk.new_record", "entry", acceptor, "手工录入")
    yield Row("desk.new_record", "of a subject", acceptor, NAME, query=f"subject={USCC}")
    yield Row("desk.subjects", "one looked for", acceptor, NAME, query=f"q={NAME}")
    yield Row("desk.subject", "an organisation", acceptor, NAME, {"code": USCC})
    yield Row("api.show_subject", "an organisation", acceptor, NAME, {"code": USCC})
    yield Row("desk.imports", "imports", "provider@ENV", "penalties.csv")
    yield Row("desk.headings", "none matched", "provider@ENV", "还没有匹配过")
    yield Row("desk.new", "new", "registrar@CREDIT", "窗口代办")
    yield Row("papers.batch", "missing letters", acceptor, "告知书")
    yield Row("inbox.inbox", "inbox", acceptor, "收件箱")
    for query in ("", "show=all", f"subject={whole.town.subjects['yunxi']}", "show=all&subject="):
        yield Row("portal.cases", f"cases {query}", yunxi, repair, query=query)
    yield Row("portal.home", "start", yunxi, NAME)
    yield Row("portal.credit_file", "credit file", yunxi, NAME)
    yield Row("portal.credit_file", "of one", yunxi, NAME, query=f"subject={whole.town.subjects['yunxi']}")
    yield Row("portal.credit_file_pdf", "whole file", yunxi, NAME)
    yield Row("portal.evidence", "evidence", yunxi, NAME)
    yield Row("portal.standing_qr", "QR", yunxi, f"/credit/{USCC}")
    yield Row("portal.standing_qr_file", "QR", yunxi, "<svg")
    yield Row("portal.extracts", "extracts", yunxi, whole.letters["status extract"].number)
    yield Row("portal.inbox", "inbox", yunxi, "收件箱")
    yield Row("portal.ask", "ask", yunxi, NAME)
    yield Row("audit.home", "auditor", "auditor@CREDIT", repair, query=f"q={NAME}")
    yield Row("audit.home", "a number looked for", "auditor@CREDIT", repair, query=f"q={repair}")
    yield Row("api.list_cases", "cases", yunxi, repair, query="limit=100&order=due")
    yield Row("api.list_records", "records", yunxi, whole.records["repairable"], query="limit=100")
    yield Row("api.read_feed", "changes", acceptor, "items")
    yield Row("api.read_feed_atom", "changes", acceptor, "公示变动清单")
    yield Row("api.list_consents", "consent", yunxi, NAME)
    yield Row("api.show_assignment", "none yet", acceptor, "waiting", {"number": repair})
    yield Row("desk.workload_page", "an office", acceptor, acceptor)
    yield Row("api.list_notes", "none yet", acceptor, "items", {"number": repair})
    yield Row("api.list_held_rows", "held rows", "examiner@ENV", "items")
    for who in (acceptor, yunxi):
        yield Row("preferences.preferences", who, who, "提醒")
        yield Row("account.home", who, who, "密码")
    yield Row("preferences.feed", "calendar", "", "BEGIN:VCALENDAR", {"token": whole.tokens["calendar"]})
    yield Row("account.second_factor", "no device yet", acceptor, "动态口令")
    yield Row("login.code", "who owes no code", yunxi, NAME)
    yield Row("papers.consent", "consent", yunxi, NAME)


def _of_cases(whole: Whole) -> Iterator[Row]:
    with whole.town.db.read() as tx:
        mine = {
            kind: case_queries.view(tx, whole.town.law, actor, number, whole.town.now)
            for actor in (whole.town.actor("yunxi"),)
            for kind, number in whole.cases.items()
            if not (whole.town.case(number).confidential or whole.town.case(number).internal)
            and whole.town.case(number).subject_id in actor.subjects
        }
    for kind, number in whole.cases.items():
        officer, key = whole.officer(number), {"number": number}
        for endpoint in (
            "desk.case",
            "desk.similar_cases",
            "api.show_case",
            "api.list_events",
            "api.list_deadlines",
            "api.list_letters",
        ):
            yield Row(endpoint, kind, officer, number, key)
        yield Row("audit.case", kind, "auditor@CREDIT", number, key)
        yield Row("audit.evidence", kind, "auditor@CREDIT", number, key)
        yield Row("audit.rows", kind, "auditor@CREDIT", number, key)
        yield Row("desk.informant_page", kind, officer, number, key)
        if kind in mine:
            yield Row("portal.case", kind, "yunxi", number, key)
            yield Row("portal.receipt", kind, "yunxi", number, key)
            for option in mine[kind].options:
                if option.mine:
                    yield Row(
                        "portal.step", f"{kind}: {option.name}", "yunxi", option.label, {**key, "action": option.name}
                    )


def _of_records(whole: Whole) -> Iterator[Row]:
    for kind, number in whole.records.items():
        own = whole.town.of_record(number).subject_id == whole.town.subjects["yunxi"]
        yield Row("desk.record", kind, "examiner@ENV", number, {"number": number})
        yield Row("api.show_record", kind, "yunxi" if own else "examiner@ENV", number, {"number": number})
        if own:
            yield Row("portal.record", kind, "yunxi", number, {"number": number})
    yield Row("api.show_record", "to an officer", "examiner@ENV", "超标排放", {"number": whole.records["minor"]})


def _of_letters(whole: Whole) -> Iterator[Row]:
    for kind, row in whole.letters.items():
        key, waits = {"token": row.token}, kind == "not pressed yet"
        head = next(f"head@{code}" for code, place in whole.town.offices.items() if place == row.office_id)
        for who in ("yunxi", head, "auditor@CREDIT"):
            if kind == "status extract":
                continue  # its subject's own, by an address of its own
            yield Row("papers.letter", f"{kind}, {who}", who, row.number, key)
            yield Row("files.letter", f"{kind}, {who}", who, row.number, key, status=202 if waits else 200)
            yield Row("api.letter_pdf", f"{kind}, {who}", who, row.number, key, status=202 if waits else 200)
            said = "尚未制作" if waits else "c2sp.org/tlog-proof@v1"
            yield Row("files.proof", f"{kind}, {who}", who, said, key, status=409 if waits else 200)
        for endpoint in ("public.letter", "api.verify_letter"):
            yield Row(endpoint, kind, "", row.number, key)
        yield Row("public.verify", kind, "", row.number, query=f"code={row.token}")
        if kind == "status extract":
            yield Row("portal.extract_pdf", kind, "yunxi", row.number, key)
        elif not waits:
            yield Row("papers.return_sheet", kind, head, row.number, key)
        if kind in ("of a case", "about a record"):
            yield Row("papers.reissue", kind, head, row.number, key)
            yield Row("api.show_words", kind, head, row.number, key)


def _of_papers(whole: Whole) -> Iterator[Row]:
    for kind, procedure in FORMS.items():
        number = whole.records["repairable"]
        document = whole.town.of_record(number).document_number
        yield Row("papers.record_form", kind, "yunxi", document, {"number": number, "kind": kind})
        case = whole.cases[procedure]
        yield Row(
            "papers.case_paper", kind, "yunxi", NAME if "commitment" in kind else case, {"number": case, "kind": kind}
        )
    for kind, slips in {"denied": ("approval_slip", "case_index"), "tip_off": ("case_index",)}.items():
        case = whole.cases[kind]
        for slip in slips:
            yield Row("papers.case_paper", f"{slip} {kind}", whole.officer(case), case, {"number": case, "kind": slip})
        yield Row("papers.bound", kind, whole.officer(case), case, {"number": case})
    informed = whole.letters["about a record, withdrawn"]
    number = next(n for n in whole.records.values() if whole.town.of_record(n).state == "published")
    yield Row("papers.batch_preview", "a public record", "acceptor@ENV", "最短公示期", {"number": number})
    yield Row("papers.batch_results", "one letter", "acceptor@ENV", informed.number, query=f"token={informed.token}")
    for kind, token in whole.materials.items():
        yield Row("files.material", kind, "yunxi", "PNG", {"token": token})


def _of_filings(whole: Whole) -> Iterator[Row]:
    town, law = whole.town, whole.town.law
    with town.db.read() as tx:
        for who in CLERKS:
            actor = town.actor(who)
            for one in filable(law, actor, town.today):
                key = {"channel": one.channel, "procedure": one.procedure.procedure}
                kind = f"{who}: {one.channel} {one.procedure.procedure}"
                yield Row("desk.new_about", kind, who, one.procedure.label, key, query=f"q={NAME}")
                for found in candidates(tx, actor, one.procedure, NAME, one.channel)[:1]:
                    yield Row("desk.new_form", kind, who, one.procedure.label, {**key, "key": found.key})
        yunxi = town.actor("yunxi")
        for procedure in askable(law):
            for found in candidates(tx, yunxi, procedure, NAME, PORTAL)[:1]:
                key = {"procedure": procedure.procedure, "key": found.key}
                yield Row("portal.ask_form", procedure.procedure, "yunxi", NAME, key)
        for procedure in in_force(law, town.today):
            if procedure.procedure in ("tip_off", "complaint"):
                key = {"procedure": procedure.procedure}
                yield Row("public.report_about", procedure.procedure, "", procedure.label, key)
                for found in candidates(tx, ANYBODY, procedure, USCC, PORTAL)[:1]:
                    yield Row("public.report_about", "looked for", "", found.title, key, query=f"q={USCC}")
                    yield Row("public.report_form", procedure.procedure, "", found.title, {**key, "key": found.key})
        for kind, number in whole.records.items():
            if town.of_record(number).subject_id == town.subjects["yunxi"]:
                for opening in record_view(tx, law, yunxi, number, town.now).openings:
                    key = {"procedure": opening.procedure, "number": number}
                    yield Row("portal.start", f"{kind}: {opening.procedure}", "yunxi", opening.label, key)


def _of_drafts(whole: Whole) -> Iterator[Row]:
    says = {"portal.answers": "填写", "portal.materials": "材料", "portal.commitment": "承诺", "portal.check": "提交"}
    for kind, path in whole.drafts.items():
        key = {"token": path.rsplit("/", 1)[-1]}
        yield Row("portal.draft", kind, "yunxi", "办件" if kind == "handed in" else "草稿", key)
        for endpoint, text in says.items():
            if not (endpoint == "portal.commitment" and kind == "begun"):  # an objection's is a material
                yield Row(endpoint, kind, "yunxi", "办件" if kind == "handed in" else text, key)


def _of_administration(whole: Whole) -> Iterator[Row]:
    admin = "system_admin@CREDIT"
    for endpoint, says in {
        "admin.home": OFFICES[0][1], "admin.offices": OFFICES[0][1], "admin.new_office": "单位", "admin.people": admin,
        "admin.new_person": "账号", "admin.targets": TARGETS[0][0], "admin.new_target": "推送", "admin.calendar": "放假",
        "admin.clock": "时间", "admin.changes": "留痕", "admin.sheets": "reviewer@MARKET", "admin.exchange_keys": "更换密钥",
        "admin.certificates": "签名证书",
        "admin.inquiries": "批量查询",
    }.items():  # fmt: skip
        yield Row(endpoint, "list or form", admin, says)
    yield Row("admin.rules", "list and form", "legal_reviewer@ENV", "本单位规则")
    yield Row("admin.thresholds", "lines and form", "legal_reviewer@ENV", "罚款界线")
    yield Row("admin.library", "versions, packs and drafts", "legal_reviewer@ENV", "程序与规则")
    for old, new in (("2023-05", "2026-04"), ("2026-04", "2026-04.2")):
        values = {"name": "repair", "old": old, "new": new}
        yield Row("admin.compare", "two versions", "legal_reviewer@ENV", "不同之处", values)
    packs = {"old": "CN-2023", "new": "CN-2026"}
    yield Row("admin.compare_packs", "two rule packs", "legal_reviewer@ENV", "不同之处", packs)
    for room in ("office", "account", "target"):
        yield Row("admin.changes", room, admin, "留痕", query=f"room={room}")
    for code, name, *_ in OFFICES:
        yield Row("admin.office", code, admin, name, {"code": code})
    for code, *_ in TARGETS:
        yield Row("admin.target", code, admin, code, {"code": code})
    sent = {"code": "province", "serial": "SN-1"}  # a signed one is asked in tests/stories/test_inbound_messages.py
    yield Row("inbound.message_status", "unsigned", "", "签名不符", sent, status=401)
    yield Row("inbound.message_letter", "unsigned", "", "签名不符", {**sent, "token": "a"}, status=401)
    for one in whole.town.all(person.select().order_by(person.c.id)):
        if one.login in ("yunxi", "yunxi's agent", "acceptor@ENV", "partner@CREDIT", admin):
            yield Row("admin.person", one.login, admin, one.name, {"login": one.login})


def _of_batches(whole: Whole) -> Iterator[Row]:
    acceptor, repair = "acceptor@ENV", whole.cases["repair"]
    yield Row("desk.choose", "cases", acceptor, repair, query=f"case={repair}")
    yield Row("desk.choose", "nothing chosen", acceptor, "没有选择办件")
    waits = f"procedure=repair&state={whole.town.case(repair).state}"
    yield Row("desk.choose", "all of a state", acceptor, repair, query=waits)
    yield Row("desk.batches", "own", acceptor, "批量办理记录")
    for stage, token in whole.batches.items():
        key = {"token": token}
        yield Row("desk.batch", stage, acceptor, repair, key)
        yield Row("desk.batch_progress", stage, acceptor, "1 件", key)
        yield Row("desk.batch_results", stage, acceptor, repair, key)
    for stage, token in whole.captures.items():
        key, found = {"token": token}, 200 if stage == "kept" else 404
        if stage == next(iter(whole.captures)):
            yield Row("oversight.ask_letter", "of a finding", "supervisor@CREDIT", "更正函", {"finding_id": 1})
            yield Row(
                "oversight.ask_correction", "of an answer", "supervisor@CREDIT", "不是本平台的信息", {"finding_id": 2}
            )
        yield Row("oversight.captured", stage, "supervisor@CREDIT", "固定的页面", key)
        for name, says in (("capture_file", "page.bin"), ("capture_picture", "PNG")):
            yield Row(
                f"oversight.{name}", stage, "supervisor@CREDIT", says if found == 200 else "没有", key, status=found
            )
    yield Row("desk.inquiries", "own", acceptor, "项目申报")
    for stage, token in whole.inquiries.items():
        key = {"token": token}
        yield Row("desk.inquiry", stage, acceptor, "项目申报", key)
        yield Row("desk.inquiry_progress", stage, acceptor, "1 个代码", key)
        for room in ("desk", "api"):
            yield Row(f"{room}.inquiry_table", stage, acceptor, "查询时间", key)
            yield Row(f"{room}.inquiry_json", stage, acceptor, token, key)
        yield Row("api.show_inquiry", stage, acceptor, token, key)


def _of_imports(whole: Whole) -> Iterator[Row]:
    for kind, token in whole.imports.items():
        key = {"token": token}
        yield Row("desk.import_run", kind, "provider@ENV", "penalties", key)
        yield Row("api.show_import", kind, "provider@ENV", "penalties", key)
        yield Row("desk.headings", kind, "provider@ENV", "返回文件", query=f"run={token}")
        yield Row("desk.import_progress", kind, "provider@ENV", "", key)
        yield Row("desk.import_problems", kind, "provider@ENV", "项目", key)
    for name in SAMPLES:
        yield Row(
            "desk.import_sample",
            name,
            "provider@ENV",
            "" if name.endswith("xlsx") else "行政相对人名称",
            {"name": name},
        )


def _of_oversight(whole: Whole) -> Iterator[Row]:
    supervisor = "supervisor@CREDIT"
    late = {"oversight.late_list": "办件编号", "oversight.results_list": "执行主体"}
    pages = {
        "oversight.statistics": "逾期",
        "oversight.results": "成效清单",
        "oversight.pushes": "推送",
        "oversight.sync": "同步情况",
        "oversight.ask_report": "企业信息平台",
        "oversight.ask_clock": "系统时间",
    }
    for endpoint, says in {**late, **pages}.items():
        yield Row(endpoint, "list", supervisor, says)
    yield Row("oversight.late", "list", supervisor, whole.cases["repair"])
    yield Row("oversight.late_case", "late", supervisor, whole.cases["repair"], {"number": whole.cases["repair"]})
    for endpoint in ("oversight.statistics", "oversight.pushes"):
        yield Row(
            endpoint,
            "to a head",
            "head@ENV",
            "云溪县" if endpoint.endswith("x") else "推送" if "push" in endpoint else "逾期",
        )
    yield Row("oversight.results", "of a month", supervisor, "2026 年 5 月", query="month=2026-05")
    yield Row("oversight.results_list", "of a month", supervisor, "执行主体", query="month=2026-05")
    for who in (supervisor, "head@ENV"):
        yield Row("api.list_pushes", who, who, whole.cases["waits for receipts"])
    yield Row("oversight.ask_retry_all", "several", supervisor, "一并重试")
    yield Row("oversight.ask_retry_all", "of none", supervisor, "没有受阻的事项", query="target=none&why=timeout")
    yield Row("oversight.ask_settle", "several", supervisor, "标记已处理")
    yield Row("oversight.ask_settle", "one", supervisor, "对方拒收", query=f"push={whole.pushes['dead']}")
    yield Row("oversight.job", "failed", supervisor, "失败，需要处理", {"job_id": whole.failed_job})
    yield Row("oversight.ask_retry_all", "a job", supervisor, "重试勾选的", query=f"job={whole.failed_job}")
    for kind, key in whole.pushes.items():
        yield Row("oversight.push", kind, supervisor, "每次尝试", {"row_id": key})
        yield Row("oversight.ask_retry", kind, supervisor, "重试次数", {"row_id": key})
    yield Row(
        "oversight.waive", "waiting", supervisor, whole.cases["waits for receipts"], {"row_id": whole.pushes["waiting"]}
    )


def _for_everybody(whole: Whole) -> Iterator[Row]:
    for endpoint, says in {
        "entry.home": "登录", "login.enter": "登录", "public.guides": "指南", "public.report": "举报", "public.report_follow": "查询码",
        "public.verify": "查验", "public.commitments": "信用承诺公示", "public.lists": "名单公示", "public.exchange": "record_changed",
        "public.exchange_keys": '"keys"',
        "public.health": '"ok":true', "public.ready": '"ok":true', "public.metrics": "worker_alive 1",
        "audit.checkpoint": "repairflow", "audit.key": "repairflow",
        "audit.cosigned": "witness.example/1", "api.openapi": '"openapi"', "showcase.components": "组件",
    }.items():  # fmt: skip
        yield Row(endpoint, "everybody", "", says)
    yield Row(
        "audit.sample",
        "a sample",
        "auditor@CREDIT",
        "件",
        query="kind=random&since=2026-01-01&until=2026-06-01&seed=7&size=5",
    )
    yield Row(
        "audit.evidence_of_query",
        "a search",
        "auditor@CREDIT",
        whole.cases["repair"],
        query=f"q={whole.cases['repair']}",
    )
    looked_for = f"q={whole.cases['repair']}&person=&since=2026-01-01"
    yield Row("audit.trail", "a search", "auditor@CREDIT", whole.cases["repair"], query=looked_for)
    yield Row("audit.trail_table", "a search", "auditor@CREDIT", whole.cases["repair"], query=looked_for)
    yield Row("audit.evidence_of_search", "a search", "auditor@CREDIT", whole.cases["repair"], query=looked_for)
    yield Row("audit.findings", "auditor", "auditor@CREDIT", "提出审计意见")
    yield Row("audit.findings_table", "auditor", "auditor@CREDIT", "审计意见")
    yield Row("desk.findings", "officer", "acceptor@ENV", "审计意见")
    yield Row("audit.seen", "auditor", "auditor@CREDIT", "查看与登录记录")
    yield Row("audit.tile", "entries", "", "sha256:", {"name": "entries/000.p/2"})
    yield Row("audit.letter_verifier", "everybody", "", "verify_letter.py")
    yield Row("audit.consistency", "everybody", "", '"proof"', query="from=1&to=2")
    for kind in messages.KINDS:
        yield Row("public.schema", kind, "", messages.TYPE_PREFIX + kind, {"name": messages.schema_name(kind)})
    for endpoint, says in {
        "public.start": "我要查",
        "public.robots": "Disallow: /my/",
        "public.credit": "单位全称",
        "public.data": "使用条款",
        "public.statistics": "按办理单位",
        "public.examples": "典型案例",
        "public.data_catalogue": "/data/records.csv",
    }.items():
        yield Row(endpoint, "everybody", "", says)
    for name, one in DATASETS.items():
        yield Row("public.data_json", name, "", one.title, {"name": name})
        yield Row("public.data_csv", name, "", one.fields[0].title, {"name": name})
        yield Row("public.data_schema", name, "", one.fields[0].title, {"name": name})
        yield Row("public.data_csvw", name, "", f"/data/{name}.csv", {"name": name})
    yield Row("public.data_json", "after a month", "", "after=2026-05", {"name": "results"}, query="after=2026-06")
    yield Row("public.credit", "one looked for", "", "公示中的信息", query=f"q={USCC}")
    yield Row("public.standing", "one whose QR it is", "", NAME, {"code": USCC})
    yield Row("public.standing", "no code", "", "没有查到公示中的信息", {"code": "x"})
    yield Row("public.kiosk", "first page", "", "请选择要办的事")
    yield Row("public.clear", "kiosk", "", "请选择要办的事")
    yield Row("public.kiosk_credit", "form", "", "统一社会信用代码")
    yield Row("public.kiosk_verify", "form", "", "查验码")
    yield Row("public.kiosk_guides", "list", "", "信用修复")
    for name in ("repair", "objection"):
        yield Row("public.kiosk_guide", name, "", whole.town.law.versions(name)[-1].label, {"name": name})
    yield Row("public.embedded_credit", "nothing asked", "", "单位全称")
    yield Row("public.embedded_credit", "one looked for", "", NAME, query=f"q={USCC}")
    yield Row("public.credit", "nobody", "", "没有查到公示中的信息", query="q=nobody")
    yield Row("public.commitments", "one looked for", "", NAME, query=f"q={USCC}")
    yield Row("public.commitment", "of a repair", "", NAME, {"number": whole.cases["waits for receipts"]})
    yield Row("public.guides_data", "everybody", "", "repair.json")
    for kind, title in printables.titles():
        yield Row("public.blank_form", kind, "", title, {"kind": kind})
    for name in PROCEDURES:
        yield Row("public.guide_data", name, "", whole.town.law.versions(name)[-1].label, {"name": name})
        yield Row("public.guide", name, "", whole.town.law.versions(name)[-1].label, {"name": name})
    yield Row("account.open_reset", "a link to release a device", "", "解除", {"token": whole.tokens["second factor"]})
    yield Row("account.forgotten", "nobody signed in", "", "找回密码")
    yield Row("account.open_link", "a link to set a password", "", "密码", {"token": whole.tokens["password"]})
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            yield Row("static", path.name, "", "", {"filename": path.relative_to(STATIC).as_posix()})
