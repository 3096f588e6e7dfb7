"""Invented exports, written the way the guide says and the way real ones are; a store to take them in."""

import itertools
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from temoin_sdk.cli.running import execute
from temoin_sdk.windows import Fenetre
from temoin_tddui.cli import app
from temoin_tddui.folder import Imported, import_folder
from temoin_tddui.settings import ReglagesTddui
from temoin_tddui.source import TdduiSource
from temoin_tddui.store import Store, create_store

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FENETRE = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
PERIODE = Fenetre(debut=date(2026, 7, 30), fin=date(2026, 11, 3))
"""What the sdk asks for FENETRE: two days more on each side."""

ET = "010780054"
SD = "https://interop.esante.gouv.fr/ig/fhir/tddui/StructureDefinition/"

Json = dict[str, Any]


@dataclass
class Lot:
    """One Bundle under construction. Each method adds an entry and returns its resource, free to be altered."""

    date: str | None = "2026-11-05T03:00:00+01:00"
    finess: str = ET
    domaine: str = "esante.gouv.fr"
    version: str = ""
    entries: list[Json] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def systeme(self, objet: str) -> str:
        return f"https://identifiant-medicosocial-{objet}.{self.domaine}"

    def add(self, resource: Json, profile: str | None = None) -> Json:
        resource.setdefault("id", f"technique-{next(self.numbers)}")
        if profile:
            suffix = f"|{self.version}" if self.version else ""
            resource.setdefault("meta", {})["profile"] = [f"{SD}{profile}{suffix}"]
        self.entries.append(
            {
                "fullUrl": f"https://dui.example/{resource['resourceType']}/{resource['id']}",
                "resource": resource,
                "request": {"method": "POST", "url": "TDDUI" + resource["resourceType"]},
            }
        )
        return resource

    def structure(self, finess: str | None = None, **more: Any) -> Json:
        number = finess or self.finess
        return self.add(
            {
                "resourceType": "Organization",
                "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": f"1{number}"}],
                "name": "Les Glycines Imaginaires",
                **more,
            },
            "tddui-organization",
        )

    def usager(self, local: str | None = "1", ins: str | None = None, **more: Any) -> Json:
        identifiers: list[Json] = [{"system": "https://ants.gouv.fr/", "value": "PERMIS-1"}]
        if ins is not None:
            identifiers.append({"system": "urn:oid:1.2.250.1.213.1.4.8", "value": ins})
        if local is not None:
            identifiers.append({"system": self.systeme("localusager"), "value": f"3{self.finess}/{local}"})
        return self.add(
            {
                "resourceType": "Patient",
                "identifier": identifiers,
                "name": [{"use": "official", "family": "LISIÈRE", "given": ["Ondine"]}],
                "birthDate": "1941-02-03",
                **more,
            },
            "tddui-patient-ins",
        )

    def sejour(self, usager: Json, structure: Json | None = None, numero: str = "1", **more: Any) -> Json:
        resource = {
            "resourceType": "Encounter",
            "identifier": [self.metier("sejour", f"x-SEJOUR-{numero}", "SEJ")],
            "status": "in-progress",
            "subject": ref(usager),
            "period": {"start": "2026-01-10"},
            "hospitalization": {"origin": {"reference": "Organization/absente"}},
            **more,
        }
        if structure is not None:
            resource["serviceProvider"] = ref(structure)
        return self.add(resource, "tddui-encounter-sejour")

    def evenement(self, usager: Json | None, sejour: Json | None = None, numero: str = "1", **more: Any) -> Json:
        resource = {
            "resourceType": "Encounter",
            "identifier": [self.metier("evenement", f"x-EVN-{numero}", "VN")],
            "status": "planned",
            "period": {"start": "2026-09-14T10:30:00+02:00", "end": "2026-09-14T11:15:00+02:00"},
            **more,
        }
        if usager is not None:
            resource.setdefault("subject", ref(usager))
        if sejour is not None:
            resource["partOf"] = ref(sejour)
        return self.add(resource, "tddui-encounter-evenement")

    def projet(self, usager: Json, numero: str = "1", **more: Any) -> Json:
        return self.add(
            {
                "resourceType": "CarePlan",
                "identifier": [self.metier("projetpersonnalise", f"x-PPER-{numero}")],
                "status": "active",
                "intent": "plan",
                "title": "Projet d'Ondine",
                "subject": ref(usager),
                **more,
            },
            "tddui-careplan-projet-personnalise",
        )

    def metier(self, objet: str, suffixe: str, code: str | None = None) -> Json:
        found: Json = {"system": self.systeme(objet), "value": f"3{self.finess}/{suffixe}"}
        if code is not None:
            found["type"] = {"coding": [{"code": code}]}
        return found

    def present(self, local: str = "1", **more: Any) -> tuple[Json, Json]:
        """A person in stay, with the Organization that welcomes; both resources."""
        structure = self.structure()
        usager = self.usager(local)
        return usager, self.sejour(usager, structure, numero=local, **more)

    def json(self) -> Json:
        bundle: Json = {"resourceType": "Bundle", "type": "transaction", "entry": self.entries}
        return bundle if self.date is None else {**bundle, "timestamp": self.date}

    def octets(self) -> bytes:
        return json.dumps(self.json(), ensure_ascii=False).encode()


