"""Recounting what is handed over: conform, or every difference named; kept, and shown beside the figures."""

import html
import re
import sqlite3
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from temoin_receiver.cli import app
from temoin_receiver.storage.opening import DATABASE
from temoin_sdk.archive import Ligne, pack, spell_manifest
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.cli.running import execute
from temoin_sdk.envelope import empreinte
from temoin_sdk.errors import ExitCode
from temoin_sdk.evidence import Detail, FeuilleJour, encode_detail, write_evidence
from temoin_sdk.report import to_octets
from temoin_sdk.sampling import draw_leaves, draw_seed
from temoin_sdk.vocabulary import RelationJour, StatutProjet
from temoin_sdk.wording import DOSSIERS_PROUVENT, SQUELETTE_PROUVE

EHPAD = "010780054"
JOUR = date(2026, 9, 15)
COUNTS = {
    "personnes_accompagnees": 40,
    "personnes_eligibles": 40,
    "dossiers_actifs": 38,
    "dossiers_actifs_projet": 38,
    "dossiers_actifs_agenda": 38,
    "messages_mss": 30,
    "dmp_alimentes": 0,
    "documents_dmp": 0,
    "echanges_eparcours": 0,
}


@dataclass
class Handed:
    """What an organisme hands over of one report: files that a test may spoil before they are packed."""

    path: Path
    empreinte: str
    jws: str
    files: dict[str, bytes] = field(default_factory=dict)

    def write(self, *, relist: bool = True) -> Path:
        if relist:
            rest = {name: data for name, data in self.files.items() if name != "manifeste.csv"}
            self.files["manifeste.csv"] = spell_manifest(Ligne.of(name, data) for name, data in rest.items())
        self.path.write_bytes(pack(self.files))
        return self.path


def persons(active):
    for rank in range(40):
        on = rank < active
        detail = Detail(
            rank.to_bytes(32, "big"),
            bytes(32),
            JOUR if on else None,
            JOUR if on else None,
            None,
            StatutProjet.ACTIF if on else None,
            None,
        )
        yield 15 if on else 1, encode_detail(detail), "exemple.resident", str(rank)


@pytest.fixture
def handed(world, tmp_path):
    """A report that was received and acknowledged, and the archive behind it."""
    folder = tmp_path / "preuves"
    folder.mkdir()
    jours = [FeuilleJour(RelationJour.MESSAGES_MSS_INCONNU, JOUR, 30)]
    roots = write_evidence(folder, EHPAD, persons(38), jours, b"\x05" * 32)
    figures = world.figures(EHPAD, **COUNTS).model_copy(
        update={
            "feuilles": roots.feuilles,
            "racine": roots.racine,
            "feuilles_jours": roots.feuilles_jours,
            "racine_jours": roots.racine_jours,
            "messages_mss_professionnels": 0,
            "messages_mss_usagers": 0,
        }
    )
    rapport = world.agent.rapport(figures)
    jws = world.agent.sign(rapport)
    answer = world.push(jws)
    assert answer.status_code == 201, answer.text
    found = Handed(tmp_path / "preuves.temoin.zip", empreinte(to_octets(rapport)), jws)
    found.files = {
        "rapport.jws": jws.encode(),
        "recu.jws": answer.text.encode(),
        "campagne.toml": load_campaign("generalisation-2025").octets,
        f"squelette/{EHPAD}.bin": (folder / "squelette" / f"{EHPAD}.bin").read_bytes(),
        f"jours/{EHPAD}.csv": (folder / "jours" / f"{EHPAD}.csv").read_bytes(),
    }
    return found


@pytest.fixture
def audit(world, capsys):
    def run(*words):
        capsys.readouterr()
        code = execute(
            app, "temoin-receiver", ["audit", words[0], "--dossier", str(world.folder), *map(str, words[1:])]
        )
        said = capsys.readouterr()
        return code, " ".join((said.out + said.err).split())

    return run


def page(world):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", world.client.get(f"/etablissements/{EHPAD}").text)).split())


def test_counts_that_follow_from_the_leaves_are_conform_kept_and_shown(world, handed, audit):
    assert "Personne n'a encore recompté ces chiffres" in page(world)
    code, said = audit("recompter", handed.write())
    assert code == ExitCode.OK, said
    for words in (
        "Recomptage n° 1, réception n° 1",
        "Verdict : comptes_conformes",
        SQUELETTE_PROUVE,
        DOSSIERS_PROUVENT,
    ):
        assert words in said
    shown = page(world)
    assert "comptes conformes aux feuilles (9 comptes égaux au rapport)" in shown
    assert SQUELETTE_PROUVE in shown
    assert DOSSIERS_PROUVENT in shown


def test_a_count_that_does_not_follow_is_named_on_both(world, handed, audit):
    octets = handed.files[f"squelette/{EHPAD}.bin"]
    at = next(at for at in range(0, len(octets), 34) if octets[at + 1] == 15)
    handed.files[f"squelette/{EHPAD}.bin"] = octets[: at + 1] + b"\x0b" + octets[at + 2 :]
    code, said = audit("recompter", handed.write())
    assert code == ExitCode.PREUVE
    difference = "dossiers actifs avec projet personnalisé : le rapport dit 38, les feuilles donnent 37"
    assert "Verdict : comptes_differents" in said
    assert difference in said
    assert "comptes différents des feuilles (8 comptes égaux au rapport)" in page(world)
    assert difference in page(world)


