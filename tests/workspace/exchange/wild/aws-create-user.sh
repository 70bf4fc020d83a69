#!/usr/bin/env bash
set -euo pipefail

aws elasticache create-user \
  --user-id app-01 \
  --user-name app \
  --engine redis \
  --passwords "a-password-of-the-app" \
  --access-string "on ~app:* -@all +@read +@write"

aws elasticache create-user --user-id default-off --user-name default --engine valkey \
  --authentication-mode Type=no-password-required --access-string "off ~keys* -@all +get"
aws elasticache modify-user --user-id app-01 --access-string "on ~* +@all"
