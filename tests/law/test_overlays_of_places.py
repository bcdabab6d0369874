"""The objection rules of places: due days counted by hand from the statutes, on the calendar of 2026.

The days around the national holiday of 2026: 20 September (Sunday) and 10 October (Saturday) are working days; 25 to 27
September and 1 to 7 October are off.
"""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from repairflow.errors import DefinitionError, Refused
from repairflow.law.calendar.regions import holding
from repairflow.law.deadlines.count import all_due
from repairflow.law.deadlines.runs import Step
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.overlay import apply
from repairflow.times import SHANGHAI
from tests.support.shipped import edited, library, source, together

HENAN, SHANDONG, SHANGHAI_CITY, ZHEJIANG, SHENZHEN = "410000", "370000", "310000", "330000", "440300"
FILED = date(2026, 6, 10)
WHOLE, LONGER = '"信息提供单位处理并告知期限"', '"延长信息提供单位处理期限"'


def rules(division: str | None, name: str = "objection", domain: str = "general") -> Procedure:
    return library().in_force(name, FILED, domain, "", division)


def at(day: str) -> datetime:
    whole = day if day.count("-") == 2 else f"2026-{day}"
    return datetime.combine(date.fromisoformat(whole), time(10), SHANGHAI)


def due_days(procedure: Procedure, *steps: tuple[str, str, str]) -> dict[str, str]:
    """The due day of the latest run of each clock after steps (day, action, state)."""
    history = tuple(Step(at(day), action, state, {}) for day, action, state in steps)
    found = all_due(procedure, history, library().calendar)
    return {due.clock: f"{due.due_day:%m-%d}" for due in found if due.due_day is not None}


RECEIVED = ("09-23", "file", "submitted")  # a Wednesday: 24 September is the first working day, the 28th the second
ACCEPTED = ("09-23", "accept", "self_check")
CONSULTED = ("09-24", "consult", "source_check")
REPORTED = ("09-28", "report_finding", "deciding")
EXTENDED = ("09-28", "extend_source_check", "source_check")

BY_HAND = [
    # by hand: 24, 28, 29 September are three working days; with 30 September, 8, 9, 10 October seven
    (HENAN, (RECEIVED,), {"own": "09-29", "whole": "10-10"}),
    (HENAN, (RECEIVED, ACCEPTED), {"own": "09-29", "whole": "10-10"}),
    (HENAN, (RECEIVED, ACCEPTED, CONSULTED), {"source_check": "09-30", "whole": "10-10"}),  # 28, 29, 30 September
    (HENAN, (RECEIVED, ACCEPTED, CONSULTED, REPORTED), {"whole": "10-10"}),
    (SHANDONG, (RECEIVED,), {"own": "09-29", "whole": "10-10"}),
    (SHANDONG, (RECEIVED, ACCEPTED, CONSULTED, REPORTED), {"whole": "10-10"}),
    # two working days to forward: 24 and 28 September; five to decide: 24, 28, 29, 30 September, 8 October
    (SHANGHAI_CITY, (RECEIVED,), {"forward": "09-28", "own": "10-08"}),
    # the provider's five from the day it is forwarded: 28, 29, 30 September, 8, 9 October
    (SHANGHAI_CITY, (RECEIVED, ACCEPTED, CONSULTED), {"source_check": "10-09"}),
    # from acceptance, not from receipt
    (ZHEJIANG, (RECEIVED, ("09-24", "accept", "self_check")), {"whole": "10-09"}),  # 28, 29, 30 September, 8, 9 October
    # twenty in all: 24, 28, 29, 30 September (4), 8, 9, 10, 12-16 (12), 19-23 (17), 26, 27, 28 October (20)
    (ZHEJIANG, (RECEIVED, ACCEPTED, CONSULTED, EXTENDED), {"whole": "10-28"}),
    (SHENZHEN, (RECEIVED, ACCEPTED), {"self_check": "09-24"}),
    (SHENZHEN, (RECEIVED, ACCEPTED, CONSULTED), {"source_check": "09-29"}),  # 28 and 29 September
    (SHENZHEN, (RECEIVED, ACCEPTED, CONSULTED, EXTENDED), {"source_check": "10-09"}),  # and 30 September, 8, 9 October
    # the two days are for the provider to handle it and to tell the result: deciding is within them (第五十一条第三款)
    (SHENZHEN, (RECEIVED, ACCEPTED, CONSULTED, ("09-29", "report_finding", "deciding")), {"source_check": "09-29"}),
    (
        SHENZHEN,
        (RECEIVED, ACCEPTED, CONSULTED, EXTENDED, ("09-30", "report_finding", "deciding")),
        {"source_check": "10-09"},
    ),
]


