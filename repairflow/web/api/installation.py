"""The installation over the API: offices, accounts, platforms. What opens an account or gives it rights is not here."""

from __future__ import annotations

from repairflow.casework.admin.offices import Saved
from repairflow.casework.changes import (
    AddOffice,
    AddPerson,
    ChangeOffice,
    ChooseMessages,
    RenamePerson,
    SwitchPerson,
    SwitchTarget,
)
from repairflow.web.api.description import answers, api
from repairflow.web.api.limits import writer
from repairflow.web.api.schemas.changes import (
    ChangeMade,
    MessagesRequest,
    NameRequest,
    NewOfficeRequest,
    NewPersonRequest,
    OfficeMade,
    OfficeRequest,
    PersonMade,
    SwitchRequest,
)
from repairflow.web.api.schemas.requests import Keyed
from repairflow.web.api.sending import changed, make, sent
from repairflow.web.core.context import current


@api.validate(resp=answers(409, 415, 429, HTTP_200=OfficeMade), operation_id="add_office", tags=["installation"])
def add_office(json: NewOfficeRequest, headers: Keyed) -> OfficeMade:
    """新建单位

    由系统管理员办理。
    """
    return make(OfficeMade, AddOffice(writer(current()), _given(json)), sent(headers), _office)


@api.validate(resp=answers(409, 415, 429, HTTP_200=OfficeMade), operation_id="change_office", tags=["installation"])
def change_office(code: str, json: OfficeRequest, headers: Keyed) -> OfficeMade:
    """修改单位

    没有写的各项不变，已制发的文书不变；由系统管理员办理。
    """
    return make(OfficeMade, ChangeOffice(writer(current()), code, _given(json)), sent(headers), _office)


@api.validate(resp=answers(409, 415, 429, HTTP_200=PersonMade), operation_id="add_person", tags=["installation"])
def add_person(json: NewPersonRequest, headers: Keyed) -> PersonMade:
    """新建账号

    设置密码以前不能登录；由系统管理员办理。岗位、授权和链接由安全管理员在页面上办理。
    """
    given = AddPerson(writer(current()), json.login, json.name, json.kind)
    return make(PersonMade, given, sent(headers), lambda _: {"login": json.login})


@api.validate(resp=answers(409, 415, 429, HTTP_200=ChangeMade), operation_id="rename_person", tags=["installation"])
def rename_person(login: str, json: NameRequest, headers: Keyed) -> ChangeMade:
    """更正姓名

    由系统管理员办理。
    """
    return changed(RenamePerson(writer(current()), login, json.name), sent(headers))


@api.validate(resp=answers(409, 415, 429, HTTP_200=ChangeMade), operation_id="switch_person", tags=["installation"])
def switch_person(login: str, json: SwitchRequest, headers: Keyed) -> ChangeMade:
    """停用或者恢复账号

    停用后立即退出登录，接口令牌作废；由安全管理员办理。
    """
    return changed(SwitchPerson(writer(current()), login, json.on), sent(headers))


@api.validate(resp=answers(409, 415, 429, HTTP_200=ChangeMade), operation_id="switch_target", tags=["installation"])
def switch_target(code: str, json: SwitchRequest, headers: Keyed) -> ChangeMade:
    """停用或者恢复推送

    停用后已排队的推送留着；由系统管理员办理。
    """
    return changed(SwitchTarget(writer(current()), code, json.on), sent(headers))


@api.validate(resp=answers(409, 415, 429, HTTP_200=ChangeMade), operation_id="choose_messages", tags=["installation"])
def choose_messages(code: str, json: MessagesRequest, headers: Keyed) -> ChangeMade:
    """登记平台接收哪几种报文

    没有列出的种类不再推送给该平台，已排队的照常；由系统管理员办理。
    """
    return changed(ChooseMessages(writer(current()), code, json.kinds), sent(headers))


def _given(json: OfficeRequest) -> dict[str, str]:
    return {name: value for name, value in json.model_dump().items() if value is not None}


def _office(saved: Saved) -> dict[str, object]:
    return {"code": saved.code, "changed": bool(saved.changed), "warnings": list(saved.warnings)}
