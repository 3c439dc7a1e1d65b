"""Starting, finding and ending the server; who may speak to it."""

# ruff: noqa: S608 - the queries of a test are put together from its own words

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.practice.running import PracticeOrg, start_practice_org

ON_POSIX = os.name == "posix"


def test_the_first_line_says_where_the_org_is(shared_org: PracticeOrg) -> None:
    assert shared_org.url.startswith("http://127.0.0.1:")
    assert shared_org.token.startswith(shared_org.org_id[:15] + "!")
    assert len(shared_org.org_id) == 18
    assert shared_org.ca_file is None


def test_two_orgs_have_ids_of_their_own(shared_org: PracticeOrg, org: PracticeOrg) -> None:
    assert shared_org.org_id != org.org_id


def test_an_old_folder_keeps_its_id_and_gets_a_new_token(tmp_path: Path) -> None:
    first = start_practice_org(tmp_path / "org", "--contacts", "3")
    assert first.end() == 0
    second = start_practice_org(tmp_path / "org", "--contacts", "99")
    assert (second.org_id, second.count("Contact")) == (first.org_id, 3)
    assert second.token != first.token
    assert second.end() == 0


def test_the_folder_and_its_files_are_for_their_owner_alone(org: PracticeOrg) -> None:
    if not ON_POSIX:
        return
    org.post("jobs/ingest", {"object": "Contact", "operation": "insert"})
    assert stat.S_IMODE(org.folder.stat().st_mode) == 0o700
    for path in org.folder.iterdir():
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_the_lock_file_says_where_the_org_is_and_goes_with_it(tmp_path: Path) -> None:
    lock = tmp_path / "practice.json"
    org = start_practice_org(tmp_path / "org", "--contacts", "1", "--lock", str(lock))
    said = json.loads(lock.read_text())
    assert said == {"url": org.url, "access_token": org.token, "org_id": org.org_id, "pid": org.process.pid}
    assert not ON_POSIX or stat.S_IMODE(lock.stat().st_mode) == 0o600
    second = _start(tmp_path / "other", "--lock", str(lock))
    assert second.returncode == 2
    assert "Another practice org is running" in second.stderr
    assert "Traceback" not in second.stderr
    assert json.loads(lock.read_text()) == said
    assert org.end() == 0
    assert not lock.exists()


def test_a_lock_whose_holder_was_killed_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "practice.json"
    start_practice_org(tmp_path / "org", "--contacts", "1", "--lock", str(lock)).kill()
    again = start_practice_org(tmp_path / "org", "--lock", str(lock))
    assert json.loads(lock.read_text())["pid"] == again.process.pid
    again.end()


def test_a_server_whose_folder_was_removed_leaves_that_of_its_successor_alone(tmp_path: Path) -> None:
    if not ON_POSIX:  # there nobody removes what a living process holds
        return
    folder, lock = tmp_path / "org", tmp_path / "org" / "practice.json"
    folder.mkdir()
    first = start_practice_org(folder, "--contacts", "1", "--lock", str(lock))
    shutil.rmtree(folder)
    folder.mkdir()
    second = start_practice_org(folder, "--contacts", "1", "--lock", str(lock))
    first.end()
    assert json.loads(lock.read_text())["pid"] == second.process.pid
    assert second.end() == 0
    assert not lock.exists()


def test_two_servers_never_share_a_folder(org: PracticeOrg) -> None:
    second = _start(org.folder)
    assert second.returncode == 2
    assert str(org.folder) in second.stderr


def test_a_port_that_is_taken_is_a_sentence(org: PracticeOrg, tmp_path: Path) -> None:
    second = _start(tmp_path / "second", "--port", str(urlsplit(org.url).port))
    assert second.returncode == 2
    assert second.stderr.startswith("Port ")


def test_a_bad_weather_file_is_a_sentence(tmp_path: Path) -> None:
    weather = tmp_path / "weather.json"
    weather.write_text('[{"do": "snow"}]')
    second = _start(tmp_path / "org", "--contacts", "1", "--weather", str(weather))
    assert second.returncode == 2
    assert "snow" in second.stderr


def test_without_requests_it_ends_by_itself(tmp_path: Path) -> None:
    org = start_practice_org(tmp_path / "org", "--contacts", "1", "--idle-exit", "0.4")
    assert org.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well_though_a_connection_is_open(tmp_path: Path, number: signal.Signals) -> None:
    org = start_practice_org(tmp_path / "org", "--contacts", "1")
    org.get("limits")  # leaves a connection open
    org.process.send_signal(number)
    assert org.process.wait(100) == 0
    org.wait()


