# region whoami
curl "$ONEHAZEL_BASE_URL/api-keys" -H "Authorization: Bearer $ONEHAZEL_API_KEY"
# endregion

# The operator has three active keys: this program's own is neither the newest nor the oldest.
OWN=$(curl "$ONEHAZEL_BASE_URL/api-keys" -H "Authorization: Bearer $ONEHAZEL_API_KEY" | node -p 'JSON.parse(fs.readFileSync(0)).data[0].operatorId')
another() {
  curl -X POST "$ONEHAZEL_BASE_URL/api-keys" -H "Authorization: Bearer $ONEHAZEL_API_KEY" \
    -H "Content-Type: application/json" -d "{\"operatorId\":\"$OWN\"}" | node -p 'JSON.parse(fs.readFileSync(0)).data.key'
}
OLDEST_KEY=$ONEHAZEL_API_KEY
ONEHAZEL_API_KEY=$(another)
NEWEST_KEY=$(another)

# region own
KEY_HASH=$(printf %s "$ONEHAZEL_API_KEY" | node -p 'require("crypto").createHash("sha256").update(fs.readFileSync(0)).digest("hex")')
OWN=$(curl "$ONEHAZEL_BASE_URL/api-keys" -H "Authorization: Bearer $ONEHAZEL_API_KEY" |
  node -p "JSON.stringify(JSON.parse(fs.readFileSync(0)).data.find((key) => key.keyHash === '$KEY_HASH'))")
OPERATOR_ID=$(echo "$OWN" | node -p 'JSON.parse(fs.readFileSync(0)).operatorId')
OLD_KEY_ID=$(echo "$OWN" | node -p 'JSON.parse(fs.readFileSync(0)).id')
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
expect() {
  SAID=$(ALLOW_ERRORS=1 curl "$ONEHAZEL_BASE_URL/operator-data-api/settings" -H "Authorization: Bearer $2")
  [[ $SAID == *"$1"* ]] || { echo "expected $1, got $SAID" && exit 1; }
}
expect AUTH_REVOKED "$ONEHAZEL_API_KEY"
for KEY in "$OLDEST_KEY" "$NEWEST_KEY" "$NEW_KEY"; do expect '"success":true' "$KEY"; done

# region read-key
curl -X POST "$ONEHAZEL_BASE_URL/api-keys" \
  -H "Authorization: Bearer $NEW_KEY" \
  -H "Content-Type: application/json" \
  -d "{\"operatorId\":\"$OPERATOR_ID\",\"label\":\"Reports\",\"access\":\"read\"}"
# endregion
grep -q '"access":"read"' "$REPLIES"
