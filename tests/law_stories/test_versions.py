"""A changed rule is a new file: running cases go on under the old one, a draft is tried on closed cases, and open cases go
over to a new version only by an explicit mapping."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from repairflow.app.program import Program, check_definitions
from repairflow.casework.cases import version_migration
from repairflow.casework.context import Services
from repairflow.casework.queries.cases import timeline
from repairflow.casework.queries.cases.closed import closed
from repairflow.cli.law import procedures
from repairflow.cli.vectors import vectors
from repairflow.errors import ConfigurationError, DefinitionError
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import parse
from repairflow.law.simulate import simulate
from repairflow.records import own_rule
from repairflow.settings import Settings, asset
from tests.law_stories.telling import belongs_to, receipts
from tests.support.building import Town

pytestmark = pytest.mark.either_database  # which version of a procedure applies; walks and stories run on both

USUAL = ("accept", "report_verification", "propose_grant", "grant")
HEAD = (
    ('version   = "2026-04"', 'version   = "2026-06"'),
    ("effective = 2026-04-01            # 第36号令施行之日", "effective = 2026-06-01            # 新规施行之日"),
)


def draft(*changes: tuple[str, str]) -> str:
    """The text of a new version of repair with these passages changed."""
    text = (asset("workflows") / "procedures" / "repair-2026-04.toml").read_text(encoding="utf-8")
    for old, new in (*HEAD, *changes):
        assert old in text, old
        text = text.replace(old, new)
    return text


_ACCEPTANCE = 'label = "受理期限"\nruns_in = ["submitted"]\npauses_in = ["supplement"]\n'
FASTER = (
    _ACCEPTANCE + 'days = { working = 3 }\nowner = "acceptor"\nremind = [1]',
    _ACCEPTANCE + 'days = { working = 1 }\nowner = "acceptor"\nremind = []',
)


@pytest.fixture
def workflows(tmp_path: Path) -> Path:
    """A copy of the law's files that a test may edit."""
    return Path(shutil.copytree(asset("workflows"), tmp_path / "workflows"))


def adopt(town: Town, workflows: Path) -> None:
    """The town's node is started again over these files."""
    law = Library.read(workflows)
    check_definitions(town.db, law)
    town.law = law
    town.services = Services.of(law, town.vault, town.settings)


def test_a_new_file_rules_new_cases_and_leaves_old_ones_alone(town: Town, workflows: Path) -> None:
    old = town.file_repair()
    due = town.dues(old)["acceptance"].due_day
    (workflows / "procedures" / "repair-2026-06.toml").write_text(draft(FASTER), encoding="utf-8")
    adopt(town, workflows)
    new = town.file_repair(town.record(date(2026, 1, 6)))
    assert (town.case(old).procedure_version, town.case(new).procedure_version) == ("2026-04", "2026-06")
    assert town.dues(old)["acceptance"].due_day == due
    assert town.dues(new)["acceptance"].due_day == date(2026, 6, 11)
    town.steps(old, *USUAL)
    assert town.case(old).procedure_version == "2026-04"


@pytest.mark.parametrize("edited", ["procedures/repair-2026-04.toml", "packs/CN-2026.toml"])
def test_a_node_over_an_edited_file_in_use_refuses_and_names_it(town: Town, workflows: Path, edited: str) -> None:
    town.file_repair()
    adopt(town, workflows)
    path = workflows / edited
    path.write_text("# 只加一行注释，意思没有变\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    adopt(town, workflows)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('label = "信用修复"', 'label = "修复"').replace("全国通用规则包（2026", "规则包（2026").replace(
        'label     = "信用修复"', 'label     = "修复"'), encoding="utf-8")  # fmt: skip
    with pytest.raises(ConfigurationError, match=path.stem.partition("-20")[0] if "repair" in edited else "CN-2026"):
        adopt(town, workflows)


def test_an_overlay_in_use_is_pinned_too(town: Town, workflows: Path) -> None:
    belongs_to(town, "MARKET", domain="market_regulation")
    town.file_repair(town.record(office_code="MARKET"))
    path = workflows / "overlays" / "repair-market_regulation.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("working = 2", "working = 1"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"repair 2026-04\.1"):
        adopt(town, workflows)


PROPOSE = (
    'to = "deciding"\nundoable = true\nguards = [{ guard = "conditions_confirmed", action = "report_verification" }, '
    '"minimum_period_served"]\nreason'
)
NO_RETURN = (f'from = ["reviewing"]\n{PROPOSE}', f'from = ["verifying"]\n{PROPOSE}')
ANOTHER_GUARD = (
    'guards = ["materials_complete", "commitment_signed", "record_is_public_or_of_person", "record_is_repairable"',
    'guards = ["no_duplicate_pending", "materials_complete", "commitment_signed", "record_is_public_or_of_person", '
    '"record_is_repairable"',
)
BY_HEAD = ('label = "准予修复"\nby = ["decider"]', 'label = "准予修复"\nby = ["head"]')
OTHER_END = ('granted      = { label = "准予修复，已办结", outcome = "granted"',
             'granted      = { label = "准予修复，已办结", outcome = "lifted"')  # fmt: skip


