"""One persisted step of django-fsm-2 with its ORM and a history row, or of SpiffWorkflow with its JSON; started by bench/peers.py.

    python steps.py django|spiff FOLDER CASES

Makes CASES cases in an SQLite database in FOLDER (WAL, synchronous FULL, BEGIN IMMEDIATE). Then reads numbers from standard input and
for each one takes so many cases one step on, every step in a transaction of its own; answers with a JSON line of two lists, seconds
by the clock and of the processor.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

NOW = datetime(2026, 6, 10, 2, tzinfo=UTC)
REASON = "四项条件均已核实，拟准予修复。"
STATES = ("filed", "verifying", "reviewing", "deciding", "granted")
FACTS = {
    "subject": "恒拓建材有限公司", "code": "91320830MA2K7H5PX7", "document": "溪环罚〔2026〕7号", "office": "云溪县生态环境局",
    "performed_on": "2026-05-20", "correction": "已缴清", "conditions": {"minimum_period": True, "performed": True},
}  # fmt: skip


def django_steps(folder: Path, cases: int) -> Callable[[int], None]:
    """Return what takes the n-th case one step on: its row locked and read, the machine asked, row and history row written."""
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "django.db"),
                "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"},
            }
        },
        USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )  # fmt: skip
    django.setup()
    from django.db import connection, models, transaction
    from django_fsm import FSMField, transition

    class Case(models.Model):
        number = models.CharField(max_length=40, unique=True)
        state = FSMField(default="reviewing", protected=True)
        version = models.IntegerField(default=3)
        subject = models.CharField(max_length=200)
        code = models.CharField(max_length=18)
        document = models.CharField(max_length=80)
        office = models.CharField(max_length=80)
        facts = models.JSONField()
        handler = models.IntegerField(null=True)
        due = models.DateField(null=True)

        class Meta:
            app_label = "peers"

        def all_met(self) -> bool:
            return all(self.facts["conditions"].values())

        @transition(field=state, source="reviewing", target="deciding", conditions=[all_met])
        def propose_grant(self, actor: int) -> None:
            self.handler, self.version = actor, self.version + 1

    class History(models.Model):
        case = models.ForeignKey(Case, on_delete=models.PROTECT)
        at = models.DateTimeField()
        actor = models.IntegerField()
        action = models.CharField(max_length=40)
        source = models.CharField(max_length=40)
        target = models.CharField(max_length=40)
        reason = models.TextField()

        class Meta:
            app_label = "peers"

    with connection.schema_editor() as editor:
        editor.create_model(Case)
        editor.create_model(History)
    told = {key: FACTS[key] for key in ("subject", "code", "document", "office")}
    Case.objects.bulk_create(Case(number=str(n), facts=FACTS, **told) for n in range(cases))

    def step(n: int) -> None:
        with transaction.atomic():
            case = Case.objects.select_for_update().get(number=str(n))
            source = case.state
            case.propose_grant(7)
            case.save()
            History.objects.create(
                case=case, at=NOW, actor=7, action="propose_grant", source=source, target=case.state, reason=REASON
            )

    return step


def spiff_steps(folder: Path, cases: int) -> Callable[[int], None]:
    """Return what takes the n-th case one step on: its workflow read from JSON, one task completed, written back with a history row."""
    from SpiffWorkflow.bpmn import BpmnWorkflow
    from SpiffWorkflow.bpmn.parser import BpmnParser
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
    from SpiffWorkflow.util.task import TaskState

    file = folder / "repair.bpmn"
    file.write_text(_bpmn(), encoding="utf-8")
    parser = BpmnParser()
    parser.add_bpmn_file(str(file))
    spec = parser.get_spec("repair")
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())

    def one_on(workflow: BpmnWorkflow) -> str:
        task = workflow.get_tasks(state=TaskState.READY, manual=True)[0]
        task.data.update(handler=7, reason=REASON)
        task.run()
        workflow.do_engine_steps()
        return str(task.task_spec.name)

    workflow = BpmnWorkflow(spec)
    workflow.do_engine_steps()
    workflow.get_tasks(state=TaskState.READY, manual=True)[0].data.update(FACTS)
    for _ in range(2):
        one_on(workflow)
    kept = serializer.serialize_json(workflow)
    db = sqlite3.connect(folder / "spiff.db", isolation_level=None)
    for said in (
        "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE cases (number TEXT PRIMARY KEY, workflow TEXT)",
        "CREATE TABLE history"
        " (id INTEGER PRIMARY KEY, number TEXT, at TEXT, actor INTEGER, action TEXT, reason TEXT)",
    ):  # fmt: skip
        db.execute(said)
    db.executemany("INSERT INTO cases VALUES (?, ?)", [(str(n), kept) for n in range(cases)])

    def step(n: int) -> None:
        db.execute("BEGIN IMMEDIATE")
        (found,) = db.execute("SELECT workflow FROM cases WHERE number = ?", (str(n),)).fetchone()
        workflow = serializer.deserialize_json(found)
        action = one_on(workflow)
        db.execute("UPDATE cases SET workflow = ? WHERE number = ?", (serializer.serialize_json(workflow), str(n)))
        db.execute(
            "INSERT INTO history (number, at, actor, action, reason) VALUES (?, ?, ?, ?, ?)",
            (str(n), NOW.isoformat(), 7, action, REASON),
        )
        db.execute("COMMIT")

    return step


def _bpmn() -> str:
    """A process of one task of a person after the other, one for each step of the case."""
    tasks = "".join(f'<bpmn:userTask id="{state}" name="{state}" />' for state in STATES)
    places = ["start", *STATES, "end"]
    flows = "".join(
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="{one}" targetRef="{other}" />'
        for n, (one, other) in enumerate(pairwise(places))
    )
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="x">'
        f'<bpmn:process id="repair" isExecutable="true"><bpmn:startEvent id="start" />{tasks}<bpmn:endEvent id="end" />{flows}'
        "</bpmn:process></bpmn:definitions>"
    )


def main(kind: str, folder: Path, cases: int) -> None:
    step = {"django": django_steps, "spiff": spiff_steps}[kind](folder, cases)
    print("ready", flush=True)
    done = 0
    for line in sys.stdin:
        walls, owns = [], []
        for _ in range(int(line)):
            wall, own = time.perf_counter(), time.process_time()
            step(done)
            walls.append(time.perf_counter() - wall)
            owns.append(time.process_time() - own)
            done += 1
        print(json.dumps([walls, owns]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
