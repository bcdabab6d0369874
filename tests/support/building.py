"""A small town: two authorities and a credit office, a person for every role, two companies, and the way cases take.

Everything happens through casework, as it would in the program; nothing of the demonstration is used.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, insert, select, update

from repairflow import row_changes, times
from repairflow.auditing import chain
from repairflow.auditing.verify import verify
from repairflow.casework.actor import SYSTEM, Actor, actor_of
from repairflow.casework.case_state import materials
from repairflow.casework.case_state.materials import SentFile
from repairflow.casework.case_state.situation import history_of
from repairflow.casework.cases import deadline_firing, import_penalties
from repairflow.casework.cases.filing import file, filers
from repairflow.casework.cases.import_penalties import Entered
from repairflow.casework.cases.opening import Opening, open_case
from repairflow.casework.cases.transition import perform
from repairflow.casework.commands import Command, Event, Filing
from repairflow.casework.confirmed_rules import Rule
from repairflow.casework.context import Services
from repairflow.casework.documents import own_rules
from repairflow.casework.documents.service import service
from repairflow.casework.documents.service.service import Service
from repairflow.casework.own_signature import SIGNATURE
from repairflow.casework.permissions import OFFICE_OF_ROLE, SUBJECT_ROLES, enters_for_subject, role_for
from repairflow.db import Database
from repairflow.file_store.folder import FolderFiles
from repairflow.gateway.penalties.row import PenaltyRow
from repairflow.law import confirmable_measures, only_bad_lists
from repairflow.law.identifiers import make_uscc
from repairflow.law.procedure.deciding_elsewhere import as_taken_by
from repairflow.law.procedure.ground import Ground
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Input, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.signed_paper import as_entered
from repairflow.records import (
    cases,
    deadline,
    event,
    fine_threshold,
    letter,
    list_entry,
    mandate,
    measure,
    metadata,
    notice,
    office,
    outbox,
    own_rule,
    person,
    record,
    role_grant,
    subject,
    target,
)
from repairflow.settings import Settings, asset
from repairflow.vault import Vault
from tests.support import town_copies

OFFICES = (
    # code, name, mark, kind
    ("CREDIT", "云溪县信用中心", "溪信", "credit_office"),
    ("ENV", "云溪县生态环境局", "溪环", "authority"),
    ("MARKET", "云溪县市场监督管理局", "溪市监", "authority"),
)
COMPANIES = (
    # short, name, serial, its representative, its agent
    ("yunxi", "云溪环保科技有限公司", "MA1X2Y3T", "宋远山", "林一鸣"),
    ("hengtuo", "恒拓建材有限公司", "MA2K7H5P", "蒋一舟", "谢南枝"),
)
CHILD = ("黎小满", "320830201205104012")
"""Whom the company's representative answers for; the number is of nobody."""
TARGETS = (("site", "public_platform", None), ("province", "province", None), ("market", "partner", "MARKET"))
FINDINGS = {
    "uphold_correct": "inaccurate",
    "uphold_partly": "inaccurate",
    "uphold_annul": "baseless",
    "annotate": "unverifiable",
}
"""The finding of the information's source with which a centre may take these decisions on an objection."""
DENIALS = frozenset({"propose_denial", "deny"})
"""Steps before which an examiner has found a condition unmet."""
PROOF_KINDS = {"repair": ("performance_proof",), "objection": ("statement", "commitment", "evidence")}


OWN_RULES = "《云溪县信用工作规则》第三条"
REGULATIONS = "《云溪市社会信用条例》第二十条"
"""What carries a step that a county's own rule cannot: a list, a measure, an order."""


@cache
def law() -> Library:
    """The law as the program ships it."""
    return Library.read(asset("workflows"))


@cache
def rules_to_confirm() -> tuple[Rule, ...]:
    """Every rule that an office has to confirm before it may issue a letter by it."""
    return own_rules.rules_to_confirm(law())


