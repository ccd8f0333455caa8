"""Sample facts: the shape of a real edition, with invented people."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from coursectl.documents import (
    AttendanceSheetFacts,
    CertificateFacts,
    EditionFacts,
    Expert,
    ModuleFacts,
    Party,
    Picture,
    RegisterEntry,
    RegisterFacts,
    RosterFacts,
    RosterPerson,
    SessionFacts,
    SheetColumn,
    SheetDay,
    SheetRow,
    Signatory,
    SyllabusFacts,
    TopicFacts,
)

AT = datetime(2015, 3, 20, 15, 0, tzinfo=UTC)

CREST = Picture(
    "image/svg+xml",
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120"><circle cx="60" cy="60" r="56" fill="#fff" '
    b'stroke="#12305e" stroke-width="5"/><circle cx="60" cy="60" r="47" fill="#12305e"/><path d="M60 22 L69 50 H98 '
    b'L75 67 L84 96 L60 78 L36 96 L45 67 L22 50 H51 Z" fill="#c9a227"/></svg>',
    "Escudo de la escuela",
)


def png(width: int, height: int, ink: tuple[int, int, int] = (18, 48, 94)) -> bytes:
    """A transparent PNG with a wave, to stand for a signature."""
    rows = []
    for y in range(height):
        row = bytearray(b"\0")
        for x in range(width):
            wave = abs(((x * 7) % (2 * height)) - height)
            row += bytes((*ink, 255 if abs(wave - y) < 3 else 0))
        rows.append(bytes(row))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(rows))),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


EDITION = EditionFacts(
    language="es",
    course="Curso Interamericano sobre Migraciones Internacionales",
    course_code="ICIM",
    number=37,
    place="Mar del Plata",
    country_name="Argentina",
    start=date(2015, 3, 9),
    end=date(2015, 3, 20),
    time_zone="America/Argentina/Buenos_Aires",
    organizers=(Party("Organización Internacional para las Migraciones", "OIM", "organizer"),),
    hosts=(Party("Dirección Nacional de Migraciones", "DNM", "host"),),
    partners=(
        Party("Alto Comisionado de las Naciones Unidas para los Refugiados", "ACNUR"),
        Party("Oficina del Alto Comisionado de las Naciones Unidas para los Derechos Humanos", "OACNUDH"),
        Party("Instituto de Políticas Públicas en Derechos Humanos del MERCOSUR", "IPPDH"),
        Party("Red Internacional Scalabrini de Migración", "SIMN"),
    ),
)

COUNTRIES = (
    ("Argentina", ("Ana Laura Pérez Quiroga", "Martín Ezequiel Ferreyra")),
    ("Bolivia", ("Wilson Mamani Choque", "Nélida Quispe Condori")),
    ("Brasil", ("João Vítor da Conceição", "Luciana Araújo de Sá")),
    ("Chile", ("Catalina Ñancupil Soto", "Rodrigo Echeverría Lyon")),
    ("Colombia", ("Yurany Andrea Buitrago Peña", "Óscar Iván Zuluaga Mejía")),
    ("Costa Rica", ("María José Ulate Chacón",)),
    ("Ecuador", ("Segundo Efraín Guamán Yupanqui", "Génesis Intriago")),
    ("El Salvador", ("Xiomara del Carmen Menjívar",)),
    ("Guatemala", ("Ixchel Tecún", "Byron Estuardo Godínez de León")),
    ("Haití", ("Jean-Baptiste Désir", "Marie-Ange Célestin")),
    ("Honduras", ("Suyapa Lanza Bonilla", "Denis Omar Zúniga")),
    ("México", ("Itzel Guadalupe Nava Ríos", "José Ángel de la Garza y Garza", "Citlalli Xóchitl Cuéllar")),
    ("Panamá", ("Aristides Quintero",)),
    ("Perú", ("Rosa Elvira Huamaní Ccori", "Luis Alberto Cárdenas Ñahui")),
    ("Uruguay", ("Soledad Etcheverry", "Washington Píriz")),
)
OFFICES = (
    "Dirección Nacional de Migraciones",
    "Ministerio de Relaciones Exteriores, Dirección General de Asuntos Consulares",
    "Instituto Nacional de Migración",
    "Ministerio del Interior",
)
POSTS = (
    "Jefa del Departamento de Residencias",
    "Asesor de la Subsecretaría de Población",
    "Analista de políticas migratorias",
    "Director de Control Fronterizo y Extranjería",
)


def people() -> list[tuple[int, str, str]]:
    """(number, name, country) of 28 people."""
    named = [(name, country) for country, names in COUNTRIES for name in names]
    return [(number, name, country) for number, (name, country) in enumerate(named, start=1)]


EXPERTS = tuple(
    Expert(name, post, organization, country, treatment)
    for name, post, organization, country, treatment in (
        ("Graciela Montenegro", "Directora", "Instituto de Estudios Migratorios", "Argentina", "Dra."),
        ("Tomás Iriarte", "Oficial de Protección", "ACNUR", "Argentina", "Lic."),
        ("Beatriz Salvatierra", "Oficial de Derechos Humanos", "OACNUDH", "Chile", "Dra."),
        ("Paulo Mendonça", "Coordenador de Pesquisa", "IPPDH", "Brasil", "Dr."),
        ("Leonir Bortolini", "Director Ejecutivo", "SIMN", "Estados Unidos", "P."),
        (
            "Amparo Vidal Rivas",
            "Profesora titular de Derecho Internacional",
            "Universidad de Salamanca",
            "España",
            "Dra.",
        ),
        ("Hélène Duquesne", "Especialista en migración y ambiente", "OIM", "Francia", "Sra."),
        (
            "Joaquín Arizmendi",
            "Director de Asuntos Internacionales y Sociales",
            "Dirección Nacional de Migraciones",
            "Argentina",
            "",
        ),
    )
) + tuple(
    Expert(f"{first} {last}", "Profesora asociada", "Universidad Nacional de Mar del Plata", "Argentina")
    for first, last in zip(
        (
            "Clara",
            "Inés",
            "Julia",
            "Marta",
            "Nora",
            "Olga",
            "Paula",
            "Rita",
            "Sara",
            "Teresa",
            "Úrsula",
            "Vera",
            "Zulma",
            "Elsa",
            "Irma",
        ),
        (
            "Abad",
            "Bravo",
            "Cano",
            "Durán",
            "Erize",
            "Funes",
            "Gallo",
            "Haro",
            "Ibarra",
            "Jara",
            "Kohan",
            "Luque",
            "Mora",
            "Neira",
            "Ortiz",
        ),
        strict=True,
    )
)

MODULES = tuple(
    ModuleFacts(
        number,
        title,
        objectives=(f"Reconocer los conceptos y los instrumentos de {title.lower()}.",),
        topics=tuple(TopicFacts(topic, new) for topic, new in topics),
        minutes=600,
    )
    for number, (title, topics) in enumerate(
        (
            (
                "Migraciones internacionales: conceptos y tendencias",
                (
                    ("Dinámica de las migraciones en las Américas", False),
                    ("Fuentes de información sobre migraciones", False),
                ),
            ),
            (
                "Gobernanza y políticas migratorias",
                (
                    ("Gestión de las migraciones", False),
                    ("Integración regional y libre circulación", False),
                    ("Cooperación consular", False),
                ),
            ),
            (
                "Derechos humanos de las personas migrantes",
                (("Sistema interamericano", False), ("Niñez y adolescencia migrante", False)),
            ),
            ("Protección internacional", (("Refugio y apatridia", False), ("Flujos mixtos", False))),
            ("Trata de personas y tráfico de migrantes", (("Persecución, protección y prevención", False),)),
            (
                "Migración y desarrollo",
                (
                    ("Migración, ambiente y cambio climático", True),
                    ("Remesas y diásporas", False),
                    ("Migración laboral", False),
                ),
            ),
        ),
        start=1,
    )
)

SLOTS = (
    ("09:00", "10:30", 90),
    ("10:30", "11:00", 30),
    ("11:00", "12:30", 90),
    ("14:00", "15:30", 90),
    ("15:45", "17:15", 90),
)


def sessions() -> tuple[SessionFacts, ...]:
    """Eleven days: the opening, ten days of four lessons and a break, the closing."""
    made: list[SessionFacts] = []
    days = [EDITION.start + timedelta(days=n) for n in range(12) if (EDITION.start + timedelta(days=n)).weekday() < 6]
    for index, day in enumerate(days):
        module = MODULES[min(index * 6 // len(days), 5)]
        for slot, (start, end, minutes) in enumerate(SLOTS):
            if slot == 1:
                made.append(SessionFacts(len(made) + 1, day, start, end, "break", "Pausa para café", minutes, False))
            elif index == 0 and slot == 0:
                made.append(
                    SessionFacts(
                        len(made) + 1,
                        day,
                        start,
                        end,
                        "ceremony",
                        "Acto de apertura",
                        minutes,
                        False,
                        room="Salón de Actos",
                        chairs=(
                            Expert(
                                "Martín Aráoz", "Director Nacional", "Dirección Nacional de Migraciones", "Argentina"
                            ),
                            Expert("Lucía Ferrante", "Jefa de Misión", "OIM", "Argentina"),
                        ),
                    )
                )
            else:
                topic = module.topics[slot % len(module.topics)]
                made.append(
                    SessionFacts(
                        len(made) + 1,
                        day,
                        start,
                        end,
                        ("lecture", "panel", "workshop", "lecture", "visit")[slot],
                        f"{topic.title}: marco, casos y práctica",
                        minutes,
                        True,
                        module.number,
                        "Aula 2",
                        (topic,),
                        (
                            EXPERTS[(index * 3 + slot) % 23],
                            *EXPERTS[(index * 3 + slot + 1) % 23 : (index * 3 + slot + 2) % 23 if slot == 2 else 0],
                        ),
                    )
                )
    return tuple(made)


SYLLABUS = SyllabusFacts(
    EDITION,
    version="1.2",
    version_date=date(2015, 2, 27),
    contact_minutes=60 * 60,
    objectives=(
        "Fortalecer las capacidades de quienes diseñan y aplican políticas migratorias en los gobiernos de la región.",
        "Actualizar los conocimientos sobre los procesos migratorios contemporáneos y sus marcos normativos.",
        "Favorecer el intercambio de experiencias y la cooperación entre las oficinas de los países participantes.",
    ),
    methodology="Clases expositivas, paneles y talleres de casos, con participación activa. Cada participante presenta un "
    "caso de su país.\nUna visita de estudio al puerto cierra la primera semana.",
    audience="Funcionarias y funcionarios de gobiernos que trabajan en temas migratorios.",
    modules=MODULES,
    sessions=sessions(),
    topics=tuple(topic for module in MODULES for topic in module.topics),
    experts=EXPERTS,
    attendance_minimum=0.8,
)

SHEET = AttendanceSheetFacts(
    EDITION,
    days=tuple(
        SheetDay(
            day,
            (SheetColumn("morning", start="09:00", end="12:30"), SheetColumn("afternoon", start="14:00", end="17:15")),
        )
        for day in sorted({session.date for session in sessions()})
    ),
    rows=tuple(SheetRow(n, name, country, OFFICES[n % 4]) for n, name, country in people()),
    responsible=Expert("Verónica Saldías", "Coordinadora académica", "DNM"),
    as_of=date(2015, 3, 8),
)

SHEET_BY_SESSION = replace(
    SHEET,
    by="session",
    days=tuple(
        SheetDay(
            day.date,
            tuple(
                SheetColumn(title=s.title, start=s.start, end=s.end)
                for s in sessions()
                if s.date == day.date and s.counts
            ),
        )
        for day in SHEET.days
    ),
)

ROSTER = RosterFacts(
    EDITION,
    people=tuple(
        RosterPerson(
            n, name, country, ("Sra.", "Sr.")[n % 2], POSTS[n % 4], OFFICES[n % 4], sex=("female", "male")[n % 2]
        )
        for n, name, country in people()
    ),
    as_of=date(2015, 3, 8),
)

SIGNATORIES = (
    Signatory(
        "Martín Aráoz",
        "Director Nacional",
        "Dirección Nacional de Migraciones",
        signature=Picture("image/png", png(300, 90), "Firma de Martín Aráoz"),
    ),
    Signatory("Lucía Ferrante", "Jefa de Misión", "Organización Internacional para las Migraciones"),
)

CERTIFICATE = CertificateFacts(
    "ICIM-2015-0001",
    "completion",
    EDITION,
    "Ana Laura Pérez Quiroga",
    issued_on=date(2015, 3, 20),
    signatories=SIGNATORIES,
    sex="female",
    country_name="Argentina",
    minutes=3600,
    crest=CREST,
    program=MODULES,
)


REGISTER = RegisterFacts(
    EDITION,
    (
        RegisterEntry("ICIM-2015-0001", "Ana Laura Pérez Quiroga", "completion", date(2015, 3, 20), "superseded", date(2015, 4, 1), "Argentina",
                      "lost: en un taxi", superseded_by="ICIM-2015-0004"),
        RegisterEntry("ICIM-2015-0002", "", "completion", date(2015, 3, 20)),
        RegisterEntry("ICIM-2015-0003", "=cmd()", "diploma", date(2015, 3, 20), "void", date(2015, 4, 2), "Brasil", "Expedido por error."),
        RegisterEntry("ICIM-2015-0004", "Ana Laura Pérez Quiroga", "completion", date(2015, 4, 1), country_name="Argentina",
                      replaces="ICIM-2015-0001", duplicate=True, exception="Enferma una semana"),
    ),
    date(2015, 4, 2),
)  # fmt: skip


def certificates(count: int) -> list[CertificateFacts]:
    """Certificates of the sample's people, over and over."""
    named = people()
    return [
        replace(
            CERTIFICATE,
            serial=f"ICIM-2015-{n + 1:04}",
            name=named[n % 28][1],
            country_name=named[n % 28][2],
            sex=("female", "male")[n % 2],
        )
        for n in range(count)
    ]


def save(folder: Path, name: str, data: bytes) -> Path:
    """For outside tools that read files."""
    path = folder / name
    path.write_bytes(data)
    return path
