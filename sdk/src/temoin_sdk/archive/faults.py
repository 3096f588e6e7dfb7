"""What is wrong with one file of an archive, or with one figure of its report."""

from dataclasses import dataclass

from temoin_sdk.errors import TemoinError


@dataclass(frozen=True, slots=True)
class Faute:
    """One fault: `ou` is the file, or the establishment whose figure differs; `message` is French, `code` stable."""

    ou: str
    message: str
    code: str

    def phrase(self) -> str:
        """« squelette/010780054.bin : ce fichier manque »; a sentence that names its establishment stands alone."""
        return self.message if self.message.startswith(self.ou) else f"{self.ou} : {self.message}"


def fault_of(ou: str, error: TemoinError) -> Faute:
    """The fault that an error tells of this file."""
    return Faute(ou, error.message, error.code)
