# region env
umask 077
for name in POSTGRES_PASSWORD OWNER_PASSWORD API_PASSWORD WORKER_PASSWORD BACKUP_PASSWORD; do
  echo "$name=$(openssl rand -hex 24)"
done > deploy/.env
echo "ONEHAZEL_MASTER_KEYS=k1:$(openssl rand -hex 32)" >> deploy/.env
# endregion

# region package
node scripts/package-server.mjs /opt/onehazel
# endregion

# region owner
psql -v ON_ERROR_STOP=1 -v owner_password="$OWNER_PASSWORD" -f deploy/postgres/1-owner.sql
psql -v ON_ERROR_STOP=1 -v backup_password="$BACKUP_PASSWORD" -f deploy/postgres/3-backup.sql
# endregion

# region migrate
export DATABASE_URL="postgres://onehazel_owner:$OWNER_PASSWORD@db.example.com/onehazel?sslmode=verify-full&sslrootcert=/etc/ssl/db.pem"
DATABASE_OWNER_URL="$DATABASE_URL" node /opt/onehazel/dist/admin.js migrate
psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -v api_password="$API_PASSWORD" -v worker_password="$WORKER_PASSWORD" \
  -f deploy/postgres/2-logins.sql
# endregion
