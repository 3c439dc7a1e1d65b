"""A browser as a program of its own, named in the variable BROWSER: it opens a page, presses Allow, follows."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

from tests.practice.oauth.signing_in import Form, stranger


def main() -> None:
    """Do so for the link in the arguments; the button is the other argument."""
    decision, link = sys.argv[1:]
    door = urlsplit(link)
    with stranger() as session:
        form = Form(session.get(link, allow_redirects=False, timeout=100).text)
        address = f"{door.scheme}://{door.netloc}{form.action}"
        typed = form.fields | {"decision": decision}
        left = session.post(address, data=typed, allow_redirects=False, timeout=100)
        session.get(left.headers["Location"], timeout=100)


if __name__ == "__main__":
    main()
