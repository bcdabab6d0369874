"""One fault a line, each a small edit of a shipped procedure: ends without a word, questions nobody asks, posts of others."""

from __future__ import annotations

import pytest

from tests.support.shipped import edited, found, part, source, together

pytestmark = pytest.mark.either_database

Edit = tuple[str, str]
OVERTAKEN = 'to = "overtaken"\nguards = ["record_off_list"]\n'
TERMINATE = 'guards = ["record_no_longer_public"]\nreason = true\nletter = "termination_notice"'
FOUR = 'distinct_from = ["report_finding"]\nreason = true\nletter = "case_result"\n'
REFER = f'by = ["decider"]\nfrom = ["deciding"]\nto = "referred"\n{FOUR}'
DENY = 'to = "denied"\ndistinct_from = ["report_verification", "propose_grant", "propose_denial"]'

# code found, what the message names, the shipped procedure, the passages changed
FAULTS: list[tuple[str, str, str, list[Edit]]] = [
    # ends that decide nothing on their face
    ("quiet_end", "distinct_from", "accountability", [(REFER, REFER.replace('distinct_from = ["report_finding"]\n', ""))]),
    ("quiet_end", "没有文书", "accountability", [(REFER, REFER.replace('letter = "case_result"\n', ""))]),
    ("quiet_end", "distinct_from", "repair", [(TERMINATE, TERMINATE.replace('guards = ["record_no_longer_public"]\n', ""))]),
    ("quiet_end", "record_upheld", "remedy", [
        ('to = "upheld"\nguards = [{ guard = "input_was", action = "report_outcome", input = "outcome", value = "upheld" }]\n'
         'distinct_from = ["report_outcome"]\n',
         'to = "upheld"\nguards = [{ guard = "input_was", action = "report_outcome", input = "outcome", value = "upheld" }]\n'),
    ]),
    ("quiet_end", "overtaken", "list_removal", [(OVERTAKEN, OVERTAKEN.replace('guards = ["record_off_list"]\n', ""))]),
    ("quiet_end", "不再处理", "review", [('outcome = "maintained"', 'outcome = "dropped"')]),
    ("quiet_end", "没有人作出决定", "accountability", [
        ("[action.withdraw]", '[action.settle]\nlabel = "自动办结"\nby = ["system"]\non = ["opened"]\nfrom = ["submitted"]\n'
         'to = "confirmed"\nletter = "case_result"\nbasis = ["order36"]\n\n[action.withdraw]'),
    ]),
    # four eyes
    ("four_eyes_aside", "propose_denial", "repair", [(DENY, 'to = "denied"\ndistinct_from = ["accept"]')]),
    ("four_eyes_aside", "report_finding", "complaint", [
        ('to = "unfounded"\ndistinct_from = ["report_finding"]', 'to = "unfounded"\ndistinct_from = ["accept"]'),
    ]),
    # guards
    ("guards_exclude", "subject_is_minor", "repair", [
        part("repair", "action.accept", "guards = [", 'guards = ["subject_is_minor", '),
    ]),
    ("guards_exclude", "record_no_longer_public", "repair", [
        part("repair", "action.accept", "guards = [", 'guards = ["record_no_longer_public", '),
    ]),
    ("closed_by_time", "准予修复", "repair", [
        ('label = "准予修复"\nby = ["decider"]\nfrom = ["deciding"]\nto = "executing"\n'
         'guards = [', 'label = "准予修复"\nby = ["decider"]\nfrom = ["deciding"]\nto = "executing"\n'
         'guards = [{ guard = "clock_not_yet_over", clock = "handling" }, '),
    ]),
    ("closed_by_time", "维持原处理结果", "review", [
        part("review", "action.maintain", "guards = [", 'guards = [{ guard = "clock_not_yet_over", clock = "handling" }, '),
        part("review", "action.change_partly", "guards = [", 'guards = [{ guard = "clock_not_yet_over", clock = "handling" }, '),
    ]),
    # how cases come to be
    ("never_opened", "kind_by", "list_removal", [('application = ["applicant"]', "application = []")]),
    ("never_opened", "opened_only", "review", [('initial   = "submitted"\n', 'initial   = "submitted"\nopened_only = true\n')]),
    ("never_opened", "filed_by", "complaint", [('["complainant", "registrar"]', '["system"]')]),
    # questions
    ("after_never", "plea_answer", "repair", [
        part("repair", "action.deny.inputs", 'choices = "plea_answers", after = ["state_defence"]',
             'choices = "plea_answers", after = ["complete"]'),
    ]),
    ("after_never", "more", "complaint", [("facts   = {", 'more = { kind = "text", label = "补充", after = ["accept"] }\nfacts = {')]),
    ("bounds_crossed", "-1", "tip_off", [
        ("facts   = {", 'money = { kind = "number", label = "涉及金额（元）", minimum = -1 }\nfacts   = {'),
    ]),
    ("name_reserved", "reason", "complaint", [("facts   = {", 'reason = { kind = "long_text", label = "补充说明" }\nfacts   = {')]),
    ("name_reserved", "ground", "review", [
        ('label = "不予受理"\n', 'label = "不予受理"\ninputs = { ground = { kind = "text", label = "补充事由" } }\n'),
    ]),
    ("name_reserved", "case_number", "complaint", [("facts   = {", 'case_number = { kind = "text", label = "原办件编号" }\nfacts   = {')]),
    # posts of another office
    ("office_of_another", "uphold_correct", "objection", [
        part("objection", "action.uphold_correct", 'by = ["decider"]', 'by = ["decider", "provider"]'),
    ]),
    ("office_of_another", "extend_source_check", "objection", [
        ('label = "延长协查期限"\nby = ["supervisor"]', 'label = "延长协查期限"\nby = ["provider"]'),
    ]),
    ("office_of_another", "accept", "objection", [('label = "受理"\nby = ["registrar"]', 'label = "受理"\nby = ["provider"]')]),
    # pauses
    ("pause_idle", "没有在计算", "repair", [
        ('[clock.acceptance]\nlabel = "受理期限"\nruns_in = ["submitted"]\npauses_in = ["supplement"]',
         '[clock.acceptance]\nlabel = "受理期限"\nruns_in = ["submitted"]\npauses_in = ["supplement", "hearing"]'),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "name", "edits"), FAULTS, ids=[f"{f[0]}-{f[2]}-{f[1]}" for f in FAULTS])
def test_a_fault_is_found_on_its_line_and_named(code: str, named: str, name: str, edits: list[Edit]) -> None:
    here = [one for one in found(name, *edits) if one.code == code]
    assert any(named in one.text for one in here), [f"{one.code} {one.text}" for one in found(name, *edits)]
    assert all(one.where.rpartition(":")[2].isdigit() and int(one.where.rpartition(":")[2]) > 1 for one in here)


PAST = [
    ("procedure", source("review"), [
        ('procedure = "review"', 'procedure = "second_look"'), ('label     = "复核"', 'label = "再次复核"'),
        ('prefix    = "FH"', 'prefix = "ZF"'), ("effective = 2026-04-01", "effective = 2026-04-01\nuntil = 2026-05-01"),
    ]),
    ("overlay", source("interview-tax", "overlays"), [
        ('version = "2026-04.1"', 'version = "2026-04.7"'), ('sector = "tax"', 'sector = "culture"'),
        ("effective = 2026-04-01", "effective = 2026-04-01\nuntil = 2026-05-01"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("sort", "text", "edits"), PAST, ids=[p[0] for p in PAST])
def test_a_new_file_that_has_ended_already_is_told(sort: str, text: str, edits: list[Edit]) -> None:
    codes = [(one.code, "2026-05-01" in one.text) for one in together(**{sort: edited(text, *edits)})]
    assert ("dates", True) in codes, codes


def test_of_two_vocabularies_the_second_is_told() -> None:
    own = 'vocabulary = "own"\n[outcome]\nspared = { label = "不予处罚", side = "for" }\n'
    told = together(one=own, two=own.replace("spared", "left"))
    assert [(one.code, one.where) for one in told] == [("version_twice", "two.toml:1")]
    assert together(one=own) == []
