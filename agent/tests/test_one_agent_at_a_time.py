"""Two agents in one folder: the second does nothing and says who holds it; a dead one holds nothing."""

import subprocess
import sys
import textwrap

import pytest

from temoin_agent import clock
from temoin_agent.outbox.lock import hold
from temoin_sdk.errors import StorageError


def test_the_second_says_who_holds_the_folder(ready, instant):
    with hold(ready.dossier, "run", clock.now()):
        ran = ready.run("run")
        pushed = ready.run("push")
    for each in (ran, pushed):
        assert each.code == 8
        assert "« temoin run », processus" in each.text
        assert "depuis 2026-11-22T09:05:00Z (UTC)" in each.text
    assert ready.files("a-envoyer") == []


def test_looking_does_not_need_the_folder_alone(ready):
    with hold(ready.dossier, "run", clock.now()):
        assert ready.run("status").code == 0
        assert ready.run("outbox", "list").code == 0
        assert ready.run("compute").code == 0


def test_another_process_holds_it_until_it_dies(ready):
    program = textwrap.dedent(
        """
        import sys, time
        from datetime import UTC, datetime
        from pathlib import Path
        from temoin_agent.outbox.lock import hold
        with hold(Path(sys.argv[1]), "run", datetime(2026, 11, 22, tzinfo=UTC)):
            print("held", flush=True)
            time.sleep(60)
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(ready.dossier)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        try:
            assert f"processus {other.pid}" in ready.run("push").text
        finally:
            other.kill()
            other.wait()
    assert ready.run("push").code == 0


def test_a_card_that_cannot_be_read_does_not_hide_the_lock(ready, instant):
    with hold(ready.dossier, "run", clock.now()):
        (ready.dossier / ".verrou.json").write_text("{")
        with pytest.raises(StorageError, match="n'a pas encore dit son nom"), hold(ready.dossier, "push", clock.now()):
            pass
