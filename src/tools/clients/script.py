"""Uses a server as an application with redis-py does, and prints what it saw."""

import sys

import redis

client = redis.Redis(port=int(sys.argv[1]), decode_responses=True, protocol=3)
client.flushall()
client.acl_setuser("py", reset=True, enabled=True, passwords=["+pw"], keys=["app:*"], categories=["+@all"])
app = redis.Redis(port=int(sys.argv[1]), username="py", password="pw", decode_responses=True)
print("whoami", app.acl_whoami())
try:
    app.get("other")
except redis.exceptions.NoPermissionError as error:
    print("denied", error)
print("set", app.set("app:a", "1", ex=100))
with app.pipeline(transaction=True) as pipe:
    pipe.incr("app:a").hset("app:h", mapping={"x": 1, "y": 2}).hgetall("app:h")
    print("pipeline", pipe.execute())
print("zadd", client.zadd("z", {"one": 1.5, "two": 2}), client.zrange("z", 0, -1, withscores=True))
print("scan", sorted(client.scan_iter(match="*", count=1)))
print("lock", client.lock("lock", timeout=10).acquire(blocking=False))
script = client.register_script("return redis.call('INCRBY', KEYS[1], ARGV[1])")
print("script", script(keys=["n"], args=[42]))
pubsub = client.pubsub()
pubsub.subscribe("news")
print("subscribed", pubsub.get_message(timeout=5))
client.publish("news", "hello")
print("message", pubsub.get_message(timeout=5))
print("user", client.acl_getuser("py"))
print("log", [{key: entry[key] for key in ("reason", "object", "username")} for entry in client.acl_log(1)])
print("clients", len(client.client_list()) > 1, "server", client.info("server")["redis_version"])
