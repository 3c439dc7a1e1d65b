"""The page of the CRM accounts: list, test, add with a look at where one has arrived, forget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crmdesk.desk.window.answers import AddedAccount
from crmdesk.errors import Cancelled, CrmDeskError, UserError
from crmdesk.model.account import PRACTICE, Account, Identity
from crmdesk.model.figures import counted
from crmdesk.model.sign_in import CrmKind
from crmdesk.viewmodel.accounts.care import AccountCare
from crmdesk.viewmodel.accounts.form import AccountForm
from crmdesk.viewmodel.accounts.lines import AccountLine, Section, line_of, method_of, sections_of
from crmdesk.viewmodel.accounts.request import REQUEST
from crmdesk.viewmodel.accounts.testing import AccountTests
from crmdesk.viewmodel.base import ViewModel
from crmdesk.viewmodel.figures import instant, when

if TYPE_CHECKING:
    from crmdesk.viewmodel.app import AppModel


_PORT = 7171
"""Where the browser brings its answer when nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class WhichOrg:
    """Where a first sign-in has led; a person says whether that is the one.

    `is_new`: the account was saved for this sign-in only. `warning`: its secret was not saved.
    """

    account: Account
    identity: Identity
    is_new: bool = False
    warning: str = ""


class AccountsModel(ViewModel):
    """`error` is why the page cannot be shown; `which` the card after a first sign-in, `form` the one being filled."""

    def __init__(self, app: AppModel) -> None:
        super().__init__()
        self._app = app
        self.kinds: tuple[CrmKind, ...] = ()
        self.searched = ""
        self.chosen = ""
        self.form: AccountForm | None = None
        self.which: WhichOrg | None = None
        self.error: CrmDeskError | None = None
        self.tests = AccountTests(app, self.changed)
        self.care = AccountCare(app, self.tests, self.changed)

    # --- what is shown ---

    @property
    def lines(self) -> tuple[AccountLine, ...]:
        """The accounts that the search leaves, by label."""
        found = (self._line(account) for account in self._app.history.accounts())
        return tuple(line for line in found if line.is_about(self.searched))

    @property
    def sections(self) -> tuple[Section, ...]:
        """The same by environment."""
        return sections_of(self.lines)

    @property
    def chosen_line(self) -> AccountLine | None:
        """The account whose details are shown."""
        return next((line for line in self.lines if line.name == self.chosen), None)

    def why_not_forget(self, name: str) -> UserError | None:
        """Why the account cannot be forgotten, with the jobs that need it; None when it can."""
        account = self._app.history.account(name)
        if account.auth == PRACTICE:
            return UserError(
                f"{account.label} is a part of the program.", hint="It costs nothing while nobody uses it."
            )
        jobs = [job.name for job in self._app.history.jobs() if job.account in {account.name, account.label}]
        if not jobs:
            return None
        return UserError(
            f"{account.label} is used by {counted(len(jobs), 'job')}: {', '.join(jobs)}.",
            hint="Remove these jobs first, or give them another account.",
        )

    def can_sign_in_again(self, name: str) -> bool:
        """Whether the account has a secret that can be given anew."""
        method = method_of(self._app.history.account(name), self.kinds)
        return method is not None and bool(method.secret)

    @property
    def throttled(self) -> str:
        """How often the CRM has asked the chosen account for fewer calls, in a sentence; empty where it never did."""
        times, last = self._app.history.throttled(self.chosen)
        if not times:
            return ""
        return f"Asked to slow down {counted(times, 'time')}, last {when(instant(last), datetime.now(UTC))}"

    # --- intents ---

    async def open(self, *, is_adding: bool = False, again: str = "") -> None:
        """Get what the page needs, once; `is_adding` opens the form of a new account.

        `again` is the internal name of an account that shall be signed in again.
        """
        lines = self.lines
        if not self.chosen and lines:
            self.chosen = lines[0].name
        self.error = None
        self.changed()
        try:
            self.kinds = self.kinds or await self._app.engine.kinds()
        except CrmDeskError as error:
            self.error = error
        if is_adding and self.kinds and self.form is None:
            self.open_form()
        if again:
            self.chosen = again
            if self.kinds and self.form is None and self.can_sign_in_again(again):
                self.open_form(again)
        self.changed()

    async def look_at_practice(self) -> None:
        """Test the practice org when nobody has yet: it needs no leave, and its page should not be empty."""
        for line in self.lines:
            if line.is_practice and not line.last_seen and self.error is None:
                await self.test(line.name)

    def search(self, text: str) -> None:
        """Show only accounts that have these words."""
        self.searched = text
        self.changed()

    def choose(self, name: str) -> None:
        """Show the details of an account."""
        self.chosen = name
        self.changed()

    async def test(self, name: str) -> None:
        """Test an account; where it was never signed in before, a person is asked whether that is the one."""
        self.chosen = name
        stranger = await self.tests.run(name)
        if stranger is not None and self.which is None:
            self.which = WhichOrg(self._app.history.account(name), stranger)
            self.changed()

    async def give_up(self) -> None:
        """Stop the test or the sign-in that is under way."""
        await self._app.engine.cancel()

    def open_form(self, again: str = "") -> None:
        """Begin to add an account, or to give the secret of an account anew."""
        self.form = AccountForm(self.kinds, self._app.history.account(again) if again else None)
        self.changed()

    async def leave_form(self) -> None:
        """Put the form away, and with it what was typed; while it signs in, stop that instead."""
        if self.form is not None and self.form.is_busy:
            await self.give_up()
            return
        self.form = None
        self.changed()

    async def sign_in(self) -> None:
        """Try what the form says. A new account is saved, and gone again when nobody is let in."""
        form = self.form
        if form is None or form.is_busy or not form.checked():
            return
        form.begin()
        try:
            if form.again is not None:
                await self._sign_in_again(form, form.again)
            else:
                await self._sign_in_first(form)
        except Cancelled:
            pass
        except CrmDeskError as error:
            form.refuse(error)
        finally:
            form.is_busy = False
            form.changed()
            self.changed()

    async def say_yes(self) -> None:
        """It is the right org: the account stays, refuses any other from now on, and is tested."""
        found, self.which, self.form = self.which, None, None
        if found is None:
            return
        self._app.history.remember_identity(found.account.name, found.identity)
        self.chosen = found.account.name
        await self.test(found.account.name)

    async def say_no(self) -> None:
        """It is another org: the account goes, and what was typed stays to be changed."""
        found, self.which = self.which, None
        if found is None:
            return
        self.changed()
        await self._remove(found.account.name)

    async def forget(self, name: str) -> None:
        """Forget an account and its secret; raises UserError when jobs or unfinished runs need it."""
        await self._remove(name)

    async def copy(self, name: str, label: str) -> None:
        """Save an account like another one, and ask for its secret, which is not copied."""
        account = await self._app.engine.copy_account(name, label)
        self.chosen = account.name
        self.open_form(account.name)

    async def letter(self) -> str:
        """A text for the CRM's admin about the app that the form wants to sign in by."""
        form = self.form
        if form is None or not form.method.brings:
            return REQUEST
        port = form.value("port")
        given = int(port) if port.isascii() and port.isdigit() else _PORT
        return form.letter or await self._app.engine.app_letter(form.kind.kind, given, form.value("client_id"))

    # --- how ---

    async def _sign_in_first(self, form: AccountForm) -> None:
        engine = self._app.engine
        added: AddedAccount = await engine.add_account(form.signin(), form.take_step, is_afresh=form.is_afresh)
        try:
            identity = added.identity or await engine.identify(added.account.name)
        except BaseException:
            await engine.remove_account(added.account.name)
            raise
        self.which = WhichOrg(added.account, identity, is_new=True, warning=added.warning)

    async def _sign_in_again(self, form: AccountForm, account: Account) -> None:
        signin = form.signin()
        secret = signin.secrets.get(form.method.asked, "")
        await self._app.engine.sign_in_again(
            account.name, signin.settings, secret, form.take_step, is_afresh=form.is_afresh
        )
        self.form = None
        await self.test(account.name)

    async def _remove(self, name: str) -> None:
        await self._app.engine.remove_account(name)
        self.tests.forget(name)
        if self.chosen == name:
            lines = self.lines
            self.chosen = lines[0].name if lines else ""
        self.changed()

    def _line(self, account: Account) -> AccountLine:
        return line_of(
            account,
            self._app.history.known_identity(account.name),
            self.tests.error(account.name),
            self.kinds,
            is_trying=self.tests.is_running(account.name),
        )
