-- how many records of the other type one record may be linked to by a type, where an account wants a limit
CREATE TABLE association_limit (
  account_id BIGINT NOT NULL,
  from_type TEXT NOT NULL,
  to_type TEXT NOT NULL,
  category TEXT NOT NULL,
  type_id BIGINT NOT NULL,
  largest BIGINT NOT NULL,
  PRIMARY KEY (account_id, from_type, to_type, category, type_id)
) {clustered};
