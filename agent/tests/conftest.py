"""A whole gestionnaire in a temporary folder, a source whose facts a test writes, and a receiver on loopback."""

import base64
import hashlib
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from temoin_agent.cli import app
from temoin_agent.sending.retrying import Patience
from temoin_agent.sending.transport import Delays
from temoin_sdk.cli.running import execute
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.contract.natures import Jour
from temoin_sdk.contract.relations import Evenement, MessageMss, MiseAJour, Projet, Sejour
from temoin_sdk.contract.settings import Reglages
from temoin_sdk.contract.sources import ComptesFournis, CountSource, Logiciel, RecordSource
from temoin_sdk.envelope import PrivateKey, PublicKey, Typ, empreinte, parse_header, sign, verify
from temoin_sdk.report.models import Rapport
from temoin_sdk.report.octets import from_octets, to_octets
from temoin_sdk.report.receipt import Jugement, Recu, Verdict, VerdictEtablissement
from temoin_sdk.testing.ledger import MemoryLedger
from temoin_sdk.vocabulary import Compte
from temoin_sdk.windows import Fenetre

NOW = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
EJ = "010000024"
GLYCINES = "010780054"
MAQUIS = "2A0000154"
ORIGINE = "recepteur.essai.example"


class EssaiReglages(Reglages):
    """Settings of the source that tests write the facts of."""

    chemin: str
    jeton: SecretStr | None = None


class Essai(RecordSource):
    """Reads a JSON file: sites, then for each person the days of everything; `panne` makes it fail."""

    nom = "essai"
    logiciel = Logiciel("Essai", "1.0")
    espace_usagers = "essai.usager"
    dates = Jour()
    Reglages = EssaiReglages

    def _facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(Path(self.reglages.chemin).read_text(encoding="utf-8"))
        if facts.get("panne"):
            raise RuntimeError(f"cannot read {facts['personnes'][0]['usager']}")
        return facts

    def etablissements(self) -> Iterable[str]:
        return list(self._facts()["sites"])

    def sejours(self, periode: Fenetre) -> Iterable[Sejour]:
        for each in self._facts()["personnes"]:
            yield Sejour(each["site"], each["usager"], "2026-01-10", None, each.get("motif"))

    def mises_a_jour(self, periode: Fenetre) -> Iterable[MiseAJour]:
        for each in self._facts()["personnes"]:
            if "maj" in each:
                yield MiseAJour(each["site"], each["usager"], each["maj"], "humain")

    def projets(self, periode: Fenetre) -> Iterable[Projet]:
        for each in self._facts()["personnes"]:
            if each.get("projet"):
                yield Projet(each["site"], each["usager"], "actif", "2026-02-01", None)

    def evenements(self, periode: Fenetre) -> Iterable[Evenement]:
        for each in self._facts()["personnes"]:
            if "agenda" in each:
                yield Evenement(each["site"], each["usager"], each["agenda"], "valide")

    def messages_mss(self, periode: Fenetre) -> Iterable[MessageMss]:
        for site, day in self._facts().get("messages", []):
            yield MessageMss(site, day, "professionnel")


class Saisie(CountSource):
    """Ready-made counts: 57 active records of 62 persons, and nothing else."""

    nom = "saisie"
    logiciel = Logiciel("Saisie", "1")

    def etablissements(self) -> Iterable[str]:
        return ["GLY"]

    def comptes(self, fenetre: Fenetre) -> Iterable[ComptesFournis]:
        yield ComptesFournis("GLY", {Compte.PERSONNES_ACCOMPAGNEES: 62, Compte.DOSSIERS_ACTIFS: 57})


def catalogue() -> Catalogue:
    """The test sources, as if their distributions were installed."""
    return Catalogue(
        {
            "essai": FoundSource(Essai, "essai-plugin", "0.1"),
            "saisie": FoundSource(Saisie, "saisie-plugin", "0.1"),
        },
        {},
    )


