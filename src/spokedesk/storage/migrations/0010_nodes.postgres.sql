-- A group of writes leaves its id here, so that after a lost connection it can be found out whether it happened.
CREATE TABLE write_mark (
  account_id BIGINT NOT NULL,
  id TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (account_id, id)
);
CREATE INDEX write_mark_at ON write_mark (account_id, at);

-- What nodes remember of accounts and tokens: whoever changes it tells them all, at the commit.
CREATE FUNCTION tell_nodes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('spokedesk_changed', '');
  RETURN NULL;
END $$;
CREATE TRIGGER account_inserted AFTER INSERT OR DELETE ON account
  FOR EACH STATEMENT EXECUTE FUNCTION tell_nodes();
CREATE TRIGGER account_changed AFTER UPDATE OF fidelity, settings, definitions_revision ON account
  FOR EACH STATEMENT EXECUTE FUNCTION tell_nodes();
CREATE TRIGGER access_token_changed AFTER INSERT OR UPDATE OR DELETE ON access_token
  FOR EACH STATEMENT EXECUTE FUNCTION tell_nodes();
