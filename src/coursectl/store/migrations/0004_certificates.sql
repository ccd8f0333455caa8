-- Certificates: what each kind asks of people, tests, reasons not to hand out, exceptions; numbers in the series of the course's
-- pattern; kinds of an office's own; what a sheet was made with, and every printing.

-- How many excused absences are taken out of what a person is measured by, where the others count as absences. NULL: none.
ALTER TABLE edition ADD COLUMN free_absences INTEGER CONSTRAINT free_absences_not_negative CHECK (free_absences >= 0);

-- How certificates look: a built-in design or a template of the office's own, and colors by their role. NULL and {}: the course's.
ALTER TABLE course ADD COLUMN design TEXT NOT NULL DEFAULT 'classic';
ALTER TABLE course ADD COLUMN colors TEXT NOT NULL DEFAULT '{}' CONSTRAINT course_colors_json CHECK (json_valid(colors));
ALTER TABLE edition ADD COLUMN design TEXT;
ALTER TABLE edition ADD COLUMN colors TEXT NOT NULL DEFAULT '{}' CONSTRAINT edition_colors_json CHECK (json_valid(colors));

-- A logo is printed for a role only where it is on record who agreed to that, and when.
ALTER TABLE organization ADD COLUMN logo TEXT REFERENCES picture (hash);
ALTER TABLE edition_party ADD COLUMN logo_consent TEXT;

-- What a kind of certificate asks for in an edition, and of a kind of the office's own also for whom it is (as which of the
-- three) and what it says. NULL: as the edition has it (minimum), or nothing.
CREATE TABLE certificate_rule (
  id INTEGER PRIMARY KEY,
  edition_id INTEGER NOT NULL REFERENCES edition (id),
  kind TEXT NOT NULL COLLATE NOCASE CONSTRAINT rule_kind_plain CHECK (kind GLOB '[A-Za-z]*' AND kind NOT GLOB '*[^A-Za-z0-9_-]*'),
  base TEXT NOT NULL CONSTRAINT rule_base_known CHECK (base IN ('participation', 'completion', 'instruction')),
  title TEXT NOT NULL DEFAULT '{}' CONSTRAINT rule_title_json CHECK (json_valid(title)),
  sentence TEXT NOT NULL DEFAULT '{}' CONSTRAINT rule_sentence_json CHECK (json_valid(sentence)),
  minimum REAL CONSTRAINT rule_minimum_is_a_share CHECK (minimum BETWEEN 0 AND 1),
  sessions TEXT NOT NULL DEFAULT '[]' CONSTRAINT rule_sessions_json CHECK (json_valid(sessions)),
  assessed INTEGER CONSTRAINT rule_assessed_yes_or_no CHECK (assessed IN (0, 1)),
  CONSTRAINT certificate_rule_once UNIQUE (edition_id, kind)
) STRICT;

CREATE TABLE certificate_exception (
  id INTEGER PRIMARY KEY,
  edition_id INTEGER NOT NULL REFERENCES edition (id),
  person_id INTEGER NOT NULL REFERENCES person (id),
  kind TEXT NOT NULL COLLATE NOCASE,
  reason TEXT,
  granted_on TEXT NOT NULL,
  CONSTRAINT certificate_exception_once UNIQUE (edition_id, person_id, kind)
) STRICT;

CREATE INDEX certificate_exception_by_person ON certificate_exception (person_id);

-- A reason not to hand a certificate out. Not unique: somebody may have to bring back a book and pay a bill.
CREATE TABLE hold (
  id INTEGER PRIMARY KEY,
  edition_id INTEGER NOT NULL REFERENCES edition (id),
  person_id INTEGER NOT NULL REFERENCES person (id),
  reason TEXT,
  placed_on TEXT NOT NULL,
  lifted_on TEXT,
  lifted_because TEXT,
  CONSTRAINT hold_lifted_with_a_day CHECK (lifted_because IS NULL OR lifted_on IS NOT NULL)
) STRICT;

CREATE INDEX hold_by_edition ON hold (edition_id, person_id);
CREATE INDEX hold_by_person ON hold (person_id);