@pytest.mark.parametrize(("division", "steps", "expected"), BY_HAND)
def test_due_days_counted_by_hand(
    division: str, steps: tuple[tuple[str, str, str], ...], expected: dict[str, str]
) -> None:
    found = due_days(rules(division), *steps)
    assert {clock: found.get(clock) for clock in expected} == expected


def counted(division: str, name: str, *steps: tuple[str, str, str]) -> dict[str, str]:
    history = tuple(Step(at(day), action, state, {}) for day, action, state in steps)
    found = all_due(rules(division, name), history, library().calendar)
    return {due.clock: str(due.due_day) for due in found}


def from_(received: str, *later: tuple[str, str, str]) -> tuple[tuple[str, str, str], ...]:
    return (received, "file", "submitted"), *later


# years whose arrangement nobody has published, by hand: the days of 国务院令795 and weekends are off, no substitute day is guessed.
# 2027: 5 February is the eve, 9 June 端午, 15 September 中秋; 2028: 25 January is the eve, 3 October 中秋; 2029: 4 April 清明,
# 16 June (Saturday) 端午; 2030: 2 February (Saturday) is the eve, 5 June 端午
UNPUBLISHED = [
    (HENAN, from_("2027-02-03"), "own", "2027-02-10"),  # 4, 9, 10 February
    (HENAN, from_("2028-01-20"), "whole", "2028-02-04"),  # 21, 24, 31 January, 1 to 4 February
    (SHANDONG, from_("2027-04-01"), "own", "2027-04-07"),  # 2, 6, 7 April; 5 April is 清明
    (SHANDONG, from_("2029-06-08"), "whole", "2029-06-19"),  # 11 to 15, 18, 19 June
    (SHANGHAI_CITY, from_("2028-09-29"), "forward", "2028-10-05"),  # 4 and 5 October
    (SHANGHAI_CITY, from_("2027-09-08", ("2027-09-08", "accept", "self_check"), ("2027-09-10", "consult", "source_check")),
     "source_check", "2027-09-20"),  # 13, 14, 16, 17, 20 September
    (ZHEJIANG, from_("2030-01-30", ("2030-02-01", "accept", "self_check")), "whole", "2030-02-12"),  # 6, 7, 8, 11, 12 February
    # 25 to 29 January (5), 1 to 4 (9), 9 to 12 (13), 15 to 19 (18), 22 and 23 February
    (ZHEJIANG, from_("2027-01-20", ("2027-01-22", "accept", "self_check"), ("2027-01-25", "consult", "source_check"),
                     ("2027-01-26", "extend_source_check", "source_check")), "whole", "2027-02-23"),
    (SHENZHEN, from_("2027-12-30", ("2027-12-31", "accept", "self_check")), "self_check", "2028-01-03"),
    (SHENZHEN, from_("2029-04-02", ("2029-04-02", "accept", "self_check"), ("2029-04-03", "consult", "source_check"),
                     ("2029-04-04", "extend_source_check", "source_check")), "source_check", "2029-04-11"),  # 5, 6, 9, 10, 11
]  # fmt: skip


@pytest.mark.parametrize(("division", "steps", "clock", "expected"), UNPUBLISHED)
def test_due_days_of_years_without_an_arrangement(
    division: str, steps: tuple[tuple[str, str, str], ...], clock: str, expected: str
) -> None:
    assert counted(division, "objection", *steps)[clock] == expected


def test_a_repair_extended_in_a_year_without_an_arrangement() -> None:
    accepted = from_("2030-06-03", ("2030-06-03", "accept", "verifying"))
    assert counted(SHENZHEN, "repair", *accepted)["handling"] == "2030-06-07"  # 4, 6, 7 June
    extended = (*accepted, ("2030-06-04", "extend_handling", "verifying"))
    assert counted(SHENZHEN, "repair", *extended)["handling"] == "2030-06-12"


