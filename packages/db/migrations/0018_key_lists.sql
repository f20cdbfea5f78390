-- Revoked and expired keys stay until they are deleted, so there may be any number of them. The list of keys, newest first:
create index api_keys_newest on api_keys (operator_id, created_at desc, id desc);
-- The keys that work: those that never expire, and those that expire later than now.
create index api_keys_active on api_keys (operator_id, expires_at) where revoked_at is null;
