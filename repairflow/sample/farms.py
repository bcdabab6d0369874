"""A list of the trustworthy in a field of its own: farms on the red list, one more in its publicity, and who publishes it each year."""

from __future__ import annotations

from datetime import date, timedelta

from repairflow.law.identifiers import make_uscc
from repairflow.sample.steps import About, StepForm, file_case, let_lapse, step
from repairflow.sample.town import Sample, add_company

FARMS = (
    ("溪东家庭农场", "MF000101", "田有年"),
    ("溪西稻米专业合作社", "MF000102", "穆青山"),
    ("北岭茶园", "MF000103", "白采薇"),
)
WINDOW = 7
"""Working days for which a proposal is shown."""


def add(sample: Sample, today: date) -> None:
    """Ensure that two farms stand on the red list and the third is shown before it does."""
    for at, (name, serial, owner) in enumerate(FARMS):
        filed = 48 - 6 * at if at < len(FARMS) - 1 else 3
        with sample.program.db.begin() as tx:
            add_company(tx, sample, name, serial, owner, today - timedelta(days=400))
        about = About(subject=make_uscc(sample.companies[name][0], serial))
        said = {"list_kind": "farm_red", "facts": "连续三年规范使用农药和兽药，抽检全部合格。"}
        case = file_case(sample, today, filed, "listing", "苗青", about, StepForm(inputs=said))
        step(sample, today, filed - 1, case, "review_honour", "谷雨", StepForm(inputs={"window_days": WINDOW}))
        if filed > 2 * WINDOW:
            after = sample.program.law.calendar.add_working_days(today - timedelta(days=filed - 1), 2 * WINDOW)
            ago = (today - after).days
            let_lapse(sample, today, ago, case, "no_objection")
            step(sample, today, ago - 1, case, "decide_honour", "田禾", StepForm(reason="公示期满无异议，同意认定。"))
