CREATE TABLE account (
  account_id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  fidelity TEXT NOT NULL,
  settings {document} NOT NULL,
  definitions_revision BIGINT NOT NULL,
  next_id BIGINT NOT NULL,
  next_sequence BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE record (
  account_id BIGINT NOT NULL,
  object_type TEXT NOT NULL,
  id BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  properties {document} NOT NULL,
  search_values {document} NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  archived_at BIGINT,
  merged_into BIGINT,
  pipeline TEXT,
  stage TEXT,
  owner TEXT,
  priority TEXT,
  PRIMARY KEY (account_id, object_type, id)
);
CREATE INDEX record_updated ON record (account_id, object_type, updated_at, id) WHERE archived_at IS NULL;
CREATE INDEX record_created ON record (account_id, object_type, created_at, id) WHERE archived_at IS NULL;
CREATE INDEX record_stage ON record (account_id, object_type, stage, created_at, id) WHERE archived_at IS NULL AND stage IS NOT NULL;
CREATE INDEX record_owner ON record (account_id, object_type, owner, stage, priority, updated_at) WHERE archived_at IS NULL AND owner IS NOT NULL;
CREATE INDEX record_archived ON record (account_id, object_type, archived_at) WHERE archived_at IS NOT NULL;

CREATE TABLE revision (
  account_id BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  object_type TEXT NOT NULL,
  record_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  changed {document} NOT NULL,
  at BIGINT NOT NULL,
  source_type TEXT NOT NULL,
  source_id TEXT,
  source_label TEXT,
  user_id BIGINT,
  PRIMARY KEY (account_id, sequence)
);
CREATE INDEX revision_record ON revision (account_id, object_type, record_id, sequence);

CREATE TABLE unique_value (
  account_id BIGINT NOT NULL,
  object_type TEXT NOT NULL,
  property TEXT NOT NULL,
  value TEXT NOT NULL,
  record_id BIGINT NOT NULL,
  PRIMARY KEY (account_id, object_type, property, value)
) {clustered};
CREATE INDEX unique_value_record ON unique_value (account_id, object_type, record_id);

CREATE TABLE association (
  account_id BIGINT NOT NULL,
  from_type TEXT NOT NULL,
  from_id BIGINT NOT NULL,
  to_type TEXT NOT NULL,
  to_id BIGINT NOT NULL,
  category TEXT NOT NULL,
  type_id BIGINT NOT NULL,
  PRIMARY KEY (account_id, from_type, from_id, to_type, to_id, category, type_id)
) {clustered};

CREATE TABLE association_type (
  account_id BIGINT NOT NULL,
  from_type TEXT NOT NULL,
  to_type TEXT NOT NULL,
  category TEXT NOT NULL,
  type_id BIGINT NOT NULL,
  inverse_type_id BIGINT NOT NULL,
  label TEXT,
  name TEXT NOT NULL,
  PRIMARY KEY (account_id, from_type, to_type, category, type_id)
) {clustered};

CREATE TABLE property_definition (
  account_id BIGINT NOT NULL,
  object_type TEXT NOT NULL,
  name TEXT NOT NULL,
  definition {document} NOT NULL,
  archived_at BIGINT,
  PRIMARY KEY (account_id, object_type, name)
) {clustered};

CREATE TABLE property_group (
  account_id BIGINT NOT NULL,
  object_type TEXT NOT NULL,
  name TEXT NOT NULL,
  label TEXT NOT NULL,
  display_order BIGINT NOT NULL,
  PRIMARY KEY (account_id, object_type, name)
) {clustered};

CREATE TABLE pipeline (
  account_id BIGINT NOT NULL,
  object_type TEXT NOT NULL,
  id TEXT NOT NULL,
  definition {document} NOT NULL,
  PRIMARY KEY (account_id, object_type, id)
) {clustered};

CREATE TABLE pipeline_audit (
  account_id BIGINT NOT NULL,
  object_type TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  pipeline_id TEXT NOT NULL,
  stage_id TEXT,
  action TEXT NOT NULL,
  raw_object {document} NOT NULL,
  at BIGINT NOT NULL,
  user_id BIGINT,
  PRIMARY KEY (account_id, sequence)
) {clustered};
CREATE INDEX pipeline_audit_pipeline ON pipeline_audit (account_id, object_type, pipeline_id, sequence);

CREATE TABLE owner (
  account_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  user_id BIGINT,
  email TEXT NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  kind TEXT NOT NULL,
  teams {document} NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  archived_at BIGINT,
  PRIMARY KEY (account_id, id)
) {clustered};

-- the directory that finds the account of a token: the one table whose key does not begin with the account
CREATE TABLE access_token (
  token_hash TEXT PRIMARY KEY,
  account_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  hint TEXT NOT NULL,
  scopes TEXT NOT NULL,
  app_id BIGINT NOT NULL,
  user_id BIGINT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  revoked_at BIGINT
) {clustered};
CREATE INDEX access_token_account ON access_token (account_id, id);
