ALLOW_ERRORS=1
# region error
curl -X POST "$ONEHAZEL_BASE_URL/operator-data-api/entities" \
  -H "Authorization: Bearer $ONEHAZEL_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"entityType":"player","externalId":"player_1","data":{"country":"GB"}}'
# endregion
grep -q '"code":"VALIDATION_FAILED"' "$REPLIES"
