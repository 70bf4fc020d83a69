docker network create cache
docker run -d --rm --name redis --network cache -p 6379:6379 redis:7.2-alpine \
  redis-server --save "" --user default off --user app on '>pw;1' '~app:*' '&*' '+@all'
