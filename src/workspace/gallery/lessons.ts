import { draw, type GalleryExample, type Sketch } from './example'

const sketches: readonly Sketch[] = [
  {
    id: 'selectors',
    title: 'Selectors do not add up',
    about:
      'One set of permissions must allow all of a command. The root writes app1:, the selector reads app2:, and copying between them needs both: %R~app2:* at the root does it.',
    acl: 'user default on nopass ~* &* +@all\nuser app on nopass ~app1:* +@all (~app2:* +@read)\n',
    steps: [
      '0 SET app2:a 1 -> allowed',
      '1 AUTH app any -> allowed',
      '1 SET app1:a 1 -> allowed',
      '1 GET app2:a -> allowed',
      '1 COPY app2:a app1:b -> key',
      '0 ACL SETUSER app %R~app2:* -> allowed',
      '1 COPY app2:a app1:b -> allowed',
    ],
  },
  {
    id: 'order',
    title: 'Order matters',
    about: 'Rules are applied from left to right. A category given later brings back what was taken away before.',
    acl: 'user default on nopass ~* &* +@all\nuser before on nopass ~* -@dangerous +@all\nuser after on nopass ~* +@all -@dangerous\n',
    steps: [
      '0 AUTH before any -> allowed',
      '0 FLUSHALL -> allowed',
      '1 AUTH after any -> allowed',
      '1 FLUSHALL -> command',
      '1 INFO -> command',
    ],
  },
  {
    id: 'missing-default',
    title: 'No line for default',
    about:
      'An ACL file that does not name the default user leaves it wide open, even with requirepass. Add: user default off',
    acl: 'user app on >app_password ~app:* +@read +@write\n',
    conf: 'aclfile users.acl\nrequirepass a-long-random-password\n',
    steps: ['0 FLUSHALL -> allowed', '0 ACL LIST -> allowed'],
  },
  {
    id: 'escalation',
    title: 'A user that can make itself admin',
    about: 'Whoever may run ACL SETUSER may give itself everything.',
    acl: 'user default off\nuser ops on nopass ~ops:* +@read +acl +ping\n',
    steps: [
      '0 AUTH ops any -> allowed',
      '0 GET secret:1 -> key',
      '0 ACL SETUSER ops ~* +@all -> allowed',
      '0 GET secret:1 -> allowed',
    ],
  },
  {
    id: 'subcommands',
    title: 'Parts of a command',
    about:
      'Since Redis 7 a subcommand is a command: CONFIG GET without CONFIG SET. Before, a part could be allowed but not taken away.',
    acl: 'user default off\nuser ops on nopass +config -config|set +client|id +client|setname\n',
    steps: [
      '0 AUTH ops any -> allowed',
      '0 CONFIG GET port -> allowed',
      '0 CONFIG SET maxmemory 1 -> command',
      '0 CLIENT ID -> allowed',
      '0 CLIENT LIST -> command',
    ],
  },
  {
    id: 'shell-globs',
    title: 'What a pattern does not mean',
    about: 'Braces, ! and ** are no pattern marks here: {a,b} is five letters, and [^a] is any byte but a.',
    acl: 'user default off\nuser app on nopass ~{a,b}:* ~x[^1]* +@all\n',
    steps: [
      '0 AUTH app any -> allowed',
      '0 SET a:1 x -> key',
      '0 SET {a,b}:1 x -> allowed',
      '0 SET x2 x -> allowed',
      '0 SET x1 x -> key',
    ],
  },
  {
    id: 'quotes',
    title: 'Users in redis.conf',
    about:
      'user lines in redis.conf are read like its other lines, quotes included, so a password may hold a space. Together with aclfile they are refused.',
    conf: 'user default off\nuser app on ">two words" ~app:* +@read +@write\n',
    steps: ['0 AUTH app "two words" -> allowed', '0 SET app:1 x -> allowed', '0 SET b x -> key'],
  },
]

/** Lessons on common mistakes. */
export const lessons: readonly GalleryExample[] = sketches.map(draw)
