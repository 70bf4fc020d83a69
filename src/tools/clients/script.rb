# Uses a server as an application with redis-rb does, and prints what it saw.
require "redis"

port = ARGV[0].to_i
client = Redis.new(port: port)
client.flushall
client.call("ACL", "SETUSER", "rb", "reset", "on", ">pw", "~app:*", "+@all")
app = Redis.new(port: port, username: "rb", password: "pw")
puts "whoami #{app.call("ACL", "WHOAMI")}"
begin
  app.get("other")
rescue Redis::CommandError => error
  puts "denied #{error.message.split(" (redis:").first}"
end
puts "set #{app.set("app:a", 1, ex: 100)}"
p app.pipelined { |pipe| 10.times { |i| pipe.rpush("app:list", i) } }
p app.multi { |multi| multi.mapped_hmset("app:h", { "x" => 1 }); multi.hgetall("app:h") }
p client.zadd("z", [[1.5, "one"], [2, "two"]]), client.zrange("z", 0, -1, with_scores: true)
p client.scan_each(match: "*").to_a.sort
p client.eval("return {KEYS[1], ARGV[1]}", keys: ["k"], argv: ["v"])
p client.config(:get, "maxmemory-policy")
received = nil
listener = Thread.new do
  Redis.new(port: port).subscribe("news") do |on|
    on.message do |_, text|
      received = text
      Thread.exit
    end
  end
end
sleep 0.01 while client.publish("news", "hello").zero?
listener.join(5)
puts "message #{received}"
