"""An on-site visit: which record a leaf speaks of, whether a person has one; on a screen, never written anywhere."""

import json
import logging
from pathlib import Path

import pytest

from temoin_sdk.envelope import empreinte, read_secret
from temoin_sdk.evidence import encode_detail, read_correspondance, read_details, read_squelette, write_evidence
from temoin_sdk.evidence.leaves import drapeaux_of, split_squelette
from temoin_sdk.sampling import draw_leaves, draw_seed

GLYCINES = "010780054"
MOTIF = "Visite de l'ARS du 3 décembre"


@pytest.fixture
def kept(receiver, ready):
    assert ready.run("run").code == 0
    return ready


@pytest.fixture
def screen(monkeypatch):
    monkeypatch.setattr("temoin_agent.commands.evidence_visit.is_screen", lambda: True)


def folder_of(site) -> Path:
    (folder,) = (site.dossier / "preuves" / "dui-2025").iterdir()
    return folder


def site_key(site) -> bytes:
    return read_secret(site.dossier / "cles" / "site.cle")


def journal(site) -> list[dict[str, str]]:
    path = site.dossier / "journal-acces.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def reveal(site, feuille, *more):
    return site.run("evidence", "reveal", "--finess", GLYCINES, "--feuille", feuille, *(more or ("--motif", MOTIF)))


def trouver(site, usager, *more):
    words = ("evidence", "trouver", "--finess", GLYCINES, "--usager", usager)
    return site.run(*words, *(more or ("--motif", MOTIF)))


def test_each_leaf_leads_to_its_record_and_each_record_to_its_leaf(kept, screen):
    who = read_correspondance(folder_of(kept), GLYCINES, site_key(kept))
    for rank, (digest, (espace, usager)) in enumerate(who.items(), 1):
        by_rank, by_digest = reveal(kept, str(rank)), reveal(kept, digest.hex()[:12])
        assert (by_rank.code, by_digest.code) == (0, 0), by_rank.text
        for said in (by_rank.text, by_digest.text, trouver(kept, usager).text):
            assert f"Dossier à ouvrir dans le DUI : {usager} (identifiants de {espace})" in said
            assert f"Feuille n° {rank} de {GLYCINES}" in said
            assert digest.hex() in said
            assert "Lien prouvé" in said


def test_what_a_leaf_claims_is_said_to_be_looked_at(kept, screen):
    active, silent = trouver(kept, "USAGER-GLY-0"), trouver(kept, "USAGER-X")
    assert "dossier actif : oui, dernière écriture retenue le 15 septembre 2026" in active.text
    assert "projet personnalisé : oui, état retenu : actif" in active.text
    assert "événement d'agenda : oui, dernier retenu le 1er octobre 2026" in active.text
    assert "dossier actif : non" in silent.text
    assert "Seuls des dossiers ouverts sur place prouvent" in active.text


def test_somebody_without_a_leaf_is_not_counted_and_that_is_no_success(kept, screen):
    ran = trouver(kept, "USAGER-INCONNU")
    assert (ran.code, "ce rapport ne compte pas cette personne" in ran.text) == (5, True)
    assert "USAGER" not in json.dumps(journal(kept))
    assert journal(kept)[-1]["objet"] == f"{GLYCINES}, personne cherchée et non trouvée"


@pytest.mark.parametrize("command", [reveal, trouver])
def test_nothing_but_a_screen_will_do(kept, command):
    ran = command(kept, "1")
    assert (ran.code, "n'est pas un écran" in ran.text) == (3, True)
    assert journal(kept) == []


@pytest.mark.parametrize("motif", [(), ("--motif", "  "), ("--motif", "x" * 201)])
@pytest.mark.parametrize("command", ["reveal", "trouver"])
def test_without_a_reason_nothing_is_opened(kept, screen, command, motif):
    option = ("--feuille", "1") if command == "reveal" else ("--usager", "USAGER-X")
    ran = kept.run("evidence", command, "--finess", GLYCINES, *option, *motif)
    assert (ran.code, "Code : motif_absent" in ran.err, ran.out) == (3, True, "")
    assert journal(kept) == []


def test_each_access_is_written_down_before_it_is_shown_and_names_nobody(kept, screen, monkeypatch):
    reveal(kept, "3")
    trouver(kept, "USAGER-GLY-1")
    lines = journal(kept)
    assert [line["commande"] for line in lines] == ["evidence reveal", "evidence trouver"]
    assert {line["motif"] for line in lines} == {MOTIF}
    assert all(line["par"] and line["le"] == "2026-11-22T09:05:00Z" for line in lines)
    assert "USAGER" not in json.dumps(lines)

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("temoin_agent.archive.journal.os.fsync", full)
    ran = reveal(kept, "3")
    assert (ran.code, "USAGER" in ran.out) == (8, False), "what cannot be written down is not shown"


