"""Every seeded fault is found, on its line, with a message that names it; a faultless file has none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from repairflow.law.calendar.regions import Calendars
from repairflow.law.calendar.workdays import Calendar
from repairflow.law.checks import Diagnostic, Names, errors, problems
from repairflow.law.checks.messages import TEXTS
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import parse
from repairflow.law.procedure.packs import parse_pack
from repairflow.law.procedure.roles import OUTCOMES, outcome_side, role_side
from repairflow.law.procedure.statutes import read_statutes
from repairflow.settings import asset
from tests.support.procedures import GOOD, LETTERS, PACK, RECORD, names, spoilt


def check(text: str, record: str | None = RECORD) -> list[Diagnostic]:
    return problems(parse(text, "sample.toml"), names=names(record), text=text, where="sample.toml")


def test_a_faultless_procedure_has_no_findings() -> None:
    assert check(GOOD) == []


def test_a_faultless_record_life_has_no_findings() -> None:
    assert problems(parse(RECORD, "record.toml"), names=names(), text=RECORD, where="record.toml") == []


REPORT = 'by = ["examiner"]\nfrom = ["checking"]\nto = "deciding"'
DENY = 'from = ["deciding"]\nto = "denied"\ndistinct_from = ["report"]\nreason = true\nletter = "decision"'
ACCEPTANCE = 'days = { working = 3 }\nowner = "registrar"\noverdue = "escalate"'
WITHDRAW = 'from = ["submitted", "supplement", "checking", "deciding"]'

# (passage, what it is replaced by, code found, words the message must contain)
FAULTS = [
    # names
    ('initial = "submitted"', 'initial = "begun"', "state_unknown", "begun"),
    ('from = ["meeting"]', 'from = ["meting"]', "state_unknown", "meting"),
    ('to = "waiting"', 'to = "wating"', "state_unknown", "wating"),
    ('runs_in = ["executing"]', 'runs_in = ["executing", "gone"]', "state_unknown", "gone"),
    ('pauses_in = ["meeting"]', 'pauses_in = ["meting"]', "state_unknown", "meting"),
    ('overdue = "lapse"', 'overdue = "laps"', "action_unknown", "laps"),
    ('to = "executing"\nguards = [{ guard = "times_done", action = "report", at_least = 1 }]\ndistinct_from = ["report"]',
     'to = "executing"\ndistinct_from = ["report", "nobody_does"]', "action_unknown", "nobody_does"),
    ('letter = "supplement_required"\n', 'letter = "supplement_required"\nmaterials = ["photo"]\n', "material_unknown", "photo"),
    ('letter = "supplement_required"\n', "", "served_without_letter", "request_supplement"),
    ("days = { working = 7 }", 'starts = "served"\ndays = { working = 7 }', "served_office", "decider"),
    ("days = { working = 7 }", 'starts_on = "happened_on"\ndays = { working = 7 }', "starts_on_no_day", "accept"),
    ('extends = { clock = "handling"', 'extends = { clock = "handing"', "clock_unknown", "handing"),
    ('filed_by = ["applicant"]', 'filed_by = ["applicant"]\nkind_by = { ghost = ["applicant"] }', "kind_unknown", "ghost"),
    ('owner = "head"', 'owner = "boss"', "role_unknown", "boss"),
    ('filed_by = ["applicant"]', 'filed_by = ["clerk"]', "role_unknown", "clerk"),
    (REPORT, REPORT.replace("examiner", "inspector"), "role_unknown", "inspector"),
    ('basis = ["habit"]', 'basis = ["rumour"]', "basis_unknown", "rumour"),
    ('"record_is_public"]', '"record_is_nice"]', "guard_unknown", "record_is_nice"),
    ('filing_guards = ["no_duplicate_pending"]', 'filing_guards = ["none_such"]', "guard_unknown", "none_such"),
    ("at_least = 1 }", "at_least = 1, at_most = 2 }", "guard_parameter", "at_most"),
    ('action = "report", at_least', 'action = "repot", at_least', "guard_value", "repot"),
    ('required_if = "filed_by_agent"', 'required_if = "moon_is_full"', "predicate_unknown", "moon_is_full"),
    ('outcome = "denied"', 'outcome = "thrown_out"', "outcome_unknown", "thrown_out"),
    ('effects = ["mark_disputed"]', 'effects = ["gild_record"]', "effect_unknown", "gild_record"),
    ('filing_letter = "receipt"', 'filing_letter = "postcard"', "letter_unknown", "postcard"),
    ('letter = "not_accepted"', 'letter = "poem"', "letter_unknown", "poem"),
    ('letter = "not_accepted"\nremedy = ["reconsideration"]', 'letter = "not_accepted"\nremedy = ["prayer"]',
     "remedy_unknown", "prayer"),
    ('choices = "sample_grounds"', 'choices = "no_list"', "list_unknown", "no_list"),
    ('letter = "not_accepted"\nremedy', 'letter = "not_accepted"\nlist_basis = { none_such = ["habit"] }\nremedy',
     "list_kind_unknown", "none_such"),
    ('procedure = "sample"', 'procedure = "specimen"', "list_unknown", "specimen_refuse_grounds"),
    ('opens = { procedure = "follow_up" }', 'opens = { procedure = "nothing" }', "procedure_unknown", "nothing"),
    # reaching and ending
    ("granted = {", 'lost = { label = "失落", no_clock = "无" }\ngranted = {', "unreachable", "失落"),
    ('label = "待执行",', 'label = "待执行", retired = true,', "retired_reached", "待执行"),
    ('from = ["waiting"]\nto = "executing"', 'from = ["executing"]\nto = "waiting"', "dead_end", "待执行"),
    (WITHDRAW, WITHDRAW.replace('"deciding"', '"deciding", "denied"'), "final_leaves", "不予准许"),
    ("effective = 2026-04-01", "effective = 2027-01-01", "version_day", "2027-01"),
    ("effective = 2026-04-01", "effective = 2026-04-01\nuntil = 2026-04-01", "dates", "2026-04-01"),
    # time
    (', no_clock = "随法院裁定"', "", "no_clock", "待执行"),
    ('runs_in = ["executing"]', 'runs_in = ["executing", "granted"]', "clock_in_final", "同步期限"),
    ('pauses_in = ["meeting"]', 'pauses_in = ["meeting", "deciding"]', "clock_runs_and_pauses", "待决定"),
    ('by = ["system"]\nfrom = ["supplement"]', 'by = ["registrar"]\nfrom = ["supplement"]', "overdue_not_system", "补正期限"),
    ('runs_in = ["supplement"]', 'runs_in = ["supplement", "waiting"]', "overdue_cannot_fire", "待执行"),
    (ACCEPTANCE, ACCEPTANCE.replace("escalate", "lapse"), "office_lapse", "受理人员"),
    ('basis = ["habit"]\nverified = false', 'basis = ["habit"]\nverified = true', "verified_without_source", "同步期限"),
    ('until = "meeting_at"', 'until = "meet_at"', "until_unknown", "meet_at"),
    ('kind = "datetime"', 'kind = "text"', "until_kind", "meeting_at"),
    ('input = "term"', 'input = "therm"', "days_input_unknown", "therm"),
    ('term = { kind = "number"', 'term = { kind = "text"', "days_input_kind", "term"),
    ('on = ["receipt"]\n', "", "system_untriggered", "回执齐全"),
    ('by = ["system"]\non = ["receipt"]', 'by = ["head"]\non = ["receipt"]', "on_without_system", "回执齐全"),
    ('from = ["checking", "deciding"]\nguards', 'from = ["checking", "executing"]\nguards', "extends_outside", "同步中"),
    # people
    (DENY, DENY.replace('["report"]', '["report", "park"]'), "four_eyes_never_before", "等待裁定"),
    (REPORT, REPORT.replace("examiner", "decider"), "four_eyes", "批准人"),
    (DENY, DENY.replace('["report"]', '["lapse"]'), "four_eyes", "系统"),
    # rights
    (DENY, DENY.replace("reason = true\n", ""), "refusal_reason", "不予准许"),
    (DENY, DENY.replace('\nletter = "decision"', ""), "refusal_letter", "不予准许"),
    ('letter = "decision"\nremedy = ["reconsideration"]', 'letter = "decision"', "refusal_remedy", "不予准许"),
    ('letter = "not_accepted"\nremedy = ["reconsideration"]', 'letter = "not_accepted"', "refusal_remedy", "不予受理"),
    ('remedy = ["reconsideration"]\neffects = ["unmark_disputed"]', 'remedy = ["reconsideration"]',
     "effect_left_standing", "加注异议标注"),
    # what the subject sees
    ('filed_by = ["applicant"]', 'filed_by = ["examiner"]', "draft_shown", "待受理"),
    ('"待补正",', '"待补正", internal = true,', "hidden_step", "提交补正"),
    ('"待补正",', '"待补正", internal = true,', "hidden_limit", "补正期限"),
    ('"待补正",', '"待补正", internal = true,', "hidden_again", "一次性告知补正"),
    ('label = "核查中"', 'label = "核查中", internal = true', "hidden_letter", "延长办理期限"),
    ('letter = "withdrawn"\neffects = ["unmark_disputed"]', 'letter = "withdrawn"', "effect_left_standing", "撤回申请"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "named"), FAULTS, ids=[f"{f[2]}-{f[3]}" for f in FAULTS])
def test_a_seeded_fault_is_found_and_named(old: str, new: str, code: str, named: str) -> None:
    text = spoilt(old, new)
    found = [f for f in errors(check(text)) if f.code == code and named in f.text]
    assert found, [f"{f.code}: {f.text}" for f in check(text)]
    assert all(re.fullmatch(r"sample\.toml:[0-9]+", f.where) for f in found)


@pytest.mark.parametrize(
    ("kind", "codes"),
    [("datetime", []), ("date", ["instant_kind"]), ("text", ["instant_kind"]), (None, ["until_unknown"])],
)
def test_a_limit_to_a_moment_asks_for_one(kind: str | None, codes: list[str]) -> None:
    text = spoilt('until = "meeting_at"', f'instant = "{"meeting_at" if kind else "meet_at"}"')
    text = spoilt('kind = "datetime"', f'kind = "{kind or "datetime"}"', text)
    assert [f.code for f in errors(check(text))] == codes


def test_all_faults_are_listed_at_once() -> None:
    text = GOOD
    for old, new, _, _ in FAULTS[1:4]:
        text = spoilt(old, new, text)
    assert {named for *_, named in FAULTS[1:4]} <= {
        word for f in check(text) for word in f.text.replace("”", "“").split("“")
    }


LINES = [
    ('overdue = "lapse"', 'overdue = "laps"', "action_unknown", 'overdue = "laps"'),
    ('owner = "head"', 'owner = "boss"', "role_unknown", 'owner = "boss"'),
    (', no_clock = "随法院裁定"', "", "no_clock", 'waiting = { label = "待执行" }'),
    ('until = "meeting_at"', 'until = "meet_at"', "until_unknown", 'until = "meet_at"'),
    ('initial = "submitted"', 'initial = "begun"', "state_unknown", 'initial = "begun"'),
    ('letter = "decision"\nremedy = ["reconsideration"]', 'letter = "decision"', "refusal_remedy", "[action.deny]"),
]


@pytest.mark.parametrize(("old", "new", "code", "line"), LINES)
def test_a_finding_stands_on_the_line_of_the_fault(old: str, new: str, code: str, line: str) -> None:
    text = spoilt(old, new)
    number = text.splitlines().index(line) + 1
    assert [f.where for f in check(text) if f.code == code] == [f"sample.toml:{number}"]


def test_without_the_text_a_finding_names_the_file_alone() -> None:
    procedure = parse(spoilt('owner = "head"', 'owner = "boss"'), "sample.toml")
    assert [f.where for f in problems(procedure, names=names(), where="sample.toml")] == ["sample.toml"]


WARNINGS = [
    (
        'overdue = "lapse"\nbasis = ["law"]\nverified = true',
        'overdue = "lapse"\nbasis = ["habit"]\nverified = false',
        "figure_unverified",
    ),
    ('starts = "served"\n', "", "starts_before_told"),
    ('letter = "extension"\nbasis = ["law"]', 'letter = "extension"\nbasis = ["habit"]', "letter_unverified"),
    # a decision may be shipped so: its letters wait until an office confirms the rule as its own
    (
        'remedy = ["reconsideration"]\neffects = ["unmark_disputed"]\nbasis = ["law"]',
        'remedy = ["reconsideration"]\neffects = ["unmark_disputed"]\nbasis = ["habit"]',
        "letter_unverified",
    ),
]


@pytest.mark.parametrize(("old", "new", "code"), WARNINGS)
def test_what_decides_nothing_is_a_warning(old: str, new: str, code: str) -> None:
    found = check(spoilt(old, new))
    assert [(f.code, f.severity) for f in found] == [(code, "warning")]
    assert errors(found) == []


RECORD_FAULTS = [
    ('undo = "unmark_disputed"\n', "", "effect_without_undo", "加注异议标注"),
    ('undo = "unmark_disputed"', 'undo = "forget"', "undo_unknown", "forget"),
    ('undo = "mark_disputed"', 'undo = "unmark_disputed"', "undo_cannot_fire", "公示中"),
]


@pytest.mark.parametrize(("old", "new", "code", "named"), RECORD_FAULTS)
def test_a_public_effect_that_cannot_be_taken_back_is_found(old: str, new: str, code: str, named: str) -> None:
    text = spoilt(old, new, RECORD)
    found = problems(parse(text, "record.toml"), names=names(text), text=text, where="record.toml")
    assert [f for f in found if f.code == code and named in f.text]


def test_a_procedure_that_uses_an_effect_without_undo_is_told_so() -> None:
    record = spoilt('undo = "unmark_disputed"\n', "", RECORD)
    assert any(f.code == "effect_without_undo" and "受理" in f.text for f in check(GOOD, record))


def test_effects_without_any_record_life_are_refused() -> None:
    assert "record_missing" in {f.code for f in errors(check(GOOD, record=None))}


def test_a_procedure_without_an_end_is_told_once() -> None:
    text = GOOD
    for outcome in ("granted", "denied", "refused", "withdrawn"):
        text = text.replace(f', outcome = "{outcome}"', ', no_clock = "无"')
    assert [f.code for f in check(text)].count("no_end") == 1


def test_the_names_of_a_library() -> None:
    procedure, record = parse(GOOD, "sample.toml"), parse(RECORD, "record.toml")
    held = {(p.procedure, p.version): p for p in (procedure, record)}
    found = Names.of(Library(held, {PACK.pack: PACK}, Calendars(Calendar("空")), {}), LETTERS)
    assert found.record == record
    assert found.procedures == {"sample", "record"}
    assert found.packs_for(procedure) == (PACK,)
    assert "materials_complete" in found.guards
    assert "filed_by_agent" in found.predicates


def test_a_pack_out_of_force_lends_no_names() -> None:
    text = spoilt("effective = 2026-04-01", "effective = 2023-05-01\nuntil = 2026-04-01")
    assert {f.code for f in check(text)} >= {"list_unknown", "remedy_unknown"}


def test_the_procedures_of_the_house_are_proved() -> None:
    """Letter templates are another room's: here every kind a file names counts as there."""
    workflows = asset("workflows")
    files = {path: path.read_text(encoding="utf-8") for path in sorted((workflows / "procedures").glob("*.toml"))}
    held = {path: parse(text, path.name) for path, text in files.items()}
    letters = {a.letter for p in held.values() for a in p.action.values()} | {p.filing_letter for p in held.values()}
    articles = read_statutes(workflows / "statutes", [])
    texts = {path.name: path.read_text("utf-8") for path in (workflows / "packs").glob("*.toml")}
    packs = [parse_pack(text, name).citing(articles) for name, text in texts.items()]
    known = Names.known(held.values(), packs, {letter for letter in letters if letter is not None})
    found = [f for path, p in held.items() for f in problems(p, names=known, text=files[path], where=path.name)]
    assert [f"{f.where} {f.text}" for f in errors(found)] == []


def test_every_code_has_a_test() -> None:
    tested = (
        {f[2] for f in (*FAULTS, *RECORD_FAULTS)}
        | {f[2] for f in WARNINGS}
        | {"record_missing", "no_end", "instant_kind"}
    )
    assert tested == set(TEXTS)


@pytest.mark.parametrize(
    ("role", "side"),
    [("applicant", "subject"), ("objector", "subject"), ("decider", "office"), ("system", "system")],
)
def test_sides_of_roles(role: str, side: str) -> None:
    assert role_side(role) == side


def test_an_outcome_speaks_for_one_side() -> None:
    assert outcome_side("granted") == "for"
    assert outcome_side("refused") == "against"
    assert outcome_side(None) is None
    assert set(OUTCOMES.values()) == {"for", "against", "neutral"}


def test_every_code_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "procedures.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z_]+)` \| ", text, re.MULTILINE)) >= set(TEXTS)
