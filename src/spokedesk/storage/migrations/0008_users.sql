-- people who sign in, their browsers, and links that let them choose a password; only hashes of secrets are kept
CREATE TABLE local_user (
  account_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  owner_id BIGINT,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  role TEXT NOT NULL,
  password TEXT,
  created_at BIGINT NOT NULL,
  signed_in_at BIGINT,
  disabled_at BIGINT,
  PRIMARY KEY (account_id, id)
) {clustered};
CREATE UNIQUE INDEX local_user_email ON local_user (account_id, email_key);

CREATE TABLE user_session (
  account_id BIGINT NOT NULL,
  token_hash TEXT NOT NULL,
  user_id BIGINT NOT NULL,
  family TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, token_hash)
) {clustered};
CREATE INDEX user_session_user ON user_session (account_id, user_id);

-- without a user: the link that makes the first one
CREATE TABLE user_link (
  account_id BIGINT NOT NULL,
  token_hash TEXT NOT NULL,
  user_id BIGINT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, token_hash)
) {clustered};
