-- The first shape of the store. What each table is for, who writes it and which rules it carries: docs/data-model.md.
-- No triggers here: store/triggers.py generates them for whatever tables there are after the last migration.
-- Texts in several languages are JSON objects keyed by BCP 47 tag: {"es": "…", "en": "…"}.

-- Operations -----------------------------------------------------------------------------------------------------------

CREATE TABLE op (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  command TEXT NOT NULL,
  undo TEXT NOT NULL CONSTRAINT undo_known CHECK (undo IN ('replay', 'inverse', 'refused')),
  undoes INTEGER UNIQUE REFERENCES op (id)
) STRICT;

-- Every write asks for the last operation's instant.
CREATE INDEX op_by_at ON op (at);

CREATE TABLE now_op (
  one INTEGER PRIMARY KEY CONSTRAINT one_operation CHECK (one = 1),
  op_id INTEGER NOT NULL REFERENCES op (id)
) STRICT;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  op_id INTEGER NOT NULL REFERENCES op (id),
  tbl TEXT NOT NULL,
  pk INTEGER NOT NULL,
  kind TEXT NOT NULL CONSTRAINT audit_kind_known CHECK (kind IN ('insert', 'update', 'delete')),
  old TEXT,
  new TEXT
) STRICT;

CREATE INDEX audit_by_op ON audit (op_id);
CREATE INDEX audit_by_row ON audit (tbl, pk);

CREATE TABLE expect (
  ok INTEGER NOT NULL CONSTRAINT expected CHECK (ok)
) STRICT;

-- Courses and editions ---------------------------------------------------------------------------------------------------

CREATE TABLE picture (
  hash TEXT PRIMARY KEY,
  media_type TEXT NOT NULL,
  data BLOB NOT NULL
) STRICT;

CREATE TABLE course (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL COLLATE NOCASE CONSTRAINT course_code_plain CHECK (code GLOB '[A-Za-z]*' AND code NOT GLOB '*[^A-Za-z0-9_-]*'),
  title TEXT NOT NULL CONSTRAINT course_title_json CHECK (json_valid(title)),
  objectives TEXT NOT NULL DEFAULT '{}' CONSTRAINT course_objectives_json CHECK (json_valid(objectives)),
  methodology TEXT NOT NULL DEFAULT '{}' CONSTRAINT course_methodology_json CHECK (json_valid(methodology)),
  audience TEXT NOT NULL DEFAULT '{}' CONSTRAINT course_audience_json CHECK (json_valid(audience)),
  first_year INTEGER,
  serial_pattern TEXT NOT NULL DEFAULT '{course}-{year}-{number}',
  attendance_minimum REAL NOT NULL DEFAULT 0.8 CONSTRAINT course_minimum_is_a_share CHECK (attendance_minimum BETWEEN 0 AND 1),
  crest TEXT REFERENCES picture (hash),
  CONSTRAINT course_once UNIQUE (code)
) STRICT;