def test_a_missing_squelette_is_a_difference(world, handed, audit):
    del handed.files[f"squelette/{EHPAD}.bin"]
    code, said = audit("recompter", handed.write())
    assert (code, f"rien (squelette/{EHPAD}.bin manque)" in said) == (ExitCode.PREUVE, True)


def test_a_file_changed_on_the_way_is_told_apart_from_the_counts(world, handed, audit):
    handed.write()
    handed.files["versions.json"] = b"{}"
    code, said = audit("recompter", handed.write(relist=False))
    assert code == ExitCode.PREUVE
    assert "Verdict : comptes_conformes" in said
    assert "versions.json : ce fichier n'est pas au manifeste" in said
    assert "versions.json : ce fichier n'est pas au manifeste" in page(world)


def test_a_report_that_was_not_received_is_not_compared(world, handed, audit):
    other = world.agent.rapport(world.figures(EHPAD))
    handed.files["rapport.jws"] = world.agent.sign(other).encode()
    code, said = audit("recompter", handed.write())
    assert (code, "Code : audit_rapport_inconnu" in said) == (ExitCode.CONFIGURATION, True)


def test_a_receipt_of_somebody_else_is_told(world, handed, audit):
    handed.files["recu.jws"] = handed.files["recu.jws"][:-8] + b"AAAAAAAA"
    code, said = audit("recompter", handed.write())
    assert (code, "- recu.jws :" in said) == (ExitCode.PREUVE, True)


def test_without_its_campaign_nothing_can_be_recounted(world, handed, audit):
    handed.files["campagne.toml"] = b"x"
    code, said = audit("recompter", handed.write())
    assert (code, "campagne.toml" in said) == (ExitCode.PREUVE, True)
    assert "Personne n'a encore recompté" in page(world)


def test_each_verdict_is_kept_and_the_last_is_shown(world, handed, audit):
    kept = dict(handed.files)
    del handed.files[f"jours/{EHPAD}.csv"]
    assert audit("recompter", handed.write())[0] == ExitCode.PREUVE
    handed.files = kept
    code, said = audit("recompter", handed.write())
    assert (code, "Recomptage n° 2" in said) == (ExitCode.OK, True)
    assert "comptes conformes aux feuilles" in page(world)
    with sqlite3.connect(world.folder / DATABASE) as connection:
        rows = connection.execute("SELECT audit, verdict, empreinte_export FROM audits ORDER BY audit").fetchall()
    connection.close()
    assert [(row[0], row[1]) for row in rows] == [(1, "comptes_differents"), (2, "comptes_conformes")]
    assert rows[1][2] == empreinte(handed.path.read_bytes())


def test_the_number_to_open_is_said_before_which(world, handed, audit):
    code, said = audit("tirage", "--rapport", handed.empreinte[:12], "--finess", EHPAD)
    assert code == ExitCode.OK
    assert "taux_dossiers_actifs 38 36 2 24" in said, said
    assert "loi hypergéométrique exacte" in said
    assert "feuilles tirées" not in said


def test_both_sides_draw_the_same_leaves(world, handed, audit):
    secret, racine = "02" * 32, "03" * 32
    words = ("tirage", "--rapport", handed.empreinte, "--finess", EHPAD, "--secret", secret)
    code, said = audit(*words)
    assert (code, "engagement" in said, "feuilles tirées" in said) == (ExitCode.OK, True, False)
    code, said = audit(*words, "--racine", racine, "--archive", handed.write())
    assert code == ExitCode.OK, said
    drawn = said.split("taux_dossiers_actifs, feuilles tirées :")[1].split("taux_")[0]
    seed = draw_seed(bytes.fromhex(empreinte(handed.jws.encode())), bytes.fromhex(secret), bytes.fromhex(racine))
    squelette = handed.files[f"squelette/{EHPAD}.bin"]
    expected = sorted(draw_leaves(seed, EHPAD, "taux_dossiers_actifs", squelette, 2, 24))
    assert drawn.split() == " ".join(f"n° {rank} {digest}" for rank, digest in expected).split()


def test_leaves_of_another_squelette_are_not_drawn(world, handed, audit):
    handed.files[f"squelette/{EHPAD}.bin"] = handed.files[f"squelette/{EHPAD}.bin"][34:]
    words = ("tirage", "--rapport", handed.empreinte, "--finess", EHPAD, "--secret", "02" * 32, "--racine", "03" * 32)
    code, said = audit(*words, "--archive", handed.write())
    assert (code, "rien n'est tiré" in said) == (ExitCode.PREUVE, True)


@pytest.mark.parametrize(("rapport", "finess"), [("ff", EHPAD), ("ffffffff", EHPAD), (None, "2A0000154")])
def test_what_was_typed_wrong(world, handed, audit, rapport, finess):
    code, said = audit("tirage", "--rapport", rapport or handed.empreinte, "--finess", finess)
    assert code == ExitCode.CONFIGURATION, said
