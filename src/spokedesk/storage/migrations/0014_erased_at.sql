-- when something was erased on request last: what is kept in the memory of any node is older or knows of it
ALTER TABLE account ADD COLUMN erased_at BIGINT;