CREATE TABLE organization (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL CONSTRAINT organization_name_json CHECK (json_valid(name)),
  acronym TEXT NOT NULL DEFAULT '{}' CONSTRAINT organization_acronym_json CHECK (json_valid(acronym)),
  kind TEXT,
  country TEXT,
  website TEXT,
  name_key TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX organization_once ON organization (name_key, coalesce(country, ''));

CREATE TABLE edition (
  id INTEGER PRIMARY KEY,
  course_id INTEGER NOT NULL REFERENCES course (id),
  number INTEGER NOT NULL CONSTRAINT edition_number_positive CHECK (number > 0),
  year INTEGER,
  title TEXT NOT NULL DEFAULT '{}' CONSTRAINT edition_title_json CHECK (json_valid(title)),
  place TEXT,
  venue TEXT,
  country TEXT,
  start_date TEXT,
  end_date TEXT,
  time_zone TEXT NOT NULL DEFAULT 'UTC',
  seats INTEGER CONSTRAINT seats_not_negative CHECK (seats >= 0),
  waiting_list INTEGER NOT NULL DEFAULT 0 CONSTRAINT waiting_list_yes_or_no CHECK (waiting_list IN (0, 1)),
  languages TEXT NOT NULL DEFAULT '[]' CONSTRAINT edition_languages_json CHECK (json_valid(languages)),
  attendance_minimum REAL CONSTRAINT edition_minimum_is_a_share CHECK (attendance_minimum BETWEEN 0 AND 1),
  excused TEXT NOT NULL DEFAULT 'absent' CONSTRAINT excused_known CHECK (excused IN ('absent', 'present', 'exempt')),
  note TEXT,
  closed_on TEXT,
  CONSTRAINT edition_once UNIQUE (course_id, number),
  CONSTRAINT dates_in_order CHECK (start_date IS NULL OR end_date IS NULL OR start_date <= end_date)
) STRICT;

CREATE TABLE edition_party (
  id INTEGER PRIMARY KEY,
  edition_id INTEGER NOT NULL REFERENCES edition (id),
  organization_id INTEGER NOT NULL REFERENCES organization (id),
  role TEXT NOT NULL CONSTRAINT party_role_known CHECK (role IN ('organizer', 'host', 'partner', 'sponsor')),
  position INTEGER NOT NULL,
  CONSTRAINT party_once UNIQUE (edition_id, organization_id, role)
) STRICT;

-- People -----------------------------------------------------------------------------------------------------------------

CREATE TABLE person (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL CONSTRAINT person_has_a_name CHECK (trim(name) <> ''),
  given_name TEXT,
  family_name TEXT,
  honorific TEXT,
  sex TEXT CONSTRAINT sex_known CHECK (sex IN ('female', 'male', 'other', 'not_stated')),
  birth_year INTEGER CONSTRAINT birth_year_plausible CHECK (birth_year BETWEEN 1850 AND 2200),
  nationality TEXT,
  email TEXT,
  phone TEXT,
  language TEXT,
  note TEXT,
  name_key TEXT NOT NULL,
  email_key TEXT,
  merged_into INTEGER REFERENCES person (id)
) STRICT;

CREATE UNIQUE INDEX person_once ON person (email_key, name_key) WHERE email_key IS NOT NULL AND merged_into IS NULL;
CREATE INDEX person_by_name ON person (name_key);
CREATE INDEX person_by_merge ON person (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE signatory (
  id INTEGER PRIMARY KEY,
  edition_id INTEGER NOT NULL REFERENCES edition (id),
  person_id INTEGER NOT NULL REFERENCES person (id),
  position INTEGER NOT NULL CONSTRAINT one_to_four_signatories CHECK (position BETWEEN 1 AND 4),
  post TEXT NOT NULL DEFAULT '{}' CONSTRAINT signatory_post_json CHECK (json_valid(post)),
  organization_id INTEGER REFERENCES organization (id),
  on_behalf_of TEXT NOT NULL DEFAULT '{}' CONSTRAINT on_behalf_of_json CHECK (json_valid(on_behalf_of)),
  signature TEXT REFERENCES picture (hash),
  CONSTRAINT signatory_place_once UNIQUE (edition_id, position)
) STRICT;

CREATE INDEX signatory_by_person ON signatory (person_id);

-- Program ----------------------------------------------------------------------------------------------------------------

CREATE TABLE module (
  id INTEGER PRIMARY KEY,
  edition_id INTEGER NOT NULL REFERENCES edition (id),
  number INTEGER NOT NULL,
  title TEXT NOT NULL CONSTRAINT module_title_json CHECK (json_valid(title)),
  objectives TEXT NOT NULL DEFAULT '{}' CONSTRAINT module_objectives_json CHECK (json_valid(objectives)),
  CONSTRAINT module_once UNIQUE (edition_id, number)
) STRICT;

CREATE TABLE topic (
  id INTEGER PRIMARY KEY,
  course_id INTEGER NOT NULL REFERENCES course (id),
  code TEXT NOT NULL COLLATE NOCASE,
  title TEXT NOT NULL CONSTRAINT topic_title_json CHECK (json_valid(title)),
  position INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT topic_once UNIQUE (course_id, code)
) STRICT;

CREATE TABLE edition_topic (
  id INTEGER PRIMARY KEY,
  edition_id INTEGER NOT NULL REFERENCES edition (id),
  topic_id INTEGER NOT NULL REFERENCES topic (id),
  CONSTRAINT edition_topic_once UNIQUE (edition_id, topic_id)
) STRICT;

CREATE TABLE session (
  id INTEGER PRIMARY KEY,
  edition_id INTEGER NOT NULL REFERENCES edition (id),
  number INTEGER NOT NULL,
  module_id INTEGER REFERENCES module (id),
  date TEXT NOT NULL,
  start_time TEXT NOT NULL,
  end_time TEXT NOT NULL,
  minutes INTEGER NOT NULL GENERATED ALWAYS AS (
    (substr(end_time, 1, 2) * 60 + substr(end_time, 4, 2)) - (substr(start_time, 1, 2) * 60 + substr(start_time, 4, 2))
  ) VIRTUAL,
  kind TEXT NOT NULL CONSTRAINT session_kind_known CHECK (
    kind IN ('lecture', 'panel', 'workshop', 'visit', 'exam', 'ceremony', 'break')
  ),
  counts INTEGER NOT NULL CONSTRAINT counts_yes_or_no CHECK (counts IN (0, 1)),
  title TEXT NOT NULL CONSTRAINT session_title_json CHECK (json_valid(title)),
  room TEXT,
  cancelled INTEGER NOT NULL DEFAULT 0 CONSTRAINT cancelled_yes_or_no CHECK (cancelled IN (0, 1)),
  cancel_reason TEXT,
  CONSTRAINT session_once UNIQUE (edition_id, number),
  CONSTRAINT times_in_order CHECK (start_time < end_time)
) STRICT;

CREATE INDEX session_by_day ON session (edition_id, date, start_time);

CREATE TABLE session_topic (
  id INTEGER PRIMARY KEY,
  session_id INTEGER NOT NULL REFERENCES session (id),
  topic_id INTEGER NOT NULL REFERENCES topic (id),
  CONSTRAINT session_topic_once UNIQUE (session_id, topic_id)
) STRICT;

CREATE TABLE session_person (
  id INTEGER PRIMARY KEY,
  session_id INTEGER NOT NULL REFERENCES session (id),
  person_id INTEGER NOT NULL REFERENCES person (id),
  role TEXT NOT NULL CONSTRAINT session_role_known CHECK (role IN ('expert', 'chair', 'moderator', 'speaker')),
  post TEXT NOT NULL DEFAULT '{}' CONSTRAINT session_post_json CHECK (json_valid(post)),
  organization_id INTEGER REFERENCES organization (id),
  position INTEGER NOT NULL DEFAULT 1,
  CONSTRAINT session_person_once UNIQUE (session_id, person_id, role)
) STRICT;

CREATE INDEX session_person_by_person ON session_person (person_id);

CREATE TABLE expert (
  id INTEGER PRIMARY KEY,
  edition_id INTEGER NOT NULL REFERENCES edition (id),
  person_id INTEGER NOT NULL REFERENCES person (id),
  country TEXT,
  organization_id INTEGER REFERENCES organization (id),
  post TEXT NOT NULL DEFAULT '{}' CONSTRAINT expert_post_json CHECK (json_valid(post)),
  CONSTRAINT expert_once UNIQUE (edition_id, person_id)
) STRICT;

CREATE INDEX expert_by_person ON expert (person_id);

-- Enrollment and attendance ----------------------------------------------------------------------------------------------

CREATE TABLE enrollment (
  id INTEGER PRIMARY KEY,
  edition_id INTEGER NOT NULL REFERENCES edition (id),
  person_id INTEGER NOT NULL REFERENCES person (id),
  status TEXT NOT NULL CONSTRAINT status_known CHECK (
    status IN ('nominated', 'waitlisted', 'accepted', 'confirmed', 'declined', 'withdrawn', 'no_show', 'completed', 'not_completed')
  ),
  number INTEGER,
  country TEXT,
  organization_id INTEGER REFERENCES organization (id),
  nominated_by INTEGER REFERENCES organization (id),
  post TEXT,
  sex TEXT CONSTRAINT enrollment_sex_known CHECK (sex IN ('female', 'male', 'other', 'not_stated')),
  category TEXT NOT NULL DEFAULT 'official' CONSTRAINT category_known CHECK (
    category IN ('official', 'academic', 'international_staff', 'observer')
  ),
  funder TEXT,
  reason TEXT,
  replaces INTEGER REFERENCES enrollment (id),
  enrolled_at TEXT NOT NULL,
  CONSTRAINT enrollment_once UNIQUE (edition_id, person_id),
  CONSTRAINT participant_number_once UNIQUE (edition_id, number),
  CONSTRAINT country_stated CHECK (country IS NOT NULL OR category = 'international_staff')
) STRICT;

-- SQLite looks for rows that point at a deleted one: without these indexes an undo of 10,000 rows takes minutes.
CREATE INDEX enrollment_by_person ON enrollment (person_id);
CREATE INDEX enrollment_by_organization ON enrollment (organization_id);
CREATE INDEX enrollment_by_nominator ON enrollment (nominated_by);
CREATE INDEX enrollment_by_replaced ON enrollment (replaces);

CREATE TABLE seat_count (
  edition_id INTEGER NOT NULL REFERENCES edition (id),
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  taken INTEGER NOT NULL DEFAULT 0 CONSTRAINT taken_not_negative CHECK (taken >= 0),
  max INTEGER,
  PRIMARY KEY (edition_id, kind, key),
  CONSTRAINT seats_left CHECK (max IS NULL OR taken <= max)
) STRICT;

CREATE TABLE attendance (
  id INTEGER PRIMARY KEY,
  enrollment_id INTEGER NOT NULL REFERENCES enrollment (id),
  session_id INTEGER NOT NULL REFERENCES session (id),
  mark TEXT NOT NULL CONSTRAINT mark_known CHECK (mark IN ('present', 'late', 'excused', 'absent')),
  minutes_late INTEGER NOT NULL DEFAULT 0 CONSTRAINT minutes_late_not_negative CHECK (minutes_late >= 0),
  note TEXT,
  CONSTRAINT mark_once UNIQUE (enrollment_id, session_id),
  CONSTRAINT only_the_late_have_minutes CHECK (mark = 'late' OR minutes_late = 0)
) STRICT;

CREATE INDEX attendance_by_session ON attendance (session_id);

-- The register -------------------------------------------------------------------------------------------------------------

CREATE TABLE certificate (
  id INTEGER PRIMARY KEY,
  course_id INTEGER NOT NULL REFERENCES course (id),
  edition_id INTEGER NOT NULL REFERENCES edition (id),
  person_id INTEGER NOT NULL REFERENCES person (id),
  kind TEXT NOT NULL CONSTRAINT certificate_kind_known CHECK (kind IN ('participation', 'completion', 'instruction')),
  year INTEGER NOT NULL,
  n INTEGER NOT NULL CONSTRAINT serial_counts_from_one CHECK (n > 0),
  serial TEXT NOT NULL,
  issued_on TEXT NOT NULL,
  op_id INTEGER NOT NULL REFERENCES op (id),
  CONSTRAINT serial_number_once UNIQUE (course_id, year, n),
  CONSTRAINT serial_once UNIQUE (serial)
) STRICT;

CREATE INDEX certificate_by_edition ON certificate (edition_id);
CREATE INDEX certificate_by_person ON certificate (person_id);
CREATE INDEX certificate_by_op ON certificate (op_id);

CREATE TABLE certificate_event (
  id INTEGER PRIMARY KEY,
  certificate_id INTEGER NOT NULL REFERENCES certificate (id),
  state TEXT NOT NULL CONSTRAINT certificate_state_known CHECK (state IN ('issued', 'superseded', 'void')),
  at TEXT NOT NULL,
  reason TEXT,
  superseded_by INTEGER REFERENCES certificate (id),
  CONSTRAINT certificate_state_once UNIQUE (certificate_id, state)
) STRICT;

CREATE INDEX certificate_event_by_successor ON certificate_event (superseded_by);

CREATE TABLE certificate_snapshot (
  certificate_id INTEGER PRIMARY KEY REFERENCES certificate (id),
  salt TEXT NOT NULL,
  content TEXT NOT NULL CONSTRAINT snapshot_json CHECK (json_valid(content)),
  hash TEXT NOT NULL
) STRICT;

CREATE TABLE certificate_live (
  edition_id INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  certificate_id INTEGER NOT NULL REFERENCES certificate (id),
  CONSTRAINT one_certificate PRIMARY KEY (edition_id, person_id, kind)
) STRICT;

-- A certificate that ends leaves by its id: without this, voiding 10,000 would look through all for each of them.
CREATE UNIQUE INDEX certificate_live_by_certificate ON certificate_live (certificate_id);

-- The last of a certificate's events. A void or superseded certificate never comes back, so the order of states is the
-- order of time, and two machines whose clocks differ can't turn it round.
CREATE VIEW certificate_state AS
SELECT certificate_id, state, at, reason, superseded_by
FROM certificate_event AS event
WHERE NOT EXISTS (
  SELECT 1 FROM certificate_event AS later
  WHERE later.certificate_id = event.certificate_id
    AND instr('issued superseded void', later.state) > instr('issued superseded void', event.state)
);

-- History ------------------------------------------------------------------------------------------------------------------

CREATE TABLE published_figure (
  id INTEGER PRIMARY KEY,
  course_id INTEGER NOT NULL REFERENCES course (id),
  edition_id INTEGER REFERENCES edition (id),
  year INTEGER,
  measure TEXT NOT NULL CONSTRAINT measure_known CHECK (
    measure IN ('participants', 'participant_countries', 'experts', 'expert_countries', 'trained_so_far')
  ),
  value INTEGER NOT NULL CONSTRAINT figure_not_negative CHECK (value >= 0),
  qualifier TEXT NOT NULL CONSTRAINT qualifier_known CHECK (qualifier IN ('exact', 'about', 'nearly', 'more_than', 'at_least')),
  who TEXT,
  stage TEXT CONSTRAINT stage_known CHECK (stage IN ('announced', 'attended', 'certified')),
  includes_edition TEXT NOT NULL DEFAULT 'unknown' CONSTRAINT includes_known CHECK (includes_edition IN ('yes', 'no', 'unknown')),
  words TEXT,
  said_by TEXT,
  publisher TEXT,
  said_on TEXT,
  source TEXT,
  note TEXT
) STRICT;

CREATE UNIQUE INDEX published_figure_once ON published_figure (
  course_id, coalesce(edition_id, 0), coalesce(year, 0), measure, coalesce(who, ''), coalesce(stage, ''), coalesce(publisher, ''), value, qualifier
);

-- People who were merged count once: their canonical person.
CREATE VIEW canonical AS SELECT id AS person_id, coalesce(merged_into, id) AS canonical_id FROM person;

CREATE TABLE migration (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
