# region file
cat > players.csv <<'CSV'
ref,Mail,country,currency,age
player_1,ada@example.com,GB,GBP,36
player_2,alan@example.com,GB,GBP,41
CSV
# endregion
onehazel() { node "$REPOSITORY/packages/cli/bin/onehazel.mjs" "$@"; }

# region try
onehazel entities import players.csv --type player --id ref --map Mail=email --map 'age=age:number' --dry-run
# endregion

# region import
onehazel entities import players.csv --type player --id ref --map Mail=email --map 'age=age:number' --failed failed.csv
# endregion

cat > visits.csv <<CSV
ref,at,device
player_1,$(date -u -d yesterday '+%d/%m/%Y') 14:30,phone
CSV
# region events
onehazel events import visits.csv --type session --id ref --occurred-at at \
  --time-format 'dd/MM/yyyy HH:mm' --timezone Europe/London
# endregion

# region export
onehazel entities export --type player > players.ndjson
# endregion
test "$(wc -l < players.ndjson)" = 2

# region back
onehazel entities import players.ndjson
# endregion
