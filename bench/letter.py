"""What pressing a letter costs, beside its limits: bare WeasyPrint for the same page, and typst for the same letter.

    python bench/letter.py [--letters N]

Prints one JSON object a line: name, limit, ours, ratio, goal (and whether it holds). Times are milliseconds of processor
time, the median of works done in turn; a ratio is the median of the ratios of neighbours. No letter is pressed twice: each
has its own company, record, days, numbers and QR. The QR's modules are handed to typst; ours finds them itself.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import psutil
import segno

sys.path.insert(0, str(Path(__file__).parents[1]))

from repairflow.letters.fonts.families import FontFamilies, faces
from repairflow.letters.fonts.subsets import fonts_for
from repairflow.letters.layout import seal_image
from repairflow.letters.layout.page import document, short_head, signature
from repairflow.letters.layout.qr import MASK, qr_rows
from repairflow.letters.model import LetterData, Pressed
from repairflow.letters.pdf.render import press_here, render
from repairflow.letters.renderer.child import settle, warm_up
from repairflow.letters.renderer.pool import Limits, Press
from repairflow.letters.text import templates
from repairflow.letters.text.printable import chinese_day

FAMILIES = FontFamilies()
# fmt: off
COUNTIES = ["云溪", "青浦", "临川", "望江", "东湖", "西华", "南召", "北镇", "安远", "宁海", "平阳", "永丰", "长乐", "清流", "明溪", "建水"]
TRADES = ["环保科技", "建筑工程", "食品加工", "物流运输", "机电设备", "园林绿化", "纺织印染", "农业开发", "医药连锁", "信息技术"]
# fmt: on


def sample(number: int = 118) -> LetterData:
    """A decision of two pages with seal, QR and headings; another number is another case of another company."""
    place, trade = COUNTIES[number % len(COUNTIES)], TRADES[number % len(TRADES)]
    decided = date(2026, 1, 5) + timedelta(number % 150)
    filed, day = date(2026, 11, 1) + timedelta(number % 12), date(2026, 11, 20) + timedelta(number % 9)
    case, penalty = f"XF-2026-{number:06}", f"溪环罚〔2026〕{number % 800 + 1}号"
    words = templates.compose_text("repair_granted", templates.latest_version("repair_granted"), {
        "filed_day": filed, "accepted_day": filed + timedelta(2), "case_number": case,
        "we": "本机关", "you": "你单位", "record_office": f"{place}县生态环境局", "record_by": f"{place}县生态环境局",
        "record_date": decided, "record_document_number": penalty, "record_document": f"《行政处罚决定书》（{penalty}）",
        "record_information": "行政处罚信息",
        "conditions": [("最短公示期", f"最短公示期已于{chinese_day(decided + timedelta(92))}届满"),
                       ("履行义务", f"罚款{number % 90 + 1}万元已于{chinese_day(decided + timedelta(8))}缴清，违法行为已经改正"),
                       ("信用承诺", "已公开作出信用承诺"), ("其他条件", "法律、行政法规和部门规章未规定其他条件")],
        "effects": ["终止公示上述失信信息", "停止共享和使用上述失信信息", "依法解除相应失信惩戒措施"],
        "cease_day": day, "targets": [f"{place}县公共信用信息平台", "“信用中国”网站"],
        "legal_bases": ["《信用修复管理办法》（国家发展和改革委员会令第36号）第十条第一款"],
        "remedy_paragraphs": ["如有异议，可以向本机关或者通过信用平台网站提出申诉；也可以依法申请行政复议或者提起行政诉讼。"],
    })  # fmt: skip
    return LetterData.of(
        words, number=f"溪环信修〔2026〕{number}号", office_mark="云溪县生态环境局", signer="云溪县生态环境局", day=day,
        addressee=f"{place}{trade}有限公司", addressee_code=f"统一社会信用代码：91320830MA1X{number:05}4C", seal_purpose="信用修复专用章",
        case_number=case, qr_url=f"https://xinyong.yunxi.example/v/q83vEjRWeJCrze8S{number:06}", chain_head=f"{number:08x}" * 8,
    )  # fmt: skip


Work = Callable[[Any], object]


def alternate(rounds: int, *works: Work, handed: Callable[[LetterData], Any] | None = None) -> list[list[float]]:
    """The processor milliseconds of each work, letter by letter in turn: a busy machine lengthens waits, not work. What the
    first is `handed` in place of the letter is made outside the measure."""
    taken: list[list[float]] = [[] for _ in works]
    for turn in range(rounds + 3):
        letter = sample(2000 + turn)
        given = [handed(letter) if handed and not place else letter for place in range(len(works))]
        for work, one, times in zip(works, given, taken, strict=True):
            start = time.process_time()
            work(one)
            times.append((time.process_time() - start) * 1000)
    return [times[3:] for times in taken]


def compare(name: str, goal: float, limit: list[float], ours: list[float]) -> None:
    ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, limit, strict=True))
    say(name, statistics.median(limit), statistics.median(ours), ratio, goal)


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


def press(letter: LetterData) -> object:
    return press_here(letter, FAMILIES)


def plain(letter: LetterData) -> object:
    """The letter by our own hand, neither PDF/A nor tagged."""
    from repairflow.letters.pdf.font_embedding import TightFonts, map_codes
    from repairflow.letters.pdf.weasyprint_adapter import PdfObjects
    from repairflow.letters.pdf.writer import written

    pages = render(letter, FAMILIES)
    fonts = TightFonts()
    made = PdfObjects.of(pages, fonts, archival=False)
    map_codes(fonts, made)
    return written(made)


def bare() -> Work:
    """WeasyPrint as its manual shows it, warm, for our very page: same variant, same tags, our fonts handed over, seal and
    QR as the SVG and PNG that one gives to it."""
    import io

    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    from repairflow.letters.pdf.weasyprint_adapter import ClosedFetcher

    fonts = FontConfiguration()

    def work(letter: LetterData) -> object:
        subsets = fonts_for(faces(FAMILIES), letter.all_text())
        code = io.BytesIO()
        made = segno.make(letter.qr_url, error="m", micro=False, boost_error=False, mask=MASK)
        made.save(code, kind="png", scale=4, border=0)
        assets = {f"asset:{face.name}": face.data for face in subsets.small}
        assets |= {"asset:qr": code.getvalue(), "asset:seal": seal_svg(letter, dict(subsets.stacks)["title"]).encode()}
        return HTML(string=document(letter, subsets), url_fetcher=ClosedFetcher(assets)).write_pdf(
            font_config=fonts, pdf_variant="pdf/a-2b", pdf_tags=True
        )

    return work


def seal_svg(letter: LetterData, families: str) -> str:
    star = "L".join(f"{x} {y}" for x, y in seal_image.star())
    texts = "".join(
        f'<text transform="rotate({g.turn:.2f} 50 50)" x="{50 + g.shift * g.size:.2f}" y="{g.y:.2f}" font-size="{g.size:.2f}" '
        f'text-anchor="middle">{escape(g.character)}</text>'
        for g in seal_image.lettering(letter.signer, letter.seal_purpose)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><g fill="{seal_image.RED}" font-weight="700" '
        f'font-family=\'{families}\'><circle cx="50" cy="50" r="{seal_image.RADIUS}" fill="none" '
        f'stroke="{seal_image.RED}" stroke-width="{seal_image.RING}"/><path d="M{star}z"/>{texts}</g></svg>'
    )


def typst_letter() -> tuple[Work, Callable[[LetterData], bytes]]:
    """The same letter as tagged PDF/A-2b and PDF/UA-1 in typst (bench/letter.typ), by one warm compiler; and the source it
    is handed: letter.typ with the words in it, which it takes quicker than as an input beside the source."""
    import typst

    source = (Path(__file__).parent / "letter.typ").read_text("utf-8")
    compiler = typst.Compiler()

    def written(letter: LetterData) -> bytes:
        rows = qr_rows(letter.qr_url)
        told = {
            "title": letter.title, "number": letter.number, "office_mark": letter.office_mark, "signer": letter.signer,
            "day": chinese_day(letter.day), "addressee": letter.addressee, "addressee_code": letter.addressee_code,
            "case_number": letter.case_number, "chain": short_head(letter.chain_head), **signature(letter),
            "paragraphs": [(paragraph.level, paragraph.text) for paragraph in letter.paragraphs],
            "qr": {"width": len(rows), "pixels": [0 if module else 255 for row in rows for module in row]},
            "seal": {
                "radius": seal_image.RADIUS, "ring": seal_image.RING, "star": seal_image.star(),
                "alt": letter.signer + letter.seal_purpose,
                "glyphs": [
                    {"character": g.character, "size": g.size, "y": g.y, "turn": g.turn, "shift": g.shift}
                    for g in seal_image.lettering(letter.signer, letter.seal_purpose)
                ],
            },
        }  # fmt: skip
        words = json.dumps(json.dumps(told, ensure_ascii=False), ensure_ascii=False)
        return source.replace("sys.inputs.letter", words, 1).encode()

    def work(source: Any) -> object:
        return compiler.compile(input=source, format="pdf", pdf_standards=["a-2b", "ua-1"])

    return work, written


class Pressing:
    """A press at work, and the time that its letters take if every child has a core whenever it could use one.

    The kernel tells how long each child stood in the queue for a core: that is other people's work on the machine. The rest,
    running and waiting for the press, is ours.
    """

    def __init__(self, workers: int) -> None:
        before = set(psutil.Process().children())
        self._press = Press(workers, FAMILIES, Limits(max_tasks=10_000))
        self._press.press_all([sample(number) for number in range(4 * workers)])
        self._children = set(psutil.Process().children()) - before
        assert len(self._children) == workers

    def seconds(self, letters: list[LetterData]) -> float:
        """Seconds a letter."""
        with at_once():
            start, queued = time.perf_counter(), in_queue(self._children)
            done = self._press.press_all(letters)
            wall, queued = time.perf_counter() - start, in_queue(self._children) - queued
        assert all(isinstance(one, Pressed) for one in done)
        return (wall - queued / len(self._children)) / len(letters)

    def close(self) -> None:
        self._press.close()


@contextlib.contextmanager
def at_once() -> Iterator[None]:
    """This process, which only hands letters over, does so ahead of others where it may (root), its children as before."""
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, -20)
    try:
        yield
    finally:
        os.setpriority(os.PRIO_PROCESS, 0, usual)


def in_queue(processes: set[psutil.Process]) -> float:
    """The seconds that processes have stood ready to run without a core (Linux, /proc/<pid>/schedstat)."""
    return sum(int(Path(f"/proc/{one.pid}/schedstat").read_text().split()[1]) for one in processes) / 1e9


def two_beside_one(rounds: int = 9, letters: int = 30) -> tuple[float, float]:
    """Letters a second by one child and by two, slices in turn, the medians. Long slices, for at the end of each one child
    waits for the other."""
    fresh = map(sample, range(10_000, 10**9))
    one, two = Pressing(1), Pressing(2)
    taken = [
        (one.seconds([next(fresh) for _ in range(letters)]), two.seconds([next(fresh) for _ in range(2 * letters)]))
        for _ in range(rounds)
    ]
    one.close()
    two.close()
    return 1 / statistics.median(alone for alone, _ in taken), 1 / statistics.median(both for _, both in taken)


def growth(count: int) -> float:
    """MiB that `count` different letters add to a warm process."""
    for number in range(20):
        press(sample(number))
    process = psutil.Process(os.getpid())
    before = process.memory_info().rss
    for number in range(count):
        press(sample(3000 + number))
    return (process.memory_info().rss - before) / 2**20


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--letters", type=int, default=500, help="letters pressed for the measure of memory growth")
    count = arguments.parse_args().letters
    alone, both = two_beside_one()
    say("two pressing processes beside one, letters/s", alone, both, both / alone, 1.8, at_least=True)

    warm_up(FAMILIES)
    settle()
    compare("letter beside bare WeasyPrint, ms", 1.1, *alternate(25, bare(), press))
    compile_, written = typst_letter()
    compare("letter beside typst, ms", 8, *alternate(40, compile_, press, handed=written))
    compare("PDF/A and tags beside plain, ms", 1.4, *alternate(25, plain, press))
    each = statistics.median(alternate(40, press)[0])
    say("letters a second of one core", 15, 1000 / each, 1000 / each / 15, 1, at_least=True)
    size = max(len(press_here(sample(number), FAMILIES).pdf) for number in range(20)) / 1024
    say("size, KiB", 100, size, size / 100, 1)
    grown = growth(count)
    say(f"memory growth over {count} letters, MiB", 30, grown, grown / 30, 1)


if __name__ == "__main__":
    main()
