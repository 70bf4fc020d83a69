# The image starts the server with these options.
podman run -it --user 999:999 --name valkey docker.io/valkey/valkey:8.1 --port 7000 --requirepass "$VALKEY_PASSWORD" --user api on '>k3y' '~api:*' '+@read'
