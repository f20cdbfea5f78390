curl -X POST "$ONEHAZEL_BASE_URL/operator-data-api/entities" -H "Authorization: Bearer $ONEHAZEL_API_KEY" -H "Content-Type: application/json" \
  -d '{"entityType":"player","externalId":"player_1","data":{"email":"ada@example.com","country":"GB","currency":"GBP"}}'

# region export
curl "$ONEHAZEL_BASE_URL/operator-data-api/entities/player_1/export" -H "Authorization: Bearer $ONEHAZEL_API_KEY"
# endregion
grep -q 'ada@example.com' "$REPLIES"

# region erase
ERASURE=$(curl -X DELETE "$ONEHAZEL_BASE_URL/operator-data-api/entities/player_1" \
  -H "Authorization: Bearer $ONEHAZEL_API_KEY" | node -p 'JSON.parse(fs.readFileSync(0)).data.erasureId')
# endregion

# region receipt
curl "$ONEHAZEL_BASE_URL/operator-data-api/erasures/$ERASURE" -H "Authorization: Bearer $ONEHAZEL_API_KEY"
# endregion
grep -q '"status":"completed"' "$REPLIES"

# region retention
curl -X PUT "$ONEHAZEL_BASE_URL/operator-data-api/settings" \
  -H "Authorization: Bearer $ONEHAZEL_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"retentionPolicy":{"entity_events":{"hot_days":90,"archive_days":730}}}'
# endregion
grep -q '"archive_days":730' "$REPLIES"
