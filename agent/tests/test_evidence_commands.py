"""`temoin evidence`: what is kept is checked, listed, handed over as one file, purged when due and never before."""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from temoin_agent.archive import purging
from temoin_sdk.ledger import NoteKey

GLYCINES, MAQUIS = "010780054", "2A0000154"


@pytest.fixture
def kept(receiver, ready):
    """A site whose first report is acknowledged."""
    ready.data["preuves"] = {"conservation_mois": 6, "contact": "Madame la DPO, dpo@horizons.example"}
    ready.write()
    assert ready.run("run").code == 0
    return ready


def folder_of(site) -> Path:
    (folder,) = (site.dossier / "preuves" / "dui-2025").iterdir()
    return folder


def repere_of(site) -> str:
    return folder_of(site).name[-16:]


def personal(site) -> list[str]:
    return sorted(path.relative_to(folder_of(site)).as_posix() for path in folder_of(site).rglob("*.fernet"))


def test_what_a_run_keeps_is_whole_and_holds_together(kept):
    ran = kept.run("evidence", "check")
    assert ran.code == 0, ran.text
    for words in (
        "le manifeste : 13 fichiers, chacun tel qu'il y est inscrit",
        "l'accusé de réception n° 1",
        "et toutes les racines recalculés à partir des feuilles : tous égaux au rapport (comptes_conformes)",
        "les fichiers chiffrés de 2 établissements",
        "1 sur 1 vérification sans écart",
        "Seuls des dossiers ouverts sur place prouvent que les drapeaux sont vrais",
    ):
        assert words in ran.text, ran.text
    names = {path.relative_to(folder_of(kept)).as_posix() for path in folder_of(kept).rglob("*") if path.is_file()}
    assert {"LISEZMOI.txt", "versions.json", "manifeste.csv", "recu.jws", "campagne.toml", "rapport.jws"} <= names
    assert "Madame la DPO" in (folder_of(kept) / "LISEZMOI.txt").read_text(encoding="utf-8")
    versions = json.loads((folder_of(kept) / "versions.json").read_text(encoding="utf-8"))
    assert versions["programmes"].keys() == {"temoin-agent", "temoin-sdk"}
    assert [(s["plugin"], s["plugin_version"], s["logiciel"]) for s in versions["sources"]] == [
        ("essai-plugin", "0.1", "Essai")
    ]


def test_every_file_changed_or_lost_is_named(kept):
    for path in sorted(p for p in folder_of(kept).rglob("*") if p.is_file()):
        before = path.read_bytes()
        name = path.relative_to(folder_of(kept)).as_posix()
        path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]) if before else b"x")
        changed = kept.run("evidence", "check", repere_of(kept))
        path.unlink()
        lost = kept.run("evidence", "check", repere_of(kept))
        path.write_bytes(before)
        assert (changed.code, lost.code) == (9, 9), name
        assert f"- {name} :" in changed.text, (name, changed.text)
        assert name in lost.text, (name, lost.text)
    assert kept.run("evidence", "check").code == 0


def test_a_report_without_receipt_is_whole_and_says_it_has_none(ready):
    assert ready.run("run").code == 6
    ran = ready.run("evidence", "check")
    assert (ran.code, "rien ici ne dit que ce rapport a été reçu" in ran.text) == (0, True)
    assert "non gardées" in ready.run("evidence", "list").text


def test_a_receiver_that_left_the_configuration_leaves_its_receipt_unverified(kept):
    kept.data["recepteurs"][0]["origine"] = "autre.example"
    other = NoteKey("autre.example", kept.ledger.cle_registre.cle)
    kept.write()
    (kept.folder / "registre.txt").write_text(f"{other.spell()}\n", encoding="utf-8")
    ran = kept.run("evidence", "check")
    assert (ran.code, "La clé du récepteur n'est plus dans la configuration" in ran.text) == (5, True)


def test_an_archive_under_another_name_is_told(kept):
    folder = folder_of(kept)
    folder.rename(folder.with_name(folder.name.replace("_v1_", "_v2_")))
    ran = kept.run("evidence", "check")
    assert (ran.code, "ce dossier porte un autre nom" in ran.text) == (9, True)


def test_an_unknown_or_too_short_repere_says_where_to_look(kept):
    for repere in ("zzzz", repere_of(kept)[:3]):
        ran = kept.run("evidence", "check", repere)
        assert (ran.code, "temoin evidence list" in ran.text) == (3, True)


