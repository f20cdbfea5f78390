#!/bin/sh
# Run by the database's image when its volume is empty.
set -eu
psql -v ON_ERROR_STOP=1 -v owner_password="$OWNER_PASSWORD" -U postgres -d postgres -f /sql/1-owner.sql
