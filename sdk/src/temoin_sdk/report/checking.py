"""Everything about a report that can be said from the report and its campaign alone, every problem at once.

The agent checks before it signs, the receiver after it verified the signature: the same code, so that what leaves one
is not refused by the other. What only a receiver knows (who may speak for whom, keys, the chain) is its own affair.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from temoin_sdk.campaigns import Campagne, LoadedCampaign
from temoin_sdk.conventions import Convention, check_fenetre
from temoin_sdk.errors import WindowError
from temoin_sdk.figures import check_invariants
from temoin_sdk.rates import Indicateur, compute_indicateurs, exempt_indicateurs
from temoin_sdk.report.bounded import read_instant
from temoin_sdk.report.messages import CodeProbleme, Probleme, describe
from temoin_sdk.report.models import EtablissementRapport, Rapport
from temoin_sdk.vocabulary import Secteur
from temoin_sdk.windows import jour_en_lettres


def check_rapport(
    rapport: Rapport, chargee: LoadedCampaign, convention: Convention, *, today: date
) -> tuple[Probleme, ...]:
    """Every problem of a report; none means that it follows from its own counts by the campaign's rules.

    `today` is the reader's civil date: no window may end after it. A report that cites another campaign or project is
    judged no further, since every other rule comes from them. Indicators are recomputed with the sectors that the
    report states; whether those are right is for the ARS's register to say.
    """
    cited = tuple(_check_cited(rapport, chargee, convention))
    if cited:
        return cited
    return (
        *_check_fenetre(rapport, chargee.campagne, convention, today),
        *(
            probleme
            for etablissement in rapport.etablissements
            for probleme in _check_etablissement(etablissement, rapport, chargee.campagne, convention)
        ),
    )


def _check_cited(rapport: Rapport, chargee: LoadedCampaign, convention: Convention) -> Iterator[Probleme]:
    if rapport.projet != convention.code:
        yield describe(CodeProbleme.PROJET_DIFFERENT, recu=rapport.projet, attendu=convention.code)
    campagne = rapport.campagne
    if campagne.code != chargee.campagne.code:
        yield describe(CodeProbleme.CAMPAGNE_DIFFERENTE, recu=campagne.code, attendu=chargee.campagne.code)
    elif campagne.empreinte != chargee.empreinte:
        yield describe(CodeProbleme.CAMPAGNE_EMPREINTE, recu=campagne.empreinte[:16], attendu=chargee.empreinte[:16])


def _check_fenetre(rapport: Rapport, campagne: Campagne, convention: Convention, today: date) -> Iterator[Probleme]:
    try:
        check_fenetre(campagne, convention, rapport.mesure, rapport.fenetre, today)
    except WindowError as error:
        yield describe(CodeProbleme.FENETRE_FAUSSE, detail=f"{error.message} {error.remede}")


def _check_etablissement(
    etablissement: EtablissementRapport, rapport: Rapport, campagne: Campagne, convention: Convention
) -> Iterator[Probleme]:
    yield from _check_moment(etablissement, rapport)
    for breach in check_invariants(etablissement, campagne.reglages):
        yield describe(CodeProbleme.INVARIANT, etablissement.finess, detail=breach.message)
    for motif in sorted(set(etablissement.exclus) - set(campagne.reglages.motifs_admis)):
        yield describe(CodeProbleme.MOTIF_NON_ADMIS, etablissement.finess, recu=motif)
    exempts = exempt_indicateurs(campagne, etablissement.secteur, _secteurs(rapport))
    expected = compute_indicateurs(etablissement.comptes, etablissement.etats, campagne, convention, exempts)
    yield from _check_indicateurs(etablissement, expected)


def _secteurs(rapport: Rapport) -> tuple[Secteur | None, ...]:
    """Sectors of the whole project, set-aside establishments included: some exemptions depend on all of them."""
    kept = (etablissement.secteur for etablissement in rapport.etablissements)
    return (*kept, *(ecarte.secteur for ecarte in rapport.ecartes))


def _check_moment(etablissement: EtablissementRapport, rapport: Rapport) -> Iterator[Probleme]:
    try:
        zone = ZoneInfo(etablissement.fuseau)
    except (KeyError, OSError):  # an unknown name is a KeyError, one that is a folder of the database an OSError
        yield describe(CodeProbleme.FUSEAU_INCONNU, etablissement.finess, recu=etablissement.fuseau)
        return
    local = read_instant(rapport.calcule_le).astimezone(zone).date()
    if local < rapport.fenetre.fin:
        yield describe(
            CodeProbleme.FENETRE_INACHEVEE,
            etablissement.finess,
            recu=jour_en_lettres(local),
            attendu=jour_en_lettres(rapport.fenetre.dernier_jour),
        )


def _check_indicateurs(etablissement: EtablissementRapport, expected: Sequence[Indicateur]) -> Iterator[Probleme]:
    finess = etablissement.finess
    found = {indicateur.code: indicateur for indicateur in etablissement.indicateurs}
    wanted = {indicateur.code: indicateur for indicateur in expected}
    if missing := [code for code in wanted if code not in found]:
        yield describe(CodeProbleme.INDICATEURS_MANQUANTS, finess, attendu=", ".join(missing))
    if extra := [code for code in found if code not in wanted]:
        yield describe(CodeProbleme.INDICATEURS_EN_TROP, finess, recu=", ".join(extra))
    if not missing and not extra and [one.code for one in etablissement.indicateurs] != list(wanted):
        yield describe(CodeProbleme.INDICATEURS_EN_DESORDRE, finess)
    for code in wanted:
        if code in found:
            yield from _compare(finess, found[code], wanted[code])


def _compare(finess: str, found: Indicateur, wanted: Indicateur) -> Iterator[Probleme]:
    pairs = (
        (CodeProbleme.NOMBRE_FAUX, _fraction(found), _fraction(wanted)),
        (CodeProbleme.TAUX_FAUX, found.taux, wanted.taux),
        (CodeProbleme.CIBLE_FAUSSE, found.cible, wanted.cible),
        (CodeProbleme.ETAT_FAUX, found.etat, wanted.etat),
    )
    for code, recu, attendu in pairs:
        if recu != attendu:
            yield describe(code, finess, indicateur=wanted.code, recu=_written(recu), attendu=_written(attendu))


def _fraction(indicateur: Indicateur) -> str | None:
    if indicateur.denominateur is None:
        return None if indicateur.numerateur is None else str(indicateur.numerateur)
    return f"{_written(indicateur.numerateur)}/{indicateur.denominateur}"


def _written(value: object) -> str:
    return "rien" if value is None else str(value)
