"""One HTML file that says what a run did: it needs nothing beside it, and every text in it is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from crmdesk.desk.reporting.checks import Check
from crmdesk.desk.reporting.statement import Statement
from crmdesk.model.figures import counted
from crmdesk.model.job import Job
from crmdesk.model.reject import RejectState

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1f2937}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem;border-bottom:1px solid #e5e7eb}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .75rem .25rem 0;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}
code,pre{font:13px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
pre{background:#f3f4f6;padding:1rem;white-space:pre-wrap}.bad{color:#b91c1c}.good{color:#047857}
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a report says beside the statement: who, where, and the source as a file ("" where it is none any more)."""

    account: str
    who: str
    job: Job
    job_text: str
    source: str
    size: str
    sha256: str
    checks: Sequence[Check]
    unchecked: str
    written: str


def report_html(statement: Statement, facts: Facts) -> str:
    """The whole document."""
    record = statement.record
    title = f"{record.start.job}, run {record.run}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        _table(_head(statement, facts)),
        "<h2>Rows</h2>",
        _counts(statement),
        "<h2>Checked against the CRM</h2>",
        _checks(facts),
        "<h2>Rejects by cause</h2>",
        _causes(statement),
        "<h2>Runs that took up rejects</h2>",
        _retries(statement),
        "<h2>Notices</h2>",
        _list([*record.notices, *([record.error] if record.error else [])]),
        "<h2>The job as it was</h2>",
        f"<pre>{escape(facts.job_text)}</pre>",
    ]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    safe = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    body = "\n".join(parts)
    return f'<!DOCTYPE html>\n<html lang="en"><head>{safe}{head}</head><body>\n{body}\n</body></html>\n'


def _head(statement: Statement, facts: Facts) -> list[tuple[str, str]]:
    record = statement.record
    start = record.start
    what = f"{start.operation.value}{f' ({start.action.value})' if start.action else ''} {start.object}"
    return [
        ("What", what),
        ("Account", f"{facts.account}, organisation {start.organization_id}"),
        ("Started", f"{record.started} by {facts.who}"),
        ("Ended", f"{record.ended or 'not yet'}: {record.outcome.value}"),
        ("Source", facts.source),
        ("Size", facts.size),
        ("SHA-256", facts.sha256),
        ("Mapping", "; ".join(line.remote for line in facts.job.mapping)),
        ("Filter", "none" if facts.job.filter is None else "see the job below"),
        ("API calls", f"{record.api_calls:,}"),
        ("Report written", facts.written),
    ]


def _table(rows: Iterable[tuple[str, str]]) -> str:
    lines = [f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in rows if text]
    return f"<table>{''.join(lines)}</table>"


def _number(name: str, rows: int) -> str:
    return f'<tr><td>{escape(name)}</td><td class="n">{rows:,}</td></tr>'


def _counts(statement: Statement) -> str:
    tally = statement.tally.as_dict()
    lines = [_number(name, rows) for name, rows in tally.items() if rows or name == "read"]
    lines += [_number(f"of the rejected: {state.value}", rows) for state, rows in statement.rejects.items()]
    lines += [
        _number(f"set aside because: {reason or 'no reason given'}", n) for reason, n in statement.reasons.items()
    ]
    lines.append(_number("have come to the CRM, all runs together", statement.arrived))
    if statement.taken_back:
        lines.append(_number("were taken back since", statement.taken_back))
    good = "Every row is accounted for." if statement.is_balanced else "The rows do not add up."
    return f'<table>{"".join(lines)}</table><p class="{"good" if statement.is_balanced else "bad"}">{good}</p>'


def _checks(facts: Facts) -> str:
    if facts.unchecked or not facts.checks:
        return f"<p>{escape(facts.unchecked or 'Nothing was looked up.')}</p>"
    return f"<table>{''.join(map(_check, facts.checks))}</table>"


def _check(check: Check) -> str:
    wrong = "".join(f'<tr><td class="bad" colspan="2">{escape(text)}</td></tr>' for text in check.details)
    rows = f"{check.right:,} of {check.rows:,} looked up, {check.of:,} in all"
    return f'<tr><td>{escape(check.name)}</td><td class="n">{rows}</td></tr>{wrong}'


def _causes(statement: Statement) -> str:
    if not statement.groups:
        return "<p>None.</p>"
    lines = [
        f'<tr><td>{escape(group.title)}</td><td class="n">{group.rows:,}</td><td class="n">{group.open:,} open</td>'
        f"<td><code>{escape(group.code)}</code> {escape(group.message)}</td></tr>"
        for group in statement.groups
    ]
    still = statement.rejects.get(RejectState.OPEN, 0)
    return f"<table>{''.join(lines)}</table><p>{counted(still, 'reject is', 'rejects are')} open.</p>"


def _retries(statement: Statement) -> str:
    return _list(
        f"run {retry.run} (of run {retry.start.retry_of}), {retry.started}: {retry.tally.read:,} read, "
        f"{retry.tally.rejected:,} rejected"
        for retry in statement.retries
    )


def _list(texts: Iterable[str]) -> str:
    lines = [f"<li>{escape(text)}</li>" for text in texts]
    return f"<ul>{''.join(lines)}</ul>" if lines else "<p>None.</p>"
