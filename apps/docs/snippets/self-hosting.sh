# region probes
curl "$ONEHAZEL_BASE_URL/livez"
curl "$ONEHAZEL_BASE_URL/readyz"
# endregion
grep -q '"status":"ready"' "$REPLIES"

# region document
curl "$ONEHAZEL_BASE_URL/openapi.json" -o openapi.json
# endregion
grep -q '"openapi": "3.1' openapi.json

cd "$REPOSITORY"
# region platform
npx -y pnpm@10.34.9 admin platform:create --name "First partner"
# endregion
