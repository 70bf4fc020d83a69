import { lower } from '../../../acl/bytes'
import { draw, reference, type Facts } from '../sketch'

const file = ({ hasChannels }: Facts, rules: string): string =>
  `user default off\nuser admin on ~* ${hasChannels ? '&* ' : ''}+@all >admin-password\nuser ops on ~ops:* ${rules} >ops-password\n`
const steps = ['ops: ACL SETUSER ops ~secret:*', 'ops: GET secret:1']

/** Commands that amount to every permission. */
export const escalation = draw({
  id: 'escalation',
  part: 'running-it',
  title: 'Who can become admin',
  text: ({ hasSelectors, hasProtectedActions }) => [
    `Some commands are worth all others. With ACL SETUSER a user can give itself everything. CONFIG SET can replace the default user’s password${hasProtectedActions ? '' : ', or make the server write files anywhere'}. MODULE LOAD${hasProtectedActions ? ', where it is enabled,' : ''} runs code in the server, REPLICAOF replaces the data, and PSYNC copies it. MONITOR shows everybody’s values as they pass.`,
    `A user with one of these is an administrator, whatever its other rules say; the permission grid marks it with ▲. So grant ${hasSelectors ? 'subcommands' : 'single subcommands'} such as \`+acl|whoami\` and \`+config|get\`, and check it: sentences like “nobody but admin can write keys secret:*” take that into account.`,
  ],
  task: '`ops` has only `ops:` keys. As `ops`, read `secret:1` all the same. Then close that way: `ops` should only run ACL WHOAMI, CONFIG GET, INFO and GET.',
  acl: (facts) => file(facts, '+acl +config +info +get'),
  consoles: ['ops', 'admin'],
  entries: ['1 SET secret:1 42', '0 GET secret:1'],
  goals: [
    {
      kind: 'command',
      say: 'As ops, you read secret:1',
      isDone: ({ user, argv, outcome }) =>
        user === 'ops' && lower(argv.join(' ')) === 'get secret:1' && outcome === 'allowed',
    },
    'nobody but admin can write keys secret:*',
    'nobody but admin can read keys secret:*',
    'ops can ACL WHOAMI',
    'ops can CONFIG GET maxmemory',
    'ops can INFO',
    'ops can run GET on keys ops:*',
    { kind: 'equivalent', user: 'ops', say: 'ops can run these four commands, and nothing else' },
  ],
  idea: 'What can ops run that changes what ops can run?',
  rule: ['`ACL SETUSER ops ~secret:*` adds a pattern. A rule with a bar allows one subcommand.', 'allow-subcommand'],
  answer:
    'As ops, run `ACL SETUSER ops ~secret:*` and `GET secret:1`. Then write `+acl|whoami +config|get +info +get`, and load the file again.',
  solution: (facts) => ({ acl: file(facts, '+acl|whoami +config|get +info +get'), first: steps }),
  wrong: (facts) => ({
    'forgets CONFIG SET': { acl: file(facts, '+acl|whoami +config +info +get'), first: steps },
    'takes both families away': { acl: file(facts, '+info +get'), first: steps },
    'denies one command of each family': {
      acl: file(
        facts,
        facts.hasSubcommandRules
          ? '+acl -acl|setuser +config -config|set +info +get'
          : '+acl|whoami +acl|list +config|get +info +get',
      ),
      first: steps,
    },
    'denies @admin first': { acl: file(facts, '-@admin +acl +config|get +info +get'), first: steps },
  }),
  diagnostics: ['privilege-escalation', 'acl-shows-hashes', 'disturbs-others', 'unchecked-restore'],
  reference: [reference.acl, { title: 'What is proved', href: '#docs/proof' }],
})