@dataclass
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All it said, on one line: consoles fold long ones."""
        return " ".join((self.out + self.err).split())


@dataclass
class Site:
    """One gestionnaire: its configuration, its facts, its commands."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    data: dict[str, Any]
    facts: dict[str, Any]
    recepteur_cle: PrivateKey = field(default_factory=PrivateKey.generate)
    ledger: MemoryLedger = field(default_factory=lambda: MemoryLedger(ORIGINE))

    @property
    def config(self) -> Path:
        return self.folder / "temoin.toml"

    @property
    def dossier(self) -> Path:
        return self.folder / "temoin"

    def write(self) -> None:
        """Write configuration and facts as they are now in memory."""
        (self.folder / "recepteur.jwk").write_text(json.dumps(self.recepteur_cle.public.to_jwk()), encoding="utf-8")
        (self.folder / "registre.txt").write_text(f"{self.ledger.cle_registre.spell()}\n", encoding="utf-8")
        self.write_facts()
        self.config.write_text(to_toml(self.data), encoding="utf-8")

    def write_facts(self) -> None:
        (self.folder / "faits.json").write_text(json.dumps(self.facts), encoding="utf-8")

    def run(self, *arguments: str) -> Ran:
        """One command line, as a person types it."""
        self.capture.readouterr()
        code = execute(app, "temoin", [*arguments, "--config", str(self.config)])
        said = self.capture.readouterr()
        return Ran(code, said.out, said.err)

    def files(self, etat: str) -> list[str]:
        """Names of the files of one folder of the outbox."""
        return sorted(path.name for path in (self.dossier / etat).glob("[!.]*"))

    def reports(self, etat: str) -> list[Rapport]:
        """Reports of one folder, in the order of the chain, read without any of the agent's code."""
        found = []
        for path in (self.dossier / etat).glob("*.jws"):
            if not path.name.endswith(".recu.jws"):
                jws = path.read_text(encoding="ascii")
                found.append(from_octets(Rapport, verify(jws, self.public_key(), Typ.RAPPORT).payload))
        return sorted(found, key=lambda rapport: rapport.numero)

    def public_key(self) -> PublicKey:
        return PublicKey.from_jwk(json.loads((self.dossier / "cles" / "signature.jwk").read_text(encoding="ascii")))


def to_toml(data: dict[str, Any], prefix: str = "") -> str:
    """Enough of TOML for these tests: values first, then tables."""
    lines = [f"{_key(key)} = {_value(value)}" for key, value in data.items() if not _is_table(value)]
    for key, value in data.items():
        if isinstance(value, dict) and _is_table(value):
            lines += [f"[{prefix}{_key(key)}]", to_toml(value, f"{prefix}{_key(key)}.")]
        elif _is_table(value):
            for each in value:
                lines += [f"[[{prefix}{_key(key)}]]", to_toml(each, f"{prefix}{_key(key)}.")]
    return "\n".join(lines)


def _is_table(value: object) -> bool:
    if isinstance(value, dict):
        return not set(value) <= {"env", "fichier", "kty", "crv", "x"}
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() else json.dumps(key)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def persons(site: str, number: int, **facts: Any) -> list[dict[str, Any]]:
    """`number` persons of one site with the same facts."""
    return [{"site": site, "usager": f"USAGER-{site}-{rank}", **facts} for rank in range(number)]


