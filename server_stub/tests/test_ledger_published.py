"""The published head: a base that is behind it, or is not what it continues, gives no receipt and does not open."""

import shutil

import pytest

from temoin_receiver.cli import app
from temoin_receiver.installation import create_receiver, keep_ledger, open_store
from temoin_receiver.ledger import append, published
from temoin_receiver.storage import Store
from temoin_receiver.storage.opening import DATABASE, PUBLISHED
from temoin_sdk.cli.running import execute
from temoin_sdk.durable import storage_error
from temoin_sdk.envelope import PrivateKey, empreinte
from temoin_sdk.errors import ExitCode, LedgerError
from temoin_sdk.ledger import Checkpoint, read_checkpoint, sign_checkpoint
from temoin_sdk.ledger.entries import Portee
from temoin_sdk.ledger.keyfiles import read_note_key
from temoin_sdk.report import to_octets


def backup(folder):
    """The base alone, as a careless backup takes it: the published head stands elsewhere."""
    kept = folder.parent / "sauvegarde"
    shutil.copytree(folder, kept, ignore=lambda _folder, names: [name for name in names if "publiee" in name])
    return kept


def restore(kept, folder):
    for path in folder.glob(f"{DATABASE}*"):
        path.unlink()
    for path in kept.glob(f"{DATABASE}*"):
        shutil.copy(path, folder / path.name)


@pytest.fixture
def behind(world):
    """A base restored from before the last reception; what it was before, to be put back."""
    world.push(world.agent.sign(world.agent.rapport()))
    old = backup(world.folder)
    world.load((world.folder / "registre.toml").read_text(encoding="utf-8").replace("Cèdres", "Chênes"))
    world.store.close()
    whole = world.folder.parent / "entier"
    shutil.copytree(world.folder, whole)
    restore(old, world.folder)
    return world.folder, whole


@pytest.fixture
def command(capsys):
    def command(*words):
        capsys.readouterr()
        code = execute(app, "temoin-receiver", [*map(str, words)])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, " ".join((said.out + said.err).split())

    return command


def test_a_base_that_is_behind_is_not_opened_and_says_why_and_what_to_do(behind, command):
    folder, _ = behind
    before = (folder / PUBLISHED).read_bytes()
    for words in (["servir", "--port", "0"], ["verifier"], ["cle", "revoquer", "k" * 43]):
        code, said = command(*words, "--dossier", folder)
        assert code == ExitCode.PREUVE
        assert "vient sans doute d'une sauvegarde plus ancienne. Il lui manque 1 entrée, dont" in said
        assert "Remettre la base la plus récente" in said
        assert "Code : registre_en_retard" in said
    assert (folder / PUBLISHED).read_bytes() == before
    code, said = command("fsck", "--dossier", folder)
    assert code == ExitCode.PREUVE
    assert "ont été publiées" in said


def test_the_whole_base_put_back_opens(behind, command):
    folder, whole = behind
    restore(whole, folder)
    assert command("verifier", "--dossier", folder)[0] == ExitCode.OK


def test_a_published_head_that_is_gone_is_not_taken_for_a_new_ledger(behind, command):
    folder, whole = behind
    restore(whole, folder)
    (folder / PUBLISHED).unlink()
    code, said = command("verifier", "--dossier", folder)
    assert code == ExitCode.PREUVE
    assert "Code : tete_publiee_absente" in said


def test_two_copies_of_a_base_cannot_both_go_on(tmp_path):
    """Both publish at one place: the first one does, the other is stopped and answers nobody."""
    head = tmp_path / "ailleurs" / "tete.txt"
    head.parent.mkdir()
    create_receiver(tmp_path / "un", "ars.exemple/essai", head)
    assert not (tmp_path / "un" / PUBLISHED).exists()
    shutil.copytree(tmp_path / "un", tmp_path / "deux")
    stores = [Store.open(tmp_path / name, keep_ledger(tmp_path / name)) for name in ("un", "deux")]
    try:

        def write(store, digit):
            entree = Portee(empreinte=digit * 64, le="2026-11-22T10:00:00Z")
            return store.writer.write(lambda connection: append(connection, entree))

        assert write(stores[0], "a") == 1
        with pytest.raises(LedgerError) as refused:
            write(stores[1], "b")
        assert refused.value.code == "registre_divise"
        assert write(stores[0], "c") == 2
    finally:
        for store in stores:
            store.close()
    key = read_note_key(tmp_path / "un" / "cle-registre.txt")
    assert read_checkpoint(head.read_text(), key).taille == 3


def test_a_head_that_cannot_be_published_gives_no_receipt_and_loses_nothing(world, monkeypatch):
    real = published.replace_files

    def full(files):
        raise storage_error(OSError(28, "No space left on device"), next(iter(files)))

    monkeypatch.setattr(published, "replace_files", full)
    rapport = world.agent.rapport()
    jws = world.agent.sign(rapport)
    for _ in range(2):
        refused = world.push(jws)
        assert (refused.status_code, refused.json()["code"]) == (503, "registre_non_publie")
        assert refused.json()["retryable"]
    digest = empreinte(to_octets(rapport))
    assert world.client.get(f"/v1/recus/{digest}").status_code == 503
    assert world.client.get("/").status_code == 200
    assert world.client.get("/etablissements/010780054").status_code in (200, 404)
    monkeypatch.setattr(published, "replace_files", real)
    answer = world.push(jws)
    assert answer.status_code == 200
    assert world.client.get(f"/v1/recus/{digest}").text == answer.text


def test_the_keys_of_receipts_and_of_the_ledger_differ(folder):
    with open_store(folder) as store:
        signatures = store.keeper.signatures
        assert signatures.recus.public != signatures.registre.public
        assert read_note_key(folder / "cle-registre.txt") == store.keeper.cle_registre


def test_a_published_head_by_another_key_is_not_continued(folder):
    note = sign_checkpoint(Checkpoint("ars.exemple/essai", 1, b"x" * 32), PrivateKey.generate())
    (folder / PUBLISHED).write_text(note.spell())
    with pytest.raises(LedgerError) as refused, open_store(folder):
        pass
    assert refused.value.code == "tete_publiee_illisible"
