-- Run once by a superuser, in any database: the schema's owner and its database. Neither superuser nor exempt from row-level security.
-- psql -v owner_password=… -f 1-owner.sql
create role onehazel_owner login createrole nosuperuser nobypassrls password :'owner_password';
create database onehazel owner onehazel_owner;
