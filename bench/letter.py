"""What pressing a letter costs, beside its limits: bare WeasyPrint for the same HTML, and typst for the same letter.

    python bench/letter.py [--letters N]

Prints one JSON object a line: name, limit, ours, ratio, goal (and whether it holds). Times are median milliseconds of processor time.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from repairflow.letters import text
from repairflow.letters.faces import Wardrobe, wardrobe
from repairflow.letters.fonts import FontFamilies, faces
from repairflow.letters.letter import LetterData, Pressed
from repairflow.letters.page import document
from repairflow.letters.press import Limits, Press
from repairflow.letters.qr import qr_png
from repairflow.letters.render import closed_fetcher, press_here, render
from repairflow.letters.seal_image import seal_svg

FAMILIES = FontFamilies()


def sample(number: int = 118) -> LetterData:
    """A decision of two pages with seal, QR and headings."""
    words = text.compose_text("repair_granted", text.latest_version("repair_granted"), {
        "filed_day": date(2026, 11, 11), "accepted_day": date(2026, 11, 13), "case_number": "XF-2026-001284",
        "record_office": "云溪县生态环境局", "record_date": date(2026, 6, 12), "record_document_number": "溪环罚〔2026〕47号",
        "conditions": [("最短公示期", "已于2026年9月12日届满"), ("履行义务", "罚款贰万元已于2026年6月20日缴清，违法行为已经改正"),
                       ("信用承诺", "已公开作出信用承诺"), ("其他条件", "法律、行政法规和部门规章未规定其他条件")],
        "effects": ["终止公示上述失信信息", "停止共享和使用上述失信信息", "依法解除相应失信惩戒措施"],
        "cease_day": date(2026, 11, 24), "targets": ["云溪县公共信用信息平台", "“信用中国”网站"],
        "legal_bases": ["《信用修复管理办法》（国家发展和改革委员会令第36号）"],
        "remedy_paragraphs": ["如有异议，可以向本机关或者通过信用平台网站提出申诉；也可以依法申请行政复议或者提起行政诉讼。"],
    })  # fmt: skip
    return LetterData.of(
        words, number=f"溪环信修〔2026〕{number}号", office_mark="云溪县生态环境局", signer="云溪县生态环境局", day=date(2026, 11, 24),
        addressee="云溪环保科技有限公司", addressee_code="统一社会信用代码：91320830MA1X2Y3T4C", seal_purpose="信用修复专用章",
        case_number="XF-2026-001284", qr_url="https://xinyong.yunxi.example/v/q83vEjRWeJCrze8SNFZ4kA", chain_head="3f9a7c02" * 8,
    )  # fmt: skip


def alternate(rounds: int, *works: Callable[[], object]) -> list[float]:
    """The median processor milliseconds of each work, run in turn: a busy machine lengthens waits, not work."""
    for work in works:
        work()
        work()
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, times in zip(works, taken, strict=True):
            start = time.process_time()
            work()
            times.append((time.process_time() - start) * 1000)
    return [statistics.median(times) for times in taken]


def say(name: str, limit: float, ours: float, ratio: float, goal: float, *, at_least: bool = False) -> None:
    holds = ratio >= goal if at_least else ratio <= goal
    line = {
        "name": name,
        "limit": round(limit, 2),
        "ours": round(ours, 2),
        "ratio": round(ratio, 2),
        "goal": goal,
        "holds": holds,
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)


def bare(letter: LetterData, clothes: Wardrobe) -> Callable[[], bytes]:
    """WeasyPrint as its manual shows it, warm, for our very HTML: same variant, same tags, our fonts handed over."""
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    html, fonts = document(letter, clothes), FontConfiguration()
    fetcher = closed_fetcher({f"asset:{f.name}": f.data for f in clothes.small} | {"asset:qr": qr_png(letter.qr_url)})
    return lambda: HTML(string=html, url_fetcher=fetcher).write_pdf(
        font_config=fonts, pdf_variant="pdf/a-2b", pdf_tags=True
    )


def typst_letter(letter: LetterData) -> Callable[[], bytes] | None:
    """The same words, seal and QR as PDF/A-2b in typst; None when the package is not installed."""
    try:
        import typst
    except ImportError:
        return None
    body = "\n\n".join(p.text.replace("#", "\\#").replace("*", "\\*").replace("_", "\\_") for p in letter.paragraphs)
    body = body.replace("\n\n", " 〓\n\n")
    seal = str(seal_svg(letter.signer, letter.seal_purpose, "Noto Serif CJK SC"))
    seal = seal.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    source = f"""#set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm))
