"""The numbers of the dialect: sizes, counts and times, and how far each is known to be true."""

from __future__ import annotations

from typing import Final

# Documented by Salesforce.
NEWEST_VERSION: Final = 68
OLDEST_VERSION: Final = 31
OLDEST_KNOWN_VERSION: Final = 20  # older than the oldest that is served: answered 410
PAGE: Final = 2000
SMALLEST_PAGE: Final = 200
COLLECTION: Final = 200
COLLECTION_CHUNKS: Final = 10
TREE_DEPTH: Final = 5
SUBREQUESTS: Final = 25  # of one composite or batch request
GRAPHS: Final = 75
GRAPH_NODES: Final = 500
RETRIEVED_BY_POST: Final = 2000
RETRIEVED_BY_GET: Final = 800
TRIGGER_CHUNK: Final = 200  # records that share one stamp and one look at each other's keys
BULK_BATCH: Final = 10_000
RESULTS_DAYS: Final = 7
OPEN_HOURS: Final = 24  # of an ingest job that is not closed
URL_AND_HEADERS: Final = 16_384
REPLICATION_DAYS: Final = 30
REPLICATION_IDS: Final = 600_000
SESSION_SECONDS: Final = 7200.0  # the default of an org; any request prolongs it
OLDEST_SOAP: Final = 31
NEWEST_SOAP: Final = 64  # the last version whose SOAP API has a login

# Observed at other clients or orgs.
DAILY_CALLS: Final = 5_000_000

# Believed.
CODE_SECONDS: Final = 900.0
BODY: Final = 50 * 1024 * 1024
UPLOAD: Final = 112_500_000  # 150 MB of base64
BULK_PAGE: Final = 100_000  # records of a Bulk query page when the caller names no maxRecords
BLANKS: Final = "".join(map(chr, range(0x21)))  # cut from both ends of every text when it is saved

# The promise of the practice org itself, on which a client's look after a lost answer may count.
COMMIT_SECONDS: Final = 5.0
