"""A town in which there is something of every kind that an address can name, and a browser for each of its people."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdf
from flask import Flask
from sqlalchemy import Connection, select, update

from repairflow import times
from repairflow.app.program import Program
from repairflow.app.worker import job_runner
from repairflow.auditing import checkpoints, cosignatures, sequencer
from repairflow.auditing.cosigning import Cosigner
from repairflow.casework.admin import credential_links, credentials
from repairflow.casework.cases import drafts, import_jobs, inbound
from repairflow.casework.changes import AnswerOfPlatform, EnterActs, IssueExtract, SettleActs, TakeInbound
from repairflow.casework.dispatch import dispatch
from repairflow.casework.documents import platform_letters, rendering_job
from repairflow.casework.documents.revisions import letter_correction, reissue
from repairflow.casework.documents.revisions.letter_correction import CorrectLetter
from repairflow.casework.documents.revisions.reissue import Reissue
from repairflow.casework.documents.service import service
from repairflow.casework.notifications import channels
from repairflow.casework.outbound import discrepancies, page_captures, platform_answers
from repairflow.db import Database
from repairflow.gateway import inbound_messages
from repairflow.gateway.inbound_messages import INBOUND_PREFIX
from repairflow.gateway.page_capture import Kept, Seen
from repairflow.gateway.reconcile import Difference
from repairflow.law.identifiers import make_uscc
from repairflow.letters.model import LetterData, Pressed
from repairflow.records import (
    cases,
    credential_link,
    deadline,
    job,
    letter,
    material,
    outbox,
    page_capture,
    person,
    target,
)
from repairflow.settings import load
from repairflow.worker import heartbeat
from tests.support.building import COMPANIES, Town, law, png
from tests.support.calling import signer
from tests.web.portal_visit import Visitor, make

PROCEDURES = tuple(name for name in law().names() if law().versions(name)[-1].prefix)
USCC = make_uscc("320830", COMPANIES[0][2])


def made(data: LetterData) -> Pressed:
    """A letter as a PDF of one empty page, which says whose letter it is in its metadata: pressing takes long."""
    writer, out = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.add_metadata({"/Subject": data.number})
    writer.write(out)
    return Pressed(pdf=out.getvalue(), sha256="0" * 64, pages=1)


@dataclass
class Whole:
    """The town, its application, and what there is in it by kind."""

    town: Town
    app: Flask
    cases: dict[str, str] = field(default_factory=dict)  # the number of a case, by procedure or standing
    records: dict[str, str] = field(default_factory=dict)
    letters: dict[str, Any] = field(default_factory=dict)
    materials: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    batches: dict[str, str] = field(default_factory=dict)
    inquiries: dict[str, str] = field(default_factory=dict)
    captures: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    pushes: dict[str, int] = field(default_factory=dict)
    acts: dict[str, str] = field(default_factory=dict)
    messages: dict[str, int] = field(default_factory=dict)  # ids of what platforms sent
    failed_job: int = 0
    _visitors: dict[str, Visitor] = field(default_factory=dict)

    def visitor(self, who: str) -> Visitor:
        """A browser in which a person of the town is signed in, the same at each call; "" for a stranger."""
        found = self._visitors.get(who)
        if found is None:
            found = self._visitors[who] = Visitor(self.app, self.town, who) if who else Stranger(self.app)
        return found

    def officer(self, case: str, role: str = "acceptor") -> str:
        """Who has a role in the office that decides a case."""
        place = self.town.case(case).deciding_id
        return f"{role}@{next(code for code, key in self.town.offices.items() if key == place)}"


class Stranger(Visitor):
    """A browser in which nobody is signed in."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.page = self.client.get("/login")


def grow(url: str, home: Path) -> Whole:
    """The town, on an empty database."""
    settings = load({"REPAIRFLOW_HOME": str(home), "REPAIRFLOW_DATABASE_URL": url})
    town = Town(Database(url), settings)
    whole = Whole(town, make(town))
    _cases(whole)
    _records(whole)
    _letters(whole)
    _drafts(whole)
    _imports(whole)
    _batches(whole)
    _acts(whole)
    _messages(whole)
    _captures(whole)
    _rest(whole)
    return whole


def _cases(whole: Whole) -> None:
    town = whole.town
    for name in PROCEDURES:
        whole.cases[name] = town.begin(name)
    whole.cases["denied"] = town.ended()
    whole.cases["granted"] = town.granted()
    whole.cases["waits for the subject"] = town.file_repair()
    town.do(whole.cases["waits for the subject"], "request_supplement")
    whole.cases["waits for receipts"] = town.file_repair(town.record(measured=True))
    town.steps(whole.cases["waits for receipts"], "accept", "report_verification", "propose_grant", "grant")
    rows = town.pushes(whole.cases["waits for receipts"])
    whole.pushes["waiting"] = rows[0].id


