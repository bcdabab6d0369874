"""The whole application over a town, with one of each administrator and a case that has everything to hide."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from itertools import product

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from repairflow.app.program import Program
from repairflow.app.web import make_app
from repairflow.casework.actor import SYSTEM
from repairflow.casework.admin import accounts, roles_and_mandates
from repairflow.records import api_token, letter, material
from repairflow.web.core import sessions
from tests.support.building import Town
from tests.support.calling import visit

ADMINISTRATORS = {"jishu": "system_admin", "mushan": "security_admin", "lianqiao": "audit_admin"}


@dataclass
class WholeHouse:
    """`browser(who)` is signed in as somebody of the town, `who` None as nobody; `program(who)` holds a token."""

    town: Town
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        town = self.town
        with town.db.begin() as tx:
            for login, role in ADMINISTRATORS.items():
                town.people[login] = accounts.add(tx, SYSTEM, login, login, "staff", town.now)
                roles_and_mandates.grant(tx, SYSTEM, login, role, "CREDIT", town.now)
        self.app = make_app(Program(town.settings, town.db, town.services))
        self.app.testing = True

    def browser(self, who: str | None) -> Browser:
        return Browser(visit(self.app, self.town, who) if who else self.app.test_client())

    def program(self, who: str) -> dict[str, str]:
        """The header with a token of this person."""
        token = f"token of {who}"
        with self.town.db.begin() as tx:
            if (
                tx.execute(select(api_token.c.id).where(api_token.c.digest == sessions.digest_of(token))).first()
                is None
            ):
                now = self.town.now
                tx.execute(
                    insert(api_token).values(
                        digest=sessions.digest_of(token), person_id=self.town.people[who], label="", created_at=now,
                        expires_at=now.replace(year=now.year + 1),
                    )
                )  # fmt: skip
        return {"Authorization": f"Bearer {token}"}


@dataclass
class Browser:
    """Pages and forms by their addresses."""

    client: FlaskClient
    text: str = ""

    def get(self, path: str) -> int:
        """The status of a page, redirects followed."""
        return self._seen(self.client.get(path, follow_redirects=True, buffered=True))

    def post(self, path: str, **data: str) -> int:
        """The status of a form's answer, no redirect followed; with the token of the page last seen."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.text)
        given = {"csrf_token": token.group(1) if token else "", **data}
        return self._seen(self.client.post(path, data=given, buffered=True))

    def _seen(self, answer: TestResponse) -> int:
        body = answer.get_data().decode("utf-8", "replace")
        self.text = unescape(body) if body else self.text
        return answer.status_code


@dataclass(frozen=True)
class Secret:
    """A case and everything that hangs on it."""

    case: str
    record: str
    letter: str
    material: str

    @classmethod
    def of(cls, town: Town) -> Secret:
        """A repair that was accepted, with a letter and a material."""
        number = town.record()
        case = town.file_repair(number)
        town.do(case, "accept")
        row = town.case(case).id
        token = town.all(select(letter.c.token).where(letter.c.case_id == row))[0].token
        proof = town.all(select(material.c.token).where(material.c.case_id == row))[0].token
        return cls(case, number, token, proof)

    def fill(self, rule: Rule) -> list[dict[str, str]]:
        """What the arguments of an address may be, so that it names something of this case."""
        known = {
            "number": [self.case, self.record],
            "case": [self.case],
            "key": [self.record],
            "token": [self.letter, self.material],
        }
        choices = [known.get(name, [OTHERWISE.get(name, "1")]) for name in sorted(rule.arguments)]
        return [dict(zip(sorted(rule.arguments), chosen, strict=True)) for chosen in product(*choices)]

    def names(self, town: Town) -> list[str]:
        """Words by which an answer gives the case, its record or a paper away."""
        row = town.case(self.case).id
        numbers = [one.number for one in town.all(select(letter.c.number).where(letter.c.case_id == row))]
        files = [one.file_name for one in town.all(select(material.c.file_name).where(material.c.case_id == row))]
        return [self.case, self.record, *numbers, *files]


OTHERWISE = {"procedure": "repair", "action": "accept", "kind": "repair_receipt", "login": "jishu", "code": "ENV"}
