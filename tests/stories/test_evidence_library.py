"""What was brought once need not be brought again: a company chooses from what it handed in before."""

from __future__ import annotations

from datetime import date

from tests.stories.town_life import TownLife

PROOF = "履行义务、纠正行为的证明"
ANSWERS = {"义务履行完毕日期": "2026-03-20", "整改情况说明": "已缴清罚款。"}


def test_a_proof_of_an_earlier_case_is_used_again(life: TownLife) -> None:
    company, first, second = life.company, life.record(), life.record(date(2026, 1, 6))
    case = company.repairs(first)
    company.opens("/my/credit-file")
    company.follows("证明材料库")
    company.reads(PROOF, case)

    # in a new filing the file is chosen, not uploaded; it is the same file, and its officer opens it
    company.opens(f"/my/file/repair/{second}")
    company.sends("开始填写")
    company.sends("保存并继续", ANSWERS)
    page = company.where
    company.sends(f"选用作{PROOF}")
    assert company.where == page
    company.reads("已选用以前提交过的材料")
    company.sends("材料已传好，继续")
    agreed = next(f.label for f in company.page.form("签署并继续").fields.values() if f.kind == "checkbox")  # type: ignore[union-attr]  # the page has it
    company.sends("签署并继续", {agreed: "是", "信用承诺签署人": "宋远山"})
    company.sends(next(name for form in company.page.forms for name in form.buttons if name.endswith("：提交")))
    company.reads("已经收到您的申请")
    company.reads("XF-2026-000002")
    life.env.acceptor.presses("XF-2026-000002", "受理")
    life.sound()

    # a stranger's file is nobody else's to use, nor is a kind that the filing does not know
    other = life._known("hengtuo", type(company))
    theirs = life.town.record(date(2026, 1, 7), company="hengtuo")
    life.worker.runs()
    other.opens(f"/my/file/repair/{theirs}")
    other.sends("开始填写")
    other.sends("保存并继续", ANSWERS)
    assert "选用作" not in other.page.text
    company.opens("/my/evidence")
    token = next(path for path in company.page.links.values() if "/materials/" in path).rsplit("/", 1)[1]
    draft = other.where
    for kind, chosen in (("performance_proof", token), ("performance_proof", ""), ("no_such_kind", token)):
        other.opens(draft)
        other.posts(f"{draft}/reuse", {"csrf_token": other._token(), "kind": kind, "material": chosen})
        assert other.status == 404, kind
