"""From what a run of the kit recorded to certificates: refused whole when anything in it does not deserve one."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from temoin_sdk.certificates.contents import Contenu, contenu_of_file, contenu_of_module
from temoin_sdk.certificates.releves import EpreuvePassee, Releve, Releves
from temoin_sdk.contract.loading import Catalogue
from temoin_sdk.errors import CertificateError
from temoin_sdk.mapping.reading import read_mapping
from temoin_sdk.refused_files import explain_validation
from temoin_sdk.report.bounded import spell_instant
from temoin_sdk.report.certificate import Certificat, EpreuveCertifiee, EpreuveIgnoree
from temoin_sdk.report.octets import to_octets
from temoin_sdk.vocabulary import ContenuCertifie, EtatEpreuve, NiveauEpreuve

_REMEDE: Final = "Corriger ce qui est dit, puis relancer la même commande : aucun certificat n'a été écrit."


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate ready to be signed, and the file of the plugin it belongs in."""

    certificat: Certificat
    chemin: Path


def issue_all(releves: Releves, catalogue: Catalogue, instant: datetime) -> tuple[Issued, ...]:
    """One certificate for each source that was tested, or CertificateError with every reason at once.

    `catalogue` holds the installed plugins: what was tested must be what is installed. `instant` is aware.
    """
    refused = list(find_refusals(releves))
    if refused:
        raise _refuse(refused[0][0], [phrase for _, phrase in refused])
    return tuple(_issue(releve, catalogue, instant) for releve in releves.releves)


def find_refusals(releves: Releves) -> Iterator[tuple[str, str]]:
    """Why this run earns no certificate: code and French sentence of each reason."""
    if not releves.releves:
        yield "certificat_sans_epreuve", "Aucune classe de conformité n'a été lancée : zéro épreuve passée."
    sources = Counter(one.plugin for one in releves.releves)
    for plugin, number in sorted(sources.items()):
        if number > 1:
            classes = ", ".join(sorted(one.classe for one in releves.releves if one.plugin == plugin))
            yield (
                "certificat_source_double",
                f"La source « {plugin} » a été éprouvée {number} fois ({classes}) : on ne saurait laquelle croire.",
            )
    for releve in releves.releves:
        yield from _refusals_of(releve)


def _refusals_of(releve: Releve) -> Iterator[tuple[str, str]]:
    ran = [one for one in releve.epreuves if one.etat is not EtatEpreuve.IGNOREE]
    if not any(one.niveau is NiveauEpreuve.OBLIGATOIRE for one in ran):
        yield "certificat_sans_epreuve", f"{releve.classe} : aucune épreuve obligatoire n'a été passée."
    needed = [one for one in ran if one.niveau is NiveauEpreuve.OBLIGATOIRE]
    if failed := [one.code for one in needed if one.etat is EtatEpreuve.ECHOUEE]:
        yield "certificat_epreuve_echouee", f"{releve.classe} : épreuves obligatoires en échec : {_some(failed)}."
    seen = {one.code for one in releve.epreuves}
    if missing := [code for code in releve.attendues if code not in seen]:
        yield "certificat_incomplet", f"{releve.classe} : épreuves obligatoires non lancées : {_some(missing)}."
    if releve.restreint:
        yield "certificat_incomplet", f"{releve.classe} : la classe ne retient que certains thèmes (themes = …)."
    for one in releve.epreuves:
        if one.etat is EtatEpreuve.IGNOREE and not (one.motif or "").strip():
            yield "certificat_sans_motif", f"{releve.classe} : l'épreuve {one.code} est ignorée sans dire pourquoi."


def _some(codes: Sequence[str]) -> str:
    """The first of them, and how many there are beyond a line's worth."""
    return ", ".join(codes[:8]) + (f" et {len(codes) - 8} autres" if len(codes) > 8 else "")


def _issue(releve: Releve, catalogue: Catalogue, instant: datetime) -> Issued:
    contenu = _contenu(releve, catalogue)
    certificat = build_certificat(releve, contenu.nature, contenu.empreinte(), instant)
    return Issued(certificat, _place(contenu, releve.plugin, catalogue))


