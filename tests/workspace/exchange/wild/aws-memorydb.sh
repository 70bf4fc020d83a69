PASSWORD=$(openssl rand -hex 24)
aws memorydb create-user --user-name orders --access-string "on ~orders:* &orders:* +@all -@dangerous" --authentication-mode "Type=password,Passwords=$PASSWORD"
aws elasticache create-user --user-id proxy --user-name proxy --engine valkey --authentication-mode Type=iam --access-string "on ~* +@all"
