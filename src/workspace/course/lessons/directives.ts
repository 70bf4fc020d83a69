import { draw, reference } from '../sketch'

const file = (rules: string): string =>
  `user default off\nuser admin on ~* &* +@all >admin-password\nuser app on ~app:* ${rules} >app-password\n`
const network = 'bind 127.0.0.1 10.0.0.5\nprotected-mode yes\nport 6379\naclfile users.acl\n'
const rules = '+@read +@write -@scripting +config'
const closed = `${network}enable-debug-command local\nenable-protected-configs no\n`

/** Renamed commands and protected directives. */
export const directives = draw({
  id: 'directives',
  part: 'running-it',
  title: 'Renamed commands, protected directives',
  needs: {
    has: ({ hasProtectedActions }) => hasProtectedActions,
    reason: 'Protected directives need Redis 7.0 or later, or Valkey.',
  },
  text: [
    'Before ACLs, `rename-command FLUSHALL ""` took a command away from everybody, and `rename-command CONFIG` with a long random name hid one. That is deprecated. It hits administrators and their tools as well, and a name that is known is open to all. ACLs look at the original name, so deny the command to the users who must not run it.',
    'Three directives apply to every user, whatever the rules: `enable-protected-configs` (CONFIG SET of paths such as `dir`), `enable-debug-command` and `enable-module-command`. Each is `no`, which is the default; `local`, for this host and the socket; or `yes`, for everybody.',
  ],
  task: 'Remove both renamings, and instead deny `app` FLUSHALL, FLUSHDB and CONFIG by rules. Allow DEBUG from this host only, and nobody to change paths. Restart the server.',
  acl: file(rules),
  conf: `${network}rename-command FLUSHALL ""\nrename-command CONFIG cfg-5b1f9e\nenable-debug-command yes\nenable-protected-configs yes\n`,
  consoles: ['admin', 'app'],
  entries: ['0 FLUSHALL', '1 cfg-5b1f9e GET maxmemory'],
  goals: [
    'admin can FLUSHALL',
    'admin can CONFIG GET maxmemory',
    'app cannot FLUSHALL because command',
    'app cannot FLUSHDB because command',
    'app cannot CONFIG GET maxmemory because command',
    'app can run GET SET DEL on keys app:*',
    'admin can DEBUG SLEEP 0 from localhost',
    'admin cannot DEBUG SLEEP 0 from 10.0.0.9 because configuration',
    'admin cannot CONFIG SET dir /tmp because configuration',
  ],
  idea: 'Who must not run a command is a matter of users.acl. Where from it may run at all is one of redis.conf.',
  rule: [
    'Remove `+config`, and add `-flushall -flushdb` at the end. In redis.conf, set one directive to `local` and one to `no`.',
    'deny-command',
  ],
  answer:
    'In users.acl replace `+config` by `-flushall -flushdb`. In redis.conf remove the lines with rename-command, and write `enable-debug-command local` and `enable-protected-configs no`.',
  solution: { acl: file('+@read +@write -@scripting -flushall -flushdb'), conf: closed },
  wrong: {
    'denies only what was renamed': { acl: file('+@read +@write -@scripting -flushall'), conf: closed },
    'removes the renamings and no more': { conf: closed },
    'leaves DEBUG to everybody': {
      acl: file('+@read +@write -@scripting -flushall -flushdb'),
      conf: closed.replace('local', 'yes'),
    },
  },
  diagnostics: ['rename-command', 'protected-directives'],
  checklist: ['rename-command', 'protected-directives'],
  reference: [reference.security],
})
