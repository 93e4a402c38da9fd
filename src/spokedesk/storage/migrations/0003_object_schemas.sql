CREATE TABLE object_schema (
  account_id BIGINT NOT NULL,
  id TEXT NOT NULL,
  definition {document} NOT NULL,
  archived_at BIGINT,
  PRIMARY KEY (account_id, id)
) {clustered};
