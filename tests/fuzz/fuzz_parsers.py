"""What reads one argument or one cell: the table that a new parser must be entered in, as fuzz_targets.py has importers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import coursectl
from coursectl import locale
from coursectl.assessment import scores
from coursectl.attendance import marking, sheets, slots
from coursectl.certificates import codes, kinds
from coursectl.cli import (
    assess,
    attend,
    certificate_rules,
    command,
    duplicate,
    edition_options,
    enroll_list,
    expert,
    nominating,
    org,
    person,
    render_letters,
    session,
)
from coursectl.cli.globals import take_globals
from coursectl.documents import catalogs, wording
from coursectl.documents.certificates import page
from coursectl.editions import courses, held, looks, wanted
from coursectl.editions.wanted import NewEdition
from coursectl.enrollment import cells, roster, seats
from coursectl.errors import CourseError, ExitCode
from coursectl.history import figures
from coursectl.locale import cells as words_of
from coursectl.locale import countries, folding, languages
from coursectl.people import persons
from coursectl.program import session_file, sessions
from coursectl.store import address
from coursectl.tables import endings
from coursectl.tables import text as texts
from coursectl.workflows import preparing, printing
from coursectl.workflows.printing import preflight
from coursectl.workflows.printing.letters import read_kind

# `locale.cells:parse_date` is the function in src/coursectl/locale/cells.py, or anywhere in a folder of that name → how it is
# called with one text. Those that no rule of `parsers` finds stand at the end.
PARSERS: dict[str, Callable[[str], object]] = {
    "attendance.marking:read_duration": marking.read_duration,
    "attendance.marking:read_late": marking.read_late,
    "attendance.sheets:read_mark": lambda text: (sheets.read_mark(text), sheets.read_mark("late", text)),
    "attendance.slots:read_half": slots.read_half,
    "attendance.slots:read_slot": slots.read_slot,
    "assessment.scores:read_score": lambda text: scores.read_score(text, 20, "FINAL"),
    "cli.assess:_figure": lambda text: assess._figure(text, "--points"),
    "certificates.codes:read_scanned": codes.read_scanned,
    "certificates.codes:read_typed": codes.read_typed,
    "cli.command:read_number": lambda text: command.read_number(text, "--seats"),
    "cli.command:read_share": lambda text: command.read_share(text, "--attendance"),
    "cli.edition_options:_tags": edition_options._tags,
    "cli.enroll_list:read_pair": enroll_list.read_pair,
    "cli.expert:_country": expert._country,
    "cli.expert:_sex": expert._sex,
    "cli.nominating:_named": nominating._named,
    "cli.nominating:_order": nominating._order,
    "cli.org:_country": org._country,
    "cli.person:_country": person._country,
    "cli.person:_sex": person._sex,
    "cli.person:_tag": person._tag,
    "cli.duplicate:read_on_duplicate": duplicate.read_on_duplicate,
    "cli.render_letters:_day": render_letters._day,
    "cli.session:_module": session._module,
    "documents.catalogs:read_catalog": catalogs.read_catalog,
    "documents.wording:read_words": wording.read_words,
    "documents.certificates:read_offset": lambda text: page.read_offset(text, "--offset-x"),
    "documents.certificates:read_paper": page.read_paper,
    "editions.held:read_reference": held.read_reference,
    "editions.wanted:read_modality": wanted.read_modality,
    "enrollment.cells:read_country": cells.read_country,
    "enrollment.seats:read_over_quota": seats.read_over_quota,
    "enrollment.cells:read_option": lambda text: [cells.read_option(name, text) for name in ("sex", "category")],
    "locale.cells:is_whole_number": lambda text: words_of.is_whole_number(text) and int(text),
    "locale.cells:parse_date": words_of.parse_date,
    "locale.cells:parse_time": words_of.parse_time,
    "locale.countries:find_country": countries.find_country,
    "locale.languages:find_language": languages.find_language,
    "people.persons:is_email": persons.is_email,
    "people.persons:is_name": persons.is_name,
    "program.session_file:read_kind": session_file.read_kind,
    "program.sessions:read_day": lambda text: sessions.read_day(text, "2026-03-02", "2026-03-13", "RMC-4"),
    "locale.texts:split_texts": lambda text: locale.read_texts(locale.split_texts(text), "es"),
    "store.address:parse": lambda text: (address.parse(text), address.is_url(text)),
    "workflows.preparing:read_consent": preparing.read_consent,
    "workflows.preparing:read_signatory": lambda text: preparing.read_signatory(text, "es"),
    "workflows.printing:read_by": printing.read_by,
    "workflows.printing:read_groups": printing.read_groups,
    "workflows.printing:read_kind": read_kind,
    "workflows.printing:read_sequence": printing.read_sequence,
    # Of another form: lists of words, pairs, a whole command line, a row by its fields.
    "attendance of people": lambda text: (attend._named("absent", [text]), attend._late([text])),
    "workflows.printing.preflight:check_accepted": lambda text: preflight.check_accepted([text]),
    "certificates.kinds:check_state": kinds.check_state,
    "cli.command:read_mapping": lambda text: command.read_mapping([text]),
    "cli.certificate_rules:_numbers": lambda text: certificate_rules._numbers([text]),
    "cli.attend:_mark_for_all": attend._mark_for_all,
    "cli.command:read_texts": lambda text: command.read_texts([text], "es"),
    "cli.globals:take_globals": lambda text: take_globals(text.split(" ")),
    "editions.looks:tidy_colors": lambda text: [
        outcome(looks.read_colors, words) for words in ([text], [f"primary={text}"], [f"{text}=#123456"])
    ],
    "editions.courses:_check_pattern": courses._check_pattern,
    "editions.wanted:tidy": lambda text: [
        outcome(lambda one: wanted.tidy(NewEdition(1, **one)), {field: value})
        for field, value in {**dict.fromkeys(("start", "end", "country", "time_zone", "place", "note"), text), "languages": (text,)}.items()
    ],
    "enrollment.cells:of_everybody": lambda text: [outcome(cells.of_everybody, {name: text}) for name in cells.OF_EVERYBODY],
    "enrollment.cells:read_enrollment": lambda text: cells.read_enrollment(dict.fromkeys((*cells._READERS, "name", "inverted_name", "birth_year", "organization", "phone"), text), "2026-03-02"),
    "enrollment.roster:chosen_order": roster.chosen_order,
    "enrollment.roster:chosen_statuses": lambda text: roster.chosen_statuses([text]),
    "history.figures:problems": lambda text: list(figures.problems(figures.NewFigure(text, 1, year=2026, qualifier=text, stage=text, includes_edition=text, said_on=text))),
    "languages": lambda text: languages.is_language(text),
    "locale.cells:read_word": lambda text: [words_of.read_word(kind, text) for kind in get_args(words_of.WordKind)],
    "locale.folding": lambda text: (folding.fold(text), [folding.sort_key(text, language) for language in ("en", "es", "pt", "fr")]),
    "people.persons: keys": lambda text: (persons.name_key(text), persons.email_key(text), persons.text_key(text)),
    "program.sessions:sessions_of_day": lambda text: sessions.sessions_of_day([], text),
    "tables.endings:endings": lambda text: endings.endings([(1, [text]), (2, [text, "x"])], notes=True),
    "tables.text": lambda text: (texts.clean(text), texts.unguarded(texts.guarded(text))),
}  # fmt: skip

# Already tried with any text, by tests of their own: tests/test_locale.py, test_attendance.py, test_tables.py.
TRIED_ELSEWHERE = {"attendance.sheets:read_mark", "locale.countries:find_country", "locale.folding", "tables.text"}


def outcome(parser: Callable[[Any], object], given: Any) -> object:
    """What is read, or the sentence of the refusal. Anything else that is raised is a bug."""
    try:
        return parser(given)
    except CourseError as error:
        if error.exit_code is ExitCode.BUG:
            raise
        return str(error)


def parsers() -> Iterator[str]:
    """The functions of the product that read a text which somebody has typed, as PARSERS names them.

    That text is called `words`, or the function `read_…` or `parse_…`. What is private to a module is reached through it;
    those of commands are tried themselves.
    """
    root = Path(coursectl.__file__).parent
    for path in sorted(root.rglob("*.py")):
        place = ".".join(path.relative_to(root).with_suffix("").parts[:2])
        for function in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(function, ast.FunctionDef) or not function.args.args:
                continue
            first = function.args.args[0]
            text = first.annotation is not None and ast.unparse(first.annotation) in ("str", "str | None")
            named = first.arg == "words" or function.name.startswith(("read_", "parse"))
            if text and named and (not function.name.startswith("_") or place.startswith("cli.")):
                yield f"{place}:{function.name}"
