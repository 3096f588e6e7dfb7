"""Whether an installed plugin still is the one that was certified: what the agent may write into a report.

The signature is not checked here: no site knows the editors' keys. The receiver does; the report carries the digest of
the certificate and nothing of what it says.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from temoin_sdk.certificates.contents import Contenu, contenu_of_file, contenu_of_module
from temoin_sdk.contract.loading import FoundSource
from temoin_sdk.contract.sources import Source
from temoin_sdk.envelope import read_jws_file
from temoin_sdk.errors import Acteur, TemoinError
from temoin_sdk.figures import Avertissement
from temoin_sdk.mapping.settings import ReglagesMapping
from temoin_sdk.report.certificate import Certificat
from temoin_sdk.report.opening import open_unverified
from temoin_sdk.vocabulary import ContenuCertifie

_LEFT_OUT: Final = "le rapport dira « non certifié »."


@dataclass(frozen=True, slots=True)
class Presence:
    """The certificate of an installed source: `jws` and its digest when it holds, else why it does not.

    All three are None for a plugin that has no certificate, which is nothing to complain of.
    """

    jws: str | None = None
    empreinte: str | None = None
    avertissement: Avertissement | None = None


def find_certificat(found: FoundSource, source: Source, nom: str) -> Presence:
    """The certificate that stands beside this source's plugin, or its mapping file, if it is of what is installed.

    `nom` is the source's name in the configuration. Raises nothing: no certificate is worth a figure.
    """
    try:
        contenu = _contenu(found, source)
        path = None if contenu is None else _place(contenu, source.nom)
        if contenu is None or path is None:
            return Presence()
        jws = read_jws_file(path)
        opened = open_unverified(jws)
        said = _difference(opened.contenu, found, source, contenu)
    except TemoinError as error:
        return Presence(avertissement=_warn(nom, "certificat_illisible", error.message))
    except OSError as error:
        reason = f"Il ne se lit pas ({error.strerror or type(error).__name__})."
        return Presence(avertissement=_warn(nom, "certificat_illisible", reason))
    if said is not None:
        return Presence(avertissement=_warn(nom, "certificat_perime", said))
    return Presence(jws, opened.empreinte_jws)


def _contenu(found: FoundSource, source: Source) -> Contenu | None:
    if isinstance(source.reglages, ReglagesMapping):
        return contenu_of_file(source.reglages.fichier)
    return None if found.module is None else contenu_of_module(found.module)


def _place(contenu: Contenu, plugin: str) -> Path | None:
    return next((path for path in contenu.places(plugin) if path.is_file()), None)


def _difference(certificat: object, found: FoundSource, source: Source, contenu: Contenu) -> str | None:
    """What of the certificate is not so of what is installed, in French; None when it is of this very content."""
    if not isinstance(certificat, Certificat):
        return "Le fichier à la place du certificat est un autre document signé."
    if certificat.plugin != source.nom:
        return f"Le certificat est celui de la source « {certificat.plugin} »."
    mapping = contenu.nature is ContenuCertifie.MAPPING
    distribution = None if mapping else found.distribution
    version = source.version_textes if mapping else found.version
    if certificat.contenu is not contenu.nature or certificat.distribution != distribution:
        return f"Le certificat est celui d'un autre plugin ({certificat.distribution or 'un fichier de mapping'})."
    if certificat.version != version:
        return f"Le certificat est celui de la version {certificat.version} ; la version installée est la {version}."
    if certificat.contrat != source.contrat:
        return f"Le certificat parle du contrat {certificat.contrat}, le plugin du contrat {source.contrat}."
    if certificat.empreinte_contenu != contenu.empreinte():
        return "Le plugin a été modifié depuis sa certification : son contenu n'est plus celui du certificat."
    return None


def _warn(nom: str, code: str, why: str) -> Avertissement:
    return Avertissement(
        code=code,
        message=f"Source {nom} : certificat de conformité écarté, {_LEFT_OUT} {why}",
        remede="Les chiffres n'en dépendent pas. Demander à l'éditeur un certificat de cette version, ou remettre le "
        "plugin tel qu'il l'a livré.",
        acteur=Acteur.EDITEUR,
    )
