"""Cases as a town of any size has them, each brought to its state by real steps; which ones, a seed decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from repairflow import times
from repairflow.sample import names
from repairflow.sample.chance import Chance
from repairflow.sample.steps import (
    NOTHING,
    About,
    Penalty,
    StepForm,
    acknowledged,
    file_case,
    file_objection,
    file_repair,
    penalty,
    step,
    unmet,
    verify,
)
from repairflow.sample.town import Sample, add_company

SPAN = 200
"""How many days back cases were filed at most; people of the demonstration are there for twice as long."""
FOR_A_COMPANY = 2
"""Cases of one company, on the average."""
_MORNING = time(9)
_GROUNDS = "抽查时仍不符合要求。"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who takes which step in an office, and what it punishes."""

    office: str
    mark: str
    acceptor: str
    examiner: str
    reviewer: str
    decider: str
    wrongs: tuple[str, ...]


DESKS = (
    Desk(
        "YX-STHJ", "溪环罚", "许知行", "陈墨", "周予安", "沈既白",
        ("超标排放水污染物", "堆场未采取防扬尘措施", "未按规定贮存废矿物油", "未按规定运行油烟净化设施"),
    ),
    Desk(
        "YX-SCJG", "溪市监罚", "何向晚", "何向晚", "陆知远", "江念",
        ("食品标签标注不规范", "未建立进货查验记录", "未按规定公示价格", "使用未经检定的计量器具"),
    ),
    Desk(
        "YX-JTYS", "溪交罚", "唐一禾", "唐一禾", "杜若初", "潘岁",
        ("未按规定维护检测运输车辆", "未按批准的路线运输", "未随车携带道路运输证", "货物装载超限"),
    ),
)  # fmt: skip
_ENDS: tuple[str, ...] = (
    *("granted",) * 43, *("denied",) * 11, *("executing",) * 3, *("deciding",) * 6, *("reviewing",) * 5,
    *("verifying",) * 10, *("submitted",) * 9, *("consulting",) * 4, *("objection",) * 3, *("recorded",) * 3, *("measured",) * 3,
)  # fmt: skip
ENDED = tuple(one for one in _ENDS if one in ("granted", "denied"))
"""How far a case came, a hundred of them; those of an archive; `recorded` is a penalty nobody has filed anything on."""


class CaseMaker:
    """Tells one case after the other. The same seed tells the same cases of the same day."""

    def __init__(self, sample: Sample, today: date, seed: int, since: date) -> None:
        self._sample, self._today, self._seed = sample, today, seed
        self._chance = Chance(seed)
        self._span = max(1, min(SPAN, (today - since).days - 1))
        self._companies: list[str] = []
        self._serials = 1_000

    def tell(self, *, ended: bool = False) -> None:
        """Make one case more, with the penalty it is about; before it perhaps penalties nobody filed anything on.

        With `ended` it is one that is over and lies in the archive.
        """
        while not self._told(ENDED if ended else _ENDS):
            pass

    def _told(self, ends: Sequence[str]) -> bool:
        """Return one penalty more and, unless nobody filed anything, its case; whether there is a case."""
        chance = self._chance
        end, desk, company = chance.one_of(ends), chance.one_of(DESKS), self._company()
        if end == "measured":
            desk = DESKS[0]
        open_ = end not in ("granted", "denied")
        filed = chance.between(1, min(self._span, 12) if open_ else self._span)
        decided = filed + chance.between(110, 180)
        self._serials += 1
        given = Penalty(
            company, desk.office, desk.mark, self._serials, chance.one_of(desk.wrongs), ("fine",),
            chance.one_of(("0.5", "1.2", "2", "3.6", "6.5")), performed=decided - 10,
        )  # fmt: skip
        number = penalty(self._sample, self._today, decided, given)
        if end == "recorded":
            return False
        if end == "measured":
            self._measure(number, min(decided - 20, self._span))
            return True
        if end in ("objection", "consulting"):
            case = file_objection(self._sample, self._today, filed, number, company)
            self._step(filed - 1, case, "accept", "方澄")
            if end == "consulting":
                self._step(filed - 2, case, "consult", "白露")
            return True
        case = file_repair(self._sample, self._today, filed, number, company, str(chance.between(1, 4)))
        self._repair(desk, case, number, end, filed)
        return True

    def _measure(self, number: str, days: int) -> None:
        """Make a joint measure asked for, taken by the partner, and carried out once."""
        sample, today = self._sample, self._today
        asked = StepForm(inputs={"measure": "bidding", "partner": "YX-GZY", "facts": "请在工程投标资格审查时使用。"})
        case = file_case(sample, today, days, "joint_measure", "陈墨", About(record=number), asked)
        self._step(days - 1, case, "request", "沈既白")
        begun = today - timedelta(days=days - 2)
        term = {"imposed_on": begun.isoformat(), "term_end": (begun + timedelta(days=365)).isoformat()}
        term["measure_law"] = "《云溪省招标投标条例（演示，虚构）》第十条"
        self._step(days - 2, case, "respond", "颜北", StepForm(inputs=term))
        ago = self._chance.between(1, days - 4)
        done = {"carried_out_on": (today - timedelta(days=ago)).isoformat(), "occasion": "城南管网工程投标资格审查"}
        self._step(ago - 1, case, "feed_back", "颜北", StepForm(inputs=done))

    def _repair(self, desk: Desk, case: str, number: str, end: str, filed: int) -> None:
        """Make the steps of a repair from its filing to where it stands."""
        if end == "submitted":
            return
        self._step(filed - 1, case, "accept", desk.acceptor)
        if end == "verifying":
            return
        if end == "denied":
            said = StepForm(reason=_GROUNDS, inputs=unmet(_GROUNDS))
            self._step(filed - 2, case, "report_verification", desk.examiner, said)
            self._step(filed - 3, case, "propose_denial", desk.reviewer, StepForm(reason="不具备修复条件。"))
            self._step(filed - 4, case, "deny", desk.decider, StepForm(reason=_GROUNDS, ground="not_corrected"))
            acknowledged(self._sample, self._today, max(0, filed - 5), number)
            return
        verify(self._sample, self._today, max(0, filed - 2), case, desk.examiner)
        if end == "reviewing":
            return
        self._step(filed - 3, case, "propose_grant", desk.reviewer, StepForm(reason="义务已经履行，符合修复条件。"))
        if end == "deciding":
            return
        self._step(filed - 4, case, "grant", desk.decider, StepForm(reason="同意。"))
        if end == "granted":
            acknowledged(self._sample, self._today, max(0, filed - 5), number)

    def _step(self, days: int, case: str, action: str, who: str, said: StepForm = NOTHING) -> None:
        step(self._sample, self._today, max(0, days), case, action, who, said)

    def _company(self) -> str:
        """Return one that is there, or a new one."""
        if self._companies and self._chance.between(1, FOR_A_COMPANY) > 1:
            return self._chance.one_of(self._companies)
        number = len(self._companies)
        name = names.company(number, self._seed)
        since = self._today - timedelta(days=2 * SPAN)
        with times.set_clock(lambda: times.at(since, _MORNING)), self._sample.program.db.begin() as tx:
            add_company(tx, self._sample, name, names.serial(number), names.representative(number), since)
        self._companies.append(name)
        return name