@pytest.mark.parametrize(("steps", "expected"), [
    (("verifying",), "09-29"),  # 24, 28, 29 September
    (("verifying", "extend_handling"), "10-09"),  # and 30 September, 8, 9 October
])  # fmt: skip
def test_a_repair_in_shenzhen(steps: tuple[str, ...], expected: str) -> None:
    history = [RECEIVED, ("09-23", "accept", "verifying")]
    if len(steps) > 1:
        history.append(("09-28", "extend_handling", "verifying"))
    assert due_days(rules(SHENZHEN, "repair"), *history)["handling"] == expected


@pytest.mark.parametrize(("division", "version"), [
    ("410000", "2026-04.1"), ("410100", "2026-04.1"), ("370200", "2026-04.2"), ("370102", "2026-04.2"), ("310000", "2026-04.3"),
    ("330000", "2026-04.4"), ("440300", "2026-04.5"), ("440000", "2026-04"), ("440100", "2026-04"),
    # not bound: 河南 7 knows platforms of the province and its cities, 浙江 30 and 31 the institution of the province alone,
    # 上海 36 and 深圳 51 that of the city
    ("410102", "2026-04"), ("419001", "2026-04"), ("330100", "2026-04"), ("330106", "2026-04"), ("310115", "2026-04"),
    ("440305", "2026-04"),
    ("320830", "2026-04"), (None, "2026-04"), ("", "2026-04"),
])  # fmt: skip
def test_a_case_takes_the_rules_of_its_place(division: str | None, version: str) -> None:
    assert rules(division).version == version


def test_a_field_of_its_own_goes_before_the_place() -> None:
    assert rules(SHENZHEN, "repair").version == "2026-04.2"
    assert rules(SHENZHEN, "repair", "market_regulation").version == "2026-04.1"


def test_a_place_has_its_rules_for_the_days_they_hold() -> None:
    with pytest.raises(Refused):
        library().in_force("objection", date(2026, 3, 31), "general", "", HENAN)


@pytest.mark.parametrize("division", [HENAN, SHANGHAI_CITY, ZHEJIANG])
def test_a_mark_on_receipt_is_taken_back_at_every_end(division: str) -> None:
    found = rules(division)
    mark = found.action["mark_on_receipt"]
    assert (mark.by, mark.on, mark.effects, mark.to) == (("system",), ("opened",), ("mark_disputed",), None)
    assert "mark_disputed" not in found.action["accept"].effects
    for action in found.action.values():
        if action.to is not None and found.state[action.to].final:
            assert "unmark_disputed" in action.effects


@pytest.mark.parametrize("division", [SHANGHAI_CITY, SHENZHEN])
def test_the_provider_decides(division: str) -> None:
    found = rules(division)
    said = {
        name: use.parameters["value"]
        for name, action in found.action.items()
        for use in action.guards
        if use.guard == "input_was"
    }
    assert said == {
        "uphold_correct": "inaccurate", "uphold_partly": "partly", "uphold_annul": "baseless", "dismiss": "accurate",
        "annotate": "unverifiable",
    }  # fmt: skip
    decision = found.action["report_finding"]
    assert (decision.letter, decision.remedy) == ("provider_decision", ("reconsideration", "litigation"))
    assert found.letters["provider_decision"].by == "provider"
    assert {(found.action[name].letter, found.action[name].remedy) for name in said} == {("objection_passed_on", ())}
    assert found.action["correct_own_fault"].letter == "objection_result"  # of its own fault the centre decides itself


@pytest.mark.parametrize("division", [HENAN, SHANDONG, ZHEJIANG, None])
def test_elsewhere_who_received_the_objection_decides(division: str | None) -> None:
    """河南 41, 山东 39 and 浙江 30 have the platform, or whoever received it, handle it; who is asked only helps."""
    found = rules(division)
    assert found.decided_by is None
    assert found.action["report_finding"].letter is None
    assert found.action["dismiss"].letter == "objection_result"


