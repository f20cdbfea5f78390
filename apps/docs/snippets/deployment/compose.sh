# region up
docker compose -f deploy/compose.yaml up --build --wait
docker compose -f deploy/compose.yaml run --rm admin platform:create --name "First partner"
# endregion

# region backup
docker compose -f deploy/compose.yaml exec -T postgres pg_dump --username postgres --format=custom onehazel > onehazel.dump
# endregion
