#!/bin/sh
# Makes the logins of server and worker, or gives them new passwords.
set -eu
psql -v ON_ERROR_STOP=1 -v api_password="$API_PASSWORD" -v worker_password="$WORKER_PASSWORD" -f "$(dirname "$0")/2-logins.sql"
