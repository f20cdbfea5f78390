# region write
curl -i -X POST "$ONEHAZEL_BASE_URL/operator-data-api/entities" \
  -H "Authorization: Bearer $ONEHAZEL_API_KEY" \
  -H "Idempotency-Key: crm-4711-v3" \
  -H "Content-Type: application/json" \
  -d '{"entityType":"player","externalId":"4711","data":{"email":"ada@example.com","country":"GB","currency":"GBP"}}'
# endregion

# region repeat
curl -i -X POST "$ONEHAZEL_BASE_URL/operator-data-api/entities" \
  -H "Authorization: Bearer $ONEHAZEL_API_KEY" \
  -H "Idempotency-Key: crm-4711-v3" \
  -H "Content-Type: application/json" \
  -d '{"data":{"currency":"GBP","country":"GB","email":"ada@example.com"},"externalId":"4711","entityType":"player"}'
# endregion
grep -qi '^idempotency-replayed: true' "$REPLIES"

ALLOW_ERRORS=1
# region reused
curl -X POST "$ONEHAZEL_BASE_URL/operator-data-api/entities" \
  -H "Authorization: Bearer $ONEHAZEL_API_KEY" \
  -H "Idempotency-Key: crm-4711-v3" \
  -H "Content-Type: application/json" \
  -d '{"entityType":"player","externalId":"4711","data":{"email":"ada@example.org","country":"GB","currency":"GBP"}}'
# endregion
grep -q 'IDEMPOTENCY_KEY_REUSED' "$REPLIES"
