import { draw, reference, type Facts } from '../sketch'

const tenant = (facts: Facts, name: string, keys: string, channel: string, rules: string): string =>
  `user tenant-${name} on ${facts.hasChannels ? `resetchannels ${channel} ` : ''}${keys} ${rules} >${name}-password\n`
const admin = ({ hasChannels }: Facts): string =>
  `user default off\nuser admin on ~* ${hasChannels ? '&* ' : ''}+@all >admin-password\n`
const commands = (facts: Facts): string =>
  `+@string +@hash +del +exists +expire +ttl +ping${facts.hasChannels ? ' +publish +subscribe +unsubscribe' : ''}`

const file = (
  facts: Facts,
  keys = (name: string): string => `~tenant:${name}:*`,
  channel = (name: string): string => `&tenant:${name}:*`,
): string =>
  admin(facts) +
  ['a', 'ab', 'b'].map((name) => tenant(facts, name, keys(name), channel(name), commands(facts))).join('')

/** Tenants that cannot reach each other. */
export const tenants = draw({
  id: 'tenants',
  part: 'proving-it',
  title: 'Tenants that cannot reach each other',
  text: ({ hasChannels, hasDatabases }) => [
    `Several customers can share a server if each has a user, a prefix for its keys${hasChannels ? ', the same prefix for its channels' : ''}, and no command that looks beyond. Three things go wrong. A pattern without a separator at its end: \`~tenant:a*\` reaches the keys of \`tenant:ab\` as well. Commands that list all keys, or delete them. And sharing by database number: \`+select|0\` keeps nobody out of the others.${hasDatabases ? ' Rules such as `db=1` do, in this release.' : ''}`,
    'Do not check that by examples. `tenant-{id} can only access keys tenant:{id}:*` is one sentence for every user whose name begins with `tenant-`, with its own value for `{id}`, also for customers who come later.',
  ],
  task: ({ hasChannels }) =>
    `Three tenants share this server, and each line has a mistake of its own. Correct them, until no tenant reaches another one’s keys${hasChannels ? ' or channels' : ''}, nor their names.`,
  acl: (facts) =>
    admin(facts) +
    tenant(facts, 'a', '~tenant:a*', '&tenant:a:*', commands(facts)) +
    tenant(facts, 'ab', '~tenant:ab:*', '&tenant:ab:*', `${commands(facts)} +scan`) +
    tenant(facts, 'b', '~tenant:b:*', '&tenant:*', facts.hasChannels ? commands(facts) : `${commands(facts)} +flushdb`),
  consoles: ['tenant-a', 'tenant-b'],
  entries: ['0 GET tenant:ab:secret'],
  goals: ({ hasChannels }) => [
    'tenant-{id} can only access keys tenant:{id}:*',
    ...(hasChannels ? ['tenant-{id} can only use channels tenant:{id}:*'] : []),
    'nobody but admin can run KEYS SCAN RANDOMKEY DBSIZE FLUSHALL FLUSHDB SWAPDB',
    'tenant-{id} can run GET SET HSET DEL EXPIRE on keys tenant:{id}:*',
    ...(hasChannels ? ['tenant-{id} can run PUBLISH SUBSCRIBE', 'tenant-{id} can use channels tenant:{id}:*'] : []),
  ],
  idea: 'Compare the three lines word by word. They should differ only in the name.',
  rule: ({ hasChannels }) =>
    hasChannels
      ? ['The end of a pattern: `:*`, for keys and for channels alike.', 'channel']
      : ['The end of a pattern: `:*`.', 'key'],
  answer: ({ hasChannels }) =>
    `Write \`~tenant:a:*\` in the first line, remove \`+scan\` from the second, and ${hasChannels ? 'write `&tenant:b:*` in' : 'remove `+flushdb` from'} the third.`,
  solution: (facts) => file(facts),
  wrong: (facts) => ({
    'leaves the separator out everywhere': file(facts, (name) => `~tenant:${name}*`),
    'gives all tenants the same keys': file(facts, () => '~tenant:*'),
    'denies everything that concerns keys': file(facts).replaceAll('+ping', '+ping -@keyspace'),
  }),

  reference: [reference.expectations, reference.proof],
})
