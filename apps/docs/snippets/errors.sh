ALLOW_ERRORS=1
# region error
curl -X POST "$ONEHAZEL_BASE_URL/operator-data-api/entities" \
  -H "Authorization: Bearer $ONEHAZEL_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"entityType":"player","externalId":"player_1","data":{"country":"GB"}}'
# endregion
# What the page shows below is this answer, but for its id.
node -e '
  const [shown, came] = process.argv.slice(1).map((file) => JSON.parse(fs.readFileSync(file)));
  shown.requestId = came.requestId;
  assert.deepStrictEqual(came, shown);
' "$REPOSITORY/apps/docs/snippets/errors.json" "$REPLIES"
