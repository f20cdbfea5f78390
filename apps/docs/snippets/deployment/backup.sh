# region dump
pg_dump --format=custom --file=onehazel.dump \
  "postgres://onehazel_backup_login:$BACKUP_PASSWORD@db.example.com/onehazel?sslmode=verify-full&sslrootcert=/etc/ssl/db.pem"
# endregion

# region restore
psql -v ON_ERROR_STOP=1 -v owner_password="$OWNER_PASSWORD" -f deploy/postgres/1-owner.sql
psql "postgres://onehazel_owner:$OWNER_PASSWORD@db.example.com/onehazel?sslmode=verify-full&sslrootcert=/etc/ssl/db.pem" \
  -v ON_ERROR_STOP=1 -f packages/db/migrations/0001_roles.sql
pg_restore --dbname=onehazel --exit-on-error onehazel.dump
# endregion
