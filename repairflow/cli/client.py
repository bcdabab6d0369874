"""`repairflow client`: the JSON API from a terminal, for those who would rather type a case number than JSON.

It knows addresses and layout only; what may be done, and by whom, the site decides.
"""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import click
import httpx2

from repairflow.errors import Invalid, Unavailable

SITE = "http://127.0.0.1:8000"
SECONDS = 30
Json = dict[str, object]
PUSH_LABELS = {"waiting": "待推送", "leased": "推送中", "done": "已回执", "dead": "未送到", "waived": "已取消推送"}


@dataclass(frozen=True, slots=True)
class Site:
    """The API of one site, called as a person whose token lies in `<login>.token`."""

    address: str
    login: str | None

    def get(self, path: str, **query: str) -> Json:
        """Ask for what lies at `path`. Raise Invalid in the site's words when it refuses."""
        return self._send(httpx2.Request("GET", self._at(path), params=query, headers=self._bearer))

    def post(self, path: str, body: Json) -> Json:
        """Send a command once; the site does it once even if the answer is lost and the call repeated."""
        headers = self._bearer | {"Idempotency-Key": uuid.uuid4().hex}
        return self._send(httpx2.Request("POST", self._at(path), json=body, headers=headers))

    def upload(self, kind: str, file: Path) -> str:
        """Hand in a material; give the token a filing or step names it by."""
        sent = {"file": (file.name, file.read_bytes())}
        request = httpx2.Request("POST", self._at("materials"), data={"kind": kind}, files=sent, headers=self._bearer)
        return str(self._send(request)["token"])

    def _at(self, path: str) -> str:
        return f"{self.address}/api/v1/{path}"

    @property
    def _bearer(self) -> dict[str, str]:
        if self.login is None:
            raise Invalid("请用 --as 写明登录名，例如 repairflow client --as zhouyuan records")
        file = Path(f"{self.login}.token")
        if not file.is_file():
            raise Invalid(f"没有 {file}。请先运行：repairflow user token {self.login} > {file}")
        return {"Authorization": f"Bearer {file.read_text(encoding='utf-8').strip()}"}

    def _send(self, request: httpx2.Request) -> Json:
        try:
            with httpx2.Client(timeout=SECONDS) as client:
                answer = client.send(request)
            answered = answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise Unavailable(f"连不上 {self.address}，请检查地址和网络。") from error
        if answer.is_error:
            raise Invalid(_problem(answered))
        assert isinstance(answered, dict)
        return answered


def _problem(answered: Json) -> str:
    """Return the site's refusal as lines of text."""
    lines = [f"{answered.get('title', '没有办成')}：{answered.get('detail', '')}".rstrip("：")]
    for name in ("problems", "refusals"):
        found = answered.get(name)
        lines += [f"  {item['text']}" for item in found if "text" in item] if isinstance(found, list) else []
    return "\n".join(lines)


@click.group()
@click.option("--as", "login", help="登录名；令牌在当前文件夹的 <登录名>.token 中")
@click.option("--site", default=SITE, show_default=True, envvar="REPAIRFLOW_SITE", help="网站地址")
@click.pass_context
def client(context: click.Context, login: str | None, site: str) -> None:
    """从命令行使用网站的接口：查信息、提申请、办步骤。令牌由 repairflow user token 生成。"""
    context.obj = Site(site.rstrip("/"), login)


@client.command()
@click.argument("search", default="")
@click.pass_obj
def records(site: Site, search: str) -> None:
    """查失信信息，可以按文号、名称或者代码查找。"""
    for item in _items(site.get("records", search=search)):
        answered = site.get(f"records/{item['number']}")
        days = answered["publicity"]
        from_day = days.get("apply_from") if isinstance(days, dict) else None
        open_ = "" if answered.get("period_confirmed") else "（待核实）"
        ending = f"，自 {from_day} 起可以申请修复{open_}" if from_day else ""
        click.echo(f"{answered['number']} {answered['document_number']} {answered['state_label']}{ending}")