def build_certificat(releve: Releve, nature: ContenuCertifie, empreinte: str, instant: datetime) -> Certificat:
    """The certificate that follows from a record and the hash of its plugin; CertificateError if none can be written.

    Reasons of skipped tests are put on one line, in composed characters.
    """
    try:
        certificat = Certificat(
            format=1,
            contrat=releve.contrat,  # type: ignore[arg-type] # any other contract is refused by the model
            plugin=releve.plugin,
            distribution=None if nature is ContenuCertifie.MAPPING else releve.distribution,
            version=releve.version,
            contenu=nature,
            empreinte_contenu=empreinte,
            kit=releve.kit,
            voie=releve.voie,
            moteur=releve.moteur,
            graine=releve.graine,
            personnes=releve.personnes,
            faits=releve.faits,
            epreuves=tuple(_ran(one) for one in _by_code(releve) if one.etat is not EtatEpreuve.IGNOREE),
            ignorees=tuple(_left_out(one) for one in _by_code(releve) if one.etat is EtatEpreuve.IGNOREE),
            delivre_le=spell_instant(instant),
        )
    except ValidationError as error:
        phrases = [f"{releve.classe} : {each}" for each in explain_validation(error, Certificat)[:5]]
        raise _refuse("certificat_forme", phrases) from error
    to_octets(certificat)
    return certificat


def _contenu(releve: Releve, catalogue: Catalogue) -> Contenu:
    tested = f"{releve.classe} a éprouvé « {releve.plugin} »"
    if releve.fichier is not None:
        mapping = read_mapping(Path(releve.fichier))
        if (mapping.nom, mapping.version) != (releve.plugin, releve.version):
            here = f"le fichier est « {mapping.nom} » {mapping.version}."
            raise _refuse("certificat_autre_installation", [f"{tested} {releve.version} ; {here}"])
        return contenu_of_file(Path(releve.fichier).resolve())
    found = catalogue.sources.get(releve.plugin)
    if found is None or found.module is None:
        raise _refuse(
            "certificat_autre_installation",
            [f"{tested}, que l'agent ne trouverait pas : aucun plugin installé ici ne fournit cette source."],
        )
    if (releve.distribution, releve.version) != (found.distribution, found.version):
        raise _refuse(
            "certificat_autre_installation",
            [
                f"{tested} de {releve.distribution or 'nulle part'} {releve.version} ; la source installée ici vient "
                f"de {found.distribution} {found.version}."
            ],
        )
    contenu = contenu_of_module(found.module)
    if contenu_of_module(releve.module) != contenu:
        raise _refuse(
            "certificat_autre_installation",
            [
                f"{tested}, dont la classe est dans « {releve.module} », hors du paquet de son point d'entrée "
                f"« {found.module} » : le certificat ne couvrirait pas ce qui a été éprouvé."
            ],
        )
    return contenu


def _place(contenu: Contenu, plugin: str, catalogue: Catalogue) -> Path:
    """Its own name in a package that holds several sources, the plain one in a package that holds this one alone."""
    own, *plain = contenu.places(plugin)
    modules = {found.module for nom, found in catalogue.sources.items() if nom != plugin and found.module is not None}
    shared = plain and any(contenu_of_module(module).chemin == contenu.chemin for module in modules)
    return own if shared or not plain else plain[0]


def _by_code(releve: Releve) -> list[EpreuvePassee]:
    return sorted(releve.epreuves, key=lambda one: one.code)


def _ran(one: EpreuvePassee) -> EpreuveCertifiee:
    return EpreuveCertifiee(code=one.code, niveau=one.niveau, etat=one.etat)  # type: ignore[arg-type] # not IGNOREE


def _left_out(one: EpreuvePassee) -> EpreuveIgnoree:
    motif = unicodedata.normalize("NFC", " ".join((one.motif or "").split()))
    return EpreuveIgnoree(code=one.code, niveau=one.niveau, motif=motif)


def _refuse(code: str, phrases: Sequence[str]) -> CertificateError:
    said = phrases[0] if len(phrases) == 1 else "\n".join(("", *(f"  - {phrase}" for phrase in phrases)))
    return CertificateError(f"Pas de certificat : {said}", code=code, remede=_REMEDE)
