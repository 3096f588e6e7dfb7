"""One commit for whatever waits, against one commit per report: both in one run, as a ratio.

    python server_stub/benchmarks/group_commit.py [reports] [clients]

Rates depend on the machine and on what else it does; the ratios are what counts. « disque à 5 ms » adds five
milliseconds to every commit, which is what an ordinary disk takes to confirm a write.
"""

import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import typer
from sqlalchemy import Connection, event

from temoin_receiver.checks import Arrival
from temoin_receiver.checks.arrival import sites_of
from temoin_receiver.installation import create_receiver, keep_ledger
from temoin_receiver.reception import Receiver
from temoin_receiver.reception.storing import Kept
from temoin_receiver.reception.storing import store as store_arrival
from temoin_receiver.register.loading import Known, load_register
from temoin_receiver.register.reading import EnrolledKey, read_registre
from temoin_receiver.register.storing import enroll, store_register
from temoin_receiver.storage import Store
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.conventions import Convention
from temoin_sdk.envelope import PrivateKey, Typ, sign, verify
from temoin_sdk.figures import Figures, SourceLue
from temoin_sdk.report import Entete, Rapport, Site, build_rapport, from_octets, to_octets
from temoin_sdk.vocabulary import Compte, EtatCompte, Mesure, Niveau, Secteur
from temoin_sdk.windows import fenetre_before

ORIGINE = "ars.exemple/mesure"
EJ, FINESS = "010000024", "010780054"
INSTALLATION = "6f1c1ac0-4b3c-4f0c-9f57-0f2f0f5a9a01"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SLOW_DISK_SECONDS = 0.005
REGISTRE = f"""
organismes = [{{ ej = "{EJ}", nom = "Organisme" }}]
etablissements = [{{ finess = "{FINESS}", nom = "Établissement", secteur = "PA", ej = "{EJ}" }}]
[[projets]]
code = "mesure"
campagne = "generalisation-2025"
organismes = ["{EJ}"]
etablissements = ["{FINESS}"]
"""

SOURCE = SourceLue(
    source="dui",
    plugin="mesure",
    plugin_version="1.0",
    contrat=1,
    certificat=None,
    logiciel="Exemple",
    logiciel_version="5.2",
    espace_usagers="exemple.resident",
    niveau=Niveau.FAITS,
    relations=(),
    empreinte_requetes="d" * 64,
    preuve=None,
    instantane=True,
    fusions=0,
)

Receive = Callable[[Receiver, str], object]


@dataclass(frozen=True)
class Trial:
    """One receiver fed by all clients at once; `group` is the largest number of reports in a commit."""

    texts: Sequence[str]
    clients: int
    cle: PrivateKey
    receive: Receive

    def rate(self, *, group: int, slow: bool) -> float:
        """Reports per second."""
        with TemporaryDirectory() as name:
            folder = Path(name) / "recepteur"
            create_receiver(folder, ORIGINE)
            store = Store.open(folder, keep_ledger(folder), group=group)
            try:
                prepare(store, folder, self.cle)
                if slow:
                    _slow_down(store)
                receiver = Receiver(store, lambda: NOW)
                start = time.perf_counter()
                with ThreadPoolExecutor(self.clients) as threads:
                    list(threads.map(lambda jws: self.receive(receiver, jws), self.texts))
                return len(self.texts) / (time.perf_counter() - start)
            finally:
                store.close()


def prepare(store: Store, folder: Path, cle: PrivateKey) -> None:
    """Load the register and enrol the key."""
    path = folder / "registre.toml"
    path.write_text(REGISTRE, encoding="utf-8")
    loaded = load_register(path, Known())
    store.writer.write(lambda connection: store_register(connection, loaded, "2026-01-01T00:00:00Z"))
    store.writer.write(lambda connection: enroll(connection, cle.public, EJ, INSTALLATION, "2026-01-01T00:00:00Z"))


def whole_way(receiver: Receiver, jws: str) -> object:
    """Signature, checks, writing, receipt."""
    return receiver.receive(jws).result()


