import { draw, reference } from '../sketch'

const file = (rules: string): string => `user default off\nuser monitor on ${rules} >monitor-password\n`

/** Subcommands. */
export const subcommands = draw({
  id: 'subcommands',
  part: 'finer-rules',
  title: 'Parts of a command',
  text: ({ hasSubcommandRules }) => [
    'Some commands are families. CONFIG GET shows settings and CONFIG SET changes them; CLIENT LIST shows the connections and CLIENT KILL closes them. `+config` allows the whole family, `+config|get` one of its commands.',
    hasSubcommandRules
      ? 'From Redis 7.0, and in Valkey, every subcommand counts as a command, so that `-config|set` denies just that one. Order decides here too: `+config|get -config` allows nothing.'
      : 'Before 7.0 a subcommand can only be added. `-config|set` is an error, so do not start from `+config`: name the subcommands that are needed.',
    'Look at the whole family before you grant it: CONFIG SET can replace the password of the default user, and CONFIG GET can show it. After a command without subcommands, such as `+select|0`, the word is its first argument. That form is deprecated, and does not isolate databases.',
  ],
  task: '`monitor` reads settings and lists connections. Allow it CONFIG GET, CLIENT LIST and PING, and no other command of these families.',
  acl: file('+config +client +ping'),
  consoles: ['monitor'],
  entries: ['0 CONFIG GET maxmemory'],
  goals: [
    'monitor can CONFIG GET maxmemory',
    'monitor can CLIENT LIST',
    'monitor cannot CONFIG SET maxmemory 1mb because command',
    'monitor cannot CLIENT KILL 127.0.0.1:50000 because command',
    { kind: 'equivalent', user: 'monitor', say: 'monitor can run CONFIG GET, CLIENT LIST and PING, and nothing else' },
  ],
  idea: 'Write down what is needed rather than what is not: the families grow with each release.',
  rule: ['A bar stands between a command and its subcommand.', 'allow-subcommand'],
  answer: 'Replace `+config +client` by `+config|get +client|list`.',
  solution: file('+config|get +client|list +ping'),
  wrong: ({ hasSubcommandRules }) => ({
    'takes the family away afterwards': file('+config|get -config +client|list +ping'),
    'narrows only one of the two': file('+config|get +client +ping'),
    ...(hasSubcommandRules
      ? { 'denies what comes to mind': file('+config -config|set +client -client|kill +ping') }
      : { 'names the wrong subcommand': file('+config|set +client|list +ping') }),
  }),
  diagnostics: ['cluster-subcommands', 'firstarg-deprecated', 'select-firstarg-bypass'],
  reference: [reference.acl, { title: 'Diagnostics on commands', href: '#docs/diagnostics#commands' }],
})
