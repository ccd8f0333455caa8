"""What the cells of lists mean: dates, times, and the words that stand for codes."""

from __future__ import annotations

import datetime
import re
from functools import cache
from typing import Literal

from coursectl.errors import N_, BadInput
from coursectl.locale.folding import fold

WordKind = Literal["sex", "category", "session_kind", "attendance", "yes_no"]

# A spreadsheet gives a date as midnight.
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::00(?:\.0+)?)?")

# Each code with its words in English, Spanish, Portuguese and French, feminine and plural forms included where lists use
# them. The letter M is male: where it is meant as "mujer" the other letter is H, and the list must be put right by a person.
_WORDS: dict[WordKind, dict[str, str]] = {
    "sex": {
        "female": "F|fem|female|woman|Ms|Mrs|mujer|femenino|femenina|mulher|feminino|feminina|femme|féminin|féminine",
        "male": "M|H|masc|male|man|Mr|hombre|varón|masculino|homem|homme|masculin",
        "other": "X|other|otro|otra|otre|outro|outra|autre|non-binary|no binario|no binaria|não binário|non binaire",
        "not_stated": "not stated|prefer not to say|no declara|no declarado|no indica|prefiere no decir|não declarado"
        "|não informado|no indicado|no indicada|non indiqué|prefiro não dizer|non précisé|non déclaré|n/a|n/d|s/d",
    },
    "category": {
        "official": "official|officials|government official|civil servant|funcionario|funcionaria|funcionario público"
        "|funcionaria pública|funcionário|funcionária|funcionário público|servidor público|servidora pública"
        "|fonctionnaire|agent public|gobierno|governo|gouvernement|government",
        "academic": "academic|academia|académico|académica|acadêmico|acadêmica|universitaire|académique|professor"
        "|docente|investigador|investigadora",
        "international_staff": "international staff|international_staff|international civil servant"
        "|international official|funcionario internacional|funcionaria internacional|personal internacional"
        "|organismo internacional|funcionário internacional|funcionária internacional|pessoal internacional"
        "|fonctionnaire international|fonctionnaire internationale|personnel international",
        "observer": "observer|observador|observadora|observateur|observatrice|observación|observação|oyente|ouvinte",
    },
    "session_kind": {
        "lecture": "lecture|class|talk|clase|conferencia|charla|ponencia|exposición|disertación|aula|palestra"
        "|conferência|cours|cours magistral|conférence|exposé",
        "panel": "panel|panel discussion|round table|mesa redonda|mesa|painel|table ronde|débat",
        "workshop": "workshop|taller|práctica|trabajo práctico|trabajo en grupo|ejercicio|oficina|atelier|exercise"
        "|group work|travaux pratiques|travail de groupe|trabalho em grupo",
        "visit": "visit|field visit|site visit|study visit|visita|visita de campo|visita de estudio|visita técnica|visite"
        "|visite de terrain|visita de estudo",
        "exam": "exam|examination|test|assessment|examen|evaluación|prueba|exame|avaliação|prova|évaluation|épreuve",
        "ceremony": "ceremony|opening|closing|opening ceremony|closing ceremony|ceremonia|acto|apertura|clausura|inauguración"
        "|acto de apertura|acto de clausura|ceremonia de apertura|ceremonia de clausura|cerimônia|cerimónia|abertura"
        "|encerramento|cerimônia de abertura|cerimônia de encerramento|cérémonie|ouverture|clôture"
        "|cérémonie d'ouverture|cérémonie de clôture",
        "break": "break|coffee break|coffee|lunch|lunch break|pausa|receso|descanso|café|pausa café|pausa para café|almuerzo"
        "|refrigerio|intervalo|almoço|pause|pause-café|déjeuner|pause déjeuner",
    },
    "attendance": {
        "present": "P|true|present|presente|présent|présente|x|✓|✔|☑|1|asistió|attended|sí|yes|sim|oui",
        "absent": "A|false|absent|ausente|absente|0|falta|faltó|faltou|✗|✘|no|não|non",
        "late": "L|late|tarde|T|tardanza|atraso|atrasado|atrasada|retard|en retard|R",
        "excused": "E|excused|J|justificado|justificada|justified|justifié|justifiée|excusé|excusée|falta justificada"
        "|ausencia justificada|ausente justificado|dispensado|dispensada|con permiso|permiso",
    },
    "yes_no": {
        "yes": "yes|y|true|1|x|✓|✔|☑|sí|s|sim|oui|o|verdadero|verdadeiro|vrai",
        "no": "no|n|false|0|não|non|✗|✘|falso|faux",
    },
}


def read_word(kind: WordKind, words: str) -> str | None:
    """The code that a cell's word stands for in English, Spanish, Portuguese or French; None if it stands for none.

    The code itself is understood too, as are case, accents and punctuation as people leave them. Codes: `female`,
    `male`, `other`, `not_stated`; the categories of enrollments; the kinds of sessions; the marks of attendance;
    `yes`, `no`.
    """
    return _codes(kind).get(_matched(words))


def parse_date(words: str) -> datetime.date:
    """The date that a cell holds: `2015-03-09`, or the same with the midnight that spreadsheets add.

    Raises BadInput for any other form and for days that no calendar has.
    """
    form = _DATE.fullmatch(words.strip())
    if form is None:
        raise BadInput(
            N_("{value!r} can't be read as a date; write it as year-month-day, like 2015-03-09."), value=words
        )
    try:
        return datetime.date.fromisoformat(form[1])
    except ValueError:
        raise BadInput(
            N_("No calendar has the date {value!r}; write year-month-day, like 2015-03-09."), value=words
        ) from None


def parse_time(words: str) -> str:
    """The time of day that a cell holds, as `HH:MM`: `9:00`, `09:00:00`. Raises BadInput for any other form."""
    form = _TIME.fullmatch(words.strip())
    if form is None:
        raise BadInput(
            N_("{value!r} can't be read as a time; write hours and minutes of the 24-hour clock, like 09:00 or 14:30."),
            value=words,
        )
    return f"{int(form[1]):02}:{form[2]}"


def is_whole_number(words: str) -> bool:
    """Whether these are the digits, of any script, of a number that something of ours may have; longer ones are none."""
    return words.isdecimal() and len(words) <= _DIGITS


_DIGITS = 18  # fit in 63 bits; Python refuses to read thousands


def _matched(words: str) -> str:
    """The folded words, or the sign itself where folding leaves nothing of it."""
    return fold(words) or words.strip().rstrip("\ufe0e\ufe0f")


@cache
def _codes(kind: WordKind) -> dict[str, str]:
    found: dict[str, str] = {}
    for code, words in _WORDS[kind].items():
        found[_matched(code)] = code
        for word in words.split("|"):
            found.setdefault(_matched(word), code)
    return found
