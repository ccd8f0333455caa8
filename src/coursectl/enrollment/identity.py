"""Columns with numbers of passports and identity cards, which this program must not hold."""

from __future__ import annotations

import re

from coursectl.errors import N_, BadInput
from coursectl.locale import fold
from coursectl.tables import LEFT_OUT, Table

NOT_HELD = N_("numbers of identity documents are never read")
_NAMES = frozenset(("name", "given_name", "family_name", "inverted_name", "first_or_full"))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Anywhere in a header, as it is folded.
_PARTS = (
    "passport", "pasaport", "passaport", "passeport", "cedula", "id card", "id number", "identity card", "national id",
    "registro geral", "registro civil", "cadastro de pessoa", "carne de extranjeria", "cartao de cidadao", "cartao do cidadao",
    "clave unica de registro", "clave de elector", "credencial de elector", "credencial para votar", "licencia de conducir",
    "driver s licen", "driving licen", "tax id", "social security", "seguro social", "seguridad social", "securite sociale",
)  # fmt: skip
# As a word of a header: cards and tax numbers of persons, from Mexico to Chile, and those of Spain, Portugal, France and the USA.
_WORDS = _words(
    "dni dnie cpf curp rfc cuil cuit rut nif nie ssn rg dpi dui cui nit rtn nuip cni bsn inss cnh rne rnm pis tin itin nss niss nuit"
)
# As the only word of a header, beside those of `_BESIDE`, since they are also other words.
_ALONE = _words("ci ced run ine ife cc cic ruc bi pass pasap pas")
_DOCUMENT = _words(
    "documento documentos document doc docto identidad identidade identite identity identificacion identificacao identification"
)
_BESIDE = _words(
    "n no nr nro num numero number numeros nos tipo type de of d da do du del des e y et o or and la the id nacional nacionais national"
    " nationale personal pessoal personnelle personnel viaje travel voyage viagem carnet carne carteira carte cartao card tarjeta piece"
    " civil bilhete ciudadania cidadania cidadao ciudadano extranjeria unico unica"
)
_NAMED = _words(
    "nombre nombres name names nome nomes nom noms prenom prenoms prenome apellido apellidos apelido apelidos surname sobrenome"
)
_INITIALS = re.compile(r"(?<!\S)\w(?: \w(?!\S))+")


def is_identity(header: str) -> bool:
    """Whether a column of this header holds passport or identity numbers: `N.º de pasaporte`, `D.N.I.`, `Nro. doc.`, `CPF`."""
    folded = _INITIALS.sub(_joined, fold(header))
    words = set(folded.split())
    if words & _NAMED:  # the name as the passport has it
        return False
    if words & _WORDS or any(part in folded for part in _PARTS):
        return True
    if words & _DOCUMENT:
        return words <= _DOCUMENT | _BESIDE
    return bool(words & _ALONE) and words <= _ALONE | _BESIDE


def _joined(letters: re.Match[str]) -> str:
    """`d n i` as `dni`, also after `n o`: the letters of an abbreviation that was written with points."""
    word = letters[0].replace(" ", "")
    rests = (word.removeprefix(beginning) for beginning in ("no", "n"))
    return next((rest for rest in rests if rest in _WORDS | _ALONE), letters[0])


def refuse_identity(table: Table) -> None:
    """Raise BadInput where columns hold such numbers, unless a mapping leaves them out or says that they are names."""
    mapped = table.heading.mapping
    read = [header for name, header in table.headers.items() if name not in _NAMES]
    found = [
        header
        for header in (*table.unknown, *read)
        if is_identity(header) and mapped.get(fold(header) or header) != LEFT_OUT
    ]
    if len(found) == 1:
        raise BadInput(_ONE, file=str(table.path), header=found[0])
    if found:
        found.sort(key=table.heading.headers.index)
        raise BadInput(
            _SEVERAL,
            file=str(table.path),
            headers=", ".join(f'"{header}"' for header in found),
            left_out=" ".join(f'--map "{header}=-"' for header in found),
        )


_ONE = N_(
    '{file} has a column "{header}". Passport and identity numbers are personal data that coursectl must not '
    'hold; delete the column, or leave it out with --map "{header}=-".'
)
_SEVERAL = N_(
    "{file} has the columns {headers}. Passport and identity numbers are personal data that coursectl must not hold; delete these "
    "columns, or leave them out with {left_out}."
)
