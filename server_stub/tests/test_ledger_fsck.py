"""`fsck`: whatever is touched in the base, the ledger or the published head, the command names it and ends with 9."""

import sqlite3

import pytest

from temoin_receiver.certificates.storing import believe, load, revoke
from temoin_receiver.cli import app
from temoin_receiver.ledger.heads import seal
from temoin_receiver.register.storing import revoke as revoke_key
from temoin_receiver.storage.opening import DATABASE, PUBLISHED, _writing_engine
from temoin_sdk.cli.running import execute
from temoin_sdk.envelope import PrivateKey, Typ, empreinte, sign
from temoin_sdk.errors import ExitCode
from temoin_sdk.report import Certificat, EpreuveCertifiee, to_octets
from temoin_sdk.vocabulary import ContenuCertifie, EtatEpreuve, NiveauEpreuve, Voie

LE = "2026-11-20T08:00:00Z"


def certificat():
    return Certificat(
        format=1,
        contrat=1,
        plugin="dui",
        distribution="exemple",
        version="1.0",
        contenu=ContenuCertifie.PAQUET,
        empreinte_contenu="ab" * 32,
        kit="0.1.0",
        voie=Voie.SCENARIO,
        moteur="sqlite",
        graine=7,
        personnes=120,
        faits=3400,
        epreuves=(EpreuveCertifiee(code="jours", niveau=NiveauEpreuve.OBLIGATOIRE, etat=EtatEpreuve.REUSSIE),),
        ignorees=(),
        delivre_le=LE,
    )


@pytest.fixture
def kept(world):
    """Two receptions, a revoked key, an editor with a revoked certificate; the store closed."""
    first = world.agent.rapport()
    for rapport in (first, world.agent.correct(first, world.figures("010780054", messages_mss=80))):
        assert world.push(world.agent.sign(rapport)).status_code == 201
    key = PrivateKey.generate()
    jws = sign(to_octets(certificat()), key, Typ.CERTIFICAT, 1_795_334_400)
    write = world.store.writer.write
    write(lambda connection: believe(connection, key.public, "Éditeur Fictif", LE))
    write(lambda connection: load(connection, {"certificat.jws": jws}, LE))
    write(lambda connection: revoke(connection, empreinte(jws.encode()), LE))
    write(lambda connection: revoke_key(connection, world.agent.cle.public.kid, LE))
    world.store.close()
    return world.folder


@pytest.fixture
def fsck(folder, capsys):
    def fsck():
        capsys.readouterr()
        code = execute(app, "temoin-receiver", ["fsck", "--dossier", str(folder)])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, said.out + said.err

    return fsck


def tamper(folder, *statements):
    with sqlite3.connect(folder / DATABASE) as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement
    connection.close()


def test_a_receiver_left_alone_agrees_with_its_ledger(kept, fsck):
    code, said = fsck()
    assert code == ExitCode.OK
    assert "entrées, racine" in said
    assert "Tout s'accorde" in said


