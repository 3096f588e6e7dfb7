"""What a mapping file holds: the whole of a SQL source, said in TOML.

The descriptions are French and long because they are what an editor reads while typing: `docs/schemas/mapping.json` is
made from these models.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    model_validator,
)
from pydantic_core import CoreSchema

from temoin_sdk.contract.natures import LOCALE_ETABLISSEMENT, Instant
from temoin_sdk.errors import MappingError, PluginError
from temoin_sdk.report.bounded import NomLogiciel
from temoin_sdk.statement.editor_text import bind_names, clean
from temoin_sdk.vocabulary import Drapeau, Relation

FORMAT: Final = 1
"""Version of the form of the file."""

MotNature = Literal["jour", "instant", "epoch_s", "epoch_ms"]

Ignorance = Literal[Drapeau.AUTEUR_INCONNU, Drapeau.DERNIERE_MAJ_SEULE, Drapeau.ETAT_COURANT_SEUL]


class Moteur(StrEnum):
    """The engines a mapping can be written for; MariaDB and MySQL are read alike."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
    MARIADB = "mariadb"
    ORACLE = "oracle"
    SQLSERVER = "sqlserver"


class TypeReglage(StrEnum):
    """What a declared setting may be."""

    TEXTE = "texte"
    ENTIER = "entier"
    BOOLEEN = "booleen"
    DATE = "date"
    CHOIX = "choix"
    SECRET = "secret"  # noqa: S105 # the name of a type


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def _one_select(text: str) -> str:
    try:
        clean(text, ou="")
    except MappingError as error:
        raise ValueError(f"{error.message} {error.remede}") from error
    return text


def _without_binds(text: str) -> str:
    if bind_names(clean(_one_select(text), ou="")):
        raise ValueError("cette requête est lue sans paramètres : ni :debut, ni :fin, ni :reglage_…")
    return text


def _known_zone(name: str) -> str:
    try:
        Instant(name)
    except PluginError as error:
        raise ValueError(
            f"{error.message} Écrire un nom IANA (« Europe/Paris ») ou « {LOCALE_ETABLISSEMENT} »."
        ) from error
    return name


Requete = Annotated[
    str,
    StringConstraints(max_length=100_000),
    AfterValidator(_one_select),
    Field(
        description="Un seul SELECT (ou WITH … SELECT), dans le dialecte de la base, sur les tables du logiciel. Les "
        "colonnes sont nommées par AS comme la relation le demande, dans n'importe quel ordre. Paramètres possibles : "
        ":debut et :fin (la période lue, fin exclue) et :reglage_<nom> (un réglage déclaré dans ce fichier)."
    ),
]
Zone = Annotated[
    str,
    AfterValidator(_known_zone),
    Field(
        description="Fuseau des heures écrites sans décalage : un nom IANA, par exemple « Europe/Paris », ou "
        f"« {LOCALE_ETABLISSEMENT} » quand chaque établissement écrit à sa propre horloge."
    ),
]


class _OneWordForAll:
    """`dates = "jour"` stands for every date column of the relation; the schema says so too."""

    def __init__(self, *columns: str) -> None:
        self.columns = columns

    def spread(self, value: object) -> object:
        return dict.fromkeys(self.columns, value) if isinstance(value, str) else value

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        word = {"type": "string", "enum": ["jour", "instant", "epoch_s", "epoch_ms"]}
        return {"anyOf": [word, handler(schema)]}


_FAIT, _SEJOUR, _PROJET = (
    _OneWordForAll("date_fait"),
    _OneWordForAll("entree", "sortie"),
    _OneWordForAll("debut", "fin"),
)
_DATES: Final = (
    "Ce que contiennent les colonnes de date : « jour » (date civile), « instant » (date et heure, lues dans « zone » "
    "si elles n'ont pas de décalage), « epoch_s » ou « epoch_ms » (secondes ou millisecondes depuis 1970). Un mot pour "
    "toutes, ou une table par colonne."
)


class DatesFait(_Table):
    """Nature de la colonne de date d'un fait."""

    date_fait: MotNature


class DatesSejour(_Table):
    """Nature des colonnes de date d'un séjour."""

    entree: MotNature
    sortie: MotNature | None = None


