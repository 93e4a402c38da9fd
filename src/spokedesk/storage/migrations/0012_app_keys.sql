-- a key by which an app may prove who it is, in place of its secret
ALTER TABLE app ADD COLUMN public_key TEXT;
