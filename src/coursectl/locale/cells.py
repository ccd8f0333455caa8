"""What the cells of lists mean: dates, times, and the words that stand for codes."""

from __future__ import annotations

import datetime
import re
from functools import cache
from typing import Literal

from coursectl.errors import N_, BadInput
from coursectl.locale.folding import fold

WordKind = Literal["sex", "category", "session_kind", "modality", "attendance", "yes_no"]

# A spreadsheet gives a date as midnight.
_MIDNIGHT = r"(?:[ T]00:00(?::00(?:\.0+)?)?)?"
_DATE = re.compile(rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_MIDNIGHT}")
_LOCAL_DATE = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}){_MIDNIGHT}")
_DAY_FIRST = re.compile(
    r"(?:[a-z]+ ){0,2}([0-9]{1,2})(?:er|o|a|st|nd|rd|th)? (?:de |of )?([a-z]+) (?:de |del )?([0-9]{4})"
)
_MONTH_FIRST = re.compile(r"(?:[a-z]+ )?([a-z]+) ([0-9]{1,2})(?:st|nd|rd|th)? ([0-9]{4})")
_TIME = re.compile(
    r"([01]?[0-9]|2[0-3]) ?"
    r"(?:[:.h] ?([0-5][0-9])(?::00(?:\.0+)?)?(?: ?(?:hs?|hrs?|horas|min)\.?)?|(?:hs?|hrs?|horas)\.?|(?=[ap]))"
    r" ?([ap])?(?(3)\.? ?m\.?)",
    re.IGNORECASE,
)
_MONTHS = (
    "jan january enero ene janeiro janvier janv",
    "feb february febrero fevereiro fev fevrier fevr",
    "mar march marzo marco mars",
    "apr april abril abr avril avr",
    "may mayo maio mai",
    "jun june junio junho juin",
    "jul july julio julho juillet juil",
    "aug august agosto ago aout",
    "sep sept september septiembre setiembre setembro set septembre",
    "oct october octubre outubro out octobre",
    "nov november noviembre novembro novembre",
    "dec december diciembre dic dezembro dez decembre",
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}

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
    "modality": {
        "in_person": "in person|on site|onsite|face to face|presencial|en persona|cara a cara|présentiel|présentielle"
        "|en présentiel|sur place|em pessoa",
        "online": "online|on line|virtual|remote|remotely|at a distance|distance|videoconference|video conference|en línea"
        "|a distancia|remota|remoto|videoconferencia|por videoconferencia|em linha|à distância|videoconferência"
        "|por videoconferência|en ligne|à distance|distanciel|en distanciel|virtuel|virtuelle|visioconférence"
        "|en visioconférence|par visioconférence",
        "hybrid": "hybrid|mixed|blended|híbrida|híbrido|mixta|mixto|semipresencial|bimodal|mista|misto|hybride|mixte|comodal"
        "|presencial y virtual|presencial e virtual",
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
    `male`, `other`, `not_stated`; the categories of enrollments; the kinds and modalities of sessions; the marks of attendance;
    `yes`, `no`.
    """
    return _codes(kind).get(_matched(words))


def parse_date(words: str) -> datetime.date:
    """The date that a cell holds: `2015-03-09`, also with the midnight that spreadsheets add.

    And a date as people write it, where only one can be meant: `25/3/2015`, `9 de marzo de 2015`, `March 9, 2015`; not
    `9/3/2015`. Raises BadInput for any other form and for days that no calendar has.
    """
    parts = _date_parts(words.strip())
    if parts is None:
        raise BadInput(
            N_("{value!r} can't be read as a date; write it as year-month-day, like 2015-03-09."), value=words
        )
    try:
        return datetime.date(*parts)
    except ValueError:
        raise BadInput(
            N_("No calendar has the date {value!r}; write year-month-day, like 2015-03-09."), value=words
        ) from None


def _date_parts(words: str) -> tuple[int, int, int] | None:
    """Year, month and day; None where the words are no date or may be two."""
    if form := _DATE.fullmatch(words):
        if form[2] == "-" and (len(form[3]), len(form[4])) != (2, 2):
            return None
        return int(form[1]), int(form[3]), int(form[4])
    if form := _LOCAL_DATE.fullmatch(words):
        one, other = int(form[1]), int(form[3])
        if one > 12 or one == other:
            return int(form[4]), other, one
        return (int(form[4]), one, other) if other > 12 else None
    folded = fold(words)
    if (form := _DAY_FIRST.fullmatch(folded)) and form[2] in _MONTH_OF:
        return int(form[3]), _MONTH_OF[form[2]], int(form[1])
    if (form := _MONTH_FIRST.fullmatch(folded)) and form[1] in _MONTH_OF:
        return int(form[3]), _MONTH_OF[form[1]], int(form[2])
    return None


def parse_time(words: str) -> str:
    """The time of day that a cell holds, as `HH:MM`: `9:00`, `09:00:00`, `14.30`, `15h30`, `9:00 am`, `14:30 hs`.

    Raises BadInput for any other form.
    """
    form = _TIME.fullmatch(words.strip())
    hour = _hour(int(form[1]), (form[3] or "").lower()) if form else None
    if form is None or hour is None:
        raise BadInput(
            N_("{value!r} can't be read as a time; write hours and minutes of the 24-hour clock, like 09:00 or 14:30."),
            value=words,
        )
    return f"{hour:02}:{form[2] or '00'}"


def _hour(hour: int, half: str) -> int | None:
    """The hour of the day; None where a half of the day doesn't go with it: `15 am`, `0 pm`."""
    if not half:
        return hour
    if half == "p":
        return hour if hour >= 12 else hour + 12 if hour else None
    return hour % 12 if 0 < hour <= 12 else None


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
