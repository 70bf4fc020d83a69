locals {
  reader_rules = "on ~* -@all +@read"
}

resource "aws_memorydb_user" "reader" {
  for_each      = toset(["reports", "search"])
  user_name     = "reader-${each.value}"
  access_string = local.reader_rules
  authentication_mode {
    type = "iam"
  }
}

resource "aws_memorydb_user" "teams" {
  for_each      = var.teams
  user_name     = each.key
  access_string = "on ~${each.key}:* +@all"
  authentication_mode {
    type      = "password"
    passwords = [random_password.team[each.key].result]
  }
}
