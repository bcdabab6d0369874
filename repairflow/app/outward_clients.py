"""The clients by which a node reaches what is outside it: platforms in every mode, witnesses (对外连接)."""

from __future__ import annotations

from pathlib import Path

from repairflow.app.program import Program
from repairflow.app.witnessing import Witnesses
from repairflow.auditing import cosignatures
from repairflow.errors import ConfigurationError
from repairflow.gateway.any_platform import AnyPlatform
from repairflow.gateway.destinations import Destinations
from repairflow.gateway.http import HttpPlatform
from repairflow.gateway.sftp_files import SftpPlatform

SFTP_KEYS = "sftp"


def reach(program: Program) -> HttpPlatform:
    """Make the client that reaches platforms over the network, within the hosts of the settings.

    Raises ConfigurationError for a list of hosts that cannot be read.
    """
    return HttpPlatform(seconds=program.settings.push_seconds, destinations=destinations(program))


def any_platform(program: Program, http: HttpPlatform | None = None) -> AnyPlatform:
    """Make the client that reaches platforms in every mode, over the network by `http` where it is given. Raises as `reach`."""
    settings = program.settings
    sftp = SftpPlatform(settings.exchange, settings.keys / SFTP_KEYS, destinations(program))
    return AnyPlatform(http or reach(program), settings.exchange, sftp)


def witnesses(program: Program) -> Witnesses | None:
    """Make who asks the witnesses of the settings' policy; None where there is none. Raises Invalid for a file that is none."""
    if not program.settings.witness_policy:
        return None
    policy = cosignatures.read_policy(Path(program.settings.witness_policy))
    return Witnesses(cosignatures.to_ask(policy), destinations(program))


def destinations(program: Program) -> Destinations:
    """Return where the settings let this node go. Raises ConfigurationError for a list of hosts that cannot be read."""
    try:
        return Destinations.parse(program.settings.push_hosts)
    except ValueError as error:
        raise ConfigurationError(f"REPAIRFLOW_PUSH_HOSTS：“{error}”不是主机、网段或者其端口") from None
