-- object types whose records have not all got the values of a new formula yet, and from which id on
CREATE TABLE calculation_backlog (
  account_id BIGINT NOT NULL,
  object_type TEXT NOT NULL,
  next_id BIGINT NOT NULL,
  PRIMARY KEY (account_id, object_type)
) {clustered};
