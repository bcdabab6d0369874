"""People of the town before a browser or a program: they read pages, follow links and press buttons by their words."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.stories.pages import Page
from tests.support.building import png
from tests.support.calling import Caller, visit

if TYPE_CHECKING:
    from tests.stories.town_life import TownLife

REASON = "经核查，情况属实。"
REASONS = frozenset({"意见", "理由（写入文书）"})


class Stranger:
    """Somebody with a browser, not signed in. What cannot be done fails the story with what the page said."""

    def __init__(self, life: TownLife) -> None:
        self.life = life
        self.client: FlaskClient = life.app.test_client()
        self.where, self.status = "/", 200
        self.html, self.page = "", Page("")

    # looking

    def opens(self, path: str, status: int = 200) -> str:
        """What the page at an address says."""
        self._read(self.client.get(path, follow_redirects=True, buffered=True), path)
        assert self.status == status, (path, self.status, self.page.text[:500])
        return self.page.text

    def follows(self, link: str) -> str:
        """What the page behind a link says."""
        assert link in self.page.links, f"no link “{link}” on {self.where}, but {list(self.page.links)}"
        return self.opens(self.page.links[link])

    def downloads(self, path: str) -> bytes:
        """A file."""
        answer = self.client.get(path, buffered=True)
        assert answer.status_code == 200, answer.status
        return answer.get_data()

    def reads(self, *words: str) -> None:
        """All of these stand on the page."""
        missing = [word for word in words if word not in self.page.text]
        assert not missing, f"{missing} not in: {self.page.text}"

    # doing

    def sends(
        self,
        button: str,
        answers: Mapping[str, Any] | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        status: int = 200,
    ) -> str:
        """The form with this button, filled in and sent; what the page says that follows."""
        form = self.page.form(button)
        assert form is not None, (
            f"no button “{button}” on {self.where}, but {[list(f.buttons) for f in self.page.forms]}"
        )
        data = form.filled(answers or {})
        for label, (file_name, content) in (files or {}).items():
            name = next(f.name for f in form.fields.values() if f.kind == "file" and f.label == label)
            data[name] = (io.BytesIO(content), file_name)
        self._submit(form.buttons[button] or form.action or self.where, data, multipart=bool(files))
        assert self.status == status, (button, self.status, self.page.text[:800])
        return self.page.text

    def posts(self, path: str, data: Mapping[str, Any]) -> None:
        """These values sent to an address, for a form whose buttons have values of their own."""
        self._submit(path, data)

    def _submit(self, path: str, data: Mapping[str, Any], *, multipart: bool = False) -> None:
        more: dict[str, Any] = {"content_type": "multipart/form-data"} if multipart else {}
        answer = self.client.post(path, data=data, **more)
        if answer.status_code == 303:
            path = str(answer.location)
            answer = self.client.get(path, follow_redirects=True, buffered=True)
        self._read(answer, path)

    def _read(self, answer: TestResponse, path: str) -> None:
        self.where = answer.request.path if answer.request else path
        self.status, self.html = answer.status_code, answer.get_data().decode("utf-8", "replace")
        self.page = Page(self.html)

    def _token(self) -> str:
        return next(f.fields["csrf_token"].value for f in self.page.forms if "csrf_token" in f.fields)


class Person(Stranger):
    """Somebody of the town, signed in; `program` is what works with that person's token."""

    def __init__(self, life: TownLife, name: str) -> None:
        super().__init__(life)
        self.name = name
        self.client = visit(life.app, life.town, name)

    def wants_texts(self, phone: str) -> None:
        """All reminders come to this telephone as well."""
        self.opens("/preferences")
        chosen = re.findall(r'name="chosen" value="([^"]*sms[^"]*)"', self.html)
        self._submit("/preferences", {"csrf_token": self._token(), "email": "", "phone": phone, "chosen": chosen})

    @property
    def program(self) -> Program:
        """A program that works with this person's token."""
        return Program(Caller(self.life.app, self.life.town, self.name))


