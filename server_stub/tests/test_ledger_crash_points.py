"""A process killed at each step between the commit and the receipt: nothing is lost, nothing is given twice."""

import signal
import subprocess
import sys
import textwrap

import pytest

from temoin_receiver.installation import look_store, open_receiver
from temoin_receiver.ledger.hashing import find_hash_faults
from temoin_receiver.ledger.replaying import find_replay_faults
from temoin_sdk.ledger import parse_checkpoint

CHILD = textwrap.dedent("""
    import os, signal, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from temoin_receiver import installation
    from temoin_receiver.ledger import keeper, published
    from temoin_receiver.reception import Receiver

    folder, point = Path(sys.argv[1]), sys.argv[2]
    die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)

    def before(module, name):
        setattr(module, name, die)

    def after(module, name):
        real = getattr(module, name)

        def then_die(*arguments):
            answer = real(*arguments)
            if isinstance(answer, dict):
                (folder / "answered.txt").write_text("".join(answer.values()))
            die()

        setattr(module, name, then_die)

    with installation.open_receiver(folder) as opened:
        match point:
            case "in the transaction":
                after(keeper, "seal")
            case "after the commit":
                before(keeper, "last_head")
            case "before the publication":
                before(published, "sign_checkpoint")
            case "in the publication":
                before(os, "replace"), before(os, "rename")
            case "after the publication":
                before(keeper, "issue")
            case "before the receipt is kept":
                after(keeper, "issue")
        receiver = Receiver(opened.store, lambda: datetime(2026, 11, 22, 10, 0, tzinfo=UTC))
        receiver.receive((folder / "rapport.jws").read_text()).result()
    raise SystemExit("nothing stopped it")
""")

POINTS = [
    "in the transaction",
    "after the commit",
    "before the publication",
    "in the publication",
    "after the publication",
    "before the receipt is kept",
]


def size(text):
    return parse_checkpoint(text).taille


@pytest.mark.parametrize("point", POINTS)
def test_the_next_start_goes_on_where_a_killed_process_stopped(world, point):
    folder = world.folder
    (folder / "rapport.jws").write_text(world.agent.sign(world.agent.rapport()))
    published = world.store.keeper.publiee.text()
    world.store.close()
    child = subprocess.run([sys.executable, "-c", CHILD, folder, point], capture_output=True, text=True, check=False)
    assert child.returncode == -signal.SIGKILL, child.stderr

    committed = point != "in the transaction"
    was_published = point in ("after the publication", "before the receipt is kept")
    with look_store(folder) as store, store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT recu FROM receptions").fetchall()
        assert rows == ([(None,)] if committed else [])
        assert size(store.keeper.publiee.text()) == size(published) + was_published

    with open_receiver(folder) as receiver:
        receiver = type(receiver)(receiver.store, world.clock)
        with receiver.store.reading() as connection:
            kept = connection.exec_driver_sql("SELECT recu FROM receptions").scalar()
        assert (kept is not None) == committed, "opening makes the receipt that was owed"
        answer = receiver.receive((folder / "rapport.jws").read_text()).result(30)
        assert answer.nouveau == (not committed)
        assert kept in (None, answer.recu)
        assert size(receiver.store.keeper.publiee.text()) == size(published) + 1
        if point == "before the receipt is kept":
            assert answer.recu == (folder / "answered.txt").read_text(), "a receipt that may have left is the very one"
        with receiver.store.reading() as connection:
            keeper = receiver.store.keeper
            assert list(find_hash_faults(connection, keeper.publiee, keeper.signatures.registre)) == []
            assert list(find_replay_faults(connection, keeper.signatures)) == []