@pytest.mark.parametrize(("change", "kinds", "words"), [
    ((), set(), ""),
    ((FASTER,), {"due"}, "受理期限会在2026年6月11日届满，当时为2026年6月15日"),
    ((NO_RETURN,), {"step"}, "“拟准予修复”在新版本的“待审核”环节不能办理"),
    ((ANOTHER_GUARD,), {"guard"}, "“受理”在新版本中另须满足"),
    ((BY_HEAD,), {"who"}, "“准予修复”在新版本中由单位负责人办理"),
    ((OTHER_END,), {"outcome"}, "办理结果会是“准予修复，已办结”"),
])  # fmt: skip
def test_a_draft_is_tried_on_closed_cases(
    town: Town, change: tuple[tuple[str, str], ...], kinds: set[str], words: str
) -> None:
    case = town.file_repair()
    town.steps(case, *USUAL)
    receipts(town, case)
    town.file_repair(town.record(date(2026, 1, 6)))  # still open: not looked at
    with town.db.read() as tx:
        past = list(closed(tx, town.law, "repair"))
    assert [one.number for one in past] == [case]
    found = simulate(parse(draft(*change), "draft.toml"), past)
    assert {item.kind for item in found} == kinds
    assert words in "；".join(item.text for item in found)
    assert {item.case for item in found} <= {case}


ACCEPTS_RECORD = (
    'guards = ["materials_complete", "commitment_signed", "record_is_public_or_of_person", "record_is_repairable"'
)


@pytest.mark.parametrize(("more", "words"), [
    ("record_in_force", ""),  # a new condition that held then is no difference
    ("subject_is_minor", "的“受理”在新版本中不符合条件“"),
])  # fmt: skip
def test_a_draft_s_guards_are_asked_with_the_facts_of_that_day(town: Town, more: str, words: str) -> None:
    case = town.file_repair()
    town.steps(case, *USUAL)
    receipts(town, case)
    with town.db.read() as tx:
        past = list(closed(tx, town.law, "repair"))
    change = (ACCEPTS_RECORD, ACCEPTS_RECORD.replace("[", f'["{more}", '))
    found = simulate(parse(draft(change), "draft.toml"), past)
    assert [item.kind for item in found] == ["guard"] * bool(words)
    assert words in "".join(item.text for item in found)


def test_a_draft_is_compared_under_the_overlay_of_each_case(town: Town) -> None:
    belongs_to(town, "MARKET", domain="market_regulation")
    for number in (town.record(office_code="MARKET"), town.record()):
        town.do(town.file_repair(number), "withdraw")
    with town.db.read() as tx:
        past = list(closed(tx, town.law, "repair"))
        overlay = town.law.overlays["repair", "2026-04.1"]
        (local,) = closed(tx, town.law, "repair", concerning=overlay)
        (newest,) = closed(tx, town.law, "repair", limit=1)
    assert (len(past), local.overlay, newest.overlay) == (2, overlay, None)
    # The field's own two days stay under a new version of the base, and are not told as a difference.
    assert simulate(parse(draft(), "draft.toml"), past) == []
    faster = simulate(parse(draft(FASTER), "draft.toml"), past)
    told = [(item.case, item.text) for item in faster if item.kind == "overlay"]
    assert [case for case, _ in told] == [local.number]
    assert "由 1 延长为 2；本地细化只能缩短，不能延长" in told[0][1]
    bare = town.law.procedures["repair", "2026-04"]
    assert {item.kind for item in simulate(bare, [local], local=True)} == {"due"}


MAPPING = """
procedure = "repair"
from_version = "2026-04"
to_version = "2026-06"
reason = "新规施行，在办办件改用新版本"
[state]
submitted = "submitted"
verifying = "verifying"
"""


def mapped(tmp_path: Path, law: Library, text: str = MAPPING) -> version_migration.StateMapping:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return version_migration.load_mapping(path, law)


