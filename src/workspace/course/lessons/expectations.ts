import { draw, reference, type Facts } from '../sketch'

const admin = ({ hasChannels }: Facts): string => `user admin on ~* ${hasChannels ? '&* ' : ''}+@all >admin-password\n`
const app = 'user app on ~app:* +get +set +del >app-password\n'
const report = ({ hasSelectors }: Facts): string =>
  `user report on ${hasSelectors ? '%R~app:*' : '~app:*'} +get +mget >report-password\n`
const file = (facts: Facts): string => `user default off\n${admin(facts)}${app}${report(facts)}`

const sentences = [
  'app can run GET SET DEL on keys app:*',
  'app can only access keys app:*',
  'nobody but admin, app can run SET DEL',
  'nobody can log in without a password',
]
const text = (list: readonly string[]): string => list.map((line) => `${line}\n`).join('')

/** Expectations: sentences that must hold. */
export const expectations = draw({
  id: 'expectations',
  part: 'proving-it',
  title: 'Say what must hold',
  text: [
    'Rules change, and nobody reads them all again. Write down what must hold in users.expect, a sentence a line: `app can GET app:1`, or `report cannot SET app:1 x because command`. Such a line tries one command.',
    'Other sentences are about every command line: `app can only access keys app:*`, `nobody but admin can write keys secret:*`. They are proved, or fail with a command that shows why.',
    'Good sentences fail when somebody makes a mistake. `acl-playground test` checks them on every change: see [in CI](#docs/ci) and [the language](#docs/expectations).',
  ],
  task: 'This policy is right, but its one sentence would not notice much. Write sentences that hold now, and of which at least one fails after each of three mistakes. users.acl stays as it is.',
  acl: file,
  expect: 'app can GET app:1\n',
  consoles: ['app'],
  goals: (facts) => {
    const good = file(facts)
    return [
      { kind: 'expectations', say: 'At least three sentences, and all hold', atLeast: 3 },
      {
        kind: 'catches',
        say: 'One fails if app gets the keys of others',
        acl: good.replace('user app on ~app:*', 'user app on ~*'),
      },
      {
        kind: 'catches',
        say: 'One fails if report can write',
        acl: good.replace('%R~app', '~app').replace('+mget', '+mget +set'),
      },
      {
        kind: 'catches',
        say: 'One fails if the line of default is lost',
        acl: good.replace('user default off\n', ''),
      },
    ]
  },
  idea: 'For each mistake, ask which sentence about all commands would be wrong then.',
  rule: ['`… can only access keys …`, `nobody but … can run …`, `nobody can log in without a password`', null],
  answer: sentences.map((line) => `\`${line}\``).join(' · '),
  solution: { expect: text(sentences) },
  wrong: {
    'writes only examples of what works': {
      expect: text(['app can GET app:1', 'app can SET app:1 x', 'report can GET app:1']),
    },
    'claims what does not hold': { expect: text([...sentences, 'report can SET app:1 x']) },
    'forgets the default user': { expect: text([...sentences.slice(0, 2), 'report cannot run SET DEL']) },
  },
  reference: [reference.expectations, { title: 'In CI', href: '#docs/ci' }],
})
