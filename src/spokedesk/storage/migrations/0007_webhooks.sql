-- where an app wants to be told of changes, and of which ones
CREATE TABLE webhook_settings (
  account_id BIGINT NOT NULL,
  app_id BIGINT NOT NULL,
  target_url TEXT NOT NULL,
  max_concurrent_requests BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, app_id)
) {clustered};

CREATE TABLE webhook_subscription (
  account_id BIGINT NOT NULL,
  app_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  event_type TEXT NOT NULL,
  property_name TEXT,
  object_type TEXT,
  active BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, app_id, id)
) {clustered};