LAST = "(SELECT max(rang) FROM entrees)"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([f"UPDATE entrees SET octets = octets || ' ' WHERE rang = {LAST}"], "sa racine"),
        (["UPDATE entrees SET octets = replace(octets, '2026-01-01', '2025-01-01') WHERE rang = 3"], "sa racine"),
        (["UPDATE entrees SET ej = '970300026' WHERE rang = 3"], "l'organisme qui sert à la retrouver"),
        (["UPDATE entrees SET rang = 99 WHERE rang = 4"], "entrée 4 : elle manque"),
        ([f"DELETE FROM entrees WHERE rang = {LAST}"], "ont été publiées"),
        (["UPDATE noeuds SET empreinte = zeroblob(32) WHERE niveau = 1 AND rang = 0"], "l'empreinte gardée de 2"),
        (["INSERT INTO noeuds VALUES (9, 9, zeroblob(32))"], "le nombre d'empreintes gardées"),
        (["UPDATE tetes SET racine = zeroblob(32) WHERE taille = 1"], "tête de 1 entrées"),
        (["DELETE FROM tetes WHERE taille = (SELECT max(taille) FROM tetes)"], "la dernière tête couvre"),
        (["UPDATE receptions SET recu_le = '2026-01-01T00:00:00Z' WHERE reception = 1"], "« recu_le »"),
        (["UPDATE receptions SET jugement = replace(jugement, 'admis', 'en_attente')"], "les verdicts gardés"),
        (["UPDATE receptions SET recu = NULL WHERE reception = 1"], "son accusé n'est pas fait"),
        (
            ["UPDATE receptions SET recu = (SELECT recu FROM receptions WHERE reception = 2) WHERE reception = 1"],
            "l'accusé n'est pas celui de son entrée",
        ),
        (["UPDATE receptions SET jws = replace(jws, '.', '..') WHERE reception = 1"], "trois parties"),
        (
            ["DELETE FROM presences WHERE reception = 2", "DELETE FROM receptions WHERE reception = 2"],
            "la réception dont elle parle n'est plus",
        ),
        (["DELETE FROM presences WHERE finess = '2A0000154'"], "les établissements gardés"),
        (["UPDATE cles SET revoquee_le = NULL"], "« revoquee_le »"),
        (["UPDATE cles SET enrolee_le = '2025-01-01T00:00:00Z'"], "« enrolee_le »"),
        (["UPDATE cles SET installation = '6f1c1ac0-4b3c-4f0c-9f57-0f2f0f5a9a07'"], "« installation »"),
        (["UPDATE cles SET jwk = (SELECT jwk FROM editeurs)"], "« kid »"),
        (
            ["INSERT INTO cles SELECT 'x', ej, installation, jwk, enrolee_le, revoquee_le FROM cles"],
            "le registre n'en parle pas",
        ),
        (["UPDATE campagnes SET octets = octets || ' '"], "« empreinte »"),
        (["UPDATE organismes SET nom = 'Autre' WHERE ej = '010000024'"], "organismes, établissements ou projets"),
        (["UPDATE etablissements SET secteur = 'PH'"], "organismes, établissements ou projets"),
        (["UPDATE projets SET convention = replace(convention, 'dui', 'dui2')"], "organismes, établissements"),
        (["DELETE FROM projets_organismes"], "organismes, établissements ou projets"),
        (["DELETE FROM projets_etablissements"], "organismes, établissements ou projets"),
        (["UPDATE editeurs SET nom = 'Autre'"], "« nom »"),
        (["UPDATE editeurs SET revoque_le = '2026-01-01T00:00:00Z'"], "« revoque_le »"),
        (["DELETE FROM certificats"], "la base ne l'a plus"),
        (["UPDATE certificats SET revoque_le = NULL"], "« revoque_le »"),
        (["UPDATE depot SET origine = 'ars.exemple/autre'"], "une autre origine"),
    ],
)
def test_tampering_is_named(kept, fsck, statements, expected):
    tamper(kept, *statements)
    code, said = fsck()
    assert code == ExitCode.PREUVE
    assert expected in said
    assert "garder ce dossier tel quel" in said


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda path: path.unlink(), "manque"),
        (lambda path: path.write_text("rien"), "ne se lit pas"),
        (lambda path: path.write_text(path.read_text().replace("\n", "\n1", 1)), "ne se lit pas"),
    ],
)
def test_a_spoilt_published_head_is_named(kept, fsck, spoil, expected):
    spoil(kept / PUBLISHED)
    code, said = fsck()
    assert code == ExitCode.PREUVE
    assert expected in said


def test_a_whole_ledger_written_again_is_seen_by_its_published_head(kept, fsck):
    """Entries, hashes and heads changed together, by somebody who holds no key: only what was published shows it."""
    published = (kept / PUBLISHED).read_text()
    tamper(
        kept,
        "UPDATE cles SET enrolee_le = '2025-01-01T00:00:00Z'",
        'UPDATE entrees SET octets = replace(octets, \'"le":"2026-01-01\', \'"le":"2025-01-01\') WHERE rang = 3',
        "DELETE FROM noeuds",
        "DELETE FROM tetes",
    )
    with sqlite3.connect(kept / DATABASE) as connection:
        connection.execute("UPDATE entrees SET octets = CAST(octets AS BLOB)")
    connection.close()
    with _writing_engine(kept / DATABASE).begin() as writing:
        seal(writing)
    code, said = fsck()
    assert code == ExitCode.PREUVE
    assert "tête publiée" in said
    assert (kept / PUBLISHED).read_text() == published
