import type { Meaning, UserList } from './meaning'
import { topics } from './topics'

/**
 * A question by its key words: one of each group must be there, and no word that is not in a group, in `also` or filler. Of the
 * negations, there must be one where `isNegated` says so, and none otherwise.
 */
interface KeyWords {
  readonly meaning: Meaning
  readonly groups: readonly (readonly string[])[]
  readonly also?: readonly string[]
  readonly isNegated?: boolean
}

const negations = ['no', 'not', 'without', 'nothing', 'never', 'none', 'cannot', 'nobody']
const filler = new Set(
  'a all an any anybody anyone are at be by can could currently do does file for had has have he here how i in is it list me moment my now of on or our policy right show somebody someone tell that the their them there these they this to us user users account accounts we what when where which who whose will with would you your please thanks'.split(
    ' ',
  ),
)

const users = (list: UserList): Meaning => ({ kind: 'users', list })
const passwords = ['password', 'passwords', 'secret', 'secrets', 'credentials']

const people = [
  'user',
  'users',
  'account',
  'accounts',
  'who',
  'which',
  'anyone',
  'any',
  'anybody',
  'someone',
  'everyone',
]

const questions: readonly KeyWords[] = [
  {
    meaning: users('share a password'),
    groups: [
      [
        'share',
        'shares',
        'shared',
        'sharing',
        'same',
        'identical',
        'duplicate',
        'duplicated',
        'reuse',
        'reused',
        'common',
      ],
      passwords,
    ],
    also: ['use', 'uses', 'using'],
  },
  {
    meaning: users('log in without a password'),
    groups: [people, passwords],
    also: ['log', 'logs', 'login', 'connect', 'connects', 'need', 'needs', 'require', 'requires', 'use', 'uses'],
    isNegated: true,
  },
  { meaning: users('log in without a password'), groups: [people, ['passwordless', 'nopass']], also: ['login', 'log'] },
  {
    meaning: users('are off'),
    groups: [people, ['off', 'disabled', 'inactive', 'deactivated']],
    also: ['turned', 'switched'],
  },
  { meaning: users('are off'), groups: [people, ['enabled', 'active', 'on']], isNegated: true },
  {
    meaning: users('are alike'),
    groups: [
      ['alike', 'identical', 'same', 'duplicate', 'duplicates', 'equal'],
      ['users', 'user', 'accounts', 'who'],
    ],
    also: ['rules', 'permissions', 'rights', 'exactly'],
  },
  {
    meaning: { kind: 'no-effect' },
    groups: [['useless', 'dead', 'redundant', 'ineffective', 'unnecessary', 'superfluous', 'needless', 'pointless']],
    also: ['rule', 'rules'],
  },
  {
    meaning: { kind: 'no-effect' },
    groups: [
      ['rule', 'rules'],
      ['effect', 'nothing', 'anything', 'matter'],
    ],
    isNegated: true,
  },
  {
    meaning: { kind: 'admin' },
    groups: [
      ['become', 'becomes', 'make', 'gain', 'gains', 'get', 'obtain', 'turn'],
      ['admin', 'administrator', 'superuser', 'root', 'admins'],
    ],
    also: [
      'themselves',
      'themself',
      'itself',
      'himself',
      'herself',
      'into',
      'rights',
      'access',
      'permissions',
      'privileges',
    ],
  },
  {
    meaning: { kind: 'admin' },
    groups: [['escalate', 'escalation', 'escalations', 'escalating']],
    also: ['privilege', 'privileges', 'rights', 'possible'],
  },
  { meaning: { kind: 'admin' }, groups: [['take', 'takes'], ['over'], ['server', 'everything', 'control']] },
]

/** Returns the meanings of a question that its key words tell; all words must be accounted for. */
export function byKeyWords(words: readonly string[]): readonly Meaning[] {
  const negated = words.filter((word) => negations.includes(word)).length
  const found = questions.flatMap(({ meaning, groups, also = [], isNegated = false }) => {
    if (negated !== (isNegated ? 1 : 0)) return []
    const has = groups.every((group) => group.some((word) => words.includes(word)))
    const known = new Set([...groups.flat(), ...also, ...negations])
    return has && words.every((word) => known.has(word) || filler.has(word)) ? [meaning] : []
  })
  return found.length > 0 ? found.slice(0, 1) : byTopic(words)
}

/** Words around a topic: a question about users is not one about the documentation. */
const leads = new Set(
  'a an the of to i we you my our this it is in on for how do can where what should and please open docs documentation help me with about'.split(
    ' ',
  ),
)

function byTopic(words: readonly string[]): readonly Meaning[] {
  return topics.flatMap(({ name, groups, also = [] }): Meaning[] => {
    const isNamed = words[0] === 'open' && words.slice(1).join(' ') === name
    const has = groups.every((group) => group.some((word) => words.includes(word)))
    const own = new Set([...groups.flat(), ...also])
    const fits = has && words.every((word) => leads.has(word) || own.has(word))
    return isNamed || fits ? [{ kind: 'open', topic: name }] : []
  })
}
