-- A write that is too large for one request to a cluster goes in parts, one batch each. Which parts are there is kept
-- beside the operation, so that a part sent twice changes nothing the second time, and a log tells what is unfinished.

CREATE TABLE op_part (
  op_id INTEGER NOT NULL REFERENCES op (id),
  part INTEGER NOT NULL CONSTRAINT part_counts_from_one CHECK (part > 0),
  parts INTEGER NOT NULL CONSTRAINT part_within_all CHECK (part <= parts),
  CONSTRAINT op_part_once PRIMARY KEY (op_id, part)
) STRICT;