-- Tests and exams. The pass mark is a percentage of the largest score; `required`: whoever completes has to pass it.
CREATE TABLE assessment (
  id INTEGER PRIMARY KEY,
  edition_id INTEGER NOT NULL REFERENCES edition (id),
  code TEXT NOT NULL COLLATE NOCASE CONSTRAINT assessment_code_plain CHECK (code GLOB '[A-Za-z0-9]*' AND code NOT GLOB '*[^A-Za-z0-9_-]*'),
  title TEXT NOT NULL DEFAULT '{}' CONSTRAINT assessment_title_json CHECK (json_valid(title)),
  kind TEXT NOT NULL CONSTRAINT assessment_kind_known CHECK (kind IN ('pre', 'post', 'exam')),
  held_on TEXT,
  of_points REAL NOT NULL DEFAULT 100 CONSTRAINT points_positive CHECK (of_points > 0),
  pass_mark REAL CONSTRAINT pass_mark_is_a_percentage CHECK (pass_mark BETWEEN 0 AND 100),
  required INTEGER NOT NULL DEFAULT 0 CONSTRAINT required_yes_or_no CHECK (required IN (0, 1)),
  CONSTRAINT assessment_once UNIQUE (edition_id, code),
  CONSTRAINT required_has_a_pass_mark CHECK (required = 0 OR pass_mark IS NOT NULL)
) STRICT;

-- Whose it is: an enrollment's, or nobody's that is known, under the code that they wrote on the sheet.
CREATE TABLE assessment_result (
  id INTEGER PRIMARY KEY,
  assessment_id INTEGER NOT NULL REFERENCES assessment (id),
  enrollment_id INTEGER REFERENCES enrollment (id),
  code TEXT,
  points REAL NOT NULL CONSTRAINT points_not_negative CHECK (points >= 0),
  note TEXT,
  CONSTRAINT result_of_one CHECK ((enrollment_id IS NULL) <> (code IS NULL))
) STRICT;

CREATE UNIQUE INDEX result_once ON assessment_result (assessment_id, enrollment_id) WHERE enrollment_id IS NOT NULL;
CREATE UNIQUE INDEX anonymous_result_once ON assessment_result (assessment_id, code) WHERE code IS NOT NULL;
CREATE INDEX assessment_result_by_enrollment ON assessment_result (enrollment_id) WHERE enrollment_id IS NOT NULL;

-- The register, with kinds of an office's own, the series that a number counts in (a year, an edition, or all of the course),
-- what it replaces and whether as a duplicate, and whether it was issued before the edition was over. Whole tables are made
-- anew because SQLite can't change a CHECK; nothing in them is.
DROP VIEW certificate_state;

CREATE TABLE certificate_of_now (
  id INTEGER PRIMARY KEY,
  course_id INTEGER NOT NULL REFERENCES course (id),
  edition_id INTEGER NOT NULL REFERENCES edition (id),
  person_id INTEGER NOT NULL REFERENCES person (id),
  kind TEXT NOT NULL CONSTRAINT certificate_kind_plain CHECK (kind GLOB '[A-Za-z]*' AND kind NOT GLOB '*[^A-Za-z0-9_-]*'),
  year INTEGER NOT NULL,
  series TEXT NOT NULL,
  n INTEGER NOT NULL CONSTRAINT serial_counts_from_one CHECK (n > 0),
  serial TEXT NOT NULL,
  issued_on TEXT NOT NULL,
  op_id INTEGER NOT NULL REFERENCES op (id),
  replaces INTEGER REFERENCES certificate_of_now (id),
  duplicate INTEGER NOT NULL DEFAULT 0 CONSTRAINT duplicate_yes_or_no CHECK (duplicate IN (0, 1)),
  provisional INTEGER NOT NULL DEFAULT 0 CONSTRAINT provisional_yes_or_no CHECK (provisional IN (0, 1)),
  CONSTRAINT serial_number_once UNIQUE (course_id, series, n),
  CONSTRAINT serial_once UNIQUE (serial),
  CONSTRAINT duplicate_of_something CHECK (duplicate = 0 OR replaces IS NOT NULL)
) STRICT;

INSERT INTO certificate_of_now (id, course_id, edition_id, person_id, kind, year, series, n, serial, issued_on, op_id)
SELECT id, course_id, edition_id, person_id, kind, year, year, n, serial, issued_on, op_id FROM certificate;

