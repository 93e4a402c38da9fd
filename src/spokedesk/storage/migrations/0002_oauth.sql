-- An app is found by its client id and a refresh token by its hash, before anybody knows whose they are. Like
-- access_token these two are directories, the exceptions to keys that begin with the account.
CREATE TABLE app (
  client_id TEXT PRIMARY KEY,
  account_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  redirect_uris {document} NOT NULL,
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT
) {clustered};
CREATE INDEX app_account ON app (account_id, id);

CREATE TABLE refresh_token (
  token_hash TEXT PRIMARY KEY,
  account_id BIGINT NOT NULL,
  app_id BIGINT NOT NULL,
  family TEXT NOT NULL,
  scopes TEXT NOT NULL,
  user_id BIGINT,
  created_at BIGINT NOT NULL,
  rotated_at BIGINT,
  revoked_at BIGINT
) {clustered};
CREATE INDEX refresh_token_family ON refresh_token (account_id, family);
CREATE INDEX refresh_token_app ON refresh_token (account_id, app_id);

-- whoever exchanges a code names the client first, so the account is known
CREATE TABLE authorization_code (
  account_id BIGINT NOT NULL,
  code_hash TEXT NOT NULL,
  app_id BIGINT NOT NULL,
  redirect_uri TEXT NOT NULL,
  scopes TEXT NOT NULL,
  challenge TEXT,
  user_id BIGINT,
  expires_at BIGINT NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (account_id, code_hash)
) {clustered};
CREATE INDEX authorization_code_expiry ON authorization_code (account_id, expires_at);

-- all tokens that come from one consent are a family; a private app's token has none
ALTER TABLE access_token ADD COLUMN family TEXT;
CREATE INDEX access_token_family ON access_token (account_id, family) WHERE family IS NOT NULL;
CREATE INDEX access_token_expiry ON access_token (account_id, expires_at) WHERE expires_at IS NOT NULL;
