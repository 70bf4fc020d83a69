{ config, pkgs, ... }:
let
  acl = pkgs.writeText "users.acl" ''
    user default off
    user mail on >${config.secrets.mail} ~mail:* +@all -@dangerous
    user cron on nopass ~cron:''${id} -@all +get
  '';
in
{
  environment.etc."redis/extra.acl".text = ''
    user backup on >backup-pw ~* -@all +scan +dump +pttl
  '';
  services.redis.servers.mail = {
    enable = true;
    settings.aclfile = "${acl}";
  };
}
