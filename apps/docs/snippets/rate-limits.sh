# region headers
curl -i "$ONEHAZEL_BASE_URL/operator-data-api/settings" -H "Authorization: Bearer $ONEHAZEL_API_KEY"
# endregion
grep -qi '^ratelimit-policy: "management";q=' "$REPLIES"
grep -qi '^ratelimit: "management";r=' "$REPLIES"
