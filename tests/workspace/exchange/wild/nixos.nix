{ config, pkgs, lib, ... }:

{
  services.redis.package = pkgs.valkey;
  services.redis.servers."sessions" = {
    enable = true;
    port = 6380;
    # One line for each user.
    settings = {
      user = [
        "default off"
        "web on #ec278a38901287b2771a13739520384d43e4b078f78affe702def108774cce24 ~sess:* -@all +@read +@write"
      ];
      maxmemory-policy = "allkeys-lru";
    };
  };
  services.redis.servers.queue = {
    enable = true;
    requirePassFile = config.age.secrets.queue.path;
  };
}