class Officer(Person):
    """Somebody of an office: queue, case page, letters."""

    def finds_waiting(self, case: str) -> None:
        """The case stands in this officer's queue."""
        self.opens("/desk/")
        assert case in self.page.text, f"{case} does not wait for {self.name}: {self.page.text[:400]}"

    def finds(self, prefix: str) -> str:
        """The one case of a kind that waits in the queue; its number."""
        found = sorted(set(re.findall(rf"{prefix}-\d{{4}}-\d{{6}}", self.opens("/desk/"))))
        assert len(found) == 1, (found, self.page.text[:400])
        return str(found[0])

    def opens_case(self, case: str) -> str:
        return self.opens(f"/desk/cases/{case}")

    def follows_inbox(self) -> str:
        """The own inbox, by the link that stands on every page."""
        self.opens("/desk/")
        return self.follows(next(link for link in self.page.links if link.startswith("收件箱")))

    def presses(
        self, case: str, button: str, answers: Mapping[str, Any] | None = None, materials: Iterable[str] = ()
    ) -> str:
        """One step on the case's page, confirmed where the page asks; the page after it.

        A reason nobody gave is a plain one.
        """
        self.opens_case(case)
        form = self.page.form(button)
        assert form is not None, f"“{button}” is not offered: {self.page.text}"
        given = {f.label: REASON for f in form.fields.values() if f.label in REASONS} | dict(answers or {})
        self.sends(button, given, {label: (f"{label[:6]}.png", png()) for label in materials})
        if f"确认{button}" in {name for one in self.page.forms for name in one.buttons}:
            self.sends(f"确认{button}")
        assert "已办理" in self.page.text, self.page.text[:600]
        return self.page.text

    def is_refused(self, case: str, button: str, answers: Mapping[str, Any] | None = None) -> str:
        """The step goes wrong on the page: what stands against it."""
        self.opens_case(case)
        form = self.page.form(button)
        if form is None:
            return self.page.text  # not offered: the page says why
        given = {f.label: REASON for f in form.fields.values() if f.label in REASONS} | dict(answers or {})
        return self.sends(button, given, status=422)

    def uploads(self, content: bytes, name: str = "双公示.csv") -> str:
        """A penalty file of the own office, checked; what the page says of its rows before anything is written."""
        self.opens("/desk/imports")
        self.sends("上传并检查", files={"文件": (name, content)})
        self.life.does_jobs()
        return self.opens(self.where)

    def imports(self, content: bytes, name: str = "双公示.csv") -> str:
        """The file checked, and its good rows confirmed; what the page says at the end."""
        self.uploads(content, name)
        self.sends(next(b for form in self.page.forms for b in form.buttons if b.startswith("导入 ")))
        self.life.does_jobs()
        return self.opens(self.where)


class Enterprise(Person):
    """Somebody who speaks for a company: credit file, filings, cases, inbox."""

    def opens_case(self, case: str) -> str:
        return self.opens(f"/my/cases/{case}")

    def files(
        self,
        procedure: str,
        record: str,
        answers: Mapping[str, Any],
        materials: Iterable[str],
        signs: str | None = None,
    ) -> str:
        """A filing from the record to the receipt, page by page; the number of the case."""
        self.opens(f"/my/file/{procedure}/{record}")
        self.sends("开始填写")
        if answers:
            self.sends("保存并继续", answers)
        for label in materials:
            self.sends(f"上传{label}", files={label: (f"{label[:6]}.png", png())})
        self.sends("材料已传好，继续")
        if signs is not None:
            agreed = next(f.label for f in self.page.form("签署并继续").fields.values() if f.kind == "checkbox")  # type: ignore[union-attr]  # the page has it
            self.sends("签署并继续", {agreed: "是", "信用承诺签署人": signs})
        self.reads("核对")
        button = next(name for form in self.page.forms for name in form.buttons if name.endswith("：提交"))
        self.sends(button)
        return self.number_read()

    def number_read(self) -> str:
        """The number of a case that the page names, as a receipt does."""
        found = re.search(r"[A-Z]{2}-\d{4}-\d{6}", self.page.text)
        assert found is not None, self.page.text
        return found[0]

    def repairs(self, record: str, *, agent: bool = False) -> str:
        """An ordinary repair of a record."""
        more = ("授权委托书",) if agent else ()
        answers = {"义务履行完毕日期": "2026-03-20", "整改情况说明": "已缴清罚款，污水处理设施已改造并经检测达标。"}
        return self.files(
            "repair", record, answers, ("履行义务、纠正行为的证明", *more), signs="林一鸣" if agent else "宋远山"
        )

    def presses(
        self, case: str, button: str, answers: Mapping[str, Any] | None = None, materials: Iterable[str] = ()
    ) -> str:
        """One step of the company's own, with what it brings; the case's page after it."""
        self.opens_case(case)
        self.follows(button)
        step = self.where
        for label in materials:
            self.sends(f"上传{label}", files={label: (f"{label[:6]}.png", png())})
        assert self.where == step
        sure = f"确认{button}"
        self.sends(sure if self.page.form(sure) else button, answers)
        return self.page.text

    def inbox(self) -> str:
        return self.opens("/my/inbox")


