import { lower } from '../../../acl/bytes'
import { commandPage, draw, reference } from '../sketch'

const admin = 'user default off\nuser admin on ~* +@all >admin-password\n'
const file = (rules: string): string => `${admin}user cart on ~cart:* ${rules} >cart-password\n`

/** Commands and categories. */
export const commands = draw({
  id: 'commands',
  part: 'first-user',
  title: 'Which commands: names and categories',
  text: [
    'A new user may run nothing. `+get` allows a command, and `+@read` allows a category: a list of commands that the server knows. `ACL CAT` lists the categories, and `ACL CAT read` the commands of one.',
    'Look before you grant. A category can hold less than its name promises: `+@string` has neither DEL nor EXPIRE, and `+@read +@write` neither PING nor SELECT, which clients send when they connect. It can also hold more: @read includes KEYS and SCAN, which list every key. And a new release may add commands to it.',
    'Each application should be a user of its own, with the commands that it needs.',
  ],
  task: 'As `admin`, list the commands of the category @hash. Then let `cart` run all of them, and DEL, EXPIRE and PING as well, but nothing else.',
  acl: file('+@read +@write'),
  consoles: ['admin', 'cart'],
  goals: [
    {
      kind: 'command',
      say: 'You ran `ACL CAT hash`',
      isDone: ({ argv, outcome }) => lower(argv.join(' ')) === 'acl cat hash' && outcome === 'allowed',
    },
    'cart can run @hash DEL EXPIRE on keys cart:*',
    'cart can run PING',
    { kind: 'equivalent', user: 'cart', say: 'cart can do nothing else' },
  ],
  idea: 'Start from the category that the data type has, and add the three commands that are not in it.',
  rule: [
    '`+` before a command’s name adds it, `+@` before a category’s name adds all of its commands.',
    'allow-category',
  ],
  answer: 'Run `ACL CAT hash`, and replace `+@read +@write` by `+@hash +del +expire +ping`.',
  solution: { acl: file('+@hash +del +expire +ping'), first: ['admin: ACL CAT hash'] },
  wrong: {
    'takes DEL and EXPIRE from their category': {
      acl: file('+@hash +@keyspace +ping'),
      first: ['admin: ACL CAT hash'],
    },
    'thinks that @hash deletes': { acl: file('+@hash +ping'), first: ['admin: ACL CAT hash'] },
    'takes writing for enough': { acl: file('+@write +ping'), first: ['admin: ACL CAT hash'] },
  },
  diagnostics: [
    'type-category-gaps',
    'read-write-gaps',
    'client-handshake',
    'client-needs',
    'commands-no-keys',
    'keys-no-commands',
  ],
  checklist: ['application-users'],
  reference: [commandPage('ACL CAT'), reference.acl],
})