class DatesProjet(_Table):
    """Nature des colonnes de date d'un projet."""

    debut: MotNature | None = None
    fin: MotNature | None = None


class RelationSimple(_Table):
    """Une relation sans date."""

    sql: Requete


class RelationFait(_Table):
    """Une relation dont chaque ligne est un fait daté."""

    sql: Requete
    dates: Annotated[DatesFait, BeforeValidator(_FAIT.spread), _FAIT, Field(description=_DATES)]
    zone: Zone | None = None


class RelationSejours(_Table):
    """La relation des séjours."""

    sql: Requete
    dates: Annotated[DatesSejour, BeforeValidator(_SEJOUR.spread), _SEJOUR, Field(description=_DATES)]
    zone: Zone | None = None


class RelationProjets(_Table):
    """La relation des projets personnalisés."""

    sql: Requete
    dates: Annotated[DatesProjet, BeforeValidator(_PROJET.spread), _PROJET, Field(description=_DATES)]
    zone: Zone | None = None


RelationDeclaree = RelationSimple | RelationFait | RelationSejours | RelationProjets


class Relations(_Table):
    """Où sont les faits. Une relation absente est « non fournie » : nulle, jamais 0."""

    etablissements: RelationSimple = Field(
        description="Les sites que le logiciel connaît. Colonne : code (le code du logiciel ou un FINESS)."
    )
    sejours: RelationSejours | None = Field(
        default=None,
        description="Cette personne était accompagnée ici. Colonnes : code, usager, entree ; facultatives : sortie (la "
        "sortie définitive, jamais une absence), motif_non_eligible.",
    )
    mises_a_jour: RelationFait | None = Field(
        default=None,
        description="Quelqu'un a écrit dans le dossier. Colonnes : code, usager, date_fait ; facultative : auteur "
        "(humain, automate).",
    )
    projets: RelationProjets | None = Field(
        default=None,
        description="Un projet personnalisé était dans cet état. Colonnes : code, usager, statut (en_preparation, "
        "actif, suspendu, termine, annule) ; facultatives : debut, fin (incluses).",
    )
    evenements: RelationFait | None = Field(
        default=None,
        description="Un événement d'agenda d'une personne. Colonnes : code, usager, date_fait ; facultative : statut "
        "(planifie, valide, termine, annule).",
    )
    messages_mss: RelationFait | None = Field(
        default=None,
        description="Un message MSSanté envoyé, quel que soit le nombre de destinataires. Colonnes : code (NULL : de "
        "l'organisme), date_fait ; facultatives : destinataire (professionnel, usager), cle.",
    )
    depots_dmp: RelationFait | None = Field(
        default=None,
        description="Un document entré dans le DMP. Colonnes : code, usager, date_fait ; facultative : cle.",
    )
    prescriptions: RelationFait | None = Field(
        default=None,
        description="Une prescription électronique importée. Colonnes : code, date_fait ; facultative : cle.",
    )
    echanges_eparcours: RelationFait | None = Field(
        default=None,
        description="Un échange avec la plateforme e-parcours. Colonnes : code, date_fait ; facultative : cle.",
    )
    identites: RelationSimple | None = Field(
        default=None,
        description="Deux identifiants sont une même personne. Colonnes : espace, usager, espace_maitre, "
        "usager_maitre.",
    )

    def supplied(self) -> dict[Relation, RelationDeclaree]:
        """Every relation of the file, in the order of the contract."""
        found: dict[Relation, RelationDeclaree | None] = {r: getattr(self, r.value) for r in Relation}
        return {relation: each for relation, each in found.items() if each is not None}


class LogicielDeclare(_Table):
    """Le logiciel lu, tel que le rapport le nomme."""

    nom: NomLogiciel = Field(description="Nom du logiciel, par exemple « Residia ».")
    version: NomLogiciel | None = Field(default=None, description="Version fixe du logiciel.")
    version_sql: Annotated[str, AfterValidator(_without_binds)] | None = Field(
        default=None,
        description="Requête qui rend la version installée : une ligne, une colonne. Au lieu de « version ».",
    )

    @model_validator(mode="after")
    def _one_version(self) -> Self:
        if self.version is not None and self.version_sql is not None:
            raise ValueError("« version » et « version_sql » disent la même chose : garder l'une des deux")
        return self


