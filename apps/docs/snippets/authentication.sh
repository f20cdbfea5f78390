# region whoami
curl "$ONEHAZEL_BASE_URL/api-keys" -H "Authorization: Bearer $ONEHAZEL_API_KEY"
OPERATOR_ID=$(curl "$ONEHAZEL_BASE_URL/api-keys" -H "Authorization: Bearer $ONEHAZEL_API_KEY" | node -p 'JSON.parse(fs.readFileSync(0)).data[0].operatorId')
OLD_KEY_ID=$(curl "$ONEHAZEL_BASE_URL/api-keys" -H "Authorization: Bearer $ONEHAZEL_API_KEY" | node -p 'JSON.parse(fs.readFileSync(0)).data[0].id')
# endregion

# region create
NEW=$(curl -X POST "$ONEHAZEL_BASE_URL/api-keys" \
  -H "Authorization: Bearer $ONEHAZEL_API_KEY" \
  -H "Content-Type: application/json" \
  -d "{\"operatorId\":\"$OPERATOR_ID\",\"label\":\"Backend, from July\"}")
NEW_KEY=$(echo "$NEW" | node -p 'JSON.parse(fs.readFileSync(0)).data.key')
# endregion

# region verify
curl "$ONEHAZEL_BASE_URL/operator-data-api/settings" -H "Authorization: Bearer $NEW_KEY"
# endregion

# region revoke
curl -X DELETE "$ONEHAZEL_BASE_URL/api-keys?id=$OLD_KEY_ID" -H "Authorization: Bearer $NEW_KEY"
# endregion
grep -q '"message":"Key revoked"' "$REPLIES"

# region read-key
curl -X POST "$ONEHAZEL_BASE_URL/api-keys" \
  -H "Authorization: Bearer $NEW_KEY" \
  -H "Content-Type: application/json" \
  -d "{\"operatorId\":\"$OPERATOR_ID\",\"label\":\"Reports\",\"access\":\"read\"}"
# endregion
grep -q '"access":"read"' "$REPLIES"
