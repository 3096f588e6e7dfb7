"""One branch per relation: the editor's SELECT, one row per fact of its own interval."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    case,
    cast,
    literal,
    not_,
    null,
    or_,
    select,
)

from temoin_sdk.contract.relations import DAY_CODES
from temoin_sdk.statement.columns import Ecart, spell_ecart, spell_project
from temoin_sdk.statement.layouts import Facts
from temoin_sdk.statement.rows import Rows, number_of, whole
from temoin_sdk.vocabulary import (
    Auteur,
    Destinataire,
    MotifNonEligible,
    Relation,
    RelationJour,
    StatutEvenement,
    StatutProjet,
)


class Branches(Rows):
    """Builds the branches of one statement. Each method gives rows of single facts, already filtered and labelled."""

    def persons(self) -> list[Facts]:
        """Facts of persons, relation by relation."""
        ways = {
            Relation.SEJOURS: self._sejours,
            Relation.MISES_A_JOUR: self._mises_a_jour,
            Relation.PROJETS: self._projets,
            Relation.EVENEMENTS: self._evenements,
            Relation.DEPOTS_DMP: self._depots_dmp,
        }
        return [way() for relation, way in ways.items() if relation in self.relations]

    def _sejours(self) -> Facts:
        """Stays that overlap the interval; a reason unknown or not admitted by the campaign excludes nobody."""
        interval = self.scope.personnes
        rows = self._dated(Relation.SEJOURS, "motif_non_eligible")
        word, read = rows.c.motif_non_eligible, rows.c.illisible == 0
        admitted = {
            m.name.lower(): m.value for m in MotifNonEligible if m.name.lower() in self.scope.reglages.motifs_admis
        }
        told = "motif_non_eligible" in self.relations[Relation.SEJOURS].colonnes
        known = self._coded(word, admitted, whole(0)) if told else whole(0)
        unknown = and_(not_(self.scope.dialect.unsaid(word)), word.not_in(list(admitted)))
        last = literal(self.scope.fenetre.dernier_jour, Date)
        left_before = and_(rows.c.sortie.is_not(None), rows.c.sortie < last)
        columns = {
            "sejours": whole(1),
            "jour_ref": self._of_readable(read, case((left_before, rows.c.sortie), else_=last)),
            "motif": self._of_readable(read, known),
            "part": case(
                (not_(read), spell_ecart(Ecart.ILLISIBLE)),
                *([(unknown, spell_ecart(Ecart.INCONNU))] if told else []),
            ),
        }
        return Facts(
            Relation.SEJOURS,
            rows,
            columns,
            self._kept(
                Relation.SEJOURS,
                rows,
                read,
                and_(
                    rows.c.entree < literal(interval.fin, Date),
                    or_(rows.c.sortie.is_(None), rows.c.sortie >= literal(interval.debut, Date)),
                ),
            ),
        )

    def _projets(self) -> Facts:
        """Projects that can matter. One that ends before it starts stood on no day.

        One that stood on every day of the interval is settled here, whatever the reference day of the person, which
        other sources may still move. One that began or ended on the way is handed over with its days. A start before
        the interval is as good as none, and may be the year 1, which moved by some hours is no date any more.
        """
        first, last = literal(self.scope.personnes.debut, Date), literal(self.scope.fenetre.dernier_jour, Date)
        rows = self._dated(Relation.PROJETS, "statut")
        began, ended = case((rows.c.debut >= first, rows.c.debut)), case((rows.c.fin < last, rows.c.fin))
        statut = self._coded(rows.c.statut, {s.name.lower(): s.value for s in StatutProjet}, cast(null(), Integer))
        read = rows.c.illisible == 0
        throughout = and_(began.is_(None), ended.is_(None))
        ordinal = self.scope.dialect.ordinal
        columns = {
            "projets": whole(1),
            "projet": self._of_readable(read, statut, throughout),
            "part": case(
                (not_(read), spell_ecart(Ecart.ILLISIBLE)),
                (statut.is_(None), spell_ecart(Ecart.INCONNU)),
                (not_(throughout), spell_project(ordinal(began), ordinal(ended), statut)),
            ),
        }
        return Facts(
            Relation.PROJETS,
            rows,
            columns,
            self._kept(
                Relation.PROJETS,
                rows,
                read,
                and_(
                    or_(rows.c.debut.is_(None), rows.c.debut < literal(self.scope.fenetre.fin, Date)),
                    or_(rows.c.fin.is_(None), rows.c.fin >= first),
                    or_(rows.c.debut.is_(None), rows.c.fin.is_(None), rows.c.debut <= rows.c.fin),
                ),
            ),
        )

    def _mises_a_jour(self) -> Facts:
        """Updates: only a human's writing gives a day; one that nobody signed is counted, and said.

        Where the source has no authors at all, that is known beforehand and not told row by row.
        """
        rows = self._of_persons(Relation.MISES_A_JOUR, self.scope.fenetre.debut, "auteur")
        author, known = rows.c.auteur, [a.value for a in Auteur]
        unsaid = self.scope.dialect.unsaid(author)
        # the ordinary first: an engine may evaluate the word anew wherever it stands
        ecarts = [
            (author.in_(known), cast(null(), BigInteger)),
            (unsaid, spell_ecart(Ecart.SANS_AUTEUR)),
        ]
        told = "auteur" in self.relations[Relation.MISES_A_JOUR].colonnes
        columns = {
            "maj": number_of(rows),
            "maj_jour": case((or_(author == Auteur.HUMAIN.value, unsaid), rows.c.jour)),
            "part": case(
                (rows.c.jour.is_(None), spell_ecart(Ecart.ILLISIBLE)), *ecarts, else_=spell_ecart(Ecart.INCONNU)
            )
            if told
            else case((rows.c.jour.is_(None), spell_ecart(Ecart.ILLISIBLE))),
        }
        return Facts(Relation.MISES_A_JOUR, rows, columns)

    def _evenements(self) -> Facts:
        """Events: cancelled ones and unknown states do not count, a missing state does.

        Within the window alone, the day says which were kept.
        """
        debut = self.scope.fenetre.debut
        everything = self.scope.reglages.agenda == "tout"
        rows = self._of_persons(Relation.EVENEMENTS, None if everything else debut, "statut")
        word, jour = rows.c.statut, rows.c.jour
        counted = [s.value for s in StatutEvenement if s is not StatutEvenement.ANNULE]
        unsaid = self.scope.dialect.unsaid(word)
        kept = and_(jour.is_not(None), or_(word.in_(counted), unsaid))
        columns = {
            "evenements": number_of(rows),
            "evenement_jour": case((and_(jour >= literal(debut, Date), kept), jour)),
            "part": case(
                (jour.is_(None), spell_ecart(Ecart.ILLISIBLE)),
                (or_(word.in_([s.value for s in StatutEvenement]), unsaid), cast(null(), BigInteger)),
                else_=spell_ecart(Ecart.INCONNU),
            ),
        }
        if everything:
            columns["evenements_retenus"] = case((kept, number_of(rows)))
        return Facts(Relation.EVENEMENTS, rows, columns)

    def _depots_dmp(self) -> Facts:
        rows = self._of_persons(Relation.DEPOTS_DMP, self.scope.fenetre.debut)
        columns = {
            "depots": number_of(rows),
            "depot_jour": rows.c.jour,
            "part": case((rows.c.jour.is_(None), spell_ecart(Ecart.ILLISIBLE))),
        }
        return Facts(Relation.DEPOTS_DMP, rows, columns)

    def jours(self, relation: Relation) -> Select[Any]:
        """Facts counted by day: site (spelled: a key is one in one site), code (of the day leaf), jour, cle."""
        fenetre = self.scope.fenetre
        rows = self._in_window(
            relation, fenetre.debut, *(("destinataire",) if relation is Relation.MESSAGES_MSS else ())
        )
        day_code: ColumnElement[int] = whole(DAY_CODES[relation].value)
        if relation is Relation.MESSAGES_MSS:
            day_code = case(
                (rows.c.destinataire == Destinataire.PROFESSIONNEL.value, whole(1)),
                (rows.c.destinataire == Destinataire.USAGER.value, whole(2)),
                else_=whole(RelationJour.MESSAGES_MSS_INCONNU.value),
            )
        return select(rows.c.code_site.label("site"), day_code.label("code"), rows.c.jour, rows.c.cle)
