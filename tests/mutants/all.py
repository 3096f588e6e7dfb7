"""Every mutant."""

from typing import Final

from mutants.behaviour import BEHAVIOUR
from mutants.exchanges import MESSAGES, OTHERS
from mutants.mutant import Mutant
from mutants.records import EVENTS, PROJECTS, UPDATES
from mutants.stays import STAYS

SOUND: Final = Mutant("the plugin as it is", "", "")
MUTANTS: Final = (*STAYS, *UPDATES, *PROJECTS, *EVENTS, *MESSAGES, *OTHERS, *BEHAVIOUR)
