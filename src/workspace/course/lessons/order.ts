import { draw, reference } from '../sketch'

const file = (rules: string, admin = ''): string =>
  `user default off\nuser admin on ~* ${admin}+@all >admin-password\nuser ops on ~* ${rules} >ops-password\n`

/** The order of rules. */
export const order = draw({
  id: 'order',
  part: 'first-user',
  title: 'The last rule decides',
  text: [
    'Command rules are applied from left to right, and for each command the last rule that mentions it decides. `+@all -@dangerous` allows all commands but the dangerous ones. `-@dangerous +@all` allows every command: the second rule brings back what the first took away. So write the broad rule first, then what you deny, then the exceptions.',
    'Know what `-@dangerous` does: it denies INFO, KEYS and SORT, which tools may need, and all of @admin. It does not deny SCAN or EVAL.',
    'Key patterns only add up, in any order. But `resetkeys` clears those before it, as `nocommands` clears commands.',
  ],
  task: 'Somebody wrote down what `ops` must not do, and then what it may do. Put the rules in order: every command but the dangerous ones, and INFO all the same.',
  acl: file('-@dangerous +info +@all'),
  consoles: ['ops'],
  entries: ['0 SET greeting hello'],
  goals: [
    'ops cannot FLUSHALL because command',
    'ops cannot CONFIG GET maxmemory because command',
    'ops can INFO',
    'ops can run GET SET DEL on keys *',
    { kind: 'equivalent', user: 'ops', say: 'ops can run every command but @dangerous, and INFO' },
  ],
  idea: 'Read the line from the left, and think of INFO: which rule mentions it last?',
  rule: ['The broad rule comes first, then `-@dangerous`, then the exception.', 'deny-category'],
  answer: 'Write the three rules as `+@all -@dangerous +info`.',
  solution: file('+@all -@dangerous +info'),
  wrong: {
    'puts the exception before the denial': file('+@all +info -@dangerous'),
    'leaves the broad rule at the end': file('+info -@dangerous +@all'),
    'denies only @admin': file('+@all -@admin +info'),
  },
  diagnostics: ['order-cancels', 'redundant-token', 'dangerous-residue'],
  checklist: ['dangerous-commands'],
  reference: [reference.acl, { title: 'Diagnostics on commands', href: '#docs/diagnostics#commands' }],
})
