"""What the system says about proxies: variables of the environment, Windows, macOS, GNOME.

The variables are those of curl(1), "Environment"; GNOME's are the settings org.gnome.system.proxy.
"""

from __future__ import annotations

import ast
import fnmatch
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass

from pypac import os_settings

_PATIENCE = 5.0
_GNOME = "org.gnome.system.proxy"


@dataclass(frozen=True, slots=True)
class NoProxy:
    """Everything is reached directly."""

    source: str = ""


@dataclass(frozen=True, slots=True)
class FixedProxy:
    """One proxy (`http://host:port`, perhaps with a sign-in) for all but the hosts that match `bypassed`."""

    url: str
    source: str
    bypassed: tuple[str, ...] = ()

    def bypasses(self, host: str) -> bool:
        """Whether the host is reached directly. Patterns: a name with all below it, or with `*`."""
        for each in self.bypassed:
            name = each.strip().lower().lstrip(".")
            if name and (host == name or host.endswith(f".{name}") or fnmatch.fnmatch(host, name)):
                return True
        return False


@dataclass(frozen=True, slots=True)
class ProxyScript:
    """A PAC file, by its address."""

    url: str
    source: str


SystemProxy = NoProxy | FixedProxy | ProxyScript


def system_proxy() -> SystemProxy:
    """What holds for https on this computer."""
    return _of_environment() or _of_platform() or NoProxy()


def _of_environment() -> SystemProxy | None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        if found := os.environ.get(name, "").strip():
            passed = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
            return FixedProxy(_with_scheme(found), f"from the variable {name}", tuple(passed.split(",")))
    return None


def _of_platform() -> SystemProxy | None:
    if sys.platform in ("win32", "darwin"):
        is_windows = sys.platform == "win32"
        read = os_settings.autoconfig_url_from_registry if is_windows else os_settings.autoconfig_url_from_preferences
        source = "from the settings of Windows" if is_windows else "from the settings of macOS"
        if script := read():
            return ProxyScript(script, source)
        found = urllib.request.getproxies().get("https", "")
        return FixedProxy(_with_scheme(found), source) if found else None
    return _of_gnome()


def _of_gnome() -> SystemProxy | None:
    program = shutil.which("gsettings")
    if program is None:
        return None
    source = "from the settings of the desktop"
    match _setting(program, _GNOME, "mode"):
        case "auto":
            script = _setting(program, _GNOME, "autoconfig-url")
            return ProxyScript(script, source) if script else None
        case "manual":
            host, port = _setting(program, f"{_GNOME}.https", "host"), _setting(program, f"{_GNOME}.https", "port")
            passed = _listed(_setting(program, _GNOME, "ignore-hosts"))
            return FixedProxy(f"http://{host}:{port}", source, tuple(passed)) if host and port != "0" else None
        case _:
            return None


def _setting(program: str, schema: str, key: str) -> str:
    """A value of GNOME's, "" where there is none; a text stands in quotes."""
    try:
        said = subprocess.run(
            [program, "get", schema, key], capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return said.stdout.strip().strip("'") if said.returncode == 0 else ""


def _listed(text: str) -> Sequence[str]:
    try:
        found = ast.literal_eval(text) if text else ()
    except (ValueError, SyntaxError):
        return ()
    return [each for each in found if isinstance(each, str)]


def _with_scheme(address: str) -> str:
    return address if "://" in address else f"http://{address}"
