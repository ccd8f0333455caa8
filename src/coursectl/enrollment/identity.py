"""Columns with numbers of passports and identity cards, which this program must not hold."""

from __future__ import annotations

from coursectl.errors import N_, BadInput
from coursectl.locale import fold
from coursectl.tables import LEFT_OUT, Table

NOT_HELD = N_("numbers of identity documents are never read")
_NAMES = frozenset(("name", "given_name", "family_name", "inverted_name", "first_or_full"))
_PARTS = (
    "passport",
    "pasaport",
    "passaport",
    "passeport",
    "cedula",
    "id card",
    "id number",
    "identity card",
    "national id",
)
_WORDS = frozenset("dni cpf curp cuil cuit rut nif nie ssn rg".split())  # noqa: SIM905
_DOCUMENT = frozenset(("documento", "document", "identidad", "identidade", "identite", "identity"))
_BESIDE = frozenset(
    [
        "n",
        "no",
        "nro",
        "num",
        "numero",
        "number",
        "tipo",
        "type",
        "de",
        "of",
        "d",
        "da",
        "do",
        "du",
        "del",
        "e",
        "y",
        "o",
        "or",
        "and",
        "la",
        "id",
        "nacional",
        "national",
        "personal",
        "viaje",
        "travel",
        "voyage",
        "viagem",
        "carnet",
        "carne",
        "carteira",
        "carte",
        "tarjeta",
        "piece",
        "civil",
    ]
)
_NAMED = frozenset("nombre nombres name names nome nomes nom noms prenom apellido apellidos surname sobrenome".split())  # noqa: SIM905


def is_identity(header: str) -> bool:
    """Whether a column of this header holds passport or identity numbers: `N.º de pasaporte`, `DNI`, `Documento`, `CPF`."""
    folded = fold(header)
    letters = folded.split()
    words = {folded.replace(" ", "")} if max(map(len, letters), default=0) == 1 else set(letters)
    if words & _NAMED:  # the name as the passport has it
        return False
    document = bool(words & _DOCUMENT) and words <= _DOCUMENT | _BESIDE
    return document or bool(words & _WORDS) or words == {"ci"} or any(part in folded for part in _PARTS)


def refuse_identity(table: Table) -> None:
    """Raise BadInput where a column holds such numbers, unless a mapping leaves it out or says that it is a name."""
    mapped = table.heading.mapping
    read = [header for name, header in table.headers.items() if name not in _NAMES]
    for header in (*table.unknown, *read):
        if is_identity(header) and mapped.get(fold(header)) != LEFT_OUT:
            raise BadInput(
                N_(
                    '{file} has a column "{header}". Passport and identity numbers are personal data that coursectl must not '
                    'hold; delete the column, or leave it out with --map "{header}=-".'
                ),
                file=str(table.path),
                header=header,
            )
