"""The facts of a syllabus: the program of an edition, with its experts and topics, and which version of it this is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from coursectl import editions, locale, program
from coursectl.documents import facts
from coursectl.editions import Edition
from coursectl.program import Expert, Session
from coursectl.store import Store
from coursectl.store.undo import get_changes
from coursectl.workflows.printing.orders import Order
from coursectl.workflows.printing.voice import PROGRAM_TABLES, Voice, edition_in, instant

_SESSIONS = ("session",)  # their changes number the versions of a syllabus


def syllabus_facts(store: Store, edition: Edition, voice: Voice, _order: Order) -> tuple[facts.SyllabusFacts, datetime]:
    """What the syllabus says, and when that was changed last."""
    course = editions.get_course(store, edition.course)
    sessions = program.list_sessions(store, edition.ref)
    experts = {expert.person.id: _expert(expert, voice) for expert in program.list_experts(store, edition.ref)}
    topics = {
        topic.code: facts.TopicFacts(voice.text(topic.title), topic.new)
        for topic in program.list_edition_topics(store, edition.ref)
    }
    at = instant(get_changes(store, edition.id, PROGRAM_TABLES).last_at, edition)
    gathered = facts.SyllabusFacts(
        edition=edition_in(store, edition, voice),
        version=str(get_changes(store, edition.id, _SESSIONS).operations or 1),
        version_date=at.date(),
        contact_minutes=program.contact_minutes(sessions),
        objectives=_paragraphs(voice.text(course.objectives)),
        methodology=voice.text(course.methodology),
        audience=voice.text(course.audience),
        modules=tuple(_modules(store, edition, sessions, topics, voice)),
        sessions=tuple(_session(session, experts, topics, voice) for session in sessions),
        topics=tuple(topics.values()),
        experts=tuple(experts.values()),
        attendance_minimum=edition.attendance_minimum,
    )
    return gathered, at


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _expert(expert: Expert, voice: Voice) -> facts.Expert:
    return facts.Expert(
        name=expert.person.name,
        post=voice.text(expert.post),
        organization=voice.organization(expert.organization, expert.acronym),
        country_name=voice.country(expert.country),
        treatment=locale.honorific_in(expert.honorific, voice.language),
    )


def _modules(
    store: Store, edition: Edition, sessions: Sequence[Session], topics: Mapping[str, facts.TopicFacts], voice: Voice
) -> Iterable[facts.ModuleFacts]:
    for module in program.list_modules(store, edition.ref):
        own = [session for session in sessions if session.module == module.number]
        codes = dict.fromkeys(code for session in own for code in session.topics)
        yield facts.ModuleFacts(
            number=module.number,
            title=voice.text(module.title),
            objectives=_paragraphs(voice.text(module.objectives)),
            topics=tuple(topics[code] for code in codes),
            minutes=program.contact_minutes(own),
        )


def _session(
    session: Session, experts: Mapping[int, facts.Expert], topics: Mapping[str, facts.TopicFacts], voice: Voice
) -> facts.SessionFacts:
    return facts.SessionFacts(
        number=session.number,
        date=date.fromisoformat(session.date),
        start=session.start,
        end=session.end,
        kind=session.kind,
        title=voice.text(session.title),
        minutes=session.minutes,
        counts=session.counts,
        module_number=session.module,
        room=session.room or "",
        topics=tuple(topics[code] for code in session.topics),
        experts=tuple(experts.get(person.id, facts.Expert(person.name)) for person in session.experts),
        chairs=tuple(
            facts.Expert(
                name=chair.name,
                post=voice.text(chair.post),
                organization=voice.organization(chair.organization, chair.acronym),
                treatment=locale.honorific_in(chair.honorific, voice.language),
            )
            for chair in session.chairs
        ),
        modality=session.modality,
    )
