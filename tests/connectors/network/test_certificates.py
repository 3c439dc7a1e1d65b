"""Certificates are verified always, and each way in which one does not hold has a sentence of its own."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crmdesk.connectors.http import HttpSession, Replay
from crmdesk.connectors.network.look import look
from crmdesk.connectors.network.reach import Reach
from crmdesk.connectors.origin import Origin
from crmdesk.errors import TransientError, UserError
from tests.servers.certificates import certificates


@contextmanager
def secure_server(folder: Path, host: str, days: int = 30) -> Iterator[Origin]:
    """Answers every request on loopback, under a certificate for `host`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates(folder, host, days=days))
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(5)

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as secured:
                    secured.recv(65_536)
                    secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            except OSError:
                connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield Origin("https", "127.0.0.1", listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def asked(origin: Origin, reach: Reach | None = None) -> int:
    http = HttpSession(origin, reach=reach)
    try:
        return http.request("GET", "/", replay=Replay.SAFE).status_code
    finally:
        http.close()


@pytest.mark.parametrize(
    ("host", "days", "says"),
    [("127.0.0.1", -5, "has expired"), ("elsewhere.test", 30, "is for another host")],
)
def test_a_certificate_that_does_not_hold_is_told_for_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, days: int, says: str
) -> None:
    """R-013, R-326."""
    with secure_server(tmp_path, host, days) as origin:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
        with pytest.raises(UserError, match=says) as caught:
            asked(origin)
        assert caught.value.place == "ca_file"
        assert caught.value.hint


def test_a_root_that_nobody_knows_is_refused_whatever_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-014, R-326."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(tmp_path / "root.pem"))
    with secure_server(tmp_path, "127.0.0.1") as origin:
        with pytest.raises(UserError, match="not trusted by this computer"):
            asked(origin)
        assert asked(origin, Reach(ca_file=str(tmp_path / "root.pem"))) == 200


def test_a_root_in_the_store_of_the_system_is_trusted_and_its_name_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with secure_server(tmp_path, "127.0.0.1") as origin:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
        assert asked(origin) == 200
        assert look(origin, Reach()).issuer == "Acme inspection"


def test_an_answer_that_does_not_come_ends_within_the_time_of_the_account() -> None:
    """R-020."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        origin = Origin("http", "127.0.0.1", silent.getsockname()[1])
        with pytest.raises(TransientError, match="does not answer"):
            look(origin, Reach.of({"read_seconds": "1", "connect_seconds": "1"}))
