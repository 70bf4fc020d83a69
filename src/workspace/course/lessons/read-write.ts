import { draw, reference } from '../sketch'

const file = (keys: string, commands = '+get +mget +set +del'): string =>
  `user default off\nuser web on ${keys} ${commands} >web-password\n`

/** Access for reading and for writing. */
export const readWrite = draw({
  id: 'read-write',
  part: 'finer-rules',
  title: 'Reading and writing',
  needs: { has: ({ hasSelectors }) => hasSelectors, reason: '%R~ and %W~ need Redis 7.0 or later, or Valkey.' },
  text: [
    '`~app:*` grants every access to keys. `%R~app:*` grants only reading, and `%W~app:*` only writing; `%RW~` is the same as `~`. It is the data that counts: the server knows for each command whether it returns data of a key or changes it.',
    'So with `%W~` you can SET, DEL and EXPIRE, but not INCR, GETDEL or `SET … GET`, since these return the old data too. With `%R~` you can GET and even DUMP, but not GETDEL. EXISTS and STRLEN return no data, so either access will do.',
    'The command needs its own rule as before: `%W~` alone does not allow SET.',
  ],
  task: '`web` reads the catalogue, and drops orders into `inbox:`, where it can overwrite and remove them but must not read them: they are other people’s. Grant that in one line.',
  acl: file('~catalogue:* ~inbox:*'),
  consoles: ['web'],
  entries: ['0 SET inbox:7 "two apples"', '0 GET inbox:7'],
  goals: [
    'web can run GET MGET on keys catalogue:*',
    'web can run SET DEL on keys inbox:*',
    'web cannot write keys catalogue:*',
    'web cannot read keys inbox:*',
    'web can only access keys catalogue:* inbox:*',
  ],
  idea: 'The commands are right already. What differs between the two groups of keys is the access.',
  rule: ['Put `%R` before one `~`, and `%W` before the other.', 'key-read'],
  answer: 'Replace the patterns by `%R~catalogue:* %W~inbox:*`.',
  solution: file('%R~catalogue:* %W~inbox:*'),
  wrong: {
    'restricts only the catalogue': file('%R~catalogue:* ~inbox:*'),
    'mixes them up': file('%W~catalogue:* %R~inbox:*'),
    'takes the commands away': file('~catalogue:* ~inbox:*', '+get +mget'),
  },
  diagnostics: ['split-access', 'useless-access'],
  reference: [reference.acl, { title: 'Diagnostics on keys', href: '#docs/diagnostics#keys' }],
})