_PYTHON: Final[Mapping[TypeReglage, tuple[type, str]]] = {
    TypeReglage.TEXTE: (str, "un texte entre guillemets"),
    TypeReglage.ENTIER: (int, "un nombre entier, sans guillemets"),
    TypeReglage.BOOLEEN: (bool, "true ou false, sans guillemets"),
    TypeReglage.DATE: (str, "une date AAAA-MM-JJ"),
    TypeReglage.CHOIX: (str, "l'un des choix"),
}


class ReglageDeclare(_Table):
    """Un réglage que chaque client donne, et que les requêtes emploient par :reglage_<nom>."""

    type: TypeReglage = Field(description="Sorte de valeur. Un « secret » se donne par référence, jamais en clair.")
    description: Annotated[str, StringConstraints(min_length=1, max_length=300)] = Field(
        description="Ce que le gestionnaire doit écrire, en français : il le lit quand il configure."
    )
    defaut: bool | int | str | None = Field(
        default=None, description="Valeur quand le client n'en donne pas. Sans elle, le réglage est obligatoire."
    )
    obligatoire: bool | None = Field(
        default=None, description="false : sans valeur, les requêtes reçoivent NULL. Par défaut : true sans « defaut »."
    )
    choix: Annotated[tuple[str, ...], Field(min_length=1)] | None = Field(
        default=None, description="Valeurs admises d'un réglage de type « choix »."
    )

    @property
    def required(self) -> bool:
        """Whether a client must give it."""
        return self.defaut is None if self.obligatoire is None else self.obligatoire

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if (self.type is TypeReglage.CHOIX) != (self.choix is not None):
            raise ValueError("« choix » s'écrit pour un réglage de type « choix », et pour lui seul")
        if self.obligatoire and self.defaut is not None:
            raise ValueError("un réglage qui a une valeur par défaut n'est pas obligatoire")
        if self.defaut is not None:
            self._check_default()
        return self

    def _check_default(self) -> None:
        if self.type is TypeReglage.SECRET:
            raise ValueError("un secret n'a pas de valeur par défaut : chaque client a le sien")
        kind, wanted = _PYTHON[self.type]
        if type(self.defaut) is not kind or (self.choix is not None and self.defaut not in self.choix):
            raise ValueError(f"« defaut » : {wanted} est attendu")
        if self.type is TypeReglage.DATE:
            try:
                date.fromisoformat(str(self.defaut))
            except ValueError as error:
                raise ValueError(f"« defaut » : {wanted} est attendue") from error


class FichierMapping(_Table):
    """Un logiciel lu par Témoin sans écrire de Python : une connexion SQL, et un SELECT par relation."""

    format: Literal[1] = Field(description="Version de la forme de ce fichier : 1.")
    nom: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = Field(
        description="Nom court de ce mapping, dans les rapports : minuscules, chiffres et « _ »."
    )
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,5}(?:[.][0-9]{1,5}){0,3}$")] = Field(
        description="Version de ce mapping, par exemple « 1.2 » : le rapport la nomme ; à augmenter à chaque fois."
    )
    moteurs: Annotated[tuple[Moteur, ...], Field(min_length=1)] = Field(
        description="Moteurs de base de données pour lesquels les requêtes sont écrites."
    )
    espace_usagers: NomLogiciel = Field(
        description="Espace dans lequel vivent les identifiants d'usagers, par exemple « residia.resident » : deux "
        "sources du même espace connaissent les mêmes personnes."
    )
    zone: Zone | None = None
    ne_sait_pas: tuple[Ignorance, ...] = Field(
        default=(),
        description="Ce que le logiciel ne peut pas dire : qui a écrit (auteur_inconnu), autre chose que la dernière "
        "mise à jour (derniere_maj_seule) ou que l'état d'aujourd'hui (etat_courant_seul). Les chiffres comptent, "
        "l'avertissement les accompagne.",
    )
    logiciel: LogicielDeclare = Field(description="Le logiciel lu, tel que le rapport le nomme.")
    relations: Relations = Field(description="Où sont les faits : un SELECT par relation.")
    reglages: dict[str, ReglageDeclare] = Field(
        default_factory=dict,
        description="Réglages que chaque client donne en plus de l'adresse et du mot de passe : [reglages.<nom>].",
    )
