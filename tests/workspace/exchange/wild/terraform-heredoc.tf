resource "kubernetes_secret" "acl" {
  metadata {
    name = "redis-acl"
  }
  data = {
    "users.acl" = <<-EOT
      user default off
      user web on >${random_password.web.result} ~web:* +@all
      user report on nopass ~web:* +@read
    EOT
  }
}
