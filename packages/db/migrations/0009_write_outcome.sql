-- What a hot write says: `executed` with the reply to send, or `remembered` with what its Idempotency-Key's row holds.
create type write_outcome as (
  outcome text,
  status smallint,
  reply text,
  fingerprint bytea,
  fingerprint_master_key_id text,
  erased boolean
);
