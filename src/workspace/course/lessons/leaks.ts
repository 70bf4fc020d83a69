import { draw, reference } from '../sketch'
import { tellsKey } from '../replies'

const file = (rules: string): string =>
  `user default off\nuser admin on ~* +@all >admin-password\nuser app on ~app:* ${rules} >app-password\n`
const rules = '+@read +@write -pfmerge -georadius -georadiusbymember +ping -@scripting -@dangerous'

/** Commands that key patterns do not limit. */
export const leaks = draw({
  id: 'leaks',
  part: 'finer-rules',
  title: 'What key patterns do not protect',
  text: ({ sortChecksAccess }) => [
    'A key pattern limits the keys that a command names. Commands that name none are not limited: KEYS, SCAN and RANDOMKEY tell the names of all keys, DBSIZE their number, FLUSHALL and FLUSHDB delete them all, and SWAPDB exchanges whole databases. MONITOR shows other clients’ commands, with their values.',
    sortChecksAccess
      ? 'SORT with BY or GET follows names that are found in data; it needs read access to every key.'
      : 'SORT with BY or GET follows names that are found in data, and in this release reads them unchecked.',
    'Many releases overlook keys: PFMERGE without sources and GEORADIUS with two STORE options write outside of the patterns. Both are denied here.',
    'Scripts are no way around: their commands run with the permissions of the caller. Names matter too: they often contain customer numbers, e-mail addresses or tokens.',
  ],
  task: '`app` has keys under `app:`, and no dangerous commands. Find a command that `app` may run and that shows the name of a key under `secret:`. Then deny all such commands, and leave the rest.',
  acl: file(rules),
  consoles: ['app', 'admin'],
  entries: ['1 SET secret:launch-code 42'],
  goals: [
    {
      kind: 'command',
      say: 'As app, you saw the name of a key under secret:',
      isDone: ({ user, outcome, replies }) =>
        user === 'app' && outcome === 'allowed' && replies.some((reply) => tellsKey(reply, 'secret:')),
    },
    'app cannot run KEYS SCAN RANDOMKEY DBSIZE',
    'app cannot run FLUSHALL FLUSHDB SWAPDB',
    'app can run GET SET DEL EXPIRE HSET LPUSH on keys app:*',
    'app can only access keys app:*',
  ],
  idea: 'KEYS is dangerous and denied already. Three others read the same list, and are not called dangerous.',
  rule: ['Run `SCAN 0`. Then take the three commands away, by name, after the categories.', 'deny-command'],
  answer: 'Run `SCAN 0` as app, and add `-scan -randomkey -dbsize` after `-@dangerous`.',
  solution: { acl: file(`${rules} -scan -randomkey -dbsize`), first: ['app: SCAN 0'] },
  wrong: {
    'denies only the command that was found': { acl: file(`${rules} -scan`), first: ['app: SCAN 0'] },
    'denies the category of keys': { acl: file(`${rules} -@keyspace`), first: ['app: SCAN 0'] },
    'brings the categories back afterwards': {
      acl: file(`-scan -randomkey -dbsize ${rules}`),
      first: ['app: RANDOMKEY'],
    },
  },
  diagnostics: ['keys-command-leaks', 'sort-other-keys', 'sort-needs-all-keys', 'script-keys'],
  reference: [reference.acl, { title: 'Diagnostics on keys', href: '#docs/diagnostics#keys' }],
})
