locals {
  prefix = "shop"
  users = {
    app = {
      access_string = "on ~${local.prefix}:* -@all +@read +@write"
      passwords     = ["app-password-0123456789"]
    }
    metrics = {
      access_string = "on -@all +info +ping"
      passwords     = [var.metrics_password]
    }
  }
}

variable "metrics_password" {
  type      = string
  sensitive = true
}

# One user for each entry.
resource "aws_elasticache_user" "this" {
  for_each      = local.users
  user_id       = "${local.prefix}-${each.key}"
  user_name     = each.key
  engine        = "redis"
  access_string = each.value.access_string
  passwords     = each.value.passwords
}

resource "aws_elasticache_user_group" "this" {
  engine        = "redis"
  user_group_id = local.prefix
  user_ids      = [for user in aws_elasticache_user.this : user.user_id]
}
