# region words
export ONEHAZEL_MASTER_KEYS_COMMAND='vault kv get -field=master_keys secret/onehazel'
# endregion

# region array
export ONEHAZEL_MASTER_KEYS_COMMAND='["/opt/onehazel/unwrap-keys", "--region", "eu-central-1"]'
# endregion

# region suspend
pnpm admin operator:suspend op_0123456789abcdef
# endregion

# region destroy
pnpm admin operator:destroy op_0123456789abcdef --yes
# endregion
