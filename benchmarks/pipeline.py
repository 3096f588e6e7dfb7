"""Counting in place beside copying the rows, which is what one would do with a pipeline tool: dlt, as it comes.

    python benchmarks/pipeline.py --python .venv-dlt/bin/python [--personnes 20000] [--tours 2]

The Python given has the tool (requirements/pipeline.in) and nothing of ours. In each round, on one PostgreSQL base, dlt
copies the tables to a local DuckDB and the hand-written query is asked there; `temoin compute` counts in place with its
evidence; the statement alone is read. The sums must agree.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "tests"), str(Path(__file__).parent)]

from measured import measure  # noqa: E402 # beside this file
from servers import SERVERS  # noqa: E402 # those of the tests
from sql import fill  # noqa: E402 # beside this file
from sql_data import BY_HAND  # noqa: E402 # beside this file


def main() -> None:
    """Build, run each way in turn, print medians and ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", required=True)
    parser.add_argument("--personnes", type=int, default=20_000)
    parser.add_argument("--tours", type=int, default=2)
    asked = parser.parse_args()
    times: dict[str, list[float]] = {"dlt": [], "temoin compute": [], "énoncé": []}
    script = Path(__file__).with_name("pipeline_copy.py")
    with tempfile.TemporaryDirectory() as folder, SERVERS["postgresql"]().base() as base:
        bench = fill(base, asked.personnes, Path(folder))
        url = base.admin.url.render_as_string(hide_password=False)
        for tour in range(asked.tours):
            with tempfile.TemporaryDirectory() as copy:
                command = [asked.python, script, url, "public", copy, BY_HAND["postgresql"]]
                copied = measure(command, {**os.environ, "RUNTIME__DLTHUB_TELEMETRY": "false"})
            counted, sums = bench.whole()
            read, _ = bench.statement()
            if tuple(json.loads(copied.output.splitlines()[-1])) != sums:
                raise SystemExit(f"round {tour}: the copy gives {copied.output}, counting in place {sums}")
            for name, found in (("dlt", copied), ("temoin compute", counted), ("énoncé", read)):
                times[name].append(found.seconds)
    print(f"{asked.personnes} persons, {20 * asked.personnes} updates and events, {asked.tours} rounds")
    for name, taken in times.items():
        ratio = statistics.median(copied / one for copied, one in zip(times["dlt"], taken, strict=True))
        print(f"  {name:15} {statistics.median(taken):7.1f} s   copying takes {ratio:5.1f} times as long")


if __name__ == "__main__":
    main()