def _records(whole: Whole) -> None:
    town = whole.town
    whole.records["repairable"] = town.record()
    whole.records["too early"] = town.record(town.today - timedelta(days=20))
    whole.records["minor"] = town.record(kinds=("warning",), fine=None)
    whole.records["serious"] = town.record(kinds=("stop_business", "fine"), fine="25")
    whole.records["of a child"] = town.record(kind="natural_person", minor=True)
    whole.records["with measures"] = town.record(measured=True)
    whole.records["not performed"] = town.record(performed=False)
    whole.records["listed"] = town.listed()
    by_case = {
        "repaired": whole.cases["granted"],
        "not repaired": whole.cases["denied"],
        "disputed": town.file_objection(),
    }
    town.do(by_case["disputed"], "accept")
    whole.cases["objection accepted"] = by_case["disputed"]
    for kind, case in by_case.items():
        key = town.case(case).record_id
        whole.records[kind] = next(row.number for row in town.all(_all_records()) if row.id == key)


def _acts(whole: Whole) -> None:
    town = whole.town
    row = {"kind": "permit", "name": COMPANIES[0][1], "code": USCC, "decision_date": "2026-06-08", "title": "准予取水"}
    rows = [row | {"row": str(at), "document_number": f"溪环许〔2026〕{at}号"} for at in (1, 2, 3)]
    with town.db.begin() as tx:
        entered = EnterActs(town.actor("examiner@ENV"), "ENV", rows)
        shown, waiting, disputed = dispatch(tx, town.services, entered, town.now)
        dispatch(tx, town.services, SettleActs(town.actor("reviewer@ENV"), (shown, disputed), "publish", ""), town.now)
    whole.acts |= {"published": shown, "waiting": waiting, "disputed": disputed}
    case = whole.cases["objection to an act"] = town.file("objection", None, act=disputed)
    town.steps(case, "accept", "consult")


def _all_records() -> Any:
    from repairflow.records import record

    return select(record)


def _letters(whole: Whole) -> None:
    town = whole.town
    with town.db.begin() as tx:
        asked = IssueExtract(town.actor("yunxi"), town.subjects["yunxi"])
        extract = dispatch(tx, town.services, asked, town.now)
    for row in town.all(select(letter).where(letter.c.pressed_at.is_(None))):
        rendering_job.press(town.db, town.services.letters, made, row.id, town.now)
    head = town.actor("head@ENV")
    of_case = town.all(select(letter).where(letter.c.kind == "repair_accepted").order_by(letter.c.id))
    of_record = town.all(
        select(letter).where(letter.c.kind == "repair_informed", letter.c.case_id.is_(None)).order_by(letter.c.id)
    )
    supplement = town.one(select(letter).where(letter.c.kind == "supplement_required").limit(1))
    with town.db.begin() as tx:
        letter_correction.withdraw(tx, CorrectLetter(of_case[0].token, head, "w-case", "误发。"), town.now)
        letter_correction.withdraw(tx, CorrectLetter(of_record[0].token, head, "w-record", "误发。"), town.now)
        changes = [("金额", "贰万元", "两万元")]
        whole.letters["correction"] = letter_correction.correct(
            tx, town.services, CorrectLetter(of_record[1].token, head, "c-record", "金额写错。", changes), town.now
        )
        given = Reissue(
            supplement.token, head, "r-case", "写错。", supplement.content["addressee"], {"gaps": "缴款凭证（2万元）"}
        )
        reissue.propose(tx, town.services, given, town.now)
        service.serve(tx, town.services, _service(whole, of_case[1], tx), town.now)
    named = {
        "of a case": of_case[2], "about a record": of_record[2], "of a case, withdrawn": of_case[0],
        "about a record, withdrawn": of_record[0], "about a record, corrected": of_record[1], "of a case, replaced": supplement,
        "of a case, served": of_case[1], "status extract": town.one(select(letter).where(letter.c.token == extract)),
    }  # fmt: skip
    whole.letters.update(named)
    last = town.all(select(letter).order_by(letter.c.id))[-1]
    whole.letters["not pressed yet"] = last
    rendering_job.press(town.db, town.services.letters, made, whole.letters["correction"].id, town.now)


