import { draw, hashed, reference, type Facts } from '../sketch'

const channels = ({ hasChannels }: Facts): string => (hasChannels ? '&* ' : '')
const stats = ({ hasSelectors }: Facts): string => (hasSelectors ? '%R~stats:*' : '~stats:*')
/** Before 7.0, SORT reads any key. */
const noSort = ({ sortChecksAccess }: Facts): string => (sortChecksAccess ? '' : '-sort ')

interface Lines {
  readonly default: string
  readonly admin: string
  readonly app: string
  readonly monitor: string
  readonly worker: string
  readonly ops: string
}

const good = (facts: Facts): Lines => ({
  default: 'user default off',
  admin: hashed(`user admin on >wT8vKq2LxRz5nYc9HdJ4mBs7PgFa3EuQ ~* ${channels(facts)}+@all`),
  app: hashed(
    'user app on >Zk4vPq8mTx2LcWr9NdHy6sBj3GfUa7Ee ~app:* +@string +@hash +@keyspace +ping -@dangerous -scan -randomkey -dbsize',
  ),
  monitor: hashed(
    `user monitor on >Rb6wNx3pQs8TzLm2KvCd9yHj5FgEa4Ut ${stats(facts)} +@read -@dangerous -scan -randomkey -dbsize +ping +info`,
  ),
  worker: hashed(
    `user worker on >Yc7mVt4kWq9RxHn3PzBs6dJf2LgAe8Uu ~jobs:* ~results:* +@list +@string +del ${noSort(facts)}+ping`,
  ),
  ops: hashed('user ops on >Gd5rMw8vXt2QzKp6NcTs9bHj4LfEa7Yy +config|get +info +ping'),
})

const start = (facts: Facts): Lines => {
  const lines = good(facts)
  return {
    default: `user default on nopass ~* ${channels(facts)}+@all`,
    admin: `user admin on >summer2024 ~* ${channels(facts)}+@all`,
    app: lines.app
      .replace('~app:*', '~app*')
      .replace(
        '+@string +@hash +@keyspace +ping -@dangerous -scan -randomkey -dbsize',
        '-@dangerous -scan -randomkey -dbsize +@string +@hash +@keyspace +ping',
      ),
    monitor: lines.monitor.replace(stats(facts), '~*'),
    worker: lines.worker.replace('~jobs:* ~results:*', '~{jobs,results}:*').replace(' +del', ''),
    ops: lines.ops.replace('+config|get', '+config'),
  }
}

const file = (lines: Lines): string =>
  Object.values(lines)
    .map((line: string) => `${line}\n`)
    .join('')

/** The final exercise: a file with eight defects. */
export const final = draw({
  id: 'final',
  part: 'proving-it',
  title: 'The final exercise: eight defects',
  text: [
    'Five people wrote this file, each in a hurry. It loads, the applications run, and nobody complains. It has eight defects: in how users log in, in patterns, in the order of rules, in what the worker lacks, and in a command that makes its user an administrator.',
    'Twelve sentences say what is meant. Those that fail show you a command line: run it, open its verdict, and see which rule decided. Repair one user after the other. When all twelve hold, no command line is left that breaks them; that is proved, not just tested.',
  ],
  task: 'Repair users.acl until all twelve goals are met. You may look at earlier lessons.',
  acl: (facts) => file(start(facts)),
  showsPasswords: true,
  consoles: ['app', 'worker', 'ops', 'admin'],
  entries: ['3 SET secret:1 42', '0 KEYS *', '1 LPUSH jobs:mail 7'],
  goals: [
    'nobody can log in without a password',
    {
      kind: 'diagnostics',
      say: 'users.acl holds no password in clear text',
      codes: ['plaintext-password', 'weak-password', 'hash-as-password'],
    },
    'everyone but default can log in',
    'app can run GET SET HSET DEL EXPIRE on keys app:*',
    'app can only access keys app:*',
    'nobody but admin can run KEYS SCAN RANDOMKEY DBSIZE FLUSHALL FLUSHDB',
    'monitor can run INFO PING',
    'monitor can only access keys stats:*',
    'worker can run LPUSH RPOP SET DEL on keys jobs:* results:*',
    'worker can only access keys jobs:* results:*',
    'ops can CONFIG GET maxmemory',
    'only admin can write keys secret:*',
  ],
  idea: 'Begin with the first goal that fails, and run its command line. One repair often mends several goals.',
  rule: [
    'Each defect is one of the lessons: the default user, passwords, separators, order, too many keys, braces, a category without DEL, escalation.',
    null,
  ],
  answer: (facts) =>
    `default: \`off\` · admin: a long password, hashed · app: \`~app:*\`, \`-@dangerous -scan -randomkey -dbsize\` at the end · monitor: \`${stats(facts)}\` · worker: \`~jobs:* ~results:*\` and \`+del\` · ops: \`+config|get\``,
  solution: (facts) => file(good(facts)),
  wrong: (facts) => ({
    'leaves the default user open': file({ ...good(facts), default: start(facts).default }),
    'mends only the patterns': file({ ...good(facts), app: start(facts).app.replace('~app*', '~app:*') }),
    'takes the commands of ops for harmless': file({ ...good(facts), ops: start(facts).ops }),
  }),
  reference: [reference.expectations, reference.diagnostics, reference.proof],
})
