"""The sources of a report as a page shows them: the software, the plugin, and what is known of its certificate."""

from dataclasses import dataclass

from temoin_receiver.certificates.reading import Certificats, EtatCertificat, judge_source
from temoin_receiver.pages.words import NIVEAUX
from temoin_sdk.report import Rapport


@dataclass(frozen=True, slots=True)
class VueSource:
    """One source. `empreinte` is the digest of a certificate that can be read here, else None."""

    source: str
    logiciel: str
    plugin: str
    niveau: str
    certificat: str
    etat: str
    empreinte: str | None


def view_sources(rapport: Rapport, connus: Certificats) -> tuple[VueSource, ...]:
    """Every source of the report, in its order."""
    views = []
    for source in rapport.sources:
        etat, said = judge_source(source, connus)
        held = etat not in (EtatCertificat.ABSENT, EtatCertificat.INCONNU)
        views.append(
            VueSource(
                source=source.source,
                logiciel=" ".join(filter(None, (source.logiciel, source.logiciel_version))),
                plugin=f"{source.plugin} {source.plugin_version}",
                niveau=NIVEAUX[source.niveau],
                certificat=said,
                etat=etat.name.lower(),
                empreinte=source.certificat if held else None,
            )
        )
    return tuple(views)
