# region probes
curl "$ONEHAZEL_URL/livez"
curl "$ONEHAZEL_URL/readyz"
# endregion
grep -q '"status":"ready"' "$REPLIES"
cd "$REPOSITORY"

# region platform
npx -y pnpm@10.34.9 admin platform:create --name "First partner"
# endregion

# region document
curl "$ONEHAZEL_URL/openapi.json" -o openapi.json
# endregion
