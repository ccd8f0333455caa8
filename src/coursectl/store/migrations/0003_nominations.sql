-- Nominations: who puts people forward, in which order, until when; quotas beside the seats; the waiting list's order;
-- what people agreed to; who isn't the same person; what an office has said of a file's columns; who is there and who on the line.

ALTER TABLE edition ADD COLUMN nominations_by TEXT;
ALTER TABLE edition ADD COLUMN confirm_by TEXT;
ALTER TABLE edition ADD COLUMN women_share REAL CONSTRAINT women_share_is_a_share CHECK (women_share BETWEEN 0 AND 1);
ALTER TABLE edition ADD COLUMN men_share REAL CONSTRAINT men_share_is_a_share CHECK (men_share BETWEEN 0 AND 1);
ALTER TABLE edition ADD COLUMN costs TEXT NOT NULL DEFAULT '{}' CONSTRAINT costs_json CHECK (json_valid(costs));
ALTER TABLE edition ADD COLUMN contact TEXT;
ALTER TABLE edition ADD COLUMN auto_promote INTEGER NOT NULL DEFAULT 0 CONSTRAINT auto_promote_yes_or_no CHECK (auto_promote IN (0, 1));
ALTER TABLE edition ADD COLUMN retain_until TEXT;
ALTER TABLE edition ADD COLUMN modality TEXT NOT NULL DEFAULT 'in_person'
  CONSTRAINT edition_modality_known CHECK (modality IN ('in_person', 'online', 'hybrid'));

-- NULL: as the edition.
ALTER TABLE session ADD COLUMN modality TEXT
  CONSTRAINT session_modality_known CHECK (modality IN ('in_person', 'online', 'hybrid'));

ALTER TABLE enrollment ADD COLUMN priority INTEGER CONSTRAINT priority_counts_from_one CHECK (priority > 0);
ALTER TABLE enrollment ADD COLUMN reserve INTEGER NOT NULL DEFAULT 0 CONSTRAINT reserve_yes_or_no CHECK (reserve IN (0, 1));
ALTER TABLE enrollment ADD COLUMN wait_order INTEGER;
ALTER TABLE enrollment ADD COLUMN over_quota TEXT;
ALTER TABLE enrollment ADD COLUMN publish INTEGER CONSTRAINT publish_yes_or_no CHECK (publish IN (0, 1));
ALTER TABLE enrollment ADD COLUMN needs TEXT;

ALTER TABLE person ADD COLUMN erased_on TEXT;

CREATE TABLE country_group (
  id INTEGER PRIMARY KEY,
  edition_id INTEGER NOT NULL REFERENCES edition (id),
  code TEXT NOT NULL COLLATE NOCASE,
  title TEXT NOT NULL CONSTRAINT group_title_json CHECK (json_valid(title)),
  countries TEXT NOT NULL CONSTRAINT group_countries_json CHECK (json_valid(countries)),
  CONSTRAINT country_group_once UNIQUE (edition_id, code)
) STRICT;

-- What limits places is one of three: a country, a group of countries, or the organization that nominates.
CREATE TABLE quota (
  id INTEGER PRIMARY KEY,
  edition_id INTEGER NOT NULL REFERENCES edition (id),
  country TEXT,
  group_id INTEGER REFERENCES country_group (id),
  organization_id INTEGER REFERENCES organization (id),
  minimum INTEGER CONSTRAINT quota_minimum_not_negative CHECK (minimum >= 0),
  maximum INTEGER CONSTRAINT quota_maximum_not_negative CHECK (maximum >= 0),
  target INTEGER CONSTRAINT quota_target_not_negative CHECK (target >= 0),
  CONSTRAINT quota_of_one_thing CHECK ((country IS NOT NULL) + (group_id IS NOT NULL) + (organization_id IS NOT NULL) = 1),
  CONSTRAINT quota_in_order CHECK (minimum IS NULL OR maximum IS NULL OR minimum <= maximum)
) STRICT;

CREATE UNIQUE INDEX quota_once ON quota (edition_id, coalesce(country, ''), coalesce(group_id, 0), coalesce(organization_id, 0));
CREATE INDEX quota_by_group ON quota (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX quota_by_organization ON quota (organization_id) WHERE organization_id IS NOT NULL;

-- Guests over the quota sit, but use no seat: `extra` of those who are `taken`. `key` is empty for the edition itself, else
-- the country's code, or the id of the group or organization.
DROP TABLE seat_count;

CREATE TABLE seat_count (
  edition_id INTEGER NOT NULL REFERENCES edition (id),
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  taken INTEGER NOT NULL DEFAULT 0 CONSTRAINT taken_not_negative CHECK (taken >= 0),
  extra INTEGER NOT NULL DEFAULT 0 CONSTRAINT extra_among_taken CHECK (extra BETWEEN 0 AND taken),
  max INTEGER,
  PRIMARY KEY (edition_id, kind, key),
  CONSTRAINT seats_left CHECK (max IS NULL OR taken - extra <= max)
) STRICT;

INSERT INTO seat_count (edition_id, kind, key, taken, max)
SELECT edition.id, 'edition', '', count(enrollment.id), edition.seats
FROM edition LEFT JOIN enrollment ON enrollment.edition_id = edition.id
  AND enrollment.status IN ('accepted', 'confirmed', 'completed', 'not_completed', 'no_show')
GROUP BY edition.id;

-- Two people who look like one and aren't, so that nobody asks again.
CREATE TABLE person_apart (
  id INTEGER PRIMARY KEY,
  one_id INTEGER NOT NULL REFERENCES person (id),
  other_id INTEGER NOT NULL REFERENCES person (id),
  CONSTRAINT apart_once UNIQUE (one_id, other_id),
  CONSTRAINT apart_in_order CHECK (one_id < other_id)
) STRICT;

CREATE INDEX person_apart_by_other ON person_apart (other_id);

-- What the columns of files with these headings mean, for a purpose: {"heading": "column"}.
CREATE TABLE column_map (
  id INTEGER PRIMARY KEY,
  purpose TEXT NOT NULL,
  layout TEXT NOT NULL,
  columns TEXT NOT NULL CONSTRAINT columns_json CHECK (json_valid(columns)),
  CONSTRAINT column_map_once UNIQUE (purpose, layout)
) STRICT;

-- Most enrollments have none of these: an index of those that do keeps a write short.
DROP INDEX enrollment_by_organization;
DROP INDEX enrollment_by_nominator;
DROP INDEX enrollment_by_replaced;
CREATE INDEX enrollment_by_organization ON enrollment (organization_id) WHERE organization_id IS NOT NULL;
CREATE INDEX enrollment_by_nominator ON enrollment (nominated_by) WHERE nominated_by IS NOT NULL;
CREATE INDEX enrollment_by_replaced ON enrollment (replaces) WHERE replaces IS NOT NULL;
