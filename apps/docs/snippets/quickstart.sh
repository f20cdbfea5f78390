# region credentials
export ONEHAZEL_BASE_URL=http://localhost:8080
export ONEHAZEL_API_KEY=$(node -p "JSON.parse(fs.readFileSync('.onehazel/credentials.json')).operatorKey")
# endregion

# region template
curl -X PUT "$ONEHAZEL_BASE_URL/operator-data-api/settings" \
  -H "Authorization: Bearer $ONEHAZEL_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"templateId":"tpl_igaming"}'
# endregion

# region create
curl -X POST "$ONEHAZEL_BASE_URL/operator-data-api/entities" \
  -H "Authorization: Bearer $ONEHAZEL_API_KEY" \
  -H "Idempotency-Key: create-player-1" \
  -H "Content-Type: application/json" \
  -d '{
    "entityType": "player",
    "externalId": "player_1",
    "data": { "email": "ada@example.com", "country": "GB", "currency": "GBP" }
  }'
# endregion
grep -q '"action":"created"' "$REPLIES"

# region read
curl "$ONEHAZEL_BASE_URL/operator-data-api/entities/player_1" -H "Authorization: Bearer $ONEHAZEL_API_KEY"
# endregion
grep -q 'ada@example.com' "$REPLIES"

# region list
curl "$ONEHAZEL_BASE_URL/operator-data-api/entities?entityType=player&limit=10" \
  -H "Authorization: Bearer $ONEHAZEL_API_KEY"
# endregion
grep -q '"email":"v1\.' "$REPLIES"

# region event
curl -X POST "$ONEHAZEL_BASE_URL/operator-data-api/entities/player_1/events" \
  -H "Authorization: Bearer $ONEHAZEL_API_KEY" \
  -H "Idempotency-Key: deposit-1001" \
  -H "Content-Type: application/json" \
  -d '{"eventType":"transaction","data":{"type":"deposit","amount":50,"currency":"GBP"}}'
# endregion
grep -q '"id":"eev_' "$REPLIES"

# region state
curl -X PUT "$ONEHAZEL_BASE_URL/operator-data-api/entities/player_1/state/balance" \
  -H "Authorization: Bearer $ONEHAZEL_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"value":150.5}'
# endregion

# region erase
curl -X DELETE "$ONEHAZEL_BASE_URL/operator-data-api/entities/player_1" -H "Authorization: Bearer $ONEHAZEL_API_KEY"
# endregion
grep -q '"erasureId":"ers_' "$REPLIES"
