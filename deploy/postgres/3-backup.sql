-- Run by a superuser: a login for backups. It reads everything, past row-level security, and writes nothing.
-- psql -v backup_password=… -f 3-backup.sql
create role onehazel_backup_login login bypassrls password :'backup_password' in role pg_read_all_data;