@pytest.fixture
def instant(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the agent's clock."""

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr("temoin_agent.clock.now", lambda: moment)

    set_clock(NOW)
    return set_clock


@pytest.fixture
def site(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    instant: Callable[[datetime], None],
) -> Site:
    """Two establishments, one project, one source, a receiver nobody listens for; no keys yet."""
    monkeypatch.setattr("temoin_agent.commands.options.load_plugins", catalogue)
    monkeypatch.delenv("TEMOIN_CONFIG", raising=False)
    data: dict[str, Any] = {
        "gestionnaire": {"nom": "Les Horizons Fictifs", "ej": EJ},
        "recepteurs": [
            {
                "code": "ars",
                "url": "http://127.0.0.1:9",
                "origine": ORIGINE,
                "cle": "recepteur.jwk",
                "registre": "registre.txt",
            }
        ],
        "projets": [{"code": "dui-2025", "campagne": "generalisation-2025", "recepteur": "ars"}],
        "etablissements": [
            {"finess": GLYCINES, "nom": "EHPAD Les Glycines", "projet": "dui-2025", "secteur": "PA"},
            {"finess": MAQUIS, "nom": "ESAT du Maquis", "projet": "dui-2025", "categorie": 246},
        ],
        "sources": [
            {
                "nom": "essai",
                "plugin": "essai",
                "sites": {"GLY": GLYCINES, "MAQ": MAQUIS},
                "reglages": {"chemin": str(tmp_path / "faits.json")},
            }
        ],
    }
    complete = {"maj": "2026-09-15", "projet": True, "agenda": "2026-10-01"}
    facts = {
        "sites": ["GLY", "MAQ"],
        "personnes": [
            *persons("GLY", 9, **complete),
            *persons("MAQ", 2, **complete),
            {"site": "GLY", "usager": "USAGER-X"},
        ],
        "messages": [["GLY", "2026-09-01"], ["MAQ", "2026-09-02"]],
    }
    found = Site(tmp_path, capsys, data, facts)
    found.write()
    return found


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits between attempts are noted instead of waited."""
    waits: list[float] = []
    patience = Patience(sleep=waits.append, delays=Delays(connect=2, step=1, whole=4))
    monkeypatch.setattr("temoin_agent.commands.push.Patience", lambda: patience)
    return waits


@pytest.fixture
def ready(site: Site, impatient: list[float]) -> Site:
    """The same with its keys made."""
    assert site.run("cles", "creer").code == 0
    return site


@dataclass
class Reply:
    """One programmed answer; `delay` in seconds before it."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0


class Receiver:
    """A small receiver: believes what is well signed, remembers by content, and can be told to misbehave.

    Programmed replies are given first, in order; `change` alters a receipt before it is signed.
    """

    def __init__(self, cle: PrivateKey, ledger: MemoryLedger) -> None:
        self.cle = cle
        self.ledger = ledger
        self.asked: list[str] = []
        self.replies: list[Reply] = []
        self.received: list[str] = []
        self.receipts: dict[str, str] = {}
        self.identities: dict[tuple[Any, ...], str] = {}
        self.change: Callable[[Recu], Recu] = lambda recu: recu
        self.server: ThreadingHTTPServer | None = None

    def start(self, context: ssl.SSLContext | None = None) -> str:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                reply = receiver.answer(self.path, body.decode("ascii"))
                time.sleep(reply.delay)
                try:
                    self.send_response(reply.status)
                    for name, value in reply.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(reply.body)))
                    self.end_headers()
                    self.wfile.write(reply.body)
                except OSError:
                    pass  # the agent did not wait

            def do_GET(self) -> None:
                reply = receiver.show(self.path)
                self.send_response(reply.status)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if context is not None:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return f"{'https' if context else 'http'}://127.0.0.1:{self.server.server_address[1]}"

    def stop(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()

    def show(self, path: str) -> Reply:
        """What the ledger shows, in pages of two entries."""
        self.asked.append(path)
        place = urlsplit(path)
        asked = {name: values[0] for name, values in parse_qs(place.query).items()}
        taille = len(self.ledger.entrees)
        match place.path:
            case "/v1/registre/point-de-controle":
                return Reply(200, self.ledger.checkpoint().spell().encode())
            case "/v1/registre/coherence" if int(asked["a"]) <= taille:
                proof = self.ledger.consistency(int(asked["de"]), int(asked["a"]))
                return Reply(200, json.dumps({"preuve": [base64.b64encode(one).decode() for one in proof]}).encode())
            case "/v1/registre/entrees":
                naming = [
                    {"rang": rang, "texte": octets.decode()}
                    for rang, octets in enumerate(self.ledger.entrees)
                    if rang >= int(asked["depuis"]) and json.loads(octets).get("ej") == asked["ej"]
                ]
                suite = naming[2]["rang"] if len(naming) > 2 else None
                return Reply(200, json.dumps({"taille": taille, "entrees": naming[:2], "suite": suite}).encode())
        return refusal(404, "taille_du_registre", "Le registre ne va pas jusque là.")

    def answer(self, path: str, jws: str) -> Reply:
        assert path == "/v1/rapports"
        self.received.append(jws)
        if self.replies:
            return self.replies.pop(0)
        payload = decode_payload(jws)
        rapport = from_octets(Rapport, payload)
        digest = empreinte(payload)
        if digest in self.receipts:
            return Reply(200, self.receipts[digest].encode())
        identity = (
            rapport.destinataire,
            rapport.installation,
            rapport.projet,
            rapport.fenetre,
            rapport.mesure,
            rapport.version,
        )
        if identity in self.identities:
            return refusal(409, "conflit_identite", "Un autre rapport a déjà été reçu sous cette identité.")
        self.identities[identity] = digest
        jugement = Jugement(
            verdicts=tuple(
                VerdictEtablissement(finess=each.finess, verdict=Verdict.ADMIS, anomalies=())
                for each in rapport.etablissements
            ),
            anomalies=(),
        )
        recu = self.ledger.receipt(
            jugement,
            empreinte_rapport=digest,
            empreinte_jws=empreinte(jws.encode()),
            kid=parse_header(jws).kid,
            ej=rapport.ej,
            installation=rapport.installation,
            reception=len(self.receipts) + 1,
        )
        self.receipts[digest] = sign(to_octets(self.change(recu)), self.cle, Typ.RECU, int(NOW.timestamp()))
        return Reply(201, self.receipts[digest].encode())


def decode_payload(jws: str) -> bytes:
    """The payload of a compact JWS, decoded without the agent's code."""
    part = jws.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def refusal(status: int, code: str, detail: str, **members: Any) -> Reply:
    """A problem+json as receivers of Témoin write it."""
    problem = {
        "type": f"urn:temoin:probleme:{code}",
        "title": "Refus",
        "status": status,
        "detail": detail,
        "code": code,
        "retryable": False,
        "acteur": "gestionnaire",
        "remede": "Faire ce qu'il faut.",
        "problemes": [{"code": code, "message": detail}],
        **members,
    }
    return Reply(status, json.dumps(problem).encode(), {"Content-Type": "application/problem+json"})


@pytest.fixture
def receiver(ready: Site) -> Iterator[Receiver]:
    """A receiver that works, at the address the configuration names."""
    found = Receiver(ready.recepteur_cle, ready.ledger)
    ready.data["recepteurs"][0]["url"] = found.start()
    ready.write()
    yield found
    found.stop()


@pytest.fixture
def refuse() -> Callable[..., Reply]:
    """`refusal`, for tests that program one."""
    return refusal


@pytest.fixture
def reply() -> type[Reply]:
    """`Reply`, for tests that program one."""
    return Reply


@pytest.fixture
def decode() -> Callable[[str], str]:
    """The payload of a signed report as text."""
    return lambda jws: decode_payload(jws).decode()


@pytest.fixture
def digest_tree() -> Callable[[Path], dict[str, str]]:
    """Digest of every file under a folder, by relative path."""

    def digest(folder: Path) -> dict[str, str]:
        return {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    return digest


@pytest.fixture
def later() -> datetime:
    """A moment of the next month, when another window is complete."""
    return NOW + timedelta(days=15)