def writing_alone(arrivals: dict[str, Arrival]) -> Receive:
    """The writer's part, everything before it done beforehand."""

    def write(receiver: Receiver, jws: str) -> object:
        arrival = arrivals[jws]
        kept = receiver.store.writer.submit_then(lambda one: store_arrival(one, arrival, receiver.clock), Kept.answer)
        return kept.result()

    return write


def sign_reports(number: int, cle: PrivateKey) -> list[str]:
    """Reports of one installation, each of another window, each longer than three kilobytes once signed."""
    campagne = load_campaign("generalisation-2025")
    convention = Convention(code="mesure", campagne="generalisation-2025")
    figures = Figures(
        finess=FINESS,
        comptes=dict.fromkeys(Compte, 100),
        etats=dict.fromkeys(Compte, EtatCompte.FOURNI),
        niveaux=dict.fromkeys(Compte, Niveau.FAITS),
        drapeaux=(),
        exclus={},
        messages_mss_professionnels=None,
        messages_mss_usagers=None,
        feuilles=100,
        racine="a" * 64,
        feuilles_jours=3,
        racine_jours="b" * 64,
    )
    texts = []
    for rank in range(number):
        entete = Entete(
            destinataire=ORIGINE,
            ej=EJ,
            installation=INSTALLATION,
            numero=rank + 1,
            precedent=None if rank == 0 else "c" * 64,
            mesure=Mesure.INTERMEDIAIRE,
            fenetre=fenetre_before(date(2026, 11, 1) - timedelta(days=rank), 3),
            calcule_le=NOW,
            engagement_cle="d" * 64,
        )
        rapport = build_rapport(
            entete,
            sites={FINESS: Site(Secteur.PA, "Europe/Paris")},
            figures=[figures],
            ecartes=(),
            sources=(SOURCE,),
            og=None,
            campagne=campagne,
            convention=convention,
        )
        texts.append(sign(to_octets(rapport), cle, Typ.RAPPORT, int(NOW.timestamp())))
    return texts


def read_arrivals(texts: Sequence[str], cle: PrivateKey) -> dict[str, Arrival]:
    """What the checks hand to the writer, for each text."""
    arrivals = {}
    with TemporaryDirectory() as name:
        folder = Path(name) / "recepteur"
        create_receiver(folder, ORIGINE)
        store = Store.open(folder, keep_ledger(folder))
        prepare(store, folder, cle)
        with store.reading() as connection:
            enrolled = EnrolledKey(cle.public, EJ, INSTALLATION, None)
            for jws in texts:
                verified = verify(jws, cle.public, Typ.RAPPORT)
                rapport = from_octets(Rapport, verified.payload)
                registre = read_registre(connection, rapport.projet, [site.finess for site in sites_of(rapport)])
                arrivals[jws] = Arrival(jws, verified, enrolled, rapport, registre, ORIGINE, NOW)
        store.close()
    return arrivals


def _slow_down(store: Store) -> None:
    def wait(_connection: Connection) -> None:
        time.sleep(SLOW_DISK_SECONDS)

    store.writer.write(lambda connection: event.listen(connection, "commit", wait))


def main() -> None:
    """Print a rate for each way and the ratio between the two."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    clients = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    cle = PrivateKey.generate()
    texts = sign_reports(number, cle)
    ways: tuple[tuple[str, Receive], ...] = (
        ("écriture seule", writing_alone(read_arrivals(texts, cle))),
        ("réception entière", whole_way),
    )
    typer.echo(f"{number} rapports de {len(texts[0])} octets, {clients} clients")
    for name, receive in ways:
        trial = Trial(texts, clients, cle, receive)
        for disk, slow in (("ce disque", False), ("disque à 5 ms", True)):
            # Alternated, so that what else the machine does falls on both.
            pairs = [(trial.rate(group=1, slow=slow), trial.rate(group=128, slow=slow)) for _ in range(3)]
            single, grouped = (max(rates) for rates in zip(*pairs, strict=True))
            typer.echo(f"{name}, {disk} : {single:.0f}/s seul, {grouped:.0f}/s groupé, rapport {grouped / single:.2f}")


if __name__ == "__main__":
    main()
