import { draw, reference } from '../sketch'

const file = (rules: string): string => `user default off\nuser worker on >worker-password ${rules}\n`

/** Selectors: one must allow all of a command. */
export const selectors = draw({
  id: 'selectors',
  part: 'finer-rules',
  title: 'Selectors: one must allow it all',
  needs: { has: ({ hasSelectors }) => hasSelectors, reason: 'Selectors need Redis 7.0 or later, or Valkey.' },
  text: [
    'Rules in parentheses are a selector: a second set of permissions. `~jobs:* +@list (%R~config:* +get)` works with lists of jobs, and reads settings with GET. Without the parentheses, LRANGE could read the settings too.',
    'A command is allowed if one set allows all of it: the command, every key and every channel. Sets do not add up. With `~app1:* +@all (~app2:* +@all)`, `COPY app1:x app2:y` is denied, as neither set allows both keys. What a command needs together must be in one set.',
    'Close each parenthesis: an unmatched one in an ACL file crashes the server when it loads.',
  ],
  task: '`worker` uses lists under `jobs:`, copies `templates:` into them with COPY, and reads `config:` with GET. At present it cannot copy, and it can do too much with `config:`. Correct both.',
  acl: file('~jobs:* +@list +copy +del (%R~templates:* +copy) (~config:* +@all)'),
  consoles: ['worker'],
  entries: ['0 RPUSH jobs:1 mail', '0 COPY templates:mail jobs:2'],
  goals: [
    'worker can run LPUSH LRANGE DEL on keys jobs:*',
    'worker can COPY templates:mail jobs:2',
    'worker can run GET on keys config:*',
    'worker cannot run @list DEL COPY on keys config:*',
    'worker can only read keys jobs:* templates:* config:*',
    'worker can only write keys jobs:*',
  ],
  idea: 'COPY names two keys, so one set must allow COPY and both of them. GET on config: is another matter.',
  rule: [
    'Move the templates out of their parentheses, for reading only. Allow just `+get` within the others.',
    'selector',
  ],
  answer: 'Write the rules as `~jobs:* %R~templates:* +@list +copy +del (%R~config:* +get)`.',
  solution: file('~jobs:* %R~templates:* +@list +copy +del (%R~config:* +get)'),
  wrong: {
    'keeps a selector for each': file('~jobs:* +@list +copy +del (%R~templates:* +copy) (%R~config:* +get)'),
    'puts everything into one set': file('~jobs:* %R~templates:* %R~config:* +@list +copy +del +get'),
    'grants the templates for writing': file('~jobs:* ~templates:* +@list +copy +del (%R~config:* +get)'),
  },
  diagnostics: ['selectors-dont-union', 'redundant-selector'],
  reference: [
    reference.acl,
    { title: 'Diagnostics on selectors', href: '#docs/diagnostics#selectors-channels-and-databases' },
  ],
})
