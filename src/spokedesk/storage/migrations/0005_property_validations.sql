-- what an administrator lets into a property beyond what its type asks for; at most one rule of each type
CREATE TABLE property_validation (
  account_id BIGINT NOT NULL,
  object_type TEXT NOT NULL,
  property TEXT NOT NULL,
  rule_type TEXT NOT NULL,
  rule TEXT NOT NULL,
  PRIMARY KEY (account_id, object_type, property, rule_type)
) {clustered};
