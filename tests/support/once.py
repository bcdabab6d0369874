"""What every test would work out anew, worked out once: each makes an application of its own, and compiling the templates,
describing the models of the interface and laying out procedures cost more than most pages."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import pickle
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

import flask
from argon2 import PasswordHasher
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from spectree.model_adapter import get_pydantic_model_adapter
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map, Rule, RuleFactory
from werkzeug.routing.matcher import StateMachineMatcher

from repairflow import db
from repairflow.auditing import row_proof
from repairflow.casework.admin import credentials
from repairflow.gateway import limited_parser
from repairflow.gateway.limited_parser import Bounds
from repairflow.gateway.penalties.grid import Source
from repairflow.law.calendar import workdays
from repairflow.law.diagram import svg
from repairflow.law.diagram.scene import Scene
from repairflow.law.procedure import law_files, statutes
from repairflow.law.procedure.model import Procedure

tables: dict[tuple[bytes, str], tuple[bytes, str]] = {}
"""What a table holds and what was said of it; a test about the process that takes it apart forgets them all."""
SMALL_TABLE = 64 * 1024
"""Bytes up to which what a table holds is kept for the next time."""


def remember() -> None:
    """Afterwards compiled templates, JSON schemas of models, laid out procedures and proved rows are kept for this process,
    and no file of it waits for a disk."""
    flask.Flask.jinja_options = {"bytecode_cache": _Compiled()}
    adapter: Any = get_pydantic_model_adapter()
    adapter.json_schema = cache(adapter.json_schema)
    lay_out, laid_out = svg.scene, {}

    def scene(procedure: Procedure) -> Scene:
        found = laid_out.get(id(procedure))
        if found is None:  # kept with its procedure, so that no other one gets its id
            found = laid_out[id(procedure)] = (procedure, lay_out(procedure))
        return found[1]

    svg.scene = scene
    _remember_addresses()
    _remember_rules()
    _share_maps()
    _remember_files()
    _remember_law()
    _remember_tables()
    # Most rows of a test's town are the same as in the last one; whoever alters a row or a line asks anew.
    row_proof._held_against = lru_cache(20_000)(row_proof._held_against)
    _hash_cheaply()
    db.sleep = _nobody_waits
    os.fsync = _written  # a test that kills a process, or lets a disk be full, starts it as one of its own or says so


def _nobody_waits(seconds: float) -> None:
    """Long work on SQLite sleeps between two transactions for whoever else wants to write: in a test nobody does."""


def _written(handle: Any) -> None:
    """What a test writes into a file need not survive a power cut; OSError where the file is closed."""
    os.fstat(handle if isinstance(handle, int) else handle.fileno())


def _remember_addresses(compiles: Any = Rule._compile_builder) -> None:
    """Afterwards the function that writes an address is compiled once for each rule, not once for each application."""
    built: dict[tuple[object, ...], Any] = {}

    def builder(self: Rule, append_unknown: bool = True) -> Any:
        key = (self.rule, tuple(self._trace), repr(self.defaults), append_unknown)
        if key not in built:
            built[key] = compiles(self, append_unknown)
        return built[key]

    Rule._compile_builder = builder


def _remember_rules(parses: Any = Rule._parse_rule) -> None:
    """Afterwards the parts of an address are parsed once, not once for each application: nearly half of what making one costs.

    Converters of an earlier application read it as this one's would: they are of the same classes, and none looks at its map.
    """
    parsed: dict[object, tuple[list[Any], list[tuple[bool, str]], dict[str, Any]]] = {}

    def parse(self: Rule, rule: str) -> list[Any]:
        assert self.map is not None
        known = (rule, *self.map.converters.items())
        if known not in parsed:
            begun, self._trace = self._trace, []
            parts, trace = list(parses(self, rule)), self._trace
            self._trace = [*begun, *trace]
            parsed[known] = parts, trace, {name: one for name, one in self._converters.items() if (True, name) in trace}
            return parts
        parts, trace, converters = parsed[known]
        self._trace += trace
        self._converters.update(converters)
        self.arguments.update(converters)
        return parts

    Rule._parse_rule = parse


Made = tuple[StateMachineMatcher, dict[Any, list[Rule]]]
"""What finds the rule of an address, and the rules by endpoint."""


def _share_maps() -> None:
    """Afterwards what finds and writes addresses is made once for all applications that have the same ones: most of what making
    one costs. It is made when first asked for, so one that is given another address has its own."""
    known: dict[object, Made] = {}

    def add(self: Any, factory: RuleFactory) -> None:
        self.__dict__.setdefault("_added", []).extend(factory.get_rules(self))
        self._remap = True

    def update(self: Any) -> None:
        if not self._remap:
            return
        with self._remap_lock:
            added = self.__dict__.get("_added", [])
            key = (_settings(self), *map(_rule, added))
            if key not in known:
                known[key] = _laid_out(self, added)
            self._matcher, self._rules_by_endpoint = known[key]
            self._remap = False

    Map.add, Map.update = add, update


def _settings(of: Map) -> tuple[object, ...]:
    return (
        tuple(of.converters.items()), of.default_subdomain, of.strict_slashes, of.merge_slashes, of.redirect_defaults,
        of.host_matching, of.sort_parameters, of.sort_key,
    )  # fmt: skip


def _rule(one: Rule) -> tuple[object, ...]:
    return (
        one.rule, one.endpoint, None if one.methods is None else frozenset(one.methods), repr(one.defaults), one.subdomain, one.host,
        one.strict_slashes, one.merge_slashes, one.build_only, one.alias, one.websocket, one.redirect_to,
        getattr(one, "provide_automatic_options", None),
    )  # fmt: skip


def _laid_out(of: Map, added: list[Rule]) -> Made:
    """The rules, bound to the first map that has them all; those it was given stay as they are."""
    matcher, by_endpoint = StateMachineMatcher(of.merge_slashes), dict[Any, list[Rule]]()
    for given in added:
        rule = copy.copy(given)
        rule.arguments = set(given.arguments)
        rule.bind(of)
        if not rule.build_only:
            matcher.add(rule)
        by_endpoint.setdefault(rule.endpoint, []).append(rule)
    matcher.update()
    for rules in by_endpoint.values():
        rules.sort(key=Rule.build_compare_key)
    return matcher, by_endpoint


shipped_hasher = credentials._hasher
"""What keeps passwords in the program."""


def _hash_cheaply() -> None:
    """Afterwards to prove a password takes this process no tenth of a second of all cores: the way is the same, the work is
    the least Argon2id allows. Programs that a test starts as processes of their own do the whole of it."""
    credentials._hasher = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1)


def _remember_files(loads: Callable[..., dict[str, Any]] = tomllib.loads) -> None:
    """Afterwards the text of a definition file is taken apart once; each reader gets values of its own, as from the text."""

    @lru_cache(400)  # the shipped files; of thousands that a test makes faulty none is read again
    def kept(text: str) -> bytes:
        return pickle.dumps(loads(text))  # a text that is no TOML is not kept: it fails anew

    def remembered(text: str, /, **options: Any) -> dict[str, Any]:
        if options or not isinstance(text, str):
            return loads(text, **options)
        found: dict[str, Any] = pickle.loads(kept(text))  # our own
        return found

    tomllib.loads = remembered


LAW_FILES = 200
"""So many of each sort are kept: all that are shipped, and the last of thousands that a test makes faulty."""


@dataclass(frozen=True, eq=False)
class _Same:
    """A value that is the same as another only where it is that one."""

    value: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


def _remember_law(lays: Callable[..., Procedure] = law_files.laid_over_base) -> None:
    """Afterwards a law file that was read is not read again where its text is the same: what is read is frozen, and libraries
    share it. One with faults is read anew, and tells them again."""
    for module in (law_files, statutes):
        module.parse_statute = lru_cache(LAW_FILES)(module.parse_statute)
    for name in ("parse", "parse_pack", "parse_overlay"):
        setattr(law_files, name, lru_cache(LAW_FILES)(getattr(law_files, name)))
    workdays.parse_year = lru_cache(LAW_FILES)(workdays.parse_year)

    @lru_cache(LAW_FILES)
    def laid(overlay: _Same, base: _Same, text: str, where: str) -> Procedure:
        return lays(overlay.value, base.value, text, where)

    law_files.laid_over_base = lambda overlay, base, text, where: laid(_Same(overlay), _Same(base), text, where)


def _remember_tables(parses: Callable[..., dict[str, Any]] = limited_parser._result) -> None:
    """Afterwards a table delivered again and again is taken apart once, in a process of its own as ever. Not where it is
    refused, nor with bounds that a test sets."""
    usual = Bounds()

    def remembered(source: Source, folder: str, task: dict[str, Any], alive: Callable[[], object]) -> dict[str, Any]:
        content = Path(task["path"]).read_bytes()
        bounds = task["memory_mib"], task["output_mib"]
        if len(content) > SMALL_TABLE or bounds != (usual.memory_mib, usual.output_mib):
            return parses(source, folder, task, alive)
        key = hashlib.sha256(content).digest(), json.dumps({**task, "path": ""})
        rows = Path(folder) / limited_parser.ROWS
        if key not in tables:
            answer = json.dumps(parses(source, folder, task, alive))
            tables[key] = rows.read_bytes(), answer
        rows.write_bytes(tables[key][0])
        found: dict[str, Any] = json.loads(tables[key][1])
        return found

    limited_parser._result = remembered


_engines: dict[str, Engine] = {}


def share_statements(engine: Engine, *derived: Engine) -> None:
    """Afterwards this engine, and those derived from it, use the statements which the first one of its kind has compiled.

    SQLAlchemy keeps them by dialect and engine; the first engine has connected by the time there is a second one, so its
    dialect knows the server. A derived engine has taken both over when it was made.
    """
    if engine.dialect.name not in _engines:
        engine._compiled_cache = LRUCache(20_000)  # all tests together ask more than one program does
        _engines[engine.dialect.name] = engine
    first = _engines[engine.dialect.name]
    for one in (engine, *derived):
        one.dialect = first.dialect
        one._compiled_cache = first._compiled_cache


class _Compiled(BytecodeCache):
    """Compiled templates in memory, by name and content."""

    def __init__(self) -> None:
        self._held: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._held.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._held[bucket.key + bucket.checksum] = bucket.code
