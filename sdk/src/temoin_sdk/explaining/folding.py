"""Kept rows put into the sdk's own group: from here on a figure is made by the functions that count it."""

from temoin_sdk.campaigns import Reglages
from temoin_sdk.contract.relations import DAY_CODES
from temoin_sdk.explaining.lines import Ligne
from temoin_sdk.explaining.sorting import STATUTS, Contexte
from temoin_sdk.gathering.from_records import MESSAGE_CODES
from temoin_sdk.gathering.groups import Group
from temoin_sdk.gathering.persons import Personne, latest
from temoin_sdk.tally.establishment import BY_DAY, Tally, deposits_without_stay, feuilles_jours, flags_of
from temoin_sdk.vocabulary import Compte, MotifNonEligible, Relation, RelationJour


def fold_person(relation: Relation, ligne: Ligne, c: Contexte) -> None:
    """What one kept row says of its person."""
    who = c.who(ligne)
    if who is None:
        return
    personne = c.group.personnes.setdefault(who, Personne())
    match relation:
        case Relation.SEJOURS:
            last = c.fenetre.dernier_jour.toordinal()
            personne.add_stay(last if ligne.fin is None else min(ligne.fin, last), reason_of(ligne, c.reglages))
        case Relation.MISES_A_JOUR:
            personne.maj_jour = latest(personne.maj_jour, ligne.debut)
        case Relation.PROJETS:
            personne.periodes += ((STATUTS[ligne.mot or ""], ligne.debut, ligne.fin),)
        case Relation.EVENEMENTS:
            personne.evenements_retenus += ligne.nombre
            if ligne.debut is not None and ligne.debut >= c.fenetre.debut.toordinal():
                personne.evenement_jour = latest(personne.evenement_jour, ligne.debut)
        case Relation.DEPOTS_DMP:
            personne.depots += ligne.nombre
            personne.depot_jour = latest(personne.depot_jour, ligne.debut)


def reason_of(ligne: Ligne, reglages: Reglages) -> int:
    """Code of the reason of a stay, 0 for none; one that the campaign does not admit excludes nobody."""
    return MotifNonEligible[ligne.mot.upper()].value if ligne.mot in reglages.motifs_admis and ligne.mot else 0


def fold_day(relation: Relation, ligne: Ligne, c: Contexte) -> None:
    """What one kept row says of its day."""
    code = DAY_CODES[relation].value
    if relation is Relation.MESSAGES_MSS:
        code = MESSAGE_CODES.get(ligne.mot, code)
    if ligne.cle is None:
        c.group.add_days([(code, ligne.debut, ligne.nombre)])
    else:
        c.group.add_keyed([(relation.value, ligne.cle, code, ligne.debut)])


def count_group(group: Group, reglages: Reglages) -> dict[Compte, int]:
    """The ten counts of a settled group, as an establishment's evidence gives them."""
    accompanied = [one for one in group.personnes.values() if one.sejours]
    tally = Tally(accompanied, [flags_of(one, reglages) for one in accompanied])
    jours = feuilles_jours(group.jours)
    if reglages.dmp == "sans_condition":
        jours += deposits_without_stay(group.personnes.values())
    sums = {code: sum(each.nombre for each in jours if each.relation is code) for code in RelationJour}
    by_day = {compte: sum(sums[code] for code in codes) for compte, codes in BY_DAY.items()}
    return tally.comptes(sums[RelationJour.DMP_HORS_SEJOUR]) | by_day
