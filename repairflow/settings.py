"""Settings: one frozen object, read once at start from a file and the environment (which wins), all checked at once."""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from repairflow.disk import write_first
from repairflow.errors import ConfigurationError

PREFIX = "REPAIRFLOW_"
MOST_PAGE_DAYS = 36_500
MOST_PUSH_SECONDS = (
    90  # within the lease of an outbox row, else a second worker would send the same message beside the first
)
LEAST_THREADS = 8
Transition = Literal["", "old", "new", "milder"]
"""Which periods a penalty follows that was decided under an earlier rule pack: that one's, today's, or those that end first."""


class Secret(str):
    """Text which may hold a password or a key: no `repr`, of it or of anything that holds it, shows it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'" if self else "''"


NONE = Secret("")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a node needs to know. Every field can be set as REPAIRFLOW_<NAME> or in <home>/repairflow.toml."""

    home: Path = Path("var")  # folder of keys, materials, letters, and the SQLite database
    files: str = ""  # s3://bucket/prefix: materials, letters, delivered tables, checkpoints lie there; empty: in home
    files_endpoint: str = ""  # address of the S3-compatible storage; empty: Amazon's
    files_region: str = "us-east-1"  # its region, where it has any
    files_access_key: Secret = NONE  # the bucket's access key, with files_secret_key
    files_secret_key: Secret = NONE  # the other half of it
    files_keys: str = ""  # file with both keys in place of the two settings, a line each, read by us alone
    law: str = ""  # folder of the installation's own law, laid over the shipped one; empty: none
    database_url: Secret = NONE  # empty: SQLite at <home>/repairflow.db
    database_direct_url: Secret = NONE  # where database_url leads through PgBouncer: the same database without it
    database_replica_url: Secret = NONE  # a standby that answers auditors and reports; empty: the primary does
    database_subject_role: str = ""  # PostgreSQL: the role by which companies read, bound to their rows; empty: none
    database_pool: int = 20  # connections the site keeps ready; not fewer than web_threads
    database_connect_seconds: int = 3  # how long a new connection may take
    database_lock_seconds: int = 5  # how long a page waits for a lock, the worker and commands six times as long
    database_statement_seconds: int = 30  # how long one statement of a page may run (PostgreSQL)
    database_idle_seconds: int = 60  # how long a transaction may do nothing (PostgreSQL)
    web_threads: int = 16  # requests the site works on at a time; four are kept for /health and what is quick
    demo: bool = False  # not to be set: the flag of `serve --demo`; sample people are entered with one press
    host: str = "127.0.0.1"  # where the site listens
    port: int = 8000  # of the site
    platform_port: int = 8001  # the sandbox platform
    public_url: str = "http://127.0.0.1:8000"  # what letters' QR codes point at
    trusted_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")  # names the site answers to, with commas between
    proxies: int = 0  # reverse proxies in front, counted exactly
    secret_key: Secret = NONE  # empty: made once and kept in <home>/keys/session.key
    max_upload_mib: int = 20  # largest single file people may send
    max_import_mib: int = 128  # largest table of penalties that an office may deliver at once (导入)
    unclaimed_person_mib: int = 500  # uploaded by one person and not handed in yet
    unclaimed_address_mib: int = 100  # the same from one address (IPv6: one /64) without an account
    unclaimed_total_mib: int = 10240  # the same of everybody; a quarter of it without an account
    unclaimed_days: int = 7  # after which it is removed, unless it lies in a draft
    page_days: int = 365  # a captured page (页面固定) is whole so long after it was mended; then only its digest
    import_memory_mib: int = 1024  # memory of the process that takes a delivered table apart
    import_seconds: int = 120  # its processor time for a large table; a small one gets 10 and more by size
    session_idle_minutes: int = 30  # signed out after so long without a page
    session_hours: int = 12  # signed out after so long in any case
    transition: Transition = ""  # periods of penalties decided under an earlier pack: old, new, milder; empty: milder
    transition_document: str = ""  # the document in which the office decided so, named in the events of a re-count
    require_second_factor: bool = False  # staff must confirm a one-time code
    import_by_two: bool = False  # a delivered table is confirmed by another person than the one who uploaded it
    serve_within_days: int = 5  # working days after which a letter without a record of service is called to mind
    seal_office_letters: bool = True  # draw the office's seal on letters
    tsa_url: str = ""  # address of a time stamp authority (RFC 3161): stamps every signature, and the log once an hour
    tsa_seconds: int = 10  # how long its answer may take
    witness_policy: str = ""  # file of the witnesses that cosign checkpoints (C2SP tlog-policy); empty: none is asked
    press_workers: int = 1  # processes that make letters at the same time
    press_queue: int = 3  # people who may wait while papers are printed on demand; others are told to come again
    relay_seconds: int = 2  # how often the worker looks for outbox rows
    receive_seconds: int = 20  # a request must be here within so long, and a second more for every 32 KiB of its body
    push_lanes: int = 16  # platforms a worker speaks to at the same time
    push_hosts: str = ""  # where pushes may go: a.cn:443,*.b.cn,10.1.0.0/16; empty: any public address
    push_seconds: int = 20  # for one message to a platform, from the first byte to the last
    sweep_seconds: int = 5  # how often the worker looks for due deadlines
    smtp_url: Secret = NONE  # smtp://user:password@host:587 (STARTTLS where offered) or smtps://…; empty: no e-mail
    mail_from: str = "repairflow@localhost"  # sender of e-mail
    log_json: bool = False  # one JSON object a line, and an access log

    def __post_init__(self) -> None:
        for one in fields(self):
            if one.type == "Secret":  # whoever makes settings may give plain text
                object.__setattr__(self, one.name, Secret(getattr(self, one.name)))

    @property
    def law_folder(self) -> Path | None:
        """The folder of the installation's own law; None where it has none."""
        return Path(self.law).resolve() if self.law else None

    @property
    def direct_url(self) -> Secret:
        """The database past a pooler: for what needs a connection of its own, or brings a tool of PostgreSQL's."""
        return self.database_direct_url or self.database_url

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @property
    def materials(self) -> Path:
        return self.home / "materials"

    @property
    def imports(self) -> Path:
        return self.home / "imports"

    @property
    def exchange(self) -> Path:
        """Where messages to platforms without a service lie, and how their front-end databases are reached."""
        return self.home / "exchange"

    @property
    def work(self) -> Path:
        """Where child processes work on what was handed in."""
        return self.home / "work"

    @property
    def letters(self) -> Path:
        return self.home / "letters"

    @property
    def secure(self) -> bool:
        """Whether people reach us by https: cookies then are Secure."""
        return self.public_url.startswith("https://")


