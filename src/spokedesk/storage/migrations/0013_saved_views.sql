-- ways of looking at records that people keep; without a user a program made it
CREATE TABLE saved_view (
  account_id BIGINT NOT NULL,
  object_type TEXT NOT NULL,
  id BIGINT NOT NULL,
  user_id BIGINT,
  name TEXT NOT NULL,
  is_shared BIGINT NOT NULL,
  definition {document} NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, object_type, id)
) {clustered};