CREATE TABLE certificate_event_of_now (
  id INTEGER PRIMARY KEY,
  certificate_id INTEGER NOT NULL REFERENCES certificate_of_now (id),
  state TEXT NOT NULL CONSTRAINT certificate_state_known CHECK (state IN ('issued', 'superseded', 'void')),
  at TEXT NOT NULL,
  reason TEXT,
  superseded_by INTEGER REFERENCES certificate_of_now (id),
  CONSTRAINT certificate_state_once UNIQUE (certificate_id, state)
) STRICT;

INSERT INTO certificate_event_of_now SELECT * FROM certificate_event;

CREATE TABLE certificate_snapshot_of_now (
  certificate_id INTEGER PRIMARY KEY REFERENCES certificate_of_now (id),
  salt TEXT NOT NULL,
  content TEXT NOT NULL CONSTRAINT snapshot_json CHECK (json_valid(content)),
  hash TEXT NOT NULL
) STRICT;

INSERT INTO certificate_snapshot_of_now SELECT * FROM certificate_snapshot;

CREATE TABLE certificate_live_of_now (
  edition_id INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  certificate_id INTEGER NOT NULL REFERENCES certificate_of_now (id),
  CONSTRAINT one_certificate PRIMARY KEY (edition_id, person_id, kind)
) STRICT;

INSERT INTO certificate_live_of_now SELECT * FROM certificate_live;

DROP TABLE certificate_live;
DROP TABLE certificate_snapshot;
DROP TABLE certificate_event;
DROP TABLE certificate;
ALTER TABLE certificate_of_now RENAME TO certificate;
ALTER TABLE certificate_event_of_now RENAME TO certificate_event;
ALTER TABLE certificate_snapshot_of_now RENAME TO certificate_snapshot;
ALTER TABLE certificate_live_of_now RENAME TO certificate_live;

CREATE INDEX certificate_by_edition ON certificate (edition_id);
CREATE INDEX certificate_by_person ON certificate (person_id);
CREATE INDEX certificate_by_op ON certificate (op_id);
CREATE INDEX certificate_by_replaced ON certificate (replaces) WHERE replaces IS NOT NULL;
CREATE INDEX certificate_event_by_successor ON certificate_event (superseded_by);
CREATE UNIQUE INDEX certificate_live_by_certificate ON certificate_live (certificate_id);

CREATE VIEW certificate_state AS
SELECT certificate_id, state, at, reason, superseded_by
FROM certificate_event AS event
WHERE NOT EXISTS (
  SELECT 1 FROM certificate_event AS later
  WHERE later.certificate_id = event.certificate_id
    AND instr('issued superseded void', later.state) > instr('issued superseded void', event.state)
);

-- What certificates are made with: templates and texts, by their hash, so that a sheet is printed again as it was.
CREATE TABLE print_source (
  hash TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  data BLOB NOT NULL
) STRICT;

-- Every printing and export, and the sheets in it. `made_with` names the versions of what set them.
CREATE TABLE printing (
  id INTEGER PRIMARY KEY,
  op_id INTEGER NOT NULL REFERENCES op (id),
  edition_id INTEGER REFERENCES edition (id),
  at TEXT NOT NULL,
  what TEXT NOT NULL CONSTRAINT printing_known CHECK (what IN ('printed', 'exported')),
  made_with TEXT NOT NULL DEFAULT '{}' CONSTRAINT made_with_json CHECK (json_valid(made_with))
) STRICT;

CREATE INDEX printing_by_op ON printing (op_id);
CREATE INDEX printing_by_edition ON printing (edition_id);

CREATE TABLE printed_sheet (
  printing_id INTEGER NOT NULL REFERENCES printing (id),
  position INTEGER NOT NULL CONSTRAINT sheets_count_from_one CHECK (position > 0),
  certificate_id INTEGER NOT NULL REFERENCES certificate (id),
  CONSTRAINT sheet_once PRIMARY KEY (printing_id, position)
) STRICT;

CREATE INDEX printed_sheet_by_certificate ON printed_sheet (certificate_id);
