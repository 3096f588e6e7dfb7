"""A Spark cluster of our own: two executors in processes of their own, its Thrift server on the loopback.

It runs where pyspark is installed (its jars come with it) with a Java; the sdk speaks to it with impyla.
"""

import os
import re
import signal
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from servers.bases import Base, Server
from servers.processes import free_port, private_folder, program, start

EXECUTEURS = 2
_PATIENCE = 300
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.session.timeZone": "America/Noronha",  # of nobody here: whatever reads the session's zone shows
    "spark.hadoop.javax.jdo.option.ConnectionURL": "jdbc:derby:memory:metastore;create=true",
}


class SparkBase(Base):
    """A base of Spark's catalogue, its tables in Parquet files."""

    def load(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        spelled = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        values = [f"({', '.join(map(_literal, row))})" for row in rows]
        self.run(f"CREATE TABLE {table} ({spelled}) USING parquet", *_inserts(table, values))


def _inserts(table: str, values: Sequence[str]) -> list[str]:
    return [f"INSERT INTO {table} VALUES {', '.join(values[at : at + 2000])}" for at in range(0, len(values), 2000)]


def _literal(value: Any) -> str:
    match value:
        case None:
            return "NULL"
        case datetime():
            return f"TIMESTAMP{'' if value.tzinfo else '_NTZ'}'{value.isoformat(' ')}'"
        case date():
            return f"DATE'{value.isoformat()}'"
        case str():
            return "'" + re.sub(r"['\\]", lambda found: "\\" + found.group(), value) + "'"
        case float():
            return f"CAST('{value!r}' AS DOUBLE)"
        case _:
            return str(value)


class SparkServer(Server):
    """The Thrift server of the cluster."""

    def __init__(self, port: int) -> None:
        self.port = port

    def admin(self, name: str) -> Engine:
        """An engine that may write."""
        from temoin_sdk.statement.engines import spark_sqlalchemy  # registers the dialect

        address = f"{spark_sqlalchemy.NAME}://127.0.0.1:{self.port}/{name}"
        return create_engine(address, poolclass=NullPool, connect_args={"timeout": 300})

    def create(self, name: str) -> SparkBase:
        own = f"{name}_{os.getpid()}"  # the cluster may be another process's
        self._run(f"CREATE DATABASE {own}")
        return SparkBase("spark", f"spark://127.0.0.1:{self.port}/{own}", None, self.admin(own))

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE {name}_{os.getpid()} CASCADE")

    def _run(self, statement: str) -> None:
        with closing(self.admin("default").raw_connection()) as connection:
            connection.cursor().execute(statement)


@cache
def spark_server() -> SparkServer:
    """The cluster of this session, started at first use; skips, saying what is missing, where it cannot be."""
    for module in ("pyspark", "impala"):
        if find_spec(module) is None:
            pytest.skip(f"« {module} » is not installed (requirements/spark.in): `make bench-spark` brings it")
    if running := os.environ.get("TEMOIN_SPARK_PORT"):
        return SparkServer(int(running))
    java = program("java")
    found = find_spec("pyspark")
    assert found is not None and found.origin is not None
    home = Path(found.origin).parent
    folder = private_folder(None)
    port = free_port()
    command = [
        *("env", "-C", folder, f"SPARK_HOME={home}", f"PYSPARK_PYTHON={sys.executable}"),
        *("SPARK_LOCAL_IP=127.0.0.1", "SPARK_LOCAL_HOSTNAME=127.0.0.1", f"JAVA_HOME={java.resolve().parent.parent}"),
        # exec in the shell scripts: the process that is stopped at the end is the driver, and its executors follow
        *("bash", home / "bin" / "spark-submit", "--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"),
        *("--master", f"local-cluster[{EXECUTEURS},1,1024]", "--driver-memory", "1g", "--executor-memory", "1g"),
        *("--conf", f"spark.sql.warehouse.dir={folder / 'tables'}"),
        *(word for name, value in _SETTINGS.items() for word in ("--conf", f"{name}={value}")),
        *("--hiveconf", f"hive.server2.thrift.port={port}", "--hiveconf", "hive.server2.thrift.bind.host=127.0.0.1"),
        *("--hiveconf", "hive.server2.authentication=NOSASL", "spark-internal"),
    ]
    server = SparkServer(port)
    start(list(map(str, command)), None, folder / "log", lambda: _wait(folder / "log"), signal.SIGTERM)
    return server


def _wait(log: Path) -> None:
    """Until the Thrift server listens: some 30 s on a machine that does nothing else."""
    until = time.monotonic() + _PATIENCE
    while "HiveThriftServer2 started" not in (said := log.read_text(errors="replace")):
        if time.monotonic() > until or "Shutdown hook called" in said:
            raise RuntimeError("no Thrift server")
        time.sleep(0.5)


if __name__ == "__main__":  # a cluster to work with: its port, then TEMOIN_SPARK_PORT=… for the tests
    print(spark_server().port, flush=True)
    signal.pause()