@cache
def stated_rules() -> dict[Rule, dict[str, str]]:
    """Each rule with a document that may carry it: the county's own, or a city's regulations where that is not enough."""
    county = {
        "document": OWN_RULES, "rank": "normative", "issuer": "云溪县人民政府办公室", "issuer_level": "county",
        "document_number": "",
    }  # fmt: skip
    city = {
        "document": REGULATIONS, "rank": "regulation", "issuer": "云溪市人民代表大会常务委员会", "issuer_level": "city",
        "document_number": "公告第1号",
    }  # fmt: skip
    nation = {
        "document": "《中华人民共和国失信惩戒法》第八条", "rank": "law", "issuer": "全国人民代表大会常务委员会", "issuer_level": "national",
        "document_number": "主席令第99号",
    }  # fmt: skip
    ranked = confirmable_measures.least_sources(law())
    return {
        rule: nation if rule in ranked else county if "normative" in own_rules.demanded(law(), rule) else city
        for rule in rules_to_confirm()
    }


def png(shade: int = 200) -> bytes:
    """The smallest whole picture: one grey dot."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes((0, shade))))
        + chunk(b"IEND", b"")
    )


def stock(form: Mapping[str, Input], pack: RulePack, today: date) -> dict[str, Any]:
    """A sound answer to everything a form must be told."""
    return {
        name: _answer(name, spec, pack, today)
        for name, spec in form.items()
        if name not in ("effective_on", "names_confirmed")  # 处罚法 48 alone
        and "容缺" not in spec.label  # of what comes later: a whole filing promises nothing
    }


def _answer(name: str, spec: Input, pack: RulePack, today: date) -> Any:
    if name == "window_days":
        return 7  # 认定前公示的最短天数
    if name == "target":
        return TARGETS[0][0]
    if name in ("to_office", "partner"):
        return "MARKET"
    if name == "office":
        return "ENV"
    if name == "plea_answer":
        return "not_adopted"
    if name == "measure_law":
        return "《招标投标条例（虚构）》第十条"
    if name == "id_number":
        return "11010519491231002X"
    if name in ("interviewers", "witnesses", "investigators"):
        return ["陈墨，县生态环境局，执法证 001", "周予安，县生态环境局，执法证 002"]
    if name in ("term_end", "promised_day"):
        return (today + timedelta(days=30)).isoformat()
    if spec.kind == "conditions":
        return {code: {"met": True, "note": "已核对"} for code in pack.lists[spec.choices or ""]}
    if spec.kind == "choice":
        return next(iter(pack.lists[spec.choices or ""]))
    plain: dict[str, Any] = {
        "text": "宋远山",
        "long_text": "已经缴清罚款并完成整改。",
        "date": today.isoformat(),
        "datetime": f"{today + timedelta(days=7)}T09:30",
        "number": spec.minimum or 5,
        "boolean": True,
        "gaps": ["缴款凭证"],
        "corrections": {"fine_wan": "1.5"},
    }
    return plain[spec.kind]


def own_name(form: Mapping[str, Input], actor: Actor) -> dict[str, Any]:
    """Whoever speaks for a subject signs with its own name."""
    return {SIGNATURE: actor.name} if SIGNATURE in form and actor.kind == "agent" else {}


@dataclass
class Town:
    """`town.file_repair()`, `town.do(case, action)`, `town.at(day)`: each in a transaction of its own at the town's time."""

    db: Database
    settings: Settings

    def __post_init__(self) -> None:
        self.law = law()
        self.vault = Vault(b"v" * 32)
        self.services = Services.of(self.law, self.vault, self.settings)
        self.now = times.now()
        self._numbers = count(1)
        self.offices, self.subjects, self.people = town_copies.built(self.db, self.now, self._build)

    def _build(self) -> town_copies.Ids:
        self.offices: dict[str, int] = {}
        self.subjects: dict[str, int] = {}
        self.people: dict[str, int] = {}
        with self.db.begin() as tx:
            self._parties(tx)
            self._targets(tx)
        return self.offices, self.subjects, self.people

    def kept(self) -> Callable[[Town], None]:
        """A way to make another new town what this one is now: rows, time and the next number. Files stay where they are."""
        fill, now, number = town_copies.taken(self.db), self.now, next(self._numbers)

        def restore(other: Town) -> None:
            fill(other.db)
            other.now, other._numbers = now, count(number)

        self._numbers = count(number)
        return restore

    # time

    def at(self, day: date | timedelta, clock_time: time = time(10)) -> datetime:
        """It is now this time of this day in Shanghai (or so much later); the instant."""
        self.now = self.now + day if isinstance(day, timedelta) else times.at(day, clock_time)
        return self.now

    @property
    def today(self) -> date:
        return times.local_day(self.now)

    # people

    def actor(self, *names: str) -> Actor:
        """One person with all that these have: `role@OFFICE`, `yunxi` (representative) or `yunxi's agent`; the first is who it is."""
        with self.db.read() as tx:
            found = [actor_of(tx, self.people[name], self.today) for name in names]
        return replace(
            found[0],
            roles=frozenset().union(*(one.roles for one in found)),
            mandates=frozenset().union(*(one.mandates for one in found)),
        )

    def who(self, role: str, case: str) -> Actor:
        """The person who fills a procedure's role in a case: the system, the subject's representative, or an officer."""
        if role == "system":
            return SYSTEM
        row = self.case(case)
        if role in SUBJECT_ROLES:
            whose = (name for name, key in self.subjects.items() if key == row.subject_id)
            return self.actor(next(whose, "yunxi"))  # the child of a town opened again: its guardian
        code = next(code for code, key in self.offices.items() if key == getattr(row, OFFICE_OF_ROLE[role]))
        return self.actor(f"{role}@{code}")

    # doing

    def record(
        self,
        decided: date | None = None,
        *,
        company: str = "yunxi",
        office_code: str = "ENV",
        kinds: tuple[str, ...] = ("fine",),
        fine: str | None = "2",
        performed: bool = True,
        measured: bool = False,
        minor: bool = False,
        document: str | None = None,
        kind: str = "organisation",
        entered: datetime | None = None,
    ) -> str:
        """A penalty of five months ago that came in a week after its decision; its number."""
        decided = decided or self.today - timedelta(days=156)
        done = decided + timedelta(days=27) if performed else None
        pack = self.law.pack_on(self.today)
        short = next(item for item in COMPANIES if item[0] == company)
        child = minor and kind == "natural_person"
        row = PenaltyRow(
            row=2, kind=kind, name=CHILD[0] if child else short[1], uscc=None if child else make_uscc("320830", short[2]),
            id_number=CHILD[1] if child else None, minor=minor, legal_representative="" if child else short[3],
            decision_number=document or f"溪罚〔{decided.year}〕{next(self._numbers)}号",
            decision_date=decided, behaviour="超标排放水污染物", facts="事实清楚。", basis="有关法律的规定",
            penalty_kinds=kinds, penalty_labels=tuple(pack.penalty[k].label for k in kinds), content="处罚款贰万元。",
            fine_wan=Decimal(fine) if fine else None, confiscated_wan=None, valid_until=None, publicity_end=None,
            authority_name="", authority_uscc="", source_office="", source_uscc="", remark="", other=(), warnings=(),
        )  # fmt: skip
        when = entered or times.at(decided + timedelta(days=7), time(10))
        with self.db.begin() as tx:
            place = self.offices[office_code]
            key = import_penalties.enter(tx, self.services, row, Entered(place, place, SYSTEM, when, self.today))
            tx.execute(record.update().where(record.c.id == key).values(duty_performed_on=done, corrected_on=done))
            if measured:
                tx.execute(
                    insert(measure).values(
                        record_id=key,
                        code="bidding",
                        label="限制投标",
                        office_id=self.offices["MARKET"],
                        imposed_on=decided,
                    )
                )
            number = str(tx.execute(select(record.c.number).where(record.c.id == key)).scalar_one())
            if child:
                self._guarded(tx, company, key)
        if entered is None:
            self.sweep()  # what its subject was told in those months
        return number

    def _guarded(self, tx: Connection, guardian: str, record_id: int) -> None:
        """Afterwards the child of this record is spoken for by a company's representative, once."""
        if "child" not in self.subjects:
            whose = tx.execute(select(record.c.subject_id).where(record.c.id == record_id)).scalar_one()
            self.subjects["child"], self.people["child"] = whose, self.people[guardian]
            values = {"person_id": self.people[guardian], "subject_id": whose, "valid_from": date(2020, 1, 1)}
            tx.execute(insert(mandate).values(capacity="representative", **values))

    def material(self, kind: str, actor: Actor, content: bytes | None = None, name: str = "证明.png") -> str:
        """An uploaded file; its token."""
        with self.db.begin() as tx:
            return self.receive(tx, kind, actor, content, name)

    def receive(
        self, tx: Connection, kind: str, actor: Actor, content: bytes | None = None, name: str = "证明.png"
    ) -> str:
        """The same within a transaction."""
        return materials.receive(
            tx,
            self.services.materials,
            actor,
            materials.looked_at(SentFile(kind, name, png() if content is None else content), self.services.max_upload),
            now=self.now,
        )

    def filing(
        self,
        procedure: str,
        number: str | None,
        who: Actor | None = None,
        kinds: Iterable[str] | None = None,
        inputs: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Filing:
        """A filing with everything it needs, its materials uploaded; `inputs` replace stock answers (None leaves one out)."""
        actor = who or self.actor("yunxi")
        wanted = PROOF_KINDS.get(procedure, ()) if kinds is None else kinds
        definition = self.law.in_force(procedure, self.today)
        answers = stock(definition.inputs, self.law.pack_on(self.today), self.today)
        answers |= own_name(definition.inputs, actor) | dict(inputs or {})
        tokens = tuple(self.material(kind, actor) for kind in wanted)
        good = any(only_bad_lists.is_good(pack, answers.get(only_bad_lists.CHOSEN)) for pack in self.law.packs.values())
        idle = only_bad_lists.INPUTS - (inputs or {}).keys() if good else frozenset()
        given = {name: value for name, value in answers.items() if value is not None and name not in idle}
        return Filing(
            procedure, number, actor, **{"command_id": self._id(), "inputs": given, "materials": tokens, **more}
        )

    def file(self, procedure: str, number: str | None, who: Actor | None = None, **more: Any) -> str:
        """A case filed on a record; its number."""
        return self.submit(self.filing(procedure, number, who, **more)).case

    def submit(self, filing: Filing) -> Event:
        with self.db.begin() as tx:
            return file(tx, self.services, filing, self.now)

    def begin(self, name: str, version: str | None = None) -> str:
        """A case of any procedure (of an older version on its last day), opened as it usually is; its number."""
        known = self.law.versions(name)
        definition = next(p for p in known if p.version == version) if version else self.law.in_force(name, self.today)
        if definition.until is not None and self.today >= definition.until:
            self.at(definition.until - timedelta(days=1))
        kind = next(iter(definition.kinds), None)
        if definition.opened_only:
            return self._opened(definition, kind)
        role = filers(definition)[0]
        number = self._fitting(name) if definition.subject == "record" else None
        who = self.actor("yunxi") if role in SUBJECT_ROLES else self.actor(f"{role}@ENV")
        about: dict[str, Any] = {}
        if definition.subject == "subject":
            about = {"subject": make_uscc("320830", COMPANIES[0][2])}
        elif definition.subject == "case":
            before = {"revocation": self.granted, "honour_exit": self.honoured, "honour_review": self.honoured}.get(
                name, self.ended
            )
            about = {"case": before()}
            if name == "review":  # the office above decides it, where one is registered
                self.turn(update(office).where(office.c.code == "ENV").values(parent_id=self.offices["MARKET"]))
        kinds = [key for key, spec in definition.material.items() if spec.required]
        return self.file(name, number, who, kinds=kinds, kind=kind, **about)

    def _fitting(self, procedure: str) -> str:
        """A record of the kind the procedure is about."""
        if procedure == "list_removal":
            return self.listed()
        if procedure == "minor_repair":
            return self.record(kind="natural_person", minor=True, measured=True)
        return self.record(measured=True)

    def listed(self) -> str:
        """The record of a list entry, put on its list by the usual steps."""
        case = self.begin("listing")
        self.steps(case, "link_person", "review_pass", "serve_notice", "waive_defence", "decide_listing")
        entry = select(list_entry.c.record_id).where(
            list_entry.c.case_id == self.case(case).id, list_entry.c.principal_id.is_(None)
        )
        return str(self.one(select(record).where(record.c.id == self.one(entry).record_id)).number)

    def honoured(self) -> str:
        """A listing by which the company stands on a favourable list; its number."""
        document = dict.fromkeys(("basis_number", "basis_office", "basis_date", "behaviour"))
        case = self.file(
            "listing", None, self.actor("examiner@ENV"), kinds=(), inputs={"list_kind": "honour", **document},
            subject=make_uscc("320830", COMPANIES[0][2]),
        )  # fmt: skip
        self.steps(case, "review_honour", "object_in_window", "report_verification", "decide_honour")
        return case

    def turn(self, statement: Any) -> None:
        """Rows become what a test needs, past the program's rules and without an event, as if it had made them so."""
        with self.db.engine.begin() as tx:
            row_changes.mark(tx)
            tx.execute(statement)
            row_changes.keep(tx)

    def ended(self) -> str:
        """A repair that was denied; its number."""
        number = self.file_repair()
        self.steps(number, "accept", "report_verification", "propose_denial", "deny")
        return number

    def granted(self) -> str:
        """A repair that was granted and has its receipts; its number."""
        number = self.file_repair()
        self.steps(number, "accept", "report_verification", "propose_grant", "grant")
        for code in ("site", "province"):
            self.do(number, "waive_target", inputs={"target": code})
        return number

    def _opened(self, definition: Procedure, kind: str | None) -> str:
        number = self._fitting(definition.procedure) if definition.subject == "record" else None
        row = self.of_record(number) if number else None
        pack, place = self.law.pack_on(self.today), self.offices["ENV"]
        opening = Opening(
            procedure=definition, pack=pack, subject_id=self.subjects["yunxi"], record=row, receiving_id=self.offices["CREDIT"],
            deciding_id=place, provider_id=place, actor=SYSTEM, role="system", command_id=self._id(), channel="chain",
            inputs=stock(definition.inputs, pack, self.today), kind=kind,
        )  # fmt: skip
        with self.db.begin() as tx:
            return open_case(tx, self.services, opening, self.now).case

    def file_repair(self, number: str | None = None, **more: Any) -> str:
        """A repair filed on a record (a new one that may be repaired, when none is named); its number."""
        return self.file("repair", number or self.record(), **more)

    def file_objection(self, number: str | None = None, **more: Any) -> str:
        return self.file("objection", number or self.record(), **more)

    def command(
        self,
        case: str,
        action: str,
        who: Actor | str | None = None,
        inputs: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Command:
        """The command by whoever is first named for the action, with stock inputs, reason and ground; `more` replaces."""
        row, procedure = self.case(case), self.procedure(case)
        spec, pack = procedure.action[action], self.law.packs[row.pack]
        spec = as_taken_by(spec, spec.by[0] if who is None or isinstance(who, Actor) else who)
        actor = self.who(who or spec.by[0], case) if not isinstance(who, Actor) else who
        if "first_officer" in spec.inputs:
            place = next(code for code, key in self.offices.items() if key == row.deciding_id)
            two = {"first_officer": f"examiner@{place}", "second_officer": f"acceptor@{place}"}
            inputs = two | {"place": f"{case} 会议室"} | dict(inputs or {})
        if spec.letter == "hearing_notice" and "corrections" in spec.inputs:  # only what is heavier is told before
            inputs = {"corrections": {"fine_wan": "500"}} | dict(inputs or {})
        if "to_office" in spec.inputs:
            other = next(code for code, *_ in OFFICES[1:] if self.offices[code] != row.deciding_id)
            inputs = {"to_office": other} | dict(inputs or {})
        grounds = pack.lists.get(procedure.ground_list(action), {})
        role = role_for(actor, spec, row)
        if role is not None and enters_for_subject(actor, role, row):
            spec = as_entered(procedure, action, spec)
        form = spec.asks({step.action for step in self.trail(case)})
        if not any(b'"effective_on":"' in bytes(step.body) for step in self.trail(case)):
            form = {
                name: one for name, one in form.items() if name != "public_reason"
            }  # no published penalty is withdrawn
        given = {
            "command_id": self._id(),
            "inputs": stock({k: v for k, v in form.items() if v.kind != "material"}, pack, self.today)
            | own_name(form, actor)
            | {k: self.material(k, actor) for k, v in form.items() if v.kind == "material" and k not in (inputs or {})}
            | dict(inputs or {}),
            "reason": "经核查，情况属实。" if spec.reason is True else None,
            "ground": self._ground(case, grounds) if spec.reason == "code" else None,
            "materials": tuple(
                self.material(next(iter((*spec.materials, *procedure.material))), actor)
                for use in spec.guards
                if use.guard == "new_material_supplied"
            )
            if "materials" not in more
            else (),
        } | more
        return Command(case, action, actor, **given)

    def do(self, case: str, action: str, who: Actor | str | None = None, **more: Any) -> Event:
        """One action taken."""
        return self.perform(self.command(case, action, who, **more))

    def perform(self, command: Command) -> Event:
        with self.db.begin() as tx:
            return perform(tx, self.services, command, self.now)

    def steps(self, case: str, *actions: str) -> Event:
        """Several actions one after the other; the last event. What was found fits the decision that follows."""
        return [
            self.do(case, action, inputs=self.findings(case, action, actions[number + 1 :]))
            for number, action in enumerate(actions)
        ][-1]

    def findings(self, case: str, action: str, following: Sequence[str]) -> dict[str, Any] | None:
        """What a step finds, where a decision that follows needs it so; None where nothing is found otherwise than in stock."""
        elsewhere = self.procedure(case).decided_by is not None
        if action == "report_finding" and following and following[0] == "uphold_partly" and elsewhere:
            return {"finding": "partly"}  # what is decided in part is said by who decides
        if action == "report_finding" and following and following[0] in FINDINGS:
            return {"finding": FINDINGS[following[0]]}
        verified = self.procedure(case).action.get("report_verification")
        listed = verified is not None and "conditions" in verified.inputs
        if action == "report_verification" and listed and not DENIALS.isdisjoint(following):
            return {"conditions": self.unmet(case)}
        return None

    def unmet(self, case: str, *codes: str) -> dict[str, dict[str, Any]]:
        """Findings of which these conditions are not met; the performance where none is named."""
        procedure, pack = self.procedure(case), self.law.packs[self.case(case).pack]
        listed = procedure.action["report_verification"].inputs["conditions"].choices
        short = codes or ("performed",)
        return {
            code: {"met": code not in short, "note": "尚欠罚款一万元" if code in short else "已核对"}
            for code in pack.lists[listed or ""]
        }

    def _ground(self, case: str, grounds: Mapping[str, Ground]) -> str | None:
        """The first ground that the last findings do not contradict."""
        with self.db.read() as tx:
            found = [
                step.inputs["conditions"] for step in history_of(tx, self.case(case).id) if "conditions" in step.inputs
            ]
        met = {code: bool(answer["met"]) for code, answer in found[-1].items()} if found else {}
        return next((code for code, ground in grounds.items() if not ground.contradicts(met)), None)

    def serve(self, case: str) -> str:
        """The newest letter of a case is made and handed to the subject now; the case's number again."""
        row = self.one(
            select(letter).where(letter.c.case_id == self.case(case).id).order_by(letter.c.id.desc()).limit(1)
        )
        made = update(letter).where(letter.c.id == row.id, letter.c.pressed_at.is_(None))
        self.turn(made.values(pressed_at=self.now, pdf_digest="sha256:00"))
        actor = self.actor("acceptor@CREDIT")
        if row.office_id != self.offices["CREDIT"]:
            actor = self.actor(f"acceptor@{next(code for code, key in self.offices.items() if key == row.office_id)}")
        given = Service(
            row.token, "direct", actor, self._id(), "宋远山", self.now,
            material=self.material(service.EVIDENCE_KIND, actor),
        )  # fmt: skip
        with self.db.begin() as tx:
            service.serve(tx, self.services, given, self.now)
        return case

    def sweep(self) -> list[str]:
        """Everything due fires, rung by rung; the rungs in order."""
        fired: list[str] = []
        while True:
            with self.db.read() as tx:
                due = tx.execute(
                    select(deadline.c.id)
                    .where(deadline.c.next_at <= self.now, deadline.c.held.is_(None))
                    .order_by(deadline.c.next_at, deadline.c.id)
                ).scalar()
            if due is None:
                return fired
            with self.db.begin() as tx:
                done = deadline_firing.fire(tx, self.services, due, self.now)
            assert done is not None, "a due rung that does not fire would be swept for ever"
            fired.append(done.rung)

    # looking

    def case(self, number: str) -> Row[Any]:
        return self.one(select(cases).where(cases.c.number == number))

    def of_record(self, number: str) -> Row[Any]:
        return self.one(select(record).where(record.c.number == number))

    def procedure(self, case: str) -> Procedure:
        row = self.case(case)
        return self.law.procedure(row.procedure, row.procedure_version)

    def trail(self, case: str) -> list[Row[Any]]:
        return self.all(select(event).where(event.c.stream == chain.case_stream(case)).order_by(event.c.seq))

    def dues(self, case: str) -> dict[str, Row[Any]]:
        """The deadline rows of a case by clock."""
        rows = self.all(select(deadline).where(deadline.c.case_id == self.case(case).id).order_by(deadline.c.id))
        return {row.clock: row for row in rows}

    def notices(self, name: str, kind: str | None = None) -> list[str]:
        """Titles in somebody's inbox, oldest first."""
        found = select(notice).where(notice.c.person_id == self.people[name]).order_by(notice.c.id)
        return [row.title for row in self.all(found if kind is None else found.where(notice.c.kind == kind))]

    def pushes(self, case: str) -> list[Row[Any]]:
        rows = select(outbox).where(outbox.c.case_id == self.case(case).id, outbox.c.topic == "push")
        return self.all(rows.order_by(outbox.c.id))

    def one(self, statement: Any) -> Row[Any]:
        with self.db.read() as tx:
            return tx.execute(statement).one()

    def all(self, statement: Any) -> list[Row[Any]]:
        with self.db.read() as tx:
            return list(tx.execute(statement).all())

    def counts(self) -> dict[str, int]:
        """How many rows every table has."""
        with self.db.read() as tx:
            return counts(tx)

    def sound(self) -> None:
        """The whole trail verifies."""
        with self.db.read() as tx:
            report = verify(tx, FolderFiles(self.settings.home / "anchors"), None)
        wrong = [finding.text for finding in report.findings if finding.table != "checkpoint"]
        assert not wrong, wrong

    def _id(self) -> str:
        return f"c{next(self._numbers)}"

    # building

    def _parties(self, tx: Connection) -> None:
        """Offices with an officer for each role, companies with two who speak for them: a statement a table."""
        offices = [
            {
                "code": code, "name": name, "short_name": name, "mark": mark, "kind": kind, "contact": "0510-55550100",
                "review_organs": "云溪县人民政府", "court": "云溪县人民法院", "review_channel": "云溪县行政复议网上平台",
            }
            for code, name, mark, kind in OFFICES
        ]  # fmt: skip
        self.offices = _keyed(tx, office, "code", offices)
        companies = [
            {"kind": "organisation", "name": name, "uscc": make_uscc("320830", serial)}
            for _, name, serial, *_ in COMPANIES
        ]
        names = _keyed(tx, subject, "name", companies)
        self.subjects = {short: names[name] for short, name, *_ in COMPANIES}

        posts = [(role, code) for code, *_ in OFFICES for role in OFFICE_OF_ROLE]
        posts += [("auditor", "CREDIT"), ("system_admin", "CREDIT")]
        speakers = [
            (key, who, short, capacity)
            for short, _, _, representative, agent in COMPANIES
            for key, who, capacity in ((short, representative, "representative"), (f"{short}'s agent", agent, "agent"))
        ]
        staff = [{"login": f"{role}@{code}", "name": f"{role}@{code}", "kind": "staff"} for role, code in posts]
        agents = [{"login": key, "name": who, "kind": "agent"} for key, who, *_ in speakers]
        self.people = _keyed(tx, person, "login", staff + agents)
        tx.execute(
            insert(role_grant),
            [
                {
                    "person_id": self.people[f"{role}@{code}"], "role": role, "office_id": self.offices[code],
                    "admin_slot": 1 if role.endswith("_admin") else None,
                }
                for role, code in posts
            ],
        )  # fmt: skip
        tx.execute(
            insert(mandate),
            [
                {
                    "person_id": self.people[key], "subject_id": self.subjects[short], "capacity": capacity,
                    "valid_from": date(2020, 1, 1),
                }
                for key, _, short, capacity in speakers
            ],
        )  # fmt: skip
        seq, head = chain.heads(tx, "system")
        chain.append(
            tx,
            chain.Entry(
                stream="system",
                at=self.now,
                action="found",
                actor_name=SYSTEM.name,
                actor_role="system",
                content={"offices": [code for code, *_ in OFFICES]},
            ),
            chain.Appended(seq, head),
        )
        tx.execute(insert(own_rule), self._own_rules())
        tx.execute(insert(fine_threshold), self._fine_thresholds())

    def _fine_thresholds(self) -> list[dict[str, Any]]:
        """Every office has stated from which amount a fine is 较大数额 and 巨额, by its legal reviewer."""
        return [
            {
                "office_id": self.offices[code], "minor_below_wan": Decimal("0.1"), "serious_from_wan": Decimal(100),
                "document": OWN_RULES, "document_day": date(2026, 4, 1), "stated_at": self.now,
                "person_id": self.people[f"legal_reviewer@{code}"],
            }
            for code, *_ in OFFICES
        ]  # fmt: skip

    def _own_rules(self) -> list[dict[str, Any]]:
        """Every office has confirmed every rule there is to confirm, by its legal reviewer."""
        return [
            {
                **rule._asdict(), "office_id": self.offices[code], "document_day": date(2026, 4, 1),
                "note": "", "person_id": self.people[f"legal_reviewer@{code}"], "confirmed_at": self.now, **stated,
            }
            for code, *_ in OFFICES
            for rule, stated in stated_rules().items()
        ]  # fmt: skip

    def _targets(self, tx: Connection) -> None:
        for code, kind, office_code in TARGETS:
            place = self.offices[office_code] if office_code else None
            tx.execute(
                insert(target).values(
                    code=code, name=code, kind=kind, url=f"http://127.0.0.1:1/{code}", secret=b"", office_id=place
                )
            )


def _keyed(tx: Connection, table: Table, key: str, rows: list[dict[str, Any]]) -> dict[str, int]:
    """Write the rows; their ids by one of their columns."""
    ids = tx.execute(insert(table).returning(table.c.id, sort_by_parameter_order=True), rows).scalars()
    return {row[key]: number for row, number in zip(rows, ids, strict=True)}


def counts(tx: Connection) -> dict[str, int]:
    """How many rows every table has, in this transaction."""
    return dict(tx.execute(_counting()).one()._mapping)


@cache
def _counting() -> Select[Any]:
    """All tables in one statement: one for each cost more than most steps that are counted around."""
    return select(
        *(
            select(func.count()).select_from(table).scalar_subquery().label(table.name)
            for table in metadata.sorted_tables
        )
    )