def _service(whole: Whole, row: Any, tx: Any) -> service.Service:
    town = whole.town
    actor = town.actor("acceptor@ENV")
    proof = town.receive(tx, service.EVIDENCE_KIND, actor)
    return service.Service(row.token, "direct", actor, "s-case", "宋远山", town.now, "窗口", "", "", proof)


def _drafts(whole: Whole) -> None:
    town, number = whole.town, whole.records["repairable"]
    yunxi = whole.visitor("yunxi")
    whole.drafts["begun"] = yunxi.begin(number, "objection")
    whole.drafts["filled in"] = yunxi.begin(number)
    yunxi.fill(whole.drafts["filled in"])
    handed = yunxi.begin(whole.records["with measures"])
    yunxi.fill(handed)
    yunxi.get(f"{handed}/check")
    assert yunxi.post(f"{handed}/check").status_code == 303, yunxi.text[:2000]
    whole.drafts["handed in"] = handed
    with town.db.begin() as tx:
        assert drafts.unfinished(tx, town.actor("yunxi"))


def _imports(whole: Whole) -> None:
    from repairflow.settings import asset

    officer = whole.visitor("provider@ENV")
    samples = asset("workflows") / "samples"
    for kind, name in (
        ("checked", "penalties.csv"),
        ("with faults", "penalties-with-faults.csv"),
        ("dropped", "penalties.xlsx"),
    ):
        officer.get("/desk/imports")
        sent = {"csrf_token": officer.token, "office": "ENV", "file": (io.BytesIO((samples / name).read_bytes()), name)}
        answer = officer.client.post("/desk/imports", data=sent, content_type="multipart/form-data")
        assert answer.status_code == 303, answer.text[:500]
        whole.imports[kind] = answer.location.rsplit("/", 1)[-1]
        job_runner(Program(whole.town.settings, whole.town.db, whole.town.services)).run_once(times.now())
    officer.get("/desk/imports")
    assert officer.post(f"/desk/imports/{whole.imports['dropped']}/drop").status_code == 303
    _failed_job(whole)


def _failed_job(whole: Whole) -> None:
    """An import whose file was gone before it was checked."""
    town, token = whole.town, "gone-import"
    provider = town.actor("provider@ENV")
    with town.db.begin() as tx:
        import_jobs.begin(
            tx,
            provider,
            token,
            office_id=town.offices["ENV"],
            file_name="已删.csv",
            file_digest="sha256:",
            now=town.now,
        )
    job_runner(Program(town.settings, town.db, town.services)).run_once(times.now())
    whole.failed_job = town.one(select(job.c.id).where(job.c.state == "failed")).id


def _batches(whole: Whole) -> None:
    """One at each stage: at work, looked at, given up, done."""
    officer, case = whole.visitor("acceptor@ENV"), whole.cases["repair"]
    program = Program(whole.town.settings, whole.town.db, whole.town.services)
    _inquiry(whole, "done")
    for stage in ("done", "dropped", "checked", "at work"):
        officer.get("/desk/")
        form = {
            "cases": case,
            "action": "request_supplement",
            "reason": "请补充现场照片。",
            "command_id": f"batch-{len(whole.batches)}",
        }
        answer = officer.post("/desk/batches", form)
        token = whole.batches[stage] = answer.location.rsplit("/", 1)[-1]
        if stage != "at work":
            job_runner(program).run_once(times.now())
        if stage == "dropped":
            assert officer.post(f"/desk/batches/{token}/drop").status_code == 303
    _inquiry(whole, "at work")


def _inquiry(whole: Whole, stage: str) -> None:
    officer = whole.visitor("acceptor@ENV")
    officer.get("/desk/screening")
    answer = officer.post("/desk/screening/runs", {"purpose": "项目申报", "codes": USCC})
    whole.inquiries[stage] = answer.location.rsplit("/", 1)[-1]