@pytest.mark.parametrize(
    ("division", "extends"), [(HENAN, False), (SHANDONG, False), (SHANGHAI_CITY, False), (SHENZHEN, True)]
)
def test_an_extension_is_there_only_where_the_statute_has_one(division: str, extends: bool) -> None:
    assert ("extend_source_check" in rules(division).action) == extends


@pytest.mark.parametrize(("division", "name", "step", "approver", "states"), [
    (ZHEJIANG, "objection", "extend_source_check", "省发展和改革部门负责人", ("self_check", "source_check", "deciding")),
    (SHENZHEN, "objection", "extend_source_check", "信息提供单位主要负责人", ("source_check",)),
    (SHENZHEN, "repair", "extend_handling", "信息提供单位主要负责人", ("verifying", "reviewing", "deciding")),
])  # fmt: skip
def test_an_extension_is_approved_by_whom_its_article_names_and_taken_wherever_its_limit_runs(
    division: str, name: str, step: str, approver: str, states: tuple[str, ...]
) -> None:
    """浙江 31(1), 深圳 51(3) and 82(1)."""
    action = rules(division, name).action[step]
    assert action.extends is not None
    assert action.extends.approver == approver
    assert action.from_ == states
    asked = {key: item for key, item in action.inputs.items() if key.startswith("approv")}
    assert list(asked) == ["approved_by", "approved_on", "approval_document"]
    assert all(item.required for item in asked.values())
    assert approver in str(asked["approved_by"].hint)


NO_ARTICLE = {(SHANDONG, "source_check"), (ZHEJIANG, "source_check")}
"""山东39(2) gives seven days in all, 浙江31(1) binds the provincial body alone: neither gives whoever is asked a limit."""


@pytest.mark.parametrize("division", [HENAN, SHANDONG, SHANGHAI_CITY, ZHEJIANG, SHENZHEN])
def test_every_figure_of_a_place_names_its_article_and_reader(division: str) -> None:
    base, found = rules(None), rules(division)
    own = found.basis.keys() - base.basis.keys()
    assert own
    for name in own:
        basis = found.basis[name]
        assert basis.verified
        assert all((basis.article, basis.read_by, basis.read_on, basis.source, basis.says))
    for name, clock in found.clock.items():
        if name not in base.clock or clock.days != base.clock[name].days:
            if (division, name) in NO_ARTICLE:
                assert not clock.verified
                assert not set(clock.basis) & own
                continue
            assert clock.verified
            assert set(clock.basis) <= own


@pytest.mark.parametrize(("procedure", "version", "action", "article"), [
    ("repair", "2026-04.2", "grant", "第八十二条第二款"), ("objection", "2026-04.4", "consult", "第三十条第一款"),
])  # fmt: skip
def test_a_step_cites_the_article_that_gives_the_power_and_not_its_time(
    procedure: str, version: str, action: str, article: str
) -> None:
    found = library().procedure(procedure, version)
    read = [found.basis[name] for name in found.action[action].basis]
    assert [one.article for one in read if one.verified] == [article]


def test_a_pack_of_the_narrowest_place_goes_first() -> None:
    law = library()
    general = law.pack_on(FILED)
    packs = {
        **law.packs,
        "P": general.model_copy(update={"pack": "P", "jurisdiction": "330000"}),
        "C": general.model_copy(update={"pack": "C", "jurisdiction": "330100"}),
    }
    placed = Library(law.procedures, packs, law.calendars, law.oracles, law.overlays)
    for division, pack in (("330106", "C"), ("330200", "P"), ("320100", general.pack), (None, general.pack)):
        assert placed.pack_on(FILED, "general", division).pack == pack
    assert placed.pack_on(FILED, "market_regulation", "330106").pack == law.pack_on(FILED, "market_regulation").pack
    assert holding("330106") == ("330000", "330100", "330106")