@client.command()
@click.argument("procedure")
@click.argument("record")
@click.option("--input", "inputs", multiple=True, metavar="项=值", help="表单的一项，可以写多次")
@click.option("--material", "materials", multiple=True, metavar="种类=文件", help="申请材料，可以写多次")
@click.pass_obj
def file(site: Site, procedure: str, record: str, inputs: tuple[str, ...], materials: tuple[str, ...]) -> None:
    """就一条失信信息提出申请。"""
    body: Json = {
        "procedure": procedure,
        "record": record,
        "inputs": _inputs(inputs),
        "materials": _uploaded(site, materials),
    }
    _tell(site, site.post("cases", body))


@client.command()
@click.argument("case")
@click.argument("action")
@click.option("--reason", help="理由")
@click.option("--ground", help="事由编码")
@click.option("--input", "inputs", multiple=True, metavar="项=值", help="表单的一项，可以写多次；a.b=值 写在 a 之下")
@click.option("--material", "materials", multiple=True, metavar="种类=文件", help="材料，可以写多次")
@click.pass_obj
def act(
    site: Site, case: str, action: str, reason: str | None, ground: str | None, inputs: tuple[str, ...],
    materials: tuple[str, ...],
) -> None:  # fmt: skip
    """办理一个步骤。"""
    body: Json = {
        "expected_version": site.get(f"cases/{case}")["version"],
        "inputs": _inputs(inputs),
        "materials": _uploaded(site, materials),
    }
    if reason is not None:
        body["reason"] = reason
    if ground is not None:
        body["ground"] = ground
    _tell(site, site.post(f"cases/{case}/actions/{action}", body))


@client.command("case")
@click.argument("number")
@click.option("--wait", is_flag=True, help="等到办结")
@click.pass_obj
def show(site: Site, number: str, wait: bool) -> None:
    """看一个办件：环节、期限、推送、文书。"""
    found = site.get(f"cases/{number}")
    while wait and not found["outcome"]:
        time.sleep(1)
        found = site.get(f"cases/{number}")
    click.echo(f"{number} {found['state_label']}")
    for limit in _items(site.get(f"cases/{number}/deadlines")):
        click.echo(f"{limit['label']}：{limit['explain']}")
    pushes = found["pushes"]
    assert isinstance(pushes, list)
    for line in dict.fromkeys(f"推送 {push['name']}：{PUSH_LABELS[push['state']]}" for push in pushes):
        click.echo(line)
    for letter in _items(site.get(f"cases/{number}/letters")):
        click.echo(f"{letter['number']} {letter['title']} {letter['verify']}")


def _tell(site: Site, event: Json) -> None:
    """Print what came of a command, in a line."""
    label = site.get(f"cases/{event['case']}")["state_label"]
    click.echo(f"{event['case']} {label}" + (f"，已制发 {event['letter']}" if event["letter"] else ""))


def _items(page: Json) -> list[Json]:
    items = page["items"]
    assert isinstance(items, list)
    return items


def _uploaded(site: Site, materials: tuple[str, ...]) -> list[str]:
    pairs = [text.partition("=") for text in materials]
    for kind, sign, name in pairs:
        if not sign or not Path(name).is_file():
            raise Invalid(f"“{kind}{sign}{name}”应写成 种类=文件，且文件须存在。")
    return [site.upload(kind, Path(name)) for kind, _, name in pairs]


def _inputs(given: tuple[str, ...]) -> Json:
    """`a=1` and `a.b=1` as JSON; a value that is no JSON is text."""
    inputs: Json = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign:
            raise Invalid(f"“{text}”应写成 项=值。")
        *above, last = name.split(".")
        place = inputs
        for part in above:
            inner = place.setdefault(part, {})
            if not isinstance(inner, dict):
                raise Invalid(f"“{text}”与前面写的“{part}”矛盾。")
            place = inner
        try:
            place[last] = json.loads(value)
        except json.JSONDecodeError:
            place[last] = value
    return inputs
