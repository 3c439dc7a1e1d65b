"""Whether a window can open here at all, found out without Qt, which ends the process where it finds no display."""

from __future__ import annotations

import ctypes
import os
import sys

# What Qt loads for a window under X11: the file, and the package of Debian and Ubuntu that brings it.
LIBRARIES = (
    ("libglib-2.0.so.0", "libglib2.0-0"),
    ("libEGL.so.1", "libegl1"),
    ("libGL.so.1", "libgl1"),
    ("libfontconfig.so.1", "libfontconfig1"),
    ("libdbus-1.so.3", "libdbus-1-3"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libxcb-cursor.so.0", "libxcb-cursor0"),
    ("libxcb-icccm.so.4", "libxcb-icccm4"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    ("libxcb-shape.so.0", "libxcb-shape0"),
)


def missing_packages() -> list[str]:
    """The packages whose libraries this system lacks; empty on Windows and macOS, where Qt brings all it needs."""
    return [package for library, package in LIBRARIES if not _is_there(library)] if sys.platform == "linux" else []


def why_no_window() -> str:
    """In a sentence, why no window can open here; "" when one can."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM", "") not in ("", "xcb"):
        return ""
    has_wayland = "WAYLAND_DISPLAY" in os.environ
    if not has_wayland and not os.environ.get("DISPLAY"):
        return "There is no display here, so the window cannot open."
    missing = missing_packages()
    if missing:
        return f"The window needs libraries that this system lacks: {', '.join(missing)}. Install them, start again."
    if not has_wayland and not _answers():
        return f"The display {os.environ['DISPLAY']} does not answer, so the window cannot open."
    return ""


def _is_there(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _answers() -> bool:
    """Whether the X server that DISPLAY names lets this process in."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    has_error = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not has_error
