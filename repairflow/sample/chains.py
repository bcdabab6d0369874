"""What stands beside repair: an order to rectify, an interview that was held, a proposed listing, a joint measure in force."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from repairflow import times
from repairflow.law.identifiers import make_uscc
from repairflow.sample.steps import About, Penalty, StepForm, file_case, penalty, step
from repairflow.sample.town import COMPANIES, Sample


def add(sample: Sample, today: date) -> None:
    """Ensure that there is a case of each of these procedures, brought to its state by real steps."""
    _, hengtuo, mingchuan, beiling = COMPANIES
    demands = {
        "facts": "检查发现两台车辆未按规定维护检测，仍在营运。",
        "demands": ["停运并检测两台车辆", "补齐维护台账"],
    }
    order = file_case(
        sample, today, 6, "rectification", "唐一禾", About(subject=_code(beiling)), StepForm(inputs=demands)
    )
    step(sample, today, 5, order, "issue", "潘岁", StepForm(inputs={"term": 20}))

    number = penalty(
        sample, today, 75, Penalty(hengtuo, "YX-STHJ", "溪环罚", 77, "未按要求整改扬尘污染", ("fine",), "4")
    )
    _interview(sample, today, number)
    decided = today - timedelta(days=140)  # the day of that decision: a listing rests on what is on file
    watch = {
        "list_kind": "watch",
        "facts": "两次责令整改后仍未按要求整改食品标签问题。",
        "basis_number": f"溪市监罚〔{decided.year}〕156号",
        "basis_office": "云溪县市场监督管理局",
        "basis_date": decided.isoformat(),
    }
    listing = file_case(sample, today, 5, "listing", "何向晚", About(subject=_code(mingchuan)), StepForm(inputs=watch))
    step(sample, today, 3, listing, "review_pass", "陆知远")
    step(sample, today, 2, listing, "serve_notice", "何向晚")

    inputs = {"measure": "bidding", "partner": "YX-GZY", "facts": "请在工程投标资格审查时使用。"}
    measure = file_case(sample, today, 20, "joint_measure", "陈墨", About(record=number), StepForm(inputs=inputs))
    step(sample, today, 19, measure, "request", "沈既白")
    begun = today - timedelta(days=17)
    term = {"imposed_on": begun.isoformat(), "term_end": (begun + timedelta(days=365)).isoformat()}
    term["measure_law"] = "《云溪省招标投标条例（演示，虚构）》第十条"
    step(sample, today, 17, measure, "respond", "颜北", StepForm(inputs=term))
    done = {"carried_out_on": (today - timedelta(days=9)).isoformat(), "occasion": "城南管网工程投标资格审查"}
    step(sample, today, 8, measure, "feed_back", "颜北", StepForm(inputs=done))


def _interview(sample: Sample, today: date, number: str) -> None:
    """Make a reminder that was held; the company signed nothing, gave its plan, and has its term to rectify."""
    calendar = sample.program.law.calendar
    about = {"facts": "责令整改期限届满，堆场仍未覆盖。", "demands": ["堆场全部覆盖", "安装喷淋设施"]}
    case = file_case(
        sample, today, 28, "interview", "陈墨", About(record=number, kind="reminder"), StepForm(inputs=about)
    )
    step(sample, today, 27, case, "approve", "顾长歌")
    served = 26
    meeting = calendar.add_working_days(today - timedelta(days=served - 1), 5)
    place = {
        "meeting_at": datetime.combine(meeting, time(9), times.SHANGHAI).isoformat(),
        "place": "县生态环境局三楼会议室",
        "first_officer": "陈墨",
        "second_officer": "许知行",
        "attendees": ["蒋一舟，法定代表人"],
    }
    step(
        sample,
        today,
        served,
        case,
        "serve_notice",
        "陈墨",
        StepForm(reason="责令整改期限届满，仍未按要求整改。", inputs=place),
    )
    held = (today - meeting).days
    record = {
        **about,
        "interviewers": [
            "陈墨，县生态环境局，执法证号 10320830001（演示）",
            "许知行，县生态环境局，执法证号 10320830002（演示）",
        ],
        "recorder": "许知行",
        "attendees": ["蒋一舟，法定代表人"],
        "statement": "资金周转困难，请求宽限。",
    }
    step(sample, today, held, case, "record_meeting", "陈墨", StepForm(inputs=record))
    noted = {"witnesses": record["interviewers"], "term": 30}
    step(
        sample,
        today,
        held,
        case,
        "note_refusal",
        "陈墨",
        StepForm(reason="被约谈人员以需要请示为由拒绝签字。", inputs=noted),
    )
    step(sample, today, 5, case, "submit_plan", "蒋一舟", StepForm(kinds=("rectification_plan",)))


def _code(company: str) -> str:
    return make_uscc(*COMPANIES[company][:2])
