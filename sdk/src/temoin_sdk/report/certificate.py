"""The certificate of conformance: what an editor signs of his own plugin, once the kit has run.

It says which content was tested, by which version of the kit, what passed, what failed without being needed, and what
was left out with the editor's reason. It names no client and no person. It binds the content of the plugin by a hash,
so that it is worth nothing for a plugin that changed since. Nobody but the editor vouches for it: a receiver shows it
and lets no figure or verdict depend on it.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from temoin_sdk.figures import Hex64, Nombre
from temoin_sdk.report.bounded import CodeEpreuve, InstantUtc, NomLogiciel, NomSource, Phrase
from temoin_sdk.report.models import ModeleSigne, SourceRapport, check_sorted
from temoin_sdk.vocabulary import ContenuCertifie, EtatEpreuve, NiveauEpreuve, Voie

MAX_EPREUVES = 1000


class EpreuveCertifiee(ModeleSigne):
    """One test of the kit that ran."""

    code: CodeEpreuve
    niveau: NiveauEpreuve
    etat: Literal[EtatEpreuve.REUSSIE, EtatEpreuve.ECHOUEE]


class EpreuveIgnoree(ModeleSigne):
    """One test of the kit that did not run, and why in the editor's words."""

    code: CodeEpreuve
    niveau: NiveauEpreuve
    motif: Phrase


class Certificat(ModeleSigne):
    """The payload of a certificate, format 1."""

    format: Literal[1]
    contrat: Literal[1]
    plugin: NomSource
    """Name of the source, as a configuration names it."""
    distribution: NomLogiciel | None
    """Null for a mapping file, which any client reads with temoin-mapping."""
    version: NomLogiciel
    """Of the distribution, or of the mapping file."""
    contenu: ContenuCertifie
    empreinte_contenu: Hex64
    kit: NomLogiciel
    """Version of temoin-sdk whose tests ran."""
    voie: Voie
    moteur: NomLogiciel | None
    """Engine of the database the tests ran on; null for a source that is no SQL."""
    graine: Nombre | None
    """Seed of the scenario; null for a sheet of persons."""
    personnes: Nombre
    faits: Nombre
    epreuves: Annotated[tuple[EpreuveCertifiee, ...], Field(max_length=MAX_EPREUVES)]
    ignorees: Annotated[tuple[EpreuveIgnoree, ...], Field(max_length=MAX_EPREUVES)]
    delivre_le: InstantUtc

    @model_validator(mode="after")
    def _check_lists(self) -> Self:
        ran, left_out = [one.code for one in self.epreuves], [one.code for one in self.ignorees]
        check_sorted("epreuves", ran)
        check_sorted("ignorees", left_out)
        if set(ran) & set(left_out):
            raise ValueError("une épreuve est à la fois passée et ignorée")
        return self

    @model_validator(mode="after")
    def _check_earned(self) -> Self:
        needed = [one for one in self.epreuves if one.niveau is NiveauEpreuve.OBLIGATOIRE]
        if not needed:
            raise ValueError("epreuves : aucune épreuve obligatoire n'a été passée")
        if failed := [one.code for one in needed if one.etat is EtatEpreuve.ECHOUEE]:
            raise ValueError(f"epreuves : l'épreuve obligatoire {failed[0]} a échoué")
        return self

    @model_validator(mode="after")
    def _check_origin(self) -> Self:
        if (self.distribution is None) != (self.contenu is ContenuCertifie.MAPPING):
            raise ValueError("distribution : un fichier de mapping, et lui seul, n'en a pas")
        if (self.graine is None) != (self.voie is Voie.FEUILLE):
            raise ValueError("graine : la voie du scénario, et elle seule, en a une")
        return self


def concerns(certificat: Certificat, source: SourceRapport) -> bool:
    """Whether a source of a report is the plugin this certificate speaks of: anybody may cite anybody's certificate.

    The report holds no content hash; the agent that cited the certificate compared it.
    """
    if (certificat.plugin, certificat.contrat) != (source.source, source.contrat):
        return False
    if certificat.distribution is None:  # « 0.1.0+1.2 »: what reads the file, then the file
        return source.plugin_version.endswith(f"+{certificat.version}")
    same = certificat.distribution == source.plugin
    return same and (
        source.plugin_version == certificat.version or source.plugin_version.startswith(f"{certificat.version}+")
    )
