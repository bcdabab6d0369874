"""Whether this node is well: for load balancers and monitors."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from repairflow import times
from repairflow.casework.house import House
from repairflow.casework.queries.health import Standing, standing, worker_alive
from repairflow.casework.queries.warnings import warnings
from repairflow.db import Database
from repairflow.errors import NotFound
from repairflow.web import policy, security

GAUGES = {
    "worker_alive": "1 when a worker showed itself within the last minute",
    "open_cases": "cases that are not closed",
    "late": "running limits past their due day",
    "waiting": "outbox rows that wait to be sent",
    "dead": "outbox rows that a person must look at",
    "unsequenced": "events without a place in the log",
    "checkpoint_size": "events the newest checkpoint covers",
}


def install(door: Blueprint, db: Database, house: House) -> None:
    """Afterwards `door` answers /health to everybody and /metrics to this machine."""

    @door.get("/health")
    @policy.access(policy.PUBLIC)
    def health() -> tuple[Response, int]:
        """200 when the database answers and a worker is alive, else 503; warnings alone (calendar, clock) change no code."""
        now = times.now()
        try:
            with db.read() as tx:
                alive, warned = worker_alive(tx, now), warnings(tx, house.law.calendar, now)
        except SQLAlchemyError:
            return jsonify({"ok": False, "database": False, "worker": False, "warnings": []}), 503
        answer = {"ok": alive, "database": True, "worker": alive, "warnings": [one.code for one in warned]}
        return jsonify(answer), 200 if alive else 503

    @door.get("/metrics")
    @policy.access(policy.PUBLIC)
    def metrics() -> Response:
        if not security.from_this_machine():
            raise NotFound
        with db.read() as tx:
            now = standing(tx, times.now())
        return Response(_exposed(now), content_type=CONTENT_TYPE_LATEST)


def _exposed(now: Standing) -> bytes:
    """Made anew for each scrape: the numbers are the database's, not this process's."""
    registry = CollectorRegistry()
    for name, text in GAUGES.items():
        Gauge(f"repairflow_{name}", text, registry=registry).set(getattr(now, name))
    return generate_latest(registry)