def test_an_export_holds_nothing_personal_and_always_the_same_bytes(kept, tmp_path):
    for name in ("un", "deux"):
        ran = kept.run("evidence", "export", repere_of(kept), str(tmp_path / name))
        assert ran.code == 0, ran.text
        assert "rien n'y désigne une personne accompagnée" in ran.text
        os.utime(folder_of(kept) / "rapport.jws", (1, 1))
    one, two = next((tmp_path / "un").iterdir()), next((tmp_path / "deux").iterdir())
    assert one.name.endswith(".temoin.zip")
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        names = archive.namelist()
    assert not [name for name in names if name.startswith(("details", "correspondance", "pieces"))]
    assert f"squelette/{GLYCINES}.bin" in names
    again = kept.run("evidence", "export", repere_of(kept), str(tmp_path / "un"))
    assert (again.code, "n'est jamais écrasé" in again.text) == (8, True)


def test_spoilt_evidence_is_not_exported(kept, tmp_path):
    (folder_of(kept) / "campagne.toml").write_text("x")
    ran = kept.run("evidence", "export", repere_of(kept), str(tmp_path / "out"))
    assert (ran.code, "campagne.toml" in ran.text) == (9, True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("typed", "motif", "code"), [("non\n", "x", 3), ("", "x", 3), ("correspondance\n", "", 3)])
def test_the_mapping_is_exported_only_when_confirmed_with_a_reason(kept, tmp_path, monkeypatch, typed, motif, code):
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    out = str(tmp_path / "out")
    ran = kept.run("evidence", "export", repere_of(kept), out, "--avec-correspondance", "--motif", motif)
    assert ran.code == code
    assert not (tmp_path / "out").exists()
    assert not (kept.dossier / "journal-acces.jsonl").exists()


