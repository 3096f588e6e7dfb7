"""A certified plugin: its certificate's digest in the report, its text among the evidence, words on the screen."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from temoin_sdk.certificates import contenu_of_module
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.envelope import PrivateKey, Typ, empreinte, sign
from temoin_sdk.report import Certificat, EpreuveCertifiee, to_octets
from temoin_sdk.vocabulary import ContenuCertifie, EtatEpreuve, NiveauEpreuve, Voie


@dataclass
class Plugin:
    """The test source, as if an editor had shipped it in a package with its certificate."""

    package: Path
    jws: str

    @property
    def empreinte(self) -> str:
        return empreinte(self.jws.encode())


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "essai_certifie"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(package.parent))
    options = sys.modules["temoin_agent.commands.options"]
    found = options.load_plugins().sources["essai"]
    mine = FoundSource(found.classe, found.distribution, found.version, "essai_certifie.plugin")
    monkeypatch.setattr(options, "load_plugins", lambda: Catalogue({"essai": mine}, {}))
    certificat = Certificat(
        format=1,
        contrat=1,
        plugin="essai",
        distribution="essai-plugin",
        version="0.1",
        contenu=ContenuCertifie.PAQUET,
        empreinte_contenu=contenu_of_module("essai_certifie").empreinte(),
        kit="0.1.0",
        voie=Voie.SCENARIO,
        moteur=None,
        graine=1,
        personnes=10,
        faits=100,
        epreuves=(EpreuveCertifiee(code="jours", niveau=NiveauEpreuve.OBLIGATOIRE, etat=EtatEpreuve.REUSSIE),),
        ignorees=(),
        delivre_le="2026-11-01T08:00:00Z",
    )
    jws = sign(to_octets(certificat), PrivateKey.generate(), Typ.CERTIFICAT, 1_795_334_400)
    (package / "certificat.jws").write_text(jws)
    return Plugin(package, jws)


def test_the_report_names_the_certificate_and_the_evidence_holds_it(receiver, ready, plugin):
    ran = ready.run("run")
    assert ran.code == 0, ran.text
    assert "essai-plugin 0.1, plugin certifié" in ran.text
    (rapport,) = ready.reports("accuses")
    assert [source.certificat for source in rapport.sources] == [plugin.empreinte]
    (kept,) = (ready.dossier / "preuves").rglob("certificats/*.jws")
    assert (kept.stem, kept.read_text()) == (plugin.empreinte, plugin.jws)
    repere = ready.files("accuses")[0].removesuffix(".jws").removesuffix(".recu").rpartition("_")[2]
    assert "plugin certifié" in ready.run("outbox", "show", repere).text


def test_it_is_said_where_figures_are_only_looked_at(site, plugin):
    assert "essai-plugin 0.1, plugin certifié" in site.run("compute").text
    (source,) = json.loads(site.run("compute", "--format", "json").out)["sources"]
    assert (source["plugin_version"], source["certificat"]) == ("0.1", plugin.empreinte)


def test_a_plugin_changed_since_is_said_and_counted_all_the_same(receiver, ready, plugin):
    (plugin.package / "ajout.py").write_text("# changed")
    ran = ready.run("run")
    assert ran.code == 0
    assert "plugin non certifié" in ran.text
    assert "modifié depuis sa certification" in ran.text
    assert "Qui : éditeur" in ran.text
    (rapport,) = ready.reports("accuses")
    assert [source.certificat for source in rapport.sources] == [None]
    assert not list((ready.dossier / "preuves").rglob("certificats"))


def test_a_plugin_without_certificate_is_no_trouble(site, plugin):
    (plugin.package / "certificat.jws").unlink()
    ran = site.run("compute")
    assert "plugin non certifié" in ran.text
    assert "À regarder" not in ran.text


def test_a_plugin_certified_since_makes_no_new_report(receiver, ready, plugin):
    certificat = plugin.package / "certificat.jws"
    kept = certificat.read_text()
    certificat.unlink()
    assert ready.run("run").code == 0
    certificat.write_text(kept)
    ran = ready.run("run")
    assert (ran.code, "Chiffres inchangés" in ran.text) == (0, True)
    assert "Des dossiers ont changé" not in ran.text
    assert len(ready.reports("accuses")) == 1
