"""The HTML of the authorize page: a plain form that a script can pass as well as a person."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from crmdesk.practice.oauth.users import PASSWORD
from crmdesk.practice.people import ADMINISTRATOR_NAME

_KEPT = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Allow access? | Practice org</title>
<style>
body {{ font: 16px/1.5 sans-serif; max-width: 26em; margin: 3em auto; padding: 0 1em; color: #222; }}
strong.practice {{ background: #7a3e9d; color: #fff; padding: .1em .5em; border-radius: .2em; }}
label, input {{ display: block; width: 100%; box-sizing: border-box; margin-top: .5em; font: inherit; }}
input {{ padding: .4em; }}
button {{ font: inherit; padding: .4em 1.2em; margin: 1.2em .6em 0 0; }}
p.complaint {{ color: #a00000; }}
</style>
</head>
<body>
<p><strong class="practice">PRACTICE</strong></p>
<h1>Allow access?</h1>
<p><b>{client}</b> asks to act for you in this practice org ({scope}).</p>
{complaint}<form method="post" action="/services/oauth2/authorize">
{hidden}
<label for="username">Username</label>
<input id="username" name="username" value="{username}" autocomplete="off">
<label for="password">Password</label>
<input id="password" name="password" type="password" value="{password}" autocomplete="off">
<button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny">Deny</button>
</form>
</body>
</html>
"""


def page(asked: Mapping[str, str], complaint: str) -> str:
    """The page for the parameters of an authorize request; a complaint, if there is one, stands above the form."""
    hidden = "\n".join(
        f'<input type="hidden" name="{name}" value="{escape(asked[name])}">' for name in _KEPT if name in asked
    )
    return _PAGE.format(
        client=escape(asked["client_id"]),
        scope=escape(asked.get("scope", "") or "api refresh_token"),
        complaint=f'<p class="complaint" role="alert">{escape(complaint)}</p>\n' if complaint else "",
        hidden=hidden,
        username=escape(asked.get("username") or asked.get("login_hint") or ADMINISTRATOR_NAME),
        password="" if complaint else PASSWORD,
    )