def load(environ: Mapping[str, str] | None = None, *, demo: bool = False) -> Settings:
    """Return settings from <home>/repairflow.toml and the environment. `demo` is for whoever starts a demonstration by a flag: no
    file and no variable that was left behind opens a real installation to everybody at its machine.

    Raises ConfigurationError naming every unknown or unusable value at once.
    """
    environ = os.environ if environ is None else environ
    home = Path(environ.get(PREFIX + "HOME", "var")).resolve()
    _demand_folder(home)
    known = {f.name: f.default for f in fields(Settings)}
    problems: list[str] = []
    raw: dict[str, Any] = {}
    file = home / "repairflow.toml"
    if file.exists():
        try:
            raw.update(tomllib.loads(file.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(f"{file}：不是有效的 TOML 文件（{error}）")
    for name in raw.keys() - known.keys():
        problems.append(f"{file}：未知设置 {name}")
    for name in known:
        if (text := environ.get(PREFIX + name.upper())) is not None:
            raw[name] = text
    values: dict[str, Any] = {}
    for name in raw.keys() & known.keys():
        try:
            values[name] = _as(type(known[name]), raw[name])
        except ValueError as error:
            problems.append(f"{PREFIX}{name.upper()}={raw[name]!r}：{error}")
    if values.pop("demo", False):
        problems.append(f"{PREFIX}DEMO：演示模式只能用启动参数打开（repairflow demo 或 repairflow serve --demo）")
    values["home"], values["demo"] = home, demo
    values["database_url"] = values.get("database_url") or Secret(f"sqlite:///{home / 'repairflow.db'}")
    settings = Settings(**values)
    problems += _contradictions(settings)
    if problems:
        raise ConfigurationError("设置有误，未启动：\n" + "\n".join(f"  {p}" for p in problems))
    if not settings.secret_key:
        values["secret_key"] = _kept_secret(settings.keys / "session.key")
    return Settings(**values)


def environment(**defaults: str) -> dict[str, str]:
    """Return this process's environment for a child, with REPAIRFLOW_<NAME> set where nobody has set it."""
    return {**{PREFIX + name.upper(): value for name, value in defaults.items()}, **os.environ}


def asset(name: str) -> Path:
    """Return where `workflows`, `templates` or `migrations` stand: inside an installed wheel, or beside the package."""
    packed = Path(__file__).parent / "_data" / name
    return packed if packed.exists() else Path(__file__).parent.parent / name


def _as(kind: type, value: object) -> object:
    if kind is bool:
        if isinstance(value, bool):
            return value
        if str(value).lower() in {"1", "true", "yes", "on"}:
            return True
        if str(value).lower() in {"0", "false", "no", "off", ""}:
            return False
        raise ValueError("应为 true 或 false")
    if kind is int:
        try:
            return int(str(value))
        except (TypeError, ValueError):
            raise ValueError("应为整数") from None
    if kind is tuple:
        listed = value if isinstance(value, list | tuple) else str(value).split(",")
        return tuple(part.strip() if isinstance(part, str) else part for part in listed if part)
    return kind(str(value)) if issubclass(kind, Path | Secret) else str(value)


def _transition(settings: Settings) -> list[str]:
    if settings.transition not in get_args(Transition):
        return ["REPAIRFLOW_TRANSITION：应为 old、new、milder 之一，或者空缺"]
    if bool(settings.transition) != bool(settings.transition_document.strip()):
        return ["REPAIRFLOW_TRANSITION 和 REPAIRFLOW_TRANSITION_DOCUMENT：须同时写明，或者都空缺"]
    return []


def _contradictions(settings: Settings) -> list[str]:
    problems = []
    if not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
        problems.append("REPAIRFLOW_DATABASE_URL：应以 sqlite:/// 或 postgresql+psycopg:// 开头")
    if settings.database_subject_role and settings.database_url.startswith("sqlite:///"):
        problems.append("REPAIRFLOW_DATABASE_SUBJECT_ROLE：只用于 PostgreSQL，SQLite 没有角色，应当空缺")
    for name in ("database_direct_url", "database_replica_url"):
        if (url := getattr(settings, name)) and not url.startswith(("postgresql+psycopg://", "postgresql://")):
            problems.append(f"{PREFIX}{name.upper()}：应以 postgresql+psycopg:// 开头，或者空缺")
    if urlsplit(settings.public_url).scheme not in {"http", "https"}:
        problems.append("REPAIRFLOW_PUBLIC_URL：应为 http:// 或 https:// 开头的地址")
    if settings.smtp_url and not _is_mail_server(settings.smtp_url):
        problems.append("REPAIRFLOW_SMTP_URL：应如 smtp://user:password@host:587 或 smtps://user:password@host:465")
    problems += [*_transition(settings), *_bucket(settings)]
    problems += _open_to_others(settings) if settings.demo else []
    return [*problems, *_wrong_numbers(settings)]


def _bucket(settings: Settings) -> list[str]:
    """Return what is wrong with the address of a storage of files, or missing beside it."""
    if not settings.files:
        return []
    problems, parts = [], urlsplit(settings.files)
    # a key written there would be shown by `readiness`
    wrong = parts.scheme != "s3" or not parts.netloc or set("@:") & set(parts.netloc) or parts.query or parts.fragment
    if wrong:
        problems.append("REPAIRFLOW_FILES：应如 s3://存储桶/前缀，不写密钥和端口，或者空缺")
    if settings.files_endpoint and urlsplit(settings.files_endpoint).scheme not in {"http", "https"}:
        problems.append("REPAIRFLOW_FILES_ENDPOINT：应为 http:// 或 https:// 开头的地址，或者空缺")
    if not settings.files_keys and not (settings.files_access_key and settings.files_secret_key):
        problems.append(
            "REPAIRFLOW_FILES_ACCESS_KEY 和 REPAIRFLOW_FILES_SECRET_KEY：使用 S3 存储须同时写明，"
            "或者以 REPAIRFLOW_FILES_KEYS 指明写有两者的文件"
        )
    return problems


def _wrong_numbers(settings: Settings) -> list[str]:
    """Numbers that no node can work with, or that do not fit together."""
    problems = []
    for name in (
        "max_upload_mib",
        "max_import_mib",
        "unclaimed_person_mib",
        "unclaimed_address_mib",
        "unclaimed_total_mib",
        "unclaimed_days",
        "page_days",
        "serve_within_days",
        "import_memory_mib",
        "import_seconds",
        "receive_seconds",
        "push_lanes",
        "push_seconds",
        "tsa_seconds",
        "session_idle_minutes",
        "session_hours",
        "press_workers",
        "relay_seconds",
        "sweep_seconds",
        "database_connect_seconds",
        "database_lock_seconds",
        "database_statement_seconds",
        "database_idle_seconds",
    ):
        if getattr(settings, name) < 1:
            problems.append(f"{PREFIX}{name.upper()}：应为正整数")
    for name in ("proxies", "press_queue"):
        if getattr(settings, name) < 0:
            problems.append(f"{PREFIX}{name.upper()}：不能为负数")
    if settings.web_threads < LEAST_THREADS:
        problems.append(f"{PREFIX}WEB_THREADS：应不少于 {LEAST_THREADS}")
    if settings.database_pool < settings.web_threads:
        problems.append(f"{PREFIX}DATABASE_POOL：应不少于 {PREFIX}WEB_THREADS（{settings.web_threads}）")
    if settings.page_days > MOST_PAGE_DAYS:
        problems.append(f"REPAIRFLOW_PAGE_DAYS：应不超过 {MOST_PAGE_DAYS}")
    if settings.push_seconds > MOST_PUSH_SECONDS:
        problems.append(f"REPAIRFLOW_PUSH_SECONDS：应不超过 {MOST_PUSH_SECONDS}")
    for name in ("port", "platform_port"):
        if not 1 <= getattr(settings, name) <= 65535:
            problems.append(f"{PREFIX}{name.upper()}：端口应在 1 到 65535 之间")
    return problems


def _open_to_others(settings: Settings) -> list[str]:
    """Return what would let somebody else than whoever sits at this machine into a demonstration."""
    problems = []
    if settings.host not in {"127.0.0.1", "::1", "localhost"}:
        problems.append("REPAIRFLOW_HOST：演示模式只能在本机地址（127.0.0.1）上运行")
    if settings.proxies:
        problems.append("REPAIRFLOW_PROXIES：演示模式不能放在反向代理之后，代理的每个访问者看起来都在本机")
    return problems


def _is_mail_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _demand_folder(home: Path) -> None:
    there = next((one for one in (home, *home.parents) if one.exists()), home)
    if there.is_file():
        raise ConfigurationError(
            f"REPAIRFLOW_HOME={home}：{there} 是文件，不是文件夹，未启动。请改正设置，或者移走这个文件。"
        )


def _kept_secret(path: Path) -> str:
    """Return the secret in `path`, made on first use, readable by its owner alone."""
    try:
        if not path.exists():
            write_first(path, secrets.token_urlsafe(48).encode("ascii"))
        return path.read_text(encoding="ascii").strip()
    except PermissionError:
        raise ConfigurationError(
            f"{path} 不能读写，未启动。请用数据目录（REPAIRFLOW_HOME）的所有者账号运行，或者改正权限。"
        ) from None
