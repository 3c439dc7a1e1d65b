"""Migration 1: the first shape of the file. Frozen: a change is a migration of its own.

`place` is the number of a run times 2^32 plus the row: the rows of a run lie together and in order, and the integer
is SQLite's own row id, which costs no index. What the small integers mean stands in crmdesk/store/codes.py.
"""

from __future__ import annotations

STATEMENTS = (
    # Names the entries of this profile in the credential store, which all profiles of a user share.
    "CREATE TABLE profile (id TEXT NOT NULL)",
    "INSERT INTO profile (id) VALUES (lower(hex(randomblob(8))))",
    """
    CREATE TABLE account (
        name TEXT PRIMARY KEY,
        label TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        url TEXT NOT NULL,
        auth TEXT NOT NULL,
        settings TEXT NOT NULL,
        is_enabled INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    """
    INSERT INTO account (name, label, kind, url, auth, settings, is_enabled)
    VALUES ('practice_org', 'Practice org', 'salesforce', '', 'practice', '{}', 1)
    """,
    """
    CREATE TABLE job (
        name TEXT PRIMARY KEY,
        text TEXT NOT NULL,
        operation TEXT NOT NULL,
        account TEXT NOT NULL,
        object TEXT NOT NULL,
        folder TEXT NOT NULL,
        saved_at TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE run (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job TEXT NOT NULL,
        job_text TEXT NOT NULL,
        account TEXT NOT NULL,
        organization_id TEXT NOT NULL,
        operation TEXT NOT NULL,
        action TEXT,
        object TEXT NOT NULL,
        source TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        settings TEXT NOT NULL,
        started TEXT NOT NULL,
        ended TEXT NOT NULL DEFAULT '',
        outcome TEXT,
        error TEXT NOT NULL DEFAULT '',
        api_calls INTEGER NOT NULL DEFAULT 0,
        pid INTEGER NOT NULL DEFAULT 0,
        retry_of INTEGER,
        attempt INTEGER NOT NULL,
        is_released INTEGER NOT NULL DEFAULT 0,
        is_prepared INTEGER NOT NULL DEFAULT 0,
        engine TEXT NOT NULL DEFAULT '',
        is_stop_requested INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX run_by_job ON run (job)",
    "CREATE TABLE notice (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, message TEXT NOT NULL)",
    "CREATE INDEX notice_by_run ON notice (run)",
    """
    CREATE TABLE progress (
        run INTEGER PRIMARY KEY,
        phase TEXT NOT NULL,
        done INTEGER NOT NULL,
        total INTEGER,
        api_calls INTEGER NOT NULL,
        calls_left INTEGER
    )
    """,
    """
    CREATE TABLE landed (
        run INTEGER PRIMARY KEY,
        cursor TEXT,
        length INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        written INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE source_block (
        run INTEGER NOT NULL,
        first_row INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        name TEXT NOT NULL,
        PRIMARY KEY (run, first_row)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE send (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        run INTEGER NOT NULL,
        state INTEGER NOT NULL,
        rows BLOB NOT NULL,
        row_count INTEGER NOT NULL,
        file TEXT NOT NULL,
        offset INTEGER NOT NULL,
        length INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        handle TEXT,
        sent_at TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE INDEX send_by_state ON send (run, state)",
    "CREATE TABLE outcome (place INTEGER PRIMARY KEY, outcome INTEGER NOT NULL, remote_id TEXT)",
    """
    CREATE TABLE cause (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL,
        cause TEXT NOT NULL,
        code TEXT NOT NULL,
        field TEXT NOT NULL,
        message TEXT NOT NULL,
        rows INTEGER NOT NULL,
        UNIQUE (run, cause, code, field)
    )
    """,
    """
    CREATE TABLE reject (
        place INTEGER PRIMARY KEY,
        line INTEGER NOT NULL,
        stage INTEGER NOT NULL,
        state INTEGER NOT NULL,
        cause INTEGER NOT NULL,
        retried_by INTEGER,
        message TEXT NOT NULL,
        also TEXT NOT NULL,
        sent TEXT NOT NULL,
        original TEXT NOT NULL
    )
    """,
    "CREATE INDEX reject_by_state ON reject (state)",
    # Kept in the transactions that store the rows they count, because counting a million rows takes 100 ms.
    """
    CREATE TABLE row_count (
        run INTEGER NOT NULL, what TEXT NOT NULL, rows INTEGER NOT NULL, PRIMARY KEY (run, what)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE reject_count (
        run INTEGER NOT NULL, state INTEGER NOT NULL, rows INTEGER NOT NULL, PRIMARY KEY (run, state)
    ) WITHOUT ROWID
    """,
)