PLACES_SPOILT = [
    ("objection-zhejiang", "[clock.source_check]\ndays = { working = 5 }", "[clock.source_check]\ndays = { working = 6 }",
     "clock_outruns", "协查反馈期限"),
    ("objection-shandong", 'runs_in = ["submitted", "supplement", "transferred", "deficient", "self_check", "source_check", "deciding"]',
     'runs_in = ["submitted", "self_check", "source_check", "deciding"]\npauses_in = ["supplement"]', "pause_unread", "待补正"),
    ("repair-shenzhen", 'without_pause = ["handling"]', "without_pause = []", "pause_unread", "听取意见"),
    ("objection-zhejiang", ', approver = "省发展和改革部门负责人"', "", "extension_approver", "由谁批准"),
    ("objection-shanghai", "remind = [2, 1]\n", "", "reminder_outside", "协查反馈期限"),
    ("objection-henan", '[action.consult]\nbasis = ["henan"]\n', "", "letter_article_missing", "河南省社会信用条例"),
    ("objection-zhejiang", '[action.dismiss]\nbasis = ["zhejiang_mark", "zhejiang"]\n', "", "letter_article_missing", "异议不成立"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "code", "named"), PLACES_SPOILT)
def test_what_lets_an_office_go_beyond_its_article_is_found(
    name: str, old: str, new: str, code: str, named: str
) -> None:
    text = edited(source(name, "overlays"), (old, new))
    assert [one for one in together(**{name: text}) if one.code == code and named in one.text]


def test_a_place_whose_letters_tell_no_limit_of_its_article_is_taken() -> None:
    """A statute that only shortens a stage: the letters written within it tell no day of it, and need not cite it."""
    text = source("repair-zhejiang", "overlays")
    head = text[: text.index("[action.grant]")].replace('filing_basis = ["zhejiang"]\n', "")
    shorter = f'{head}[clock.acceptance]\ndays = {{ working = 1 }}\nbasis = ["zhejiang"]\nverified = true\n'
    found = [one for one in together(**{"repair-zhejiang": shorter}) if one.code == "letter_article_missing"]
    assert {one.severity for one in found} == {"warning"}
    assert any("受理通知" in one.text or "accept" in one.text for one in found)
    longer = shorter.replace("[clock.acceptance]", "[clock.handling]").replace("{ working = 1 }", "{ working = 5 }")
    told = [one for one in together(**{"repair-zhejiang": longer}) if one.code == "letter_article_missing"]
    assert [
        one.text for one in told if one.severity == "error" and "（accept）" in one.text
    ]  # it tells by when the case ends


def test_without_its_own_figure_a_consultation_would_outrun_the_case() -> None:
    """As the file of Zhejiang was: ten working days of the base within five of the article."""
    text = source("objection-zhejiang", "overlays")
    start = text.index("[clock.source_check]")
    found = together(**{"objection-zhejiang": text[:start] + text[text.index("[action.extend_source_check]") :]})
    assert [one.code for one in found if one.code == "clock_outruns"] == ["clock_outruns"]


@pytest.mark.parametrize(("name", "old", "new", "told"), [
    ("objection-shenzhen", f"label = {WHOLE}", f'label = {WHOLE}\nruns_in = ["deciding"]', "不能另定适用环节"),
    ("objection-shenzhen", f"label = {LONGER}", f'label = {LONGER}\nfrom = ["self_check", "source_check"]', "from 须包括"),
    ("objection-zhejiang", 'from = ["self_check", "source_check", "deciding"]', 'from = ["self_check"]', "from 须包括"),
])  # fmt: skip
def test_a_place_lengthens_no_limit_by_its_states(name: str, old: str, new: str, told: str) -> None:
    with pytest.raises(DefinitionError) as found:
        apply(edited(source(name, "overlays"), (old, new)), f"{name}.toml", rules(None))
    assert any(told in one.text for one in found.value.problems)


@pytest.mark.parametrize(("names", "told"), [
    ('["decision"]', "不是基础程序中可以中止的期限"), ('["lunch"]', "不是基础程序中可以中止的期限"),
])  # fmt: skip
def test_only_a_limit_that_stands_still_can_run_on(names: str, told: str) -> None:
    text = edited(source("repair-shenzhen", "overlays"), ('without_pause = ["handling"]', f"without_pause = {names}"))
    with pytest.raises(DefinitionError) as wrong:
        apply(text, "repair-shenzhen.toml", library().procedure("repair", "2026-04"))
    assert told in wrong.value.problems[0].text
