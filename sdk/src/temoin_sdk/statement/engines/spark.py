"""Apache Spark 3.4 and later, or what speaks as it does, through its Thrift server and impyla.

There is no transaction: each query sees the tables as they are when it begins, so the read is no snapshot. Nor is there
a session that only reads: every text is wrapped in a SELECT, in which Spark's grammar has no place for a write, and the
account should have no right to.
"""

import logging
import re
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, Executable

from temoin_sdk.statement.engines.base import Access, Row
from temoin_sdk.statement.engines.causes import Cause
from temoin_sdk.statement.engines.deadline import Deadline
from temoin_sdk.statement.engines.spark_sqlalchemy import told

_CLASS: Final = re.compile(r"\[([A-Z][A-Z0-9_.]+)\]")
_GRACE: Final = 5
_CAUSES: Final = (
    (re.compile(r"INSUFFICIENT_PERMISSIONS|PERMISSION_DENIED|AccessControlException|not authorized"), Cause.DROIT),
    (re.compile(r"SCHEMA_NOT_FOUND|NoSuchDatabase"), Cause.BASE),
    (re.compile(r"CANCELED_STATE|TIMEDOUT_STATE|CLOSED_STATE"), Cause.ARRETEE),
    (re.compile(r"Bad status|Error validating the login|PLAIN auth failed|GSS"), Cause.COMPTE),
    (re.compile(r"SSL|certificate"), Cause.CHIFFREMENT),
    (re.compile(r"Could not connect|Name or service|timed out"), Cause.SERVEUR),
    (re.compile(r"TSocket read 0 bytes|Broken pipe|Connection reset|NOT_OPEN"), Cause.COUPEE),
)


class SparkAccess(Access):
    """A Spark cluster behind its Thrift server."""

    moteur = "Apache Spark"
    drivername = "spark"
    pilote = "impala.dbapi"
    extra = "spark"
    instantane = False

    def create(self, url: URL, deadline: Deadline, source: str) -> Engine:
        for name in ("impala", "thrift"):  # they log statements, and with them our literals, and what is told below
            logging.getLogger(name).setLevel(logging.CRITICAL)
        # every answer is waited for: a server that is there at all gives one within the deadline
        return self.pooled(url, connect_args={"timeout": deadline.seconds + _GRACE})

    def interrupt(self, raw: Any) -> None:
        raw.cancel()

    def sever(self, raw: Any) -> None:
        raw.cut()

    def batches(self, connection: Connection, statement: Executable) -> Iterator[list[Row]]:
        with told():
            yield from super().batches(connection, statement)

    def cause(self, error: BaseException) -> Cause | None:
        return next((cause for words, cause in _CAUSES if words.search(str(error))), None)

    def said(self, error: BaseException) -> str:
        found = _CLASS.search(str(error))
        return f"Spark, {found.group(1)}" if found else f"Spark, {type(error).__name__}"
