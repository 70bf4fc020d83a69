import { lower } from '../../../acl/bytes'
import { commandPage, draw, reference, type Facts } from '../sketch'

const file = ({ hasChannels }: Facts, rules: string): string =>
  `user default off\nuser admin on ~* ${hasChannels ? '&* ' : ''}+@all >admin-password\nuser shop on ${rules} >shop-password\n`
const prices = ({ hasSelectors }: Facts): string => (hasSelectors ? '%R~prices:*' : '~prices:*')

/** From an entry of ACL LOG to the smallest rule. */
export const aclLog = draw({
  id: 'acl-log',
  part: 'running-it',
  title: 'From ACL LOG to the smallest rule',
  text: [
    'The server notes each denial in ACL LOG: the user, the client, and the reason with its object. `command` names the command, `key` the key, `channel` the channel; equal entries are counted together. Reason `auth` is a failed log-in: an old password somewhere, or somebody guessing.',
    'So begin with what you think an application needs, let it run, and add only what the log names, never `+@all`. Ask of each entry whether it should have been allowed: the log also shows what attackers tried.',
    'It holds 128 entries (`acllog-max-len`), and a restart empties it. Read it regularly, beside the server’s own log (`loglevel notice`).',
  ],
  task: ({ hasSelectors }) =>
    `\`shop\` was denied three commands. Read ACL LOG as \`admin\`. Then grant what a shop needs: EXPIRE for its carts (\`shop:cart:\`), and the prices${hasSelectors ? ', which it only reads' : ''}. The CONFIG GET was an attack.`,
  acl: (facts) => file(facts, '~shop:* +get +set'),
  consoles: ['admin', 'shop'],
  entries: ['1 SET shop:cart:7 apples', '1 EXPIRE shop:cart:7 3600', '1 GET prices:apple', '1 CONFIG GET requirepass'],
  goals: ({ hasSelectors }) => [
    {
      kind: 'command',
      say: 'You read ACL LOG as admin',
      isDone: ({ user, argv, outcome }) =>
        user === 'admin' && /^acl log(?: \d+)?$/.test(lower(argv.join(' '))) && outcome === 'allowed',
    },
    'shop can run GET SET on keys shop:*',
    'shop can run EXPIRE on keys shop:cart:*',
    'shop can run GET on keys prices:*',
    'shop can only run GET SET EXPIRE',
    'shop can only access keys shop:* prices:*',
    ...(hasSelectors ? ['shop cannot write keys prices:*'] : []),
  ],
  idea: 'One denial was about a command, one about a key. Each of them takes one rule.',
  rule: ({ hasSelectors }) =>
    hasSelectors
      ? ['`+expire` for the command, and a pattern with `%R~` for keys that are only read.', 'key-read']
      : ['`+expire` for the command, and a pattern with `~` for the keys.', 'key'],
  answer: (facts) => `Run \`ACL LOG\` as admin, and add \`${prices(facts)}\` and \`+expire\` to the line of shop.`,
  solution: (facts) => ({ acl: file(facts, `~shop:* ${prices(facts)} +get +set +expire`), first: ['admin: ACL LOG'] }),
  wrong: (facts) => ({
    'allows whatever was denied': {
      acl: file(facts, `~shop:* ${prices(facts)} +get +set +expire +config`),
      first: ['admin: ACL LOG'],
    },
    'grants every key': { acl: file(facts, '~* +get +set +expire'), first: ['admin: ACL LOG'] },
    'sees only the denied command': { acl: file(facts, '~shop:* +get +set +expire'), first: ['admin: ACL LOG'] },
  }),
  checklist: ['acl-log', 'login-failures', 'log-level'],
  reference: [commandPage('ACL LOG'), reference.acl],
})
