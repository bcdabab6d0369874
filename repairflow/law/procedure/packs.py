"""Rule packs (规则包): the figures and closed lists of one jurisdiction and domain for a span of time.

Periods, the table from penalty kinds to severity, grounds, remedies, measures. A case pins the pack in force on its
filing day. Packs of one jurisdiction and domain never overlap in time.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from repairflow.errors import DefinitionError, Problem
from repairflow.law.procedure import strict
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.commitments import Commitment, SignedText, Signer
from repairflow.law.procedure.field_rules import Behaviour, LadderStep, ListChange
from repairflow.law.procedure.form_faults import faults, refuse_reserved
from repairflow.law.procedure.ground import Ground
from repairflow.law.procedure.measure import Measure
from repairflow.law.procedure.model import Code, Days, Strict
from repairflow.law.procedure.remedy import Remedy, ReviewFirst, Term, length
from repairflow.law.procedure.written_lengths import with_stays
from repairflow.law.toml_file import broken, meaning_digest, read_toml

Severity = Literal["minor", "ordinary", "serious"]
SEVERITY_LABELS: Mapping[str, str] = {"minor": "轻微", "ordinary": "一般", "serious": "严重"}
COMMITMENT_BAR = "commitment_bar"
"""The term for which whoever committed falsely may not repair by commitment alone (告知承诺)."""
RANKS: tuple[Severity, ...] = ("minor", "ordinary", "serious")
"""From the gentlest class to the gravest."""


class Period(Strict):
    """Minimum and maximum publicity period (最短、最长公示期) of a severity class."""

    published: bool = True  # minor ones in principle are not
    minimum: Days | None = None
    maximum: Days
    basis: tuple[str, ...]

    @model_validator(mode="after")
    def _in_months(self) -> Period:
        if any(days is not None and days.unit not in ("months", "years") for days in (self.minimum, self.maximum)):
            raise ValueError("公示期须以 months 或者 years 计")
        return self


class PenaltyKind(Strict):
    """One kind of penalty (处罚类别) and the class it puts a record in."""

    label: str
    severity: Severity
    by_amount: bool = False  # 较大数额、巨额：the class waits for lines that somebody states, here or for an office
    serious_from_wan: float | None = Field(
        default=None, ge=0, allow_inf_nan=False
    )  # a fine of this many 万元 or more is serious
    minor_below_wan: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    basis: tuple[str, ...] = ()
    verified: bool


class SimpleProcedure(Strict):
    """What may be decided on the spot (简易程序): kinds of penalty, and the greatest fine in 万元."""

    kinds: tuple[Code, ...] = Field(min_length=1)
    person_wan: float = Field(gt=0, allow_inf_nan=False)
    others_wan: float = Field(gt=0, allow_inf_nan=False)
    basis: tuple[str, ...] = Field(min_length=1)
    class_basis: tuple[str, ...] = ()  # of what was so decided being minor (轻微)


class ListKind(Strict):
    """One list (名单) of the closed vocabulary: no list may be kept that is not here (不得擅自增加或扩展)."""

    label: str
    public: bool
    favourable: bool = False  # 红名单：守信激励，不是失信信息
    record_kind: Literal["serious_list", "other"] = "other"
    severity: Severity = "ordinary"
    window: bool = False  # 决定前须公示，听取异议
    linked: bool = False  # 记入有关责任人员的信用记录：没有登记的，不得决定列入
    window_days: int = Field(default=7, ge=1, le=60)  # 认定前公示至少几个工作日
    opinion: bool = False  # 决定前须有第三方（信用服务机构、行业协会）的意见
    spot_check: bool = False  # 标记和移出须经电话问询或者现场确认
    clean: Days | None = None  # 守信名单：此前多久没有失信信息，才可以列入
    after: tuple[Code, ...] = ()  # 列入前须先采取过的分级措施，在 [ladder] 中
    yearly: str = Field(default="", pattern=r"^((0[1-9]|1[0-2])-(0[1-9]|[12][0-9]))?$")  # 每年统一公布的日期（月-日）
    review: Days | None = None  # 守信名单：期满多久以前由系统建立考评的办件，合格的重新计算在列期限
    no_new: bool = False  # 期满自动移出以在列期间没有新的失信行为为条件
    minimum: Days | None = None  # how long one stays before one may apply
    maximum: Days
    measures: tuple[str, ...] = ()
    removal: tuple[str, ...]  # 移出条件和程序, as decisions print them; {minimum} and {maximum} are the list's own
    basis: tuple[str, ...] = Field(min_length=1)
    verified: bool

    @model_validator(mode="after")
    def _stays_in_months(self) -> ListKind:
        lengths = (self.minimum, self.maximum, self.clean, self.review)
        if any(days is not None and days.unit not in ("months", "years") for days in lengths):
            raise ValueError("名单的期限须以 months 或者 years 计")
        return self

    @model_validator(mode="after")
    def _said_of_lists_it_fits(self) -> ListKind:
        if not self.favourable and (self.clean is not None or self.review is not None):
            raise ValueError("clean、review 只用于守信名单")
        if self.after and self.favourable:
            raise ValueError("守信名单列入前没有分级措施（after）")
        if self.yearly and not (self.public and self.favourable):
            raise ValueError("yearly 只用于公开的守信名单，失信的期满、修复、撤销即不再公示；请删去 yearly")
        return self


class Limit(Strict):
    """How long a basis lets an office take for one clock, and by how much another article lets that be extended."""

    days: Days
    extension: Days | None = None
    basis: tuple[str, ...] = Field(min_length=1)
    extension_basis: tuple[str, ...] = ()
    verified: bool

    @model_validator(mode="after")
    def _extension_has_its_own_article(self) -> Limit:
        if (self.extension is not None) != bool(self.extension_basis):
            raise ValueError("写了延长 extension，须以 extension_basis 写明延长自己的依据；没有延长的，都不写")
        return self


class RulePack(Strict):
    """One rule pack. `lists` holds every closed list that procedures name in `choices` and `grounds`."""

    pack: str
    label: str
    jurisdiction: str
    domain: str
    field: str = ""  # what a field of one's own is called, where nobody had it before: 旅游
    effective: date
    until: date | None = None  # the first day it no longer covers
    basis: Mapping[str, Basis]
    over: str | None = None  # the pack it is laid over: what it does not say itself is said there
    period: Mapping[Severity, Period] = {}
    penalty: Mapping[Code, PenaltyKind] = {}
    simple_procedure: SimpleProcedure | None = None
    lists: Mapping[Code, Mapping[Code, Ground]] = {}
    remedy: Mapping[Code, Remedy] = {}
    review_first: Mapping[Literal["inaction", "refusal"], ReviewFirst] = {}
    term: Mapping[Code, Term] = {}
    measure: Mapping[Code, Measure] = {}
    list_kind: Mapping[Code, ListKind] = {}
    list_change: Mapping[Code, ListChange] = {}  # of the lists of the pack it is laid over
    behaviour: Mapping[Code, Behaviour] = {}  # 失信行为清单
    ladder: Mapping[Code, LadderStep] = {}  # 列入前的分级措施，由轻到重
    said_in: str = ""  # where the document speaks of the field, and what of it could not be read
    keeps: tuple[Code, ...] = ()  # the lists that offices of this field may put somebody on; all where nothing is said
    repair_at: str = ""  # where one applies for repair, as letters say it: “信用中国”网站
    commitment_text: str = ""  # 信用承诺书 as it is read and signed
    commitment_version: str = ""
    commitment_by: Mapping[Signer, SignedText] = {}  # whoever signs in other words than an organisation
    commitments: Mapping[Code, Commitment] = {}  # of procedures whose commitment is another
    switch: Mapping[Code, bool | str | int] = Field(default={})
    limit: Mapping[Code, Limit] = {}  # by <procedure>_<clock>: what no file may exceed
    digest: str = ""

    @model_validator(mode="before")
    @classmethod
    def _choices_of_tables(cls, data: object) -> object:
        """Forms choose lists and measures as they choose from any closed list."""
        if not isinstance(data, dict):
            return data
        given = data.get("lists", {})
        if not isinstance(given, dict):
            return data
        lists = dict(given)
        for table, name in (("list_kind", "list_kinds"), ("measure", "measures"), ("behaviour", "behaviours")):
            if isinstance(data.get(table), dict) and data[table]:
                lists[name] = {
                    code: {"label": item.get("label", code), "basis": item.get("basis", [])}
                    for code, item in data[table].items()
                    if isinstance(item, dict) and (table != "list_kind" or _kept(code, data.get("keeps")))
                }
        return {**data, "lists": lists}

    @model_validator(mode="after")
    def _lists_name_known_measures(self) -> RulePack:
        if self.over is None:
            unknown = sorted({m for kind in self.list_kind.values() for m in kind.measures} - set(self.measure))
            if unknown:
                raise ValueError(f"名单写的措施不在 [measure] 中：{'、'.join(unknown)}")
        return self

    @model_validator(mode="after")
    def _periods_stand_somewhere(self) -> RulePack:
        if self.over is None and not self.period:
            raise ValueError("须写明各类失信信息的公示期 period，或者以 over 写明所依附的规则包")
        return self

    @model_validator(mode="after")
    def _keeps_lists_there_are(self) -> RulePack:
        unknown = sorted(set(self.keeps) - set(self.list_kind))
        if unknown and self.over is None:
            raise ValueError(f"本领域可以使用的名单（keeps）不在 [list_kind] 中：{'、'.join(unknown)}")
        if self.list_change and self.over is None:
            raise ValueError("list_change 改动的是所依附规则包的名单，须以 over 写明所依附的规则包")
        return self

    def commitment(self, procedure: str) -> Commitment:
        """Return the commitment that is signed with a filing of this procedure."""
        return self.commitments.get(procedure, self.common_commitment)

    @property
    def common_commitment(self) -> Commitment:
        """The commitment of every procedure that has none of its own: made public."""
        return Commitment(
            text=self.commitment_text, version=self.commitment_version, public=True, by=self.commitment_by
        )

    def promises(self) -> Iterator[tuple[tuple[str, ...], str, SignedText]]:
        """Yield every commitment anybody signs: the keys it stands under, what it is called, and its words and version."""
        for at, who, said in self.common_commitment.texts():
            yield ("commitment_by", *at[1:]) if at else ("commitment_text",), f"信用承诺书{_by(who)}", said
        for code, one in self.commitments.items():
            for at, who, said in one.texts():
                yield ("commitments", code, *at), f"信用承诺书（{code}）{_by(who)}", said

    def covers(self, day: date) -> bool:
        return self.effective <= day and (self.until is None or day < self.until)

    def citing(self, statutes: Mapping[str, Basis]) -> RulePack:
        """Return this pack knowing the articles of the statutes too; its digest stays."""
        return self.model_copy(update={"basis": {**statutes, **self.basis}})

    def read(self, names: Iterable[str]) -> bool:
        """Tell whether some basis is named and somebody read each of them."""
        named = tuple(names)
        return bool(named) and all(name in self.basis and self.basis[name].verified for name in named)

    def removal_of(self, kind: ListKind, *, confirmed: bool = False) -> tuple[str, ...]:
        """Return the conditions of removal of a list as people read them, its figures left out until read or `confirmed` by the office."""
        read = confirmed or (kind.verified and self.read(kind.basis))
        least, most = (length(days) if read else "" for days in (kind.minimum, kind.maximum))
        return tuple(with_stays(text, least, most) for text in kind.removal)

    def may_tell(self, remedy: Remedy) -> bool:
        """Tell whether a remedy may be told as the law's: what it rests on was read. (复核 may be an office's own rule.)"""
        return self.read(remedy.basis)

    def cites(self, names: Iterable[str]) -> tuple[str, ...]:
        """Citations of the verified bases among `names`: letters print no others."""
        return tuple(self.basis[n].citation for n in names if n in self.basis and self.basis[n].verified)


def _by(who: str) -> str:
    return f"（{who}签署）" if who else ""


def _kept(code: str, keeps: object) -> bool:
    """Tell whether a list may be chosen: all may where nothing is said."""
    return not isinstance(keeps, list) or not keeps or code in keeps


def parse_pack(text: str, where: str, *, kept: bool = False) -> RulePack:
    """Read one rule pack from TOML text; DefinitionError with every fault of form, each with file and line."""
    try:
        data = read_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{where} 不是有效的 TOML 文件", [broken(error, text, where)]) from error
    if not kept:
        refuse_reserved(data, ("digest",), text, where)
    try:
        return RulePack.model_validate({**data, "digest": meaning_digest(data)}, strict=strict.of(kept=kept))
    except ValidationError as error:
        found = faults(error, text, where, RulePack)
        raise DefinitionError(f"{where} 有 {len(found)} 处错误，未采用", found) from error


def laid_over(pack: RulePack, base: RulePack) -> RulePack:
    """Return a field's pack with everything it leaves to its base: entries of its own replace those of the same name.

    The digest covers both. Raises DefinitionError when it is in force on a day on which its base is not.
    """
    if not base.covers(pack.effective) or (base.until is not None and (pack.until is None or pack.until > base.until)):
        raise DefinitionError(
            f"规则包 {pack.pack} 的有效期超出 {base.pack}",
            [
                Problem(
                    pack.pack, f"所依附的 {base.pack} 只在 {base.effective} 至 {base.until or '今'} 有效，请改正日期"
                )
            ],
        )
    lists = {name: {**base.lists.get(name, {}), **items} for name, items in pack.lists.items()}
    if gone := sorted(set(pack.list_change) - set(base.list_kind)):
        text = f"所改动的名单（list_change）在 {base.pack} 中没有定义：{'、'.join(gone)}"
        raise DefinitionError(f"规则包 {pack.pack} 有误", [Problem(pack.pack, text)])
    changed = {code: change.of(base.list_kind[code]) for code, change in pack.list_change.items()}
    kinds = {**base.list_kind, **changed, **pack.list_kind}
    if pack.keeps:
        if unknown := sorted(set(pack.keeps) - set(kinds)):
            text = f"本领域可以使用的名单（keeps）没有定义：{'、'.join(unknown)}"
            raise DefinitionError(f"规则包 {pack.pack} 有误", [Problem(pack.pack, text)])
        lists["list_kinds"] = {code: Ground(label=kinds[code].label, basis=kinds[code].basis) for code in pack.keeps}
    return pack.model_copy(
        update={
            "basis": {**base.basis, **pack.basis},
            "period": {**base.period, **pack.period},
            "penalty": {**base.penalty, **pack.penalty},
            "simple_procedure": pack.simple_procedure or base.simple_procedure,
            "lists": {**base.lists, **lists},
            "remedy": {**base.remedy, **pack.remedy},
            "review_first": {**base.review_first, **pack.review_first},
            "term": {**base.term, **pack.term},
            "measure": {**base.measure, **pack.measure},
            "list_kind": kinds,
            "keeps": pack.keeps or base.keeps,
            "behaviour": {**base.behaviour, **pack.behaviour},
            "ladder": {**base.ladder, **pack.ladder},
            "repair_at": pack.repair_at or base.repair_at,
            "commitment_text": pack.commitment_text or base.commitment_text,
            "commitment_version": pack.commitment_version or base.commitment_version,
            # whoever writes its own commitment writes it for every signer
            "commitment_by": pack.commitment_by
            if pack.commitment_text
            else {**base.commitment_by, **pack.commitment_by},
            "commitments": {**base.commitments, **pack.commitments},
            "switch": {**base.switch, **pack.switch},
            "limit": {**base.limit, **pack.limit},
            "digest": meaning_digest({"base": base.digest, "pack": pack.digest}),
        }
    )
