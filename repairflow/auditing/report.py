"""What a verification found, for people (Chinese lines) and programs (a dictionary, an exit code)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

TAMPERED, UNANCHORED, ANCHORED = "tampered", "unanchored", "anchored"
_EXIT = {ANCHORED: 0, TAMPERED: 1, UNANCHORED: 3}


@dataclass(frozen=True, slots=True)
class Fault:
    """One row or file that does not fit: which, and what differs. `what` is a stable code; of a field, `recorded` is what
    the program wrote and `found` what stands there, both empty where the value is personal."""

    table: str
    id: int | str
    what: str
    text: str
    stream: str | None = None
    seq: int | None = None
    field: str | None = None
    recorded: str | None = None
    found: str | None = None

    def line(self) -> str:
        """Return the finding as one line for people."""
        place = f"（{self.stream} 第 {self.seq} 条）" if self.stream is not None and self.seq is not None else ""
        place = place or (f"（{self.stream}）" if self.stream else "")
        return f"{self.table} {self.id}{place}：{self.text} [{self.what}]"


@dataclass(frozen=True, slots=True)
class Report:
    """What was walked and what was found. `anchored` counts the events a checkpoint kept outside covers; `waiting` those
    that have no place in the log yet."""

    events: int
    streams: int
    leaves: int
    checkpoints: int
    waiting: int
    erased: int
    anchored: int
    findings: tuple[Fault, ...]
    rows: int = 0
    older_rows: int = 0

    @property
    def state(self) -> str:
        """tampered, unanchored (sound, but nothing outside says so) or anchored."""
        if self.findings:
            return TAMPERED
        return ANCHORED if self.anchored else UNANCHORED

    @property
    def exit_code(self) -> int:
        """1 tampered, 3 sound but not anchored outside, 0 sound and anchored."""
        return _EXIT[self.state]

    def as_dict(self) -> dict[str, object]:
        """Everything, for --json."""
        return {"state": self.state, "exit_code": self.exit_code, **asdict(self)}

    def lines(self) -> list[str]:
        """Return the report for people; never a plain "all is well" while nothing outside anchors the log."""
        walked = (
            f"核验了 {self.events} 条办理留痕、{self.streams} 条链、{self.leaves} 个日志位置、{self.checkpoints} 个检查点、"
            f"{self.rows} 行数据。"
        )
        notes = [f"其中 {self.erased} 项个人信息已依法删除，不影响核验。"] if self.erased else []
        if self.older_rows:
            notes.append(f"其中 {self.older_rows} 行写于升级之前：升级以前的改动无从证明，此后的改动均可发现。")
        if self.waiting:
            notes.append(f"最新 {self.waiting} 条尚未排入日志，后台任务将自动排入。")
        if self.findings:
            verdict = [f"结论：发现 {len(self.findings)} 处不符，内容可能被改动：", *(f.line() for f in self.findings)]
        elif self.anchored:
            later = self.events - self.anchored
            verdict = [
                f"结论：未发现改动；前 {self.anchored} 条由外部见证的检查点证实。"
                + (f"其后 {later} 条尚无外部见证。" if later > 0 else "")
            ]
        else:
            verdict = [
                "结论：内部一致，但没有外部见证，不能排除整库被重写。"
                "请审计人员在自己的电脑上执行 repairflow witness，并在核验时以 --witness 指明见证文件。"
            ]
        return [walked, *notes, *verdict]