def _captures(whole: Whole) -> None:
    """A page that waits to be fetched, one that was kept and one that could not be had; and a letter to its platform, answered."""
    town = whole.town
    town.turn(update(target).where(target.c.id == 1).values(page_url="https://credit.example/{number}"))
    still = Difference(whole.records["repairable"], "still_shown", "ended", "public")
    marked = Difference(whole.records["too early"], "mark_left", "public", "disputed")
    for stage in ("kept", "not to be had", "at work"):
        with town.db.begin() as tx:
            if not whole.captures:
                discrepancies.report_differences(tx, 1, [still, marked], town.now)
            else:
                page_captures.ask(tx, town.actor("supervisor@CREDIT"), 1, town.now)
            token = tx.execute(select(page_capture.c.token).order_by(page_capture.c.id.desc()).limit(1)).scalar_one()
            whole.captures[stage] = token
            seen = Seen("https://credit.example/1", 200, "text/html", b"<p>x", "x")
            if stage != "at work":
                kept = Kept(seen, b"PNG") if stage == "kept" else Kept(None, message="连接不上")
                page_captures.keep(tx, token, kept, town.now)
    with town.db.begin() as tx:
        supervisor, today = town.actor("supervisor@CREDIT"), town.today.isoformat()
        platform_letters.write(tx, town.services, supervisor, 2, town.now)
        platform_answers.answer(tx, AnswerOfPlatform(supervisor, 2, "refused", today, "不是本平台的信息"), town.now)


def _messages(whole: Whole) -> None:
    town = whole.town
    town.turn(update(target).where(target.c.code == "province").values(inbound_office_id=town.offices["CREDIT"]))
    about = {"number": "SX-2026-999999"}
    file = {"kind": "performance_proof", "name": "缴款书.png", "content": base64.b64encode(png()).decode()}
    message = {
        "specversion": "1.0", "id": "SN-1", "type": INBOUND_PREFIX + "application", "partitionkey": "a", "sequence": "1",
        "data": {"procedure": "repair", "subject": USCC, "record": about, "materials": [file]},
    }  # fmt: skip
    body = json.dumps(message).encode()
    with town.db.begin() as tx:
        sender = inbound.sender_of(tx, "province").actor()
        given = TakeInbound(sender, "province", body, inbound_messages.read(body))
        row, _ = inbound.take(tx, town.services, given, town.now)
    whole.messages["waits"] = row.id


def _rest(whole: Whole) -> None:
    town = whole.town
    seen = select(material).join(cases, cases.c.id == material.c.case_id).where(cases.c.internal.is_(False))
    whole.materials["of a case"] = str(town.all(seen.where(cases.c.confidential.is_(False)))[0].token)
    whole.materials["not handed in yet"] = town.material("performance_proof", town.actor("yunxi"))
    with town.db.begin() as tx:
        whole.tokens["calendar"] = channels.open_feed(tx, town.actor("acceptor@ENV"), town.now)
    guard = replace(town.actor("head@CREDIT"), roles=frozenset({("security_admin", town.offices["CREDIT"])}))
    town.turn(update(person).where(person.c.login == "reviewer@MARKET").values(totp_secret=b"a device's"))
    with town.db.begin() as tx:
        owner = tx.execute(select(person).where(person.c.login == "reviewer@MARKET")).one()
        order = credential_links.Order(credential_links.SECOND_FACTOR, "sheet", mail=False)
        credential_links.send(tx, town.vault, guard, owner, order, town.now)
        sealed = tx.execute(
            select(credential_link.c.sealed).where(credential_link.c.person_id == owner.id)
        ).scalar_one()
        whole.tokens["second factor"] = str(town.vault.open(sealed))
        invited = tx.execute(select(person).where(person.c.login == "provider@MARKET")).one()
        whole.tokens["password"] = credentials.issue_link(tx, guard, invited, town.now)
    town.turn(update(person).where(person.c.login == "partner@CREDIT").values(active=False))
    town.turn(update(target).where(target.c.code == "province").values(active=False))
    dead = whole.town.pushes(whole.cases["waits for receipts"])[-1]
    town.turn(update(outbox).where(outbox.c.id == dead.id).values(state="dead", last_error="对方拒收"))
    whole.pushes["dead"] = dead.id
    late = update(deadline).where(deadline.c.case_id == town.case(whole.cases["repair"]).id)
    town.turn(late.values(due_day=town.today - timedelta(days=9)))
    heartbeat.beat(town.db, "node").run()
    with town.db.begin() as tx:
        sequencer.sequence(tx, 10_000)
    with town.db.begin() as tx:
        note = checkpoints.take(tx, signer(town), town.now)
        assert note is not None
        _cosigned(tx, town, note)
    checkpoints.anchor(town.services.anchors, note, times.local_day(town.now))


def _cosigned(tx: Connection, town: Town, note: str) -> None:
    """A witness cosigned the checkpoint."""
    witness = Cosigner("witness.example/1", bytes(32))
    asked = cosignatures.Asked(witness.name, str(witness), "")
    line = witness.cosign(signer(town).verifier.text(note), town.now)
    assert cosignatures.keep(tx, asked, signer(town).verifier.open(note).size, note, line)
