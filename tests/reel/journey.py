"""The whole way: both sources computed, signed and pushed by agents of their own, acknowledged by one receiver."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reel.commands import call, environment, find_uuid, serving
from reel.database import build_database
from reel.expected import Expected, load_expected
from reel.plugin import write_distribution
from reel.records import Lignes
from reel.settings import EJ, ORIGINE, write_campaign, write_configuration, write_register
from reel.statements import Tables
from temoin_sdk.envelope import PublicKey, Typ, Verified, verify
from temoin_sdk.report import Rapport, Recu, from_octets
from temoin_sdk.vocabulary import Compte

SOURCES: Final = (Lignes.nom, Tables.nom)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A report as it was signed, the receipt that a receiver signed, and the folder of the report's evidence."""

    signed: Verified
    rapport: Rapport
    recu: Recu
    preuves: Path

    @property
    def comptes(self) -> dict[str, Mapping[Compte, int | None]]:
        """Counts of every establishment, by FINESS."""
        return {each.finess: each.comptes for each in self.rapport.etablissements}


@dataclass(slots=True)
class Journey:
    """What came of it: acknowledged reports by source and project, what was said, and seconds per step."""

    expected: Expected
    ressources: Mapping[str, int] = field(default_factory=dict)
    acknowledged: dict[tuple[str, str], Acknowledged] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    secondes: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Note how long a step took."""
        begun = time.monotonic()
        yield
        self.secondes[step] = time.monotonic() - begun


def travel(donnees: Path, dossier: Path) -> Journey:
    """Go the whole way with the data of `donnees`, everything written under `dossier`, nothing left running."""
    journey = Journey(load_expected(donnees))
    base, recepteur = dossier / "reel.db", dossier / "recepteur"
    with journey.timed("mise en base SQLite"):
        journey.ressources = build_database(donnees, base)
    env = environment(dossier / "greffon")
    write_distribution(dossier / "greffon")
    write_campaign(dossier)
    write_register(dossier / "registre.toml", journey.expected)
    with journey.timed("ouverture du récepteur"):
        call(env, "temoin-receiver", "init", "--dossier", recepteur, "--origine", ORIGINE)
        call(env, "temoin-receiver", "registre", "charger", "--dossier", recepteur, dossier / "registre.toml")
    reglages = {Lignes.nom: {"dossier": str(donnees)}, Tables.nom: {"url": f"sqlite:///{base}"}}
    with serving(env, recepteur) as url:
        with journey.timed("clés et enrôlement"):
            made = [_install(env, dossier, journey.expected, url, nom, reglages[nom]) for nom in SOURCES]
            _introduce(dossier, made)
        with journey.timed("calcul, signature, envoi, accusé (les deux agents à la fois)"):
            _run_both(env, dossier, journey)
    with journey.timed("vérification du dépôt"):
        journey.said["verifier"] = call(env, "temoin-receiver", "verifier", "--dossier", recepteur)
    for nom in SOURCES:
        for found in _read_acknowledged(dossier / nom, _read_key(recepteur / "cle-recus.jwk")):
            journey.acknowledged[nom, found.rapport.projet] = found
    return journey


def _install(
    env: dict[str, str], dossier: Path, expected: Expected, url: str, nom: str, reglages: Mapping[str, str]
) -> str:
    """An installation for one source: its configuration, its keys, and the receiver told to believe them."""
    config, recepteur = dossier / f"{nom}.toml", dossier / "recepteur"
    write_configuration(
        config,
        expected,
        url=url,
        cles=recepteur,
        pseudonymes=dossier / "pseudonymes.cle",
        plugin=nom,
        reglages=reglages,
    )
    installation = find_uuid(call(env, "temoin", "cles", "creer", "--config", config))
    jwk = dossier / nom / "cles" / "signature.jwk"
    owner = ("--dossier", recepteur, "--ej", EJ, "--installation", installation)
    call(env, "temoin-receiver", "cle", "enroler", *owner, jwk)
    return installation


def _introduce(dossier: Path, installations: Sequence[str]) -> None:
    """Tell each installation of the other: what the ledger says in the name of both is then no surprise."""
    for nom in SOURCES:
        config = dossier / f"{nom}.toml"
        known = f"[gestionnaire]\nautres_installations = {json.dumps(installations)}"
        config.write_text(config.read_text(encoding="utf-8").replace("[gestionnaire]", known), encoding="utf-8")


def _run_both(env: dict[str, str], dossier: Path, journey: Journey) -> None:
    """Both agents at once, each read by a thread of its own: one that waits to be read would wait for the other."""
    day = journey.expected.fenetre.fin.isoformat()

    def run(nom: str) -> str:
        return call(env, "temoin", "run", "--config", dossier / f"{nom}.toml", "--on", day)

    with ThreadPoolExecutor(len(SOURCES)) as pool:
        journey.said.update(zip(SOURCES, pool.map(run, SOURCES), strict=True))


def _read_acknowledged(installation: Path, cle_recus: PublicKey) -> Iterator[Acknowledged]:
    """What an installation holds as acknowledged, every signature verified again."""
    cle = _read_key(installation / "cles" / "signature.jwk")
    for path in sorted((installation / "accuses").glob("*.recu.jws")):
        name = path.name.removesuffix(".recu.jws")
        signed = verify(path.with_name(f"{name}.jws").read_text(encoding="ascii"), cle, Typ.RAPPORT)
        recu = verify(path.read_text(encoding="ascii"), cle_recus, Typ.RECU)
        rapport = from_octets(Rapport, signed.payload)
        preuves = installation / "preuves" / rapport.projet / name
        yield Acknowledged(signed, rapport, from_octets(Recu, recu.payload), preuves)


def _read_key(path: Path) -> PublicKey:
    return PublicKey.from_jwk(json.loads(path.read_bytes()))
