-- Run by the owner after the first `migrate`, which makes the two roles: a login for the server and one for the worker.
-- psql -v api_password=… -v worker_password=… -f 2-logins.sql
-- May be run again, to change the passwords.
select format('create role %I login', login) from (values ('onehazel_api_login'), ('onehazel_worker_login')) as l (login)
where not exists (select from pg_roles where rolname = login) \gexec
alter role onehazel_api_login password :'api_password';
alter role onehazel_worker_login password :'worker_password';
grant onehazel_server to onehazel_api_login;
grant onehazel_worker to onehazel_worker_login;
-- Short statements run faster than they compile. Servers and workers ask for this themselves, but a pooler may not pass that on.
alter role onehazel_api_login set jit = off;
alter role onehazel_worker_login set jit = off;