def test_a_confirmed_export_of_the_mapping_is_sealed_and_written_down(kept, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("correspondance\n"))
    out = str(tmp_path / "out")
    ran = kept.run(
        "evidence", "export", repere_of(kept), out, "--avec-correspondance", "--motif", "Changement de serveur"
    )
    assert ran.code == 0, ran.text
    path = next((tmp_path / "out").iterdir())
    assert path.name.endswith("-complet.temoin.zip")
    with zipfile.ZipFile(path) as archive:
        assert set(personal(kept)) <= set(archive.namelist())
    assert b"USAGER" not in path.read_bytes()
    (line,) = (kept.dossier / "journal-acces.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["motif"] == "Changement de serveur"


VERIFY = """
import sys
def watch(event, _):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind"): raise SystemExit("the network was used")
sys.addaudithook(watch)
class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("temoin_agent", "temoin_receiver"): raise ImportError(name)
sys.meta_path.insert(0, Wall())
from temoin_sdk.ledger import NoteKey
from temoin_sdk.cli import main
main()
"""


def test_the_whole_way_run_export_carry_verify_with_the_sdk_alone(kept, tmp_path):
    """Another machine: an empty folder, the file, two public keys, no network, neither agent nor receiver."""
    assert kept.run("evidence", "export", repere_of(kept), str(tmp_path / "out")).code == 0
    elsewhere = tmp_path / "ailleurs"
    elsewhere.mkdir()
    shutil.move(next((tmp_path / "out").iterdir()), elsewhere / "preuves.temoin.zip")
    shutil.copy(kept.dossier / "cles" / "signature.jwk", elsewhere)
    shutil.copy(kept.folder / "recepteur.jwk", elsewhere)
    words = ["verify", "preuves.temoin.zip", "--cle", "signature.jwk", "--cle-accuse", "recepteur.jwk"]

    def verify():
        return subprocess.run([sys.executable, "-c", VERIFY, *words], cwd=elsewhere, capture_output=True, text=True)

    ended = verify()
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "(comptes_conformes)" in " ".join(ended.stdout.split())
    assert sorted(path.name for path in elsewhere.iterdir()) == ["preuves.temoin.zip", "recepteur.jwk", "signature.jwk"]
    (elsewhere / "preuves.temoin.zip").write_bytes(
        (elsewhere / "preuves.temoin.zip").read_bytes().replace(b"\x00\x0f", b"\x00\x07", 1)
    )
    ended = verify()
    assert (ended.returncode, ended.stdout) == (9, "")


def test_nothing_is_purged_before_its_time(kept, instant):
    instant(datetime(2027, 5, 21, 9, 0, tzinfo=UTC))
    ran = kept.run("evidence", "purge", "--oui")
    assert (ran.code, "Rien n'est à purger" in ran.text, len(personal(kept))) == (0, True, 4)
    named = kept.run("evidence", "purge", repere_of(kept), "--oui")
    assert (named.code, "la durée de conservation n'est pas écoulée" in named.text) == (5, True)
    assert len(personal(kept)) == 4


def test_a_purge_takes_personal_data_leaves_the_rest_and_writes_it_down(kept, instant, tmp_path):
    instant(datetime(2027, 5, 22, 9, 0, tzinfo=UTC))
    assert "à purger" in kept.run("evidence", "list").text
    gone = personal(kept)
    ran = kept.run("evidence", "purge", "--oui")
    assert ran.code == 0, ran.text
    assert "Les sauvegardes de ce dossier gardent ce qui vient d'être purgé" in ran.text
    assert personal(kept) == []
    assert not (folder_of(kept) / "details").exists()
    note = json.loads((folder_of(kept) / "purge.json").read_text(encoding="utf-8"))
    assert (note["purge_le"], note["conservation_mois"]) == ("2027-05-22T09:00:00Z", 6)
    assert [one["chemin"] for one in note["fichiers"]] == gone
    check = kept.run("evidence", "check")
    assert (check.code, "4 fichiers purgés à la fin" in check.text, "comptes_conformes" in check.text) == (
        0,
        True,
        True,
    )
    assert "purgées" in kept.run("evidence", "list").text
    assert "Rien n'est à purger" in kept.run("evidence", "purge", "--oui").text
    assert kept.run("evidence", "export", repere_of(kept), str(tmp_path / "out")).code == 0


@pytest.mark.parametrize(("typed", "left"), [("oui\n", 0), ("non\n", 4), ("", 4)])
def test_a_purge_asks(kept, instant, monkeypatch, typed, left):
    instant(datetime(2028, 1, 1, 9, 0, tzinfo=UTC))
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    ran = kept.run("evidence", "purge")
    assert (ran.code, len(personal(kept))) == (5 if left else 0, left)


def test_without_a_duration_nothing_is_ever_due(kept, instant):
    del kept.data["preuves"]
    kept.write()
    instant(datetime(2050, 1, 1, 9, 0, tzinfo=UTC))
    ran = kept.run("evidence", "purge", "--oui")
    assert (ran.code, "Aucune durée de conservation n'est décidée" in ran.text) == (3, True)
    assert len(personal(kept)) == 4


def test_a_report_that_waits_to_be_sent_is_never_due(ready, instant):
    ready.data["preuves"] = {"conservation_mois": 1}
    ready.write()
    assert ready.run("run").code == 6
    instant(datetime(2030, 1, 1, 9, 0, tzinfo=UTC))
    ran = ready.run("evidence", "purge", repere_of(ready), "--oui")
    assert (ran.code, "n'est pas encore accusé" in ran.text, len(personal(ready))) == (5, True, 4)


def test_evidence_whose_report_cannot_be_believed_is_not_touched(kept, instant):
    instant(datetime(2030, 1, 1, 9, 0, tzinfo=UTC))
    text = (folder_of(kept) / "rapport.jws").read_text()
    (folder_of(kept) / "rapport.jws").write_text(text[:-4] + "AAAA")
    ran = kept.run("evidence", "purge", "--oui")
    assert (ran.code, "Pas touché" in ran.text, len(personal(kept))) == (9, True, 4)


def test_a_purge_that_was_stopped_is_ended_by_the_next(kept, instant, monkeypatch):
    instant(datetime(2030, 1, 1, 9, 0, tzinfo=UTC))
    real, calls = purging._unlink, []

    def stop(path):
        calls.append(path)
        if len(calls) > 1:
            raise KeyboardInterrupt
        real(path)

    monkeypatch.setattr(purging, "_unlink", stop)
    assert kept.run("evidence", "purge", "--oui").code == 130
    assert len(personal(kept)) == 3
    monkeypatch.setattr(purging, "_unlink", real)
    check = kept.run("evidence", "check")
    assert (check.code, "le manifeste le dit purgé, et il est là" in check.text) == (9, True)
    kept.data["preuves"]["conservation_mois"] = 600
    kept.write()
    assert kept.run("evidence", "purge", "--oui").code == 0, "what was begun is ended, whatever the duration says now"
    assert personal(kept) == []
    assert kept.run("evidence", "check").code == 0


@pytest.mark.parametrize("last", [0, 1])
def test_a_purge_stopped_before_its_manifest_is_begun_again(kept, instant, monkeypatch, last):
    """Whichever of note and manifest was the last to be put in place."""
    instant(datetime(2030, 1, 1, 9, 0, tzinfo=UTC))
    real, done = Path.replace, []

    def stop(self, target):
        if Path(target).name in ("manifeste.csv", "purge.json"):
            if len(done) == last:
                raise OSError(28, "No space left on device")
            done.append(target)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", stop)
    assert kept.run("evidence", "purge", "--oui").code == 8
    assert len(personal(kept)) == 4
    monkeypatch.setattr(Path, "replace", real)
    assert kept.run("evidence", "purge", "--oui").code == 0
    assert personal(kept) == []
    assert kept.run("evidence", "check").code == 0


def test_an_account_without_the_site_key_checks_all_the_rest(kept):
    (kept.dossier / "cles" / "site.cle").unlink()
    assert kept.run("evidence", "check").code == 8
    ran = kept.run("evidence", "check", "--sans-cle-de-site")
    assert (ran.code, "comptes_conformes" in ran.text, "fichiers chiffrés" in ran.text) == (0, True, False)