def test_a_journal_that_was_changed_is_told_by_the_check(kept, screen):
    for rank in ("1", "2", "3"):
        assert reveal(kept, rank).code == 0
    assert kept.run("evidence", "check").code == 0
    path = kept.dossier / "journal-acces.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("feuille n° 2", "feuille n° 7"), encoding="utf-8")
    ran = kept.run("evidence", "check")
    assert (ran.code, "a été modifié avant sa ligne 3" in ran.text) == (9, True)


def test_nothing_of_a_visit_is_logged(kept, screen, caplog):
    caplog.set_level(logging.DEBUG)
    said = reveal(kept, "1").out
    assert "USAGER" in said
    assert "USAGER" not in caplog.text


def test_a_mapping_that_was_exchanged_is_not_proved(kept, screen):
    """Somebody with the site key but not that of the pseudonyms writes another person behind each leaf."""
    folder, key = folder_of(kept), site_key(kept)
    details = read_details(folder, GLYCINES, key)
    leaves = split_squelette(read_squelette(folder, GLYCINES))
    persons = [
        (drapeaux_of(leaf), encode_detail(details[leaf[2:]]), "essai.usager", f"USAGER-FAUX-{rank}")
        for rank, leaf in enumerate(leaves)
    ]
    other = folder.parent / "autre"
    write_evidence(other, GLYCINES, persons, (), key)
    (folder / "correspondance" / f"{GLYCINES}.fernet").write_bytes(
        (other / "correspondance" / f"{GLYCINES}.fernet").read_bytes()
    )
    for path in sorted(other.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    other.rmdir()
    ran = reveal(kept, "1")
    assert (ran.code, "LIEN NON PROUVÉ" in ran.text) == (9, True)


def test_leaves_that_are_not_the_reports_are_not_opened(kept, screen):
    path = folder_of(kept) / "squelette" / f"{GLYCINES}.bin"
    path.write_bytes(path.read_bytes()[34:])
    ran = reveal(kept, "1")
    assert (ran.code, "ne sont pas celles du rapport signé" in ran.text) == (9, True)


@pytest.mark.parametrize("feuille", ["0", "99", "abc", "zzzzzzzz"])
def test_a_leaf_that_is_none_is_refused(kept, screen, feuille):
    ran = reveal(kept, feuille)
    assert (ran.code, "Code : feuille_inconnue" in ran.err) == (3, True)


def test_an_establishment_nobody_counted_is_refused(kept, screen):
    ran = kept.run("evidence", "reveal", "--finess", "010000024", "--feuille", "1", "--motif", MOTIF)
    assert (ran.code, "Code : archive_absente" in ran.err) == (3, True)


def test_how_many_to_open_is_said_before_which(kept):
    ran = kept.run("evidence", "tirage", "--finess", GLYCINES)
    assert ran.code == 0
    assert "taux_dossiers_actifs 9 9 0 9" in ran.text, ran.text
    assert "feuilles tirées" not in ran.text
    assert "Sans marge, il faut les ouvrir tous" in ran.text


def test_the_leaves_drawn_are_those_anybody_draws(kept):
    secret, racine = "02" * 32, "03" * 32
    ran = kept.run("evidence", "tirage", "--finess", GLYCINES, "--secret", secret, "--racine", racine)
    (report,) = (path for path in (kept.dossier / "accuses").glob("*.jws") if ".recu." not in path.name)
    seed = draw_seed(bytes.fromhex(empreinte(report.read_bytes())), bytes.fromhex(secret), bytes.fromhex(racine))
    squelette = read_squelette(folder_of(kept), GLYCINES)
    drawn = draw_leaves(seed, GLYCINES, "taux_dossiers_actifs", squelette, 2, 9)
    assert len(drawn) == 9
    for rank, digest in drawn:
        assert f"n° {rank} {digest}" in ran.text


@pytest.mark.parametrize("options", [("--secret", "02" * 32), ("--secret", "02", "--racine", "03" * 32)])
def test_a_draw_without_its_parts_is_refused(kept, options):
    assert kept.run("evidence", "tirage", "--finess", GLYCINES, *options).code == 3


def test_an_identifier_is_asked_for_rather_than_typed_on_the_line(kept, screen, monkeypatch):
    """What is typed on the line stays in the history of the terminal; composed and decomposed letters are one."""
    asked = []
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or " USAGER-X ")
    ran = kept.run("evidence", "trouver", "--finess", GLYCINES, "--motif", MOTIF)
    assert (ran.code, len(asked)) == (0, 1)
    assert "Dossier à ouvrir dans le DUI : USAGER-X" in ran.text