def test_open_cases_go_over_by_a_mapping(town: Town, workflows: Path, tmp_path: Path) -> None:
    waiting, checking = town.file_repair(), town.file_repair(town.record(date(2026, 1, 6)))
    reviewing, done = town.file_repair(town.record(date(2026, 1, 7))), town.file_repair(town.record(date(2026, 1, 8)))
    town.do(checking, "accept")
    town.steps(reviewing, "accept", "report_verification")
    town.do(done, "withdraw")
    (workflows / "procedures" / "repair-2026-06.toml").write_text(draft(FASTER), encoding="utf-8")
    adopt(town, workflows)
    mapping, before = mapped(tmp_path, town.law), town.counts()
    with town.db.read() as tx:
        planned = version_migration.plan(tx, town.law, mapping)
    assert town.counts() == before
    assert [(m.case, m.to_state) for m in planned] == [
        (waiting, "submitted"),
        (checking, "verifying"),
        (reviewing, None),
    ]
    assert "保持原版本" in planned[2].obstacle
    with town.db.begin() as tx:
        assert version_migration.carry_out(tx, town.services, mapping, town.now) == planned
    assert {town.case(n).procedure_version for n in (waiting, checking)} == {"2026-06"}
    assert {town.case(n).procedure_version for n in (reviewing, done)} == {"2026-04"}
    last = town.trail(waiting)[-1]
    assert (last.action, last.from_state, last.to_state, last.reason) == (
        "migrate", "submitted", "submitted", "新规施行，在办办件改用新版本",
    )  # fmt: skip
    assert town.dues(waiting)["acceptance"].due_day == date(2026, 6, 11)
    with town.db.read() as tx:
        told = timeline.of_case(tx, town.procedure(waiting), town.law.packs["CN-2026"], town.case(waiting).id)
    assert told[0].label == "改用新的程序版本"
    with town.db.begin() as tx:
        assert [m.case for m in version_migration.carry_out(tx, town.services, mapping, town.now)] == [reviewing]
    of_before = (own_rule.c.procedure == "repair", own_rule.c.version == "2026-04")
    town.turn(
        update(own_rule).where(*of_before).values(version="2026-06")
    )  # the office confirmed the rules of the new version
    town.steps(waiting, *USUAL)
    receipts(town, waiting)
    assert town.case(waiting).outcome == "granted"
    town.sound()


def test_a_step_the_new_version_does_not_know_keeps_a_case_where_it_is(
    town: Town, workflows: Path, tmp_path: Path
) -> None:
    case = town.file_repair()
    town.steps(case, "request_supplement", "supply")
    renamed = draft(("[action.supply]", "[action.bring]"))
    (workflows / "procedures" / "repair-2026-06.toml").write_text(renamed, encoding="utf-8")
    adopt(town, workflows)
    with town.db.read() as tx:
        (found,) = version_migration.plan(tx, town.law, mapped(tmp_path, town.law))
    assert (found.to_state, "supply" in found.obstacle) == (None, True)


@pytest.mark.parametrize(("old", "new", "words"), [
    ('submitted = "submitted"', 'sumitted = "submitted"', "没有环节“sumitted”"),
    ('verifying = "verifying"', 'verifying = "verfying"', "没有环节“verfying”"),
    ('verifying = "verifying"', 'verifying = "granted"', "迁移不能替代决定"),
    ('reason = "新规施行，在办办件改用新版本"', "", "reason"),
])  # fmt: skip
def test_a_faulty_mapping_is_refused_whole(
    town: Town, workflows: Path, tmp_path: Path, old: str, new: str, words: str
) -> None:
    (workflows / "procedures" / "repair-2026-06.toml").write_text(draft(), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        mapped(tmp_path, Library.read(workflows), MAPPING.replace(old, new))
    assert words in "".join(problem.text for problem in caught.value.problems)


def test_the_commands(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = town.file_repair()
    town.steps(case, *USUAL)
    receipts(town, case)
    nodes: list[Program] = []

    def at(settings: Settings) -> Program:
        nodes.append(program(settings))
        return nodes[-1]

    program = Program.at
    monkeypatch.setattr(Program, "at", at)
    monkeypatch.setenv("REPAIRFLOW_HOME", str(town.settings.home))
    monkeypatch.setenv("REPAIRFLOW_DATABASE_URL", town.settings.database_url)
    path = tmp_path / "draft.toml"
    path.write_text(draft(FASTER), encoding="utf-8")
    same = tmp_path / "same.toml"
    same.write_text(draft(), encoding="utf-8")
    run = CliRunner().invoke
    found = run(procedures, ["simulate", str(path)])
    assert (found.exit_code, case in found.output, "1 件会不同" in found.output) == (1, True, True), found.output
    assert run(procedures, ["simulate", str(same)]).exit_code == 0
    same.write_text(draft().replace('by = ["decider"]', 'by = ["applicant"]'), encoding="utf-8")
    faulty = run(procedures, ["simulate", str(same)])
    assert (faulty.exit_code, "错误 same.toml:" in faulty.output) == (1, True)
    written = tmp_path / "vectors.toml"
    assert "没有写成的" in run(vectors, ["new", case, "-o", str(written)]).output
    assert written.read_text(encoding="utf-8") == run(vectors, ["new", case]).output
    again = run(vectors, ["new", case, "-o", str(written)])
    assert (again.exit_code, "已经存在" in str(again.exception)) == (1, True)
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(MAPPING.replace('to_version = "2026-06"', 'to_version = "2026-04.1"'), encoding="utf-8")
    town.file_repair(town.record(date(2026, 1, 6)))
    tried = run(procedures, ["migrate", str(mapping)])
    assert (tried.exit_code, "试运行" in tried.output) == (0, True)
    assert run(procedures, ["migrate", str(mapping), "--apply"]).exit_code == 0
    for node in nodes:
        node.db.dispose()  # in the program each command is a process of its own
