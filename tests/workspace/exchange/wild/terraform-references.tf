variable "passwords" {
  type = map(string)
}

resource "aws_elasticache_user" "app" {
  user_id       = "app"
  user_name     = "app"
  engine        = "valkey"
  access_string = "on ~app:* -@all +@read"
  passwords     = [var.passwords["app"]]
}

resource "aws_elasticache_user" "tenant" {
  for_each      = var.tenants
  user_id       = "tenant-${each.key}"
  user_name     = each.key
  engine        = "valkey"
  access_string = "on ~${each.key}:* +@all"
  passwords     = [random_password.tenant[each.key].result]
}