def test_a_foreign_host_name_is_refused(shared_org: PracticeOrg) -> None:
    reply = shared_org.get("limits", headers={"Host": "crm.example"})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (403, "INVALID_HOST")
    port = urlsplit(shared_org.url).port
    assert shared_org.get("limits", headers={"Host": f"localhost:{port}"}).status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic abc", "Bearer "])
def test_without_the_token_there_is_only_the_list_of_versions(shared_org: PracticeOrg, header: str) -> None:
    reply = shared_org.get("limits", headers={"Authorization": header})
    assert reply.status_code == 401
    assert reply.json() == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
    assert shared_org.get("/practice/log", headers={"Authorization": header}).status_code == 401
    assert shared_org.get("/services/data/", headers={"Authorization": header}).status_code == 200


def test_versions_old_known_and_unknown(shared_org: PracticeOrg) -> None:
    versions = shared_org.get("/services/data").json()
    assert [versions[0]["version"], versions[-1]["version"]] == ["31.0", "68.0"]
    assert {"label": "Winter '26", "url": "/services/data/v65.0", "version": "65.0"} in versions
    assert shared_org.get("/services/data/v31.0/limits").status_code == 200
    old = shared_org.get("/services/data/v30.0/limits")
    assert (old.status_code, old.json()[0]["errorCode"]) == (410, "UNSUPPORTED_API_VERSION")
    assert shared_org.get("/services/data/v99.0/").json()[0]["errorCode"] == "NOT_FOUND"
    assert shared_org.get("/services/data/v60.5/limits").status_code == 404


@pytest.mark.parametrize("path", ["", "sobjects", "sobjects/Account/describe", "limits", "jobs/ingest", "jobs/query"])
def test_a_final_slash_changes_nothing(shared_org: PracticeOrg, path: str) -> None:
    plain, slashed = (shared_org.get(f"{shared_org.root}/{path}".rstrip("/") + end) for end in ("", "/"))
    assert plain.status_code == slashed.status_code == 200
    assert plain.json().keys() == slashed.json().keys()


def test_every_answer_tells_the_time_and_the_quota(shared_org: PracticeOrg) -> None:
    first, second = (shared_org.get(path) for path in ("limits", "sobjects/Nothing/describe"))
    for reply in (first, second):
        assert reply.headers["Date"].endswith("GMT")
        assert reply.headers["Sforce-Limit-Info"].startswith("api-usage=")
    used = [int(each.headers["Sforce-Limit-Info"].split("=")[1].split("/")[0]) for each in (first, second)]
    assert used[1] == used[0] + 1


def test_a_wrong_method_names_the_right_ones(shared_org: PracticeOrg) -> None:
    reply = shared_org.ask("PUT", "sobjects/Account")
    assert reply.status_code == 405
    assert reply.headers["Allow"] == "GET,HEAD,POST"
    assert reply.json()[0] == {
        "message": "HTTP Method 'PUT' not allowed. Allowed are GET,HEAD,POST",
        "errorCode": "METHOD_NOT_ALLOWED",
    }


def test_an_address_that_is_too_long_is_refused(shared_org: PracticeOrg) -> None:
    reply = shared_org.get("query", params={"q": f"SELECT Id FROM Account WHERE Name = '{'x' * 17_000}'"})
    assert (reply.status_code, reply.content) == (414, b"")


def test_a_head_request_has_no_body(shared_org: PracticeOrg) -> None:
    reply = shared_org.ask("HEAD", "limits")
    assert (reply.status_code, reply.content) == (200, b"")


def test_userinfo_and_identity_agree(shared_org: PracticeOrg) -> None:
    root = shared_org.get(shared_org.root).json()
    info = shared_org.get("/services/oauth2/userinfo").json()
    bare = requests.Session()
    bare.trust_env = False
    who = bare.get(root["identity"], params={"format": "json", "oauth_token": shared_org.token}, timeout=100).json()
    assert info["organization_id"] == who["organization_id"] == shared_org.org_id
    assert info["preferred_username"] == who["username"]
    user = shared_org.get(f"sobjects/User/{info['user_id']}").json()
    assert user["Username"] == info["preferred_username"]
    assert shared_org.get(f"/id/{shared_org.org_id}/005000000000000AAA").status_code == 404


def test_garbage_is_answered_and_the_server_lives_on(shared_org: PracticeOrg) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(shared_org.url).port or 0, timeout=100)
    connection.connect()
    connection.sock.sendall(b"\x00\x01 nonsense\r\n\r\n")
    assert connection.sock.recv(100).startswith(b"HTTP/1.1 400")
    connection.close()
    assert shared_org.get("limits").status_code == 200


def _start(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """A start that is expected to fail."""
    return subprocess.run(
        [sys.executable, "-m", "crmdesk.practice", "serve", "--data", str(folder), *options],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