#set text(font: ("AR PL SungtiL GB", "Noto Serif CJK SC"), size: 16pt, lang: "zh")
#set par(first-line-indent: 2em, leading: 13pt)
#align(center, text(font: "Noto Serif CJK SC", weight: "bold", size: 34pt, fill: red)[{letter.office_mark}])
#line(length: 100%, stroke: red)
#align(right)[{letter.number}]
#align(center, text(font: "Noto Serif CJK SC", weight: "bold", size: 22pt)[{letter.title}])
{letter.addressee}：

{body}

#align(right)[{letter.signer} #linebreak() 2026年11月24日]
#align(right, image(bytes({json.dumps(seal, ensure_ascii=False)}), format: "svg", width: 42mm))
#image(bytes(({",".join(map(str, qr_png(letter.qr_url)))})), format: "png", width: 11.4mm)
{letter.case_number}
"""
    options = {"format": "pdf", "pdf_standards": "a-2b"}
    compiler, numbers = typst.Compiler(), itertools.count()
    # A new number in each paragraph each time: typst remembers paragraphs it has seen, and no two letters are alike.
    return lambda: compiler.compile(input=source.replace("〓", str(next(numbers))).encode(), **options)


def per_second(workers: int, letters: list[LetterData]) -> float:
    with Press(workers=workers, families=FAMILIES, limits=Limits(max_tasks=10_000)) as press:
        press.press_all(letters[: workers * 2])
        start = time.perf_counter()
        done = press.press_all(letters)
        assert all(isinstance(one, Pressed) for one in done)
        return len(letters) / (time.perf_counter() - start)


def cpu_per_letter(count: int) -> float:
    """Processor milliseconds a warm letter takes, whatever else the machine does."""
    letter = sample()
    press_here(letter, FAMILIES)
    start = time.process_time()
    for _ in range(count):
        press_here(letter, FAMILIES)
    return (time.process_time() - start) * 1000 / count


def growth(count: int) -> float:
    """MiB that `count` different letters add to a warm process."""
    for number in range(20):
        press_here(sample(number), FAMILIES)
    process = psutil.Process(os.getpid())
    before = process.memory_info().rss
    for number in range(count):
        press_here(sample(1000 + number), FAMILIES)
    return (process.memory_info().rss - before) / 2**20


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--letters", type=int, default=500, help="letters pressed for the measure of memory growth")
    count = arguments.parse_args().letters
    letter = sample()
    clothes = wardrobe(faces(FAMILIES), letter.all_text())
    rounds = 25

    engine, ours = alternate(rounds, bare(letter, clothes), lambda: press_here(letter, FAMILIES))
    say("letter beside bare WeasyPrint, ms", engine, ours, ours / engine, 1.1)
    other = typst_letter(letter)
    if other:
        rival, ours = alternate(rounds, other, lambda: press_here(letter, FAMILIES))
        say("letter beside typst, ms", rival, ours, ours / rival, 8)
    plain, archival = alternate(
        rounds, lambda: render(letter, FAMILIES).write_pdf(), lambda: press_here(letter, FAMILIES)
    )  # fmt: skip
    say("PDF/A and tags beside plain, ms", plain, archival, archival / plain, 1.4)

    cpu = cpu_per_letter(rounds)
    say("letters a second of one core", 15, 1000 / cpu, 1000 / cpu / 15, 1, at_least=True)
    letters = [sample(number) for number in range(60)]
    one, two = per_second(1, letters), per_second(2, letters)
    say("two pressing processes beside one, letters/s", one, two, two / one, 1.8, at_least=True)
    size = len(press_here(letter, FAMILIES).pdf) / 1024
    say("size, KiB", 100, size, size / 100, 1)
    grown = growth(count)
    say(f"memory growth over {count} letters, MiB", 30, grown, grown / 30, 1)


if __name__ == "__main__":
    main()
