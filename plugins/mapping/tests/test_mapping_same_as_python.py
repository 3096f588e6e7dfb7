"""The shipped mapping of the sample DUI counts what its Python plugin counts, down to the roots of the evidence."""

from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from temoin_editor_sample import EJ, ETABLISSEMENTS
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.counting import Demande, EtablissementDemande, Resultat, SourceDemande, count
from temoin_sdk.errors import PluginError
from temoin_sdk.vocabulary import Compte
from temoin_sdk.windows import Fenetre

QUARTER = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
CHANGE_OF_CLOCKS = Fenetre(debut=date(2026, 3, 29), fin=date(2026, 3, 30))


def counted(plugin: str, reglages: dict[str, Any], fenetre: Fenetre, dossier: Path) -> Resultat:
    dossier.mkdir()
    return count(
        Demande(
            fenetre=fenetre,
            campagne=load_campaign("generalisation-2025").campagne,
            ej=EJ,
            projet="demonstration",
            etablissements=tuple(EtablissementDemande(finess=e.finess, fuseau=e.fuseau) for e in ETABLISSEMENTS),
            fuseau_og="Europe/Paris",
            sources=(
                SourceDemande(
                    nom="residia", plugin=plugin, reglages=reglages, sites={e.code: e.finess for e in ETABLISSEMENTS}
                ),
            ),
            cle_pseudonyme=bytes(32),
            cle_site=bytes(range(32)),
            dossier=dossier,
        )
    )


@pytest.mark.parametrize("fenetre", [QUARTER, CHANGE_OF_CLOCKS], ids=lambda f: str(f.debut))
def test_counts_and_roots_are_the_same(residia: Path, exemple: Path, tmp_path: Path, fenetre: Fenetre) -> None:
    url = f"sqlite:///{residia}"
    python = counted("residia", {"url": url}, fenetre, tmp_path / "python")
    mapping = counted("mapping", {"url": url, "fichier": str(exemple)}, fenetre, tmp_path / "mapping")
    assert (mapping.ecartes, mapping.erreurs, mapping.avertissements) == ((), (), ())
    assert len(mapping.etablissements) == len(ETABLISSEMENTS)
    assert sum(f.comptes[Compte.DOSSIERS_ACTIFS] or 0 for f in mapping.etablissements) > 0
    assert mapping.etablissements == python.etablissements
    assert mapping.og == python.og
    (one,), (other,) = mapping.sources, python.sources
    own = {"plugin", "plugin_version", "empreinte_requetes"}  # texts with another indentation are other texts
    assert one.model_dump(exclude=own) == other.model_dump(exclude=own)
    assert (one.plugin, one.plugin_version) == ("temoin-mapping", f"{version('temoin-mapping')}+1.0")


def test_a_mapping_that_does_not_fit_sets_its_source_aside(residia: Path, exemple: Path, tmp_path: Path) -> None:
    """Its editor must act; the error of the file is the one told, with its lines."""
    wrong = tmp_path / "faux.toml"
    wrong.write_text(exemple.read_text(encoding="utf-8").replace('dates = "jour"', 'dates = "jours"'), encoding="utf-8")
    with pytest.raises(PluginError, match=r"ligne \d+, relations\.sejours\.dates") as refused:
        counted("mapping", {"url": f"sqlite:///{residia}", "fichier": str(wrong)}, QUARTER, tmp_path / "preuves")
    assert refused.value.code == "mapping_contenu"
