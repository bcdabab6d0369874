"""Unusual and lawful procedures of an installation's own: the checker takes each, and each runs to its end with its letter."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from repairflow.casework.context import Services
from repairflow.cli.law import procedures
from repairflow.db import Database
from repairflow.letters.renderer.pool import Press
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.law.test_checks_honest import HEARING, HONEST, PAUSE, SCHOOL
from tests.stories.town_life import TownLife, pdf_text
from tests.support.building import Town
from tests.support.own_law import own_law
from tests.support.renewal import RENEWAL, TEXTS
from tests.support.shipped import edited

Edit = tuple[str, str]
REPORT = 'to = "deciding"\nreason = true\nbasis = ["own"]\n\n[action.return_to_check]'
RENEW = 'to = "renewed"\n'
HONESTLY = dict(HONEST)


def asked(label: str, value: str) -> list[Edit]:
    """The finding answers a yes or no, and the renewal waits for this answer, the denial for the other."""
    other = "false" if value == "true" else "true"
    wait = 'guards = [{{ guard = "input_was", action = "report_check", input = "seen", value = "{}" }}]\n'
    return [
        (REPORT, REPORT.replace("\n\n", f'\n[action.report_check.inputs]\nseen = {{ kind = "boolean", label = "{label}" }}\n\n')),
        (RENEW, RENEW + wait.format(value)),
        ('to = "not_renewed"\n', 'to = "not_renewed"\n' + wait.format(other)),
    ]  # fmt: skip


class Unusual(NamedTuple):
    """What is otherwise in the procedure, the steps of a case of it, and answers to their forms."""

    edits: list[Edit]
    steps: tuple[str, ...]
    more: str = ""
    answers: dict[str, object] | None = None
    ends: str = "准予延续"


UNUSUAL: dict[str, Unusual] = {
    "the subject is heard and the limit stands still": Unusual(
        PAUSE, ("accept", "hear", "state", "report_check", "renew"), HEARING
    ),
    "a yes opens the good end": Unusual(
        asked("经营场所符合条件", "true"), ("accept", "report_check", "renew"), answers={"seen": True}
    ),
    "a no opens the good end, for the question is about a fault": Unusual(
        asked("经营期间有违法行为未改正", "false"), ("accept", "report_check", "renew"), answers={"seen": False}
    ),
    "a school place, sent back once": Unusual(
        SCHOOL, ("accept", "report_check", "return_to_check", "report_check", "renew"), ends="申诉成立，重新安排"
    ),
    "two posts prepare, a third decides": Unusual(
        HONESTLY["three posts: prepared by two, decided by a third"], ("accept", "report_check", "propose", "renew")
    ),
    "the system takes it up as soon as it is filed, a third post extends": Unusual(
        [
            *HONESTLY["an extension by a third post"],
            ('label = "受理"\nby = ["registrar"]', 'label = "受理"\nby = ["system"]\non = ["opened"]'),
        ],
        ("report_check", "renew"),
    ),
}  # fmt: skip


TWICE: list[Edit] = [
    ('from = ["deciding"]\nto = "checking"\n', 'from = ["deciding"]\nto = "checking"\n'
     'guards = [{ guard = "times_below", action = "return_to_check", below = 2 }]\n'),
]  # fmt: skip
URGENT = """
[action.accept_urgent]
label = "加急受理"
by = ["reviewer"]
from = ["submitted"]
to = "checking"
guards = ["materials_complete"]
reason = true
letter = "case_accepted"
basis = ["own"]
"""
SECOND_LOOK = """
[action.second_look]
label = "重新核查一次"
by = ["reviewer"]
from = ["deciding"]
to = "checking"
guards = [{ guard = "not_yet_done", action = "second_look" }]
reason = true
basis = ["own"]
"""
REMINDED = """
[action.remind]
label = "提醒补充意见"
by = ["checker"]
from = ["hearing"]
guards = [{ guard = "not_yet_done", action = "remind" }]
reason = true
letter = "renewal_hearing"
basis = ["own"]
"""
VISIT = """
[action.visit]
label = "登记现场核查"
by = ["reviewer"]
from = ["checking"]
basis = ["own"]
[action.visit.inputs]
visited_on = { kind = "date", label = "现场核查日期", past = true }
seen_there = { kind = "long_text", label = "现场情况" }
"""
WHOLE_DESK = [
    (
        'by = ["registrar"]\nfrom = ["submitted"]\nto = "checking"',
        'by = ["registrar", "supervisor"]\nfrom = ["submitted"]\nto = "checking"',
    ),
    ('renewed = { label = "准予延续", outcome = "upheld"', 'renewed = { label = "准予延续", outcome = "granted"'),
]
MORE: dict[str, Unusual] = {
    "given back twice at most": Unusual(
        TWICE, ("accept", "report_check", "return_to_check", "report_check", "return_to_check", "report_check", "renew")
    ),
    "taken up by one of two posts, urgently": Unusual([], ("accept_urgent", "report_check", "renew"), URGENT),
    "a third person has it checked once more": Unusual(
        [], ("accept", "report_check", "second_look", "report_check", "renew"), SECOND_LOOK
    ),
    "whoever is heard is reminded once": Unusual(
        PAUSE, ("accept", "hear", "remind", "state", "report_check", "renew"), HEARING + REMINDED
    ),
    "a visit is noted down where the case stands": Unusual(
        [],
        ("accept", "visit", "report_check", "renew"),
        VISIT,
        answers={"visited_on": "2026-04-01", "seen_there": "与申请一致"},
    ),
    "an outcome of another word of its side, two posts at the window": Unusual(
        WHOLE_DESK, ("accept", "report_check", "renew")
    ),
}


def law_of(one: Unusual, folder: Path) -> Path:
    """The folder of its files."""
    text = edited(RENEWAL, *one.edits) + one.more
    name = "place_appeal" if one.edits is SCHOOL else "licence_renewal"
    files = {
        f"procedures/{name}-2026-11.toml": text.replace("2026-11-01", "2026-04-01").replace('"2026-11"', '"2026-04"')
    }
    files = {path.replace("2026-11", "2026-04"): said for path, said in files.items()}
    files |= {f"letters/{kind}/2026-04-01.txt.j2": said for kind, said in TEXTS.items() if kind in text}
    for path, said in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(said, encoding="utf-8")
    return folder


@pytest.mark.parametrize("what", [*UNUSUAL, *(pytest.param(what, marks=pytest.mark.soak) for what in MORE)])
def test_it_is_taken_and_runs_to_its_end_with_its_letter(
    what: str,
    database: Database,
    settings: Settings,
    clock: Clock,
    press: Press,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = {**UNUSUAL, **MORE}[what]
    folder = law_of(one, tmp_path / "law")
    monkeypatch.setenv("REPAIRFLOW_HOME", str(tmp_path / "home"))
    done = CliRunner().invoke(procedures, ["check", str(folder)])
    assert done.exit_code == 0, done.output
    with own_law(settings, database, folder) as (here, law):
        town = Town(database, here)
        town.law = law
        town.services = Services.of(town.law, town.vault, town.settings)
        life = TownLife(town, clock, press, tmp_path)
        name = "place_appeal" if one.edits is SCHOOL else "licence_renewal"
        case = town.file(name, None, kinds=["licence_copy"], subject=life.uscc())
        for step in one.steps:
            given = {
                key: said
                for key, said in (one.answers or {}).items()
                if key in town.procedure(case).action[step].inputs
            }
            town.do(case, step, inputs=given)
        life.worker.presses_letters()
        assert life.state(case) == one.ends
        decider = life.centre.decider
        decider.opens_case(case)
        said = "\n".join(
            pdf_text(decider.downloads(path))
            for path in decider.page.links.values()
            if "/letters/" in path and path.endswith(".pdf")
        )
        assert f"决定：{one.ends}" in said, said
        life.sound()
        life.close()