class Program:
    """What somebody's program does over the JSON API, by the words the API gives."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def case(self, number: str) -> dict[str, Any]:
        answer = self._caller.get(f"/cases/{number}")
        assert answer.status_code == 200, answer.json
        return dict(answer.json)

    def gets(self, path: str, status: int = 200) -> dict[str, Any]:
        """What a call tells."""
        answer = self._caller.get(path)
        assert answer.status_code == status, answer.json
        return dict(answer.json)

    def posts(self, path: str, body: Mapping[str, Any], status: int = 200) -> dict[str, Any]:
        """What a call makes, or why it does not."""
        answer = self._caller.post(path, dict(body))
        assert answer.status_code == status, answer.json
        return dict(answer.json)

    def letters(self, number: str) -> list[str]:
        """The titles of a case's letters, oldest first."""
        return [one["title"] for one in self._caller.get(f"/cases/{number}/letters").json["items"]][::-1]

    def records(self, kind: str) -> list[str]:
        """The numbers of the records of a kind that this person sees, newest first."""
        items = self._caller.get("/records?limit=100").json["items"]
        return [one["number"] for one in items if one["kind"] == kind]

    def brings(self, *kinds: str) -> list[str]:
        """Materials uploaded; their tokens."""
        tokens = []
        for kind in kinds:
            part = {"kind": kind, "file": (io.BytesIO(png()), f"{kind}.png")}
            answer = self._caller.post("/materials", data=part, content_type="multipart/form-data")
            assert answer.status_code == 201, answer.json
            tokens.append(answer.json["token"])
        return tokens

    def opens(self, procedure: str, materials: Iterable[str] = (), **body: Any) -> str:
        """A case filed; its number. `body` as POST /cases takes it: record, subject or case, kind, inputs."""
        answer = self._caller.post("/cases", {"procedure": procedure, "materials": self.brings(*materials), **body})
        assert answer.status_code == 201, answer.json
        return str(answer.json["case"])

    def is_refused_to_open(self, procedure: str, materials: Iterable[str] = (), **body: Any) -> set[str]:
        """The filing is refused; the codes of what stands against it."""
        answer = self._caller.post("/cases", {"procedure": procedure, "materials": self.brings(*materials), **body})
        assert answer.status_code == 422, answer.json
        return {refusal["code"] for refusal in answer.json["refusals"]}

    def does(
        self, case: str, label: str, inputs: Mapping[str, Any] | None = None, materials: Iterable[str] = (), **more: Any
    ) -> dict[str, Any]:
        """The step with this label; what came of it."""
        answer = self._take(case, label, inputs or {}, materials, more)
        assert answer.status_code == 200, answer.json
        return dict(answer.json)

    def is_refused(
        self, case: str, label: str, inputs: Mapping[str, Any] | None = None, materials: Iterable[str] = (), **more: Any
    ) -> set[str]:
        """The step is refused; the codes of all that stands against it."""
        answer = self._take(case, label, inputs or {}, materials, more)
        assert answer.status_code == 422, answer.json
        return {refusal["code"] for refusal in answer.json["refusals"]}

    def _take(
        self, case: str, label: str, inputs: Mapping[str, Any], materials: Iterable[str], more: Mapping[str, Any]
    ) -> TestResponse:
        seen = self.case(case)
        option = next((o for o in seen["options"] if o["label"] == label), None)
        assert option is not None, f"“{label}” is not possible, but {[o['label'] for o in seen['options']]}"
        body: dict[str, Any] = {"expected_version": seen["version"], "materials": self.brings(*materials), **more}
        names = {one["label"]: one["name"] for one in option["inputs"]}
        body["inputs"] = {names[asked]: given for asked, given in inputs.items()}
        if option["reason"] and "reason" not in body:
            body["reason"] = REASON
        return self._caller.post(f"/cases/{case}/actions/{option['action']}", body)
