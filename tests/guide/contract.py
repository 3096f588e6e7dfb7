"""Reference, first part: what a plugin writes. Relations, natures of dates, settings, flags, lists of words."""

from collections.abc import Iterator
from typing import Final, get_args, get_type_hints

from pydantic.fields import FieldInfo

from guide.docstrings import fields_of
from guide.markdown import code, codes, doc_of, table
from temoin_sdk import EpochMs, EpochS, Instant, Jour, Source
from temoin_sdk.contract.natures import Nature
from temoin_sdk.contract.relations import ROWS, SHAPES
from temoin_sdk.contract.settings import Reglages, ReglagesSql
from temoin_sdk.figures import LIBELLES
from temoin_sdk.http import ReglagesBasic, ReglagesCle, ReglagesHttp, ReglagesOAuth2
from temoin_sdk.mapping.models import Ignorance
from temoin_sdk.vocabulary import (
    Auteur,
    Compte,
    Destinataire,
    Drapeau,
    MotifNonEligible,
    Niveau,
    Relation,
    StatutEvenement,
    StatutProjet,
)
from temoin_sdk.wording import DRAPEAUX, MOTIFS_NON_ELIGIBLE

WORDS: Final = {
    (Relation.SEJOURS, "motif_non_eligible"): [each.name.lower() for each in MotifNonEligible],
    (Relation.MISES_A_JOUR, "auteur"): [each.value for each in Auteur],
    (Relation.PROJETS, "statut"): [each.name.lower() for each in StatutProjet],
    (Relation.EVENEMENTS, "statut"): [each.value for each in StatutEvenement],
    (Relation.MESSAGES_MSS, "destinataire"): [each.value for each in Destinataire],
}
"""Columns that hold words of a closed list."""

ETABLISSEMENTS: Final = "A site the software knows, with persons or without."
CODE: Final = "The site, by its FINESS or by the software's own code, which a configuration maps to a FINESS."
NATURES: Final = {Jour: "Jour()", Instant: 'Instant("Europe/Paris")', EpochS: "EpochS()", EpochMs: "EpochMs()"}
SETTINGS: Final = (ReglagesSql, ReglagesHttp, ReglagesCle, ReglagesBasic, ReglagesOAuth2)


def relations() -> Iterator[str]:
    """Each relation with its columns, as SELECTs name them and generators yield them."""
    yield "## Relations"
    yield (
        "A SELECT names these columns, in any order; a generator yields the row class, in this order. A relation that "
        "is not declared is « non fournie »: null, never 0. `?` marks what may be left out."
    )
    for relation, shape in SHAPES.items():
        row = ROWS.get(relation)
        docs = {"code": CODE} if row is None else fields_of(row)
        said = ETABLISSEMENTS if row is None else f"{doc_of(row)} Row class: `{row.__name__}`."
        yield f"### `{relation.value}`"
        yield said
        yield table(
            ["column", "holds", "meaning"],
            (
                [
                    code(column) + ("" if column in shape.required else " ?"),
                    _holds(relation, column, dates=column in shape.dates),
                    docs[column],
                ]
                for column in shape.columns
            ),
        )


def _holds(relation: Relation, column: str, *, dates: bool) -> str:
    if dates:
        return "a date, of a declared nature"
    if (relation, column) in WORDS:
        return " · ".join(code(word) for word in WORDS[relation, column])
    return "an identifier" if column.startswith("usager") else "a text"


def natures() -> Iterator[str]:
    """How a date column is declared."""
    assert set(NATURES) == set(get_args(Nature))
    yield "## Natures of dates"
    yield (
        "Every date column has a declared nature, given to `sql(…, dates=…)` for all columns of a relation or by "
        'column (`dates={"debut": Jour(), "fin": EpochS()}`); for generators in `dates` and `dates_par_colonne`.'
    )
    rows = [[code(NATURES[kind]), doc_of(kind)] for kind in NATURES]
    rows.insert(2, [code("Instant(LOCALE_ETABLISSEMENT)"), "The same, read on the clock of the establishment itself."])
    yield table(["nature", "the column holds"], rows)


def source() -> Iterator[str]:
    """Attributes of a source class."""
    yield "## What a class declares"
    docs = fields_of(Source)
    hints = get_type_hints(Source)
    rows = []
    for name in docs:
        default = f"`{_default(getattr(Source, name))}`" if hasattr(Source, name) else "must be given"
        assert name in hints
        rows.append([code(name), default, docs[name]])
    yield table(["attribute", "default", "meaning"], rows)


def _default(value: object) -> str:
    if isinstance(value, type):
        return value.__name__
    return "frozenset()" if value == frozenset() else str(value)


def settings() -> Iterator[str]:
    """Settings the sdk knows how to read."""
    yield "## Settings"
    yield doc_of(Reglages).split(" Fields named")[0] + " Your own extend one of these; a secret is a `SecretStr`."
    for model in SETTINGS:
        docs = fields_of(model)
        inherited = {} if model is ReglagesSql or model is ReglagesHttp else ReglagesHttp.model_fields
        own = {name: each for name, each in model.model_fields.items() if name not in inherited}
        beside = " Those of `ReglagesHttp`, and:" if inherited else ""
        yield f"### `{model.__name__}`"
        yield f"{doc_of(model).split('. ')[0].rstrip('.')}.{beside}"
        yield table(
            ["setting", "default", "meaning"],
            ([code(name), _given(each), docs[name]] for name, each in own.items()),
        )


def _given(field: FieldInfo) -> str:
    if field.is_required():
        return "must be given"
    return {None: "none", False: "`false`"}.get(field.default, code(field.default))


def flags() -> Iterator[str]:
    """Honesty flags."""
    docs = fields_of(Drapeau)
    declared = set(get_args(Ignorance))
    yield "## Flags"
    yield (
        "What stands beside the figures when something of them cannot be known. `ne_sait_pas` declares the first "
        f"{len(declared)}; the others are found by Témoin, or by plugins of its own."
    )
    yield table(
        ["flag", "meaning", "what is shown (French)"],
        (
            [code(f"Drapeau.{each.name}"), docs[each.name], DRAPEAUX[each]]
            for each in sorted(Drapeau, key=lambda one: one not in declared)
        ),
    )


def words() -> Iterator[str]:
    """Closed lists."""
    yield "## Closed lists of words"
    yield (
        "Words of the contract, whatever the case you write them in. A word that is not in its list is passed on as it "
        "is: Témoin names it in a warning and does not count it."
    )
    for title, kind in (
        ("`mises_a_jour.auteur`", Auteur),
        ("`projets.statut`", StatutProjet),
        ("`evenements.statut`", StatutEvenement),
        ("`messages_mss.destinataire`", Destinataire),
    ):
        yield f"**{title}**: {codes(each.name.lower() for each in kind)}. {doc_of(kind)}"
    yield f"**`sejours.motif_non_eligible`**. {doc_of(MotifNonEligible)}"
    yield table(["word", "in French"], ([code(word), said] for word, said in MOTIFS_NON_ELIGIBLE.items()))
    yield f"**Counts** (`Compte`). {doc_of(Compte)} A `CountSource` yields them; nothing else has to know them."
    yield table(["count", "in French"], ([code(each.value), LIBELLES[each]] for each in Compte))
    yield f"**Levels of proof** (`Niveau`): {codes(each.value for each in Niveau)}. {doc_of(Niveau)}"