def ref(resource: Json) -> Json:
    return {"reference": f"{resource['resourceType']}/{resource['id']}"}


@dataclass
class Depot:
    """A store in a temporary folder, what it took in, and the rows it gives."""

    folder: Path
    exports: Path
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def store(self) -> Store:
        return create_store(self.folder)

    def take(self, *lots: Lot | bytes, nom: str | None = None, demande: str | None = None) -> Imported:
        """Take Bundles in, in this order."""
        found = Imported()
        for lot in lots:
            path = self.exports / (nom or f"lot-{next(self.numbers)}.json")
            path.write_bytes(lot.octets() if isinstance(lot, Lot) else lot)
            one = import_folder(self.store, path, ("*",), NOW, demande)
            found.pris += one.pris
            found.refuses += one.refuses
        return found

    def source(self, **reglages: Any) -> TdduiSource:
        settings = {"depot": str(self.folder), **reglages}
        classe = TdduiSource.specialised(settings)
        found = classe(ReglagesTddui.model_validate(settings))
        assert isinstance(found, TdduiSource)
        return found

    def sejours(self, **reglages: Any) -> list[Any]:
        return sorted(self.source(**reglages).sejours(PERIODE), key=str)

    def evenements(self, **reglages: Any) -> list[Any]:
        return sorted(self.source(**reglages).evenements(PERIODE), key=str)

    def projets(self, **reglages: Any) -> list[Any]:
        return sorted(self.source(**reglages).projets(PERIODE), key=str)

    def mises_a_jour(self, *methodes: str, periode: Fenetre = PERIODE) -> list[Any]:
        source = self.source(**({"mises_a_jour": list(methodes)} if methodes else {}))
        return sorted(source.mises_a_jour(periode), key=str)


@pytest.fixture(autouse=True)
def instant(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on the real date."""
    monkeypatch.setattr("temoin_tddui.clock.now", lambda: NOW)


@pytest.fixture
def depot(tmp_path: Path) -> Depot:
    (tmp_path / "exports").mkdir()
    return Depot(tmp_path / "depot", tmp_path / "exports")


@pytest.fixture
def lot() -> type[Lot]:
    return Lot


@pytest.fixture
def vers() -> Callable[[Json], Json]:
    """A reference to a resource."""
    return ref


@dataclass
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return " ".join((self.out + self.err).split())


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """One command line of temoin-tddui."""

    def command(*arguments: Iterable[str]) -> Ran:
        capsys.readouterr()
        code = execute(app, "temoin-tddui", [str(each) for each in arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return command
