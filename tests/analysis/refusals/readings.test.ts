import { expect, test } from 'vitest'
import { fromText } from '../../../src/acl/bytes'
import { loadAclFile } from '../../../src/acl/load'
import type { User } from '../../../src/acl/user'
import { Users } from '../../../src/acl/users'
import { applyFix, type Fix } from '../../../src/analysis/diagnostic'
import { refusals } from '../../../src/analysis/refusals'
import { beyond } from '../../../src/proof/users'
import { loadTarget } from '../../../src/targets/load'
import type { Target, TargetId } from '../../../src/targets/target'

const hash = 'ab'.repeat(32)

/**
 * Texts that a server rejects, and what they can mean: files that it accepts, the narrowest first. A text without readings
 * has none that rules can express.
 */
const table: readonly (readonly [text: string, readings: readonly string[], id?: TargetId])[] = [
  [
    'user u on nopass ~* +config get +info',
    ['user u on nopass ~* +config|get +info', 'user u on nopass ~* +config +get +info'],
  ],
  [
    'user u on nopass ~* +config get',
    ['user u on nopass ~* +config|get', 'user u on nopass ~* +config +get'],
    'redis-6.2',
  ],
  ['user u on nopass ~* +config rewrite', ['user u on nopass ~* +config|rewrite']],
  [
    'user u on nopass ~* +config|get set',
    ['user u on nopass ~* +config|get +config|set', 'user u on nopass ~* +config|get +set'],
  ],
  [
    'user u on nopass ~* +@all -config set',
    ['user u on nopass ~* +@all -config -set', 'user u on nopass ~* +@all -config|set'],
  ],
  [
    'user u on nopass ~* +@all -config set',
    ['user u on nopass ~* +@all -config -set', 'user u on nopass ~* +@all -config'],
    'redis-6.2',
  ],
  ['user u on nopass ~* +@all -config|get', ['user u on nopass ~* +@all -config'], 'redis-6.2'],
  ['user u on nopass %R catalogue:* +get +set', ['user u on nopass %R~catalogue:* +get +set']],
  ['user u on nopass R~a +get +set', ['user u on nopass %R~a +get +set']],
  ['user u on nopass %Wa +get +set', ['user u on nopass %W~a +get +set']],
  ['user u on nopass ~ a:* +get', ['user u on nopass ~a:* +get']],
  [
    'user u on nopass a:* +get +publish',
    ['user u on nopass ~a:* +get +publish', 'user u on nopass &a:* +get +publish'],
  ],
  [
    'user u on nopass %R~a b:* +get +set +publish',
    [
      'user u on nopass %R~a %R~b:* +get +set +publish',
      'user u on nopass %R~a ~b:* +get +set +publish',
      'user u on nopass %R~a &b:* +get +set +publish',
    ],
  ],
  [
    'user u on nopass &a b:* +get +publish',
    ['user u on nopass &a &b:* +get +publish', 'user u on nopass &a ~b:* +get +publish'],
  ],
  ['user u on nopass ~a +get+set', ['user u on nopass ~a +get +set']],
  ['user u on nopass ~* +@all-@dangerous', ['user u on nopass ~* +@all -@dangerous']],
  ['user u on nopass ~* +@all,-@dangerous', ['user u on nopass ~* +@all -@dangerous']],
  ['user u on nopass ~* +@all -get,set', ['user u on nopass ~* +@all -get -set']],
  ['user u on nopass +get~a', ['user u on nopass +get ~a']],
  ['user u on nopass ~* +@read !get', ['user u on nopass ~* +@read -get']],
  ['user u on nopass ~* +@all !@dangerous', ['user u on nopass ~* +@all -@dangerous']],
  ['user u on nopass ~* +@all -@dangerus', ['user u on nopass ~* +@all -@dangerous']],
  ['user u on nopass ~* +@all -get|a', ['user u on nopass ~* +@all -get']],
  ['user u on nopass ~* +@all -config|get|a', ['user u on nopass ~* +@all -config|get']],
  ['user u on nopass ~* +config|get|a', ['user u on nopass ~*']],
  ['user u on nopass ~* -frobnicate +get', ['user u on nopass ~* +get']],
  ['user u on nopass ~app:* +get -~app:secret:*', []],
  ['user u on nopass ~app:* +get -~secret:*', ['user u on nopass ~app:* +get']],
  ['user u on nopass ~* ~a +get', ['user u on nopass ~* resetkeys ~a +get', 'user u on nopass ~* +get']],
  ['user u on nopass &a +publish', ['user u on nopass resetchannels &a +publish'], 'redis-6.2'],
  ['user u on nopass ~* get', ['user u on nopass ~* +get']],
  [
    'user u on nopass ~* +@read -keys scan',
    ['user u on nopass ~* +@read -keys -scan', 'user u on nopass ~* +@read -keys +scan'],
  ],
  ['user u on nopass ~* +@all @dangerous', ['user u on nopass ~* +@all -@dangerous', 'user u on nopass ~* +@all']],
  ['user u on nopass ~* +@generic', ['user u on nopass ~*']],
  ['user u on nopass ~* +@keys', ['user u on nopass ~* +keys', 'user u on nopass ~* +@keyspace']],
  ['user u on nopass ~* resetkey ~a +get', ['user u on nopass ~* resetkeys ~a +get']],
  ['user u nopass on disabled ~a +get', ['user u nopass off ~a +get']],
  [`user u on #${hash.toUpperCase()} ~a +get`, [`user u on #${hash} ~a +get`]],
  ['user u on #$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy ~a +get', ['user u on ~a +get']],
  [`user u on #${'ab'.repeat(20)} ~a +get`, ['user u on ~a +get']],
  ['user u on Str0ngp4ss ~a +get', ['user u on >Str0ngp4ss ~a +get']],
  ['user u on changeme ~a +get', ['user u on >changeme ~a +get']],
  ['user u on > pw ~a +get', ['user u on >pw ~a +get']],
  [
    'user u on ">my pass" ~a +get',
    ['user u on #2dc671fdee7fee2f3b9925e640666a2c276af788ddc9538ec72877927af6cb64 ~a +get'],
  ],
  ['user u on nopass ~a (+get ~x', ['user u on nopass ~a (+get ~x)']],
  ['user u ~a (+set ~x on nopass', ['user u ~a (+set ~x) on nopass']],
  ['user u on nopass db=0-2 ~a +get', ['user u on nopass db=0,1,2 ~a +get'], 'valkey-9.1'],
  ['user u on nopass db=0,-1 ~a +get', ['user u on nopass db=0 ~a +get'], 'valkey-9.1'],
  ['user u on nopass db=all ~a +get', [], 'valkey-9.1'],
  ['user default off\napp on nopass ~a +get', ['user default off\nuser app on nopass ~a +get']],
  ['user default off\nusr app on nopass ~a +get', ['user default off\nuser app on nopass ~a +get']],
  ['user app on nopass ~* +@all\n  -@dangerous', ['user app on nopass ~* +@all -@dangerous']],
  ['user app on nopass ~a \\\n  +get', ['user app on nopass ~a +get']],
  ['default off\nuser app on nopass ~a +get', ['user default off\nuser app on nopass ~a +get']],
  [
    'user default off\nuser app on nopass ~a +get\nuser app +del',
    ['user default off\nuser app on nopass ~a +get +del'],
  ],
  ['user app on nopass ~* +@all\nuser app -@dangerous', ['user app on nopass ~* +@all -@dangerous']],
  ['user app on nopass ~* +get\nuser app ~a +del', ['user app on nopass ~* +get +del']],
]

/** The users of a server that loads a file; null where it rejects the file. */
function usersOf(text: string, target: Target): Users | null {
  const users = new Users(target.table, target.behaviours)
  const result = loadAclFile(users, fromText(text), 'users.acl')
  if (result.ok) users.replaceAll(result)
  return result.ok ? users : null
}

function fixesOf(text: string, target: Target): readonly (readonly Fix[])[] {
  const result = loadAclFile(new Users(target.table, target.behaviours), fromText(text), 'users.acl')
  return result.ok ? [] : refusals(result.problems, text, target).map(({ fixes }) => fixes)
}

/** Returns the text after a fix and, while that is rejected, the first fix of its first problem. */
function resultOf(text: string, fix: Fix, target: Target): string {
  let fixed = applyFix(text, fix)
  for (let round = 0; round < 10 && usersOf(fixed, target) === null; round++) {
    const next = fixesOf(fixed, target)[0]?.[0]
    if (next === undefined) return fixed
    fixed = applyFix(fixed, next)
  }
  return fixed
}

/** Returns true where all that a user may do, and all log-ins, are another's too: proved. */
function isWithin(mine: User, other: User | undefined, target: Target): boolean {
  if (other === undefined || (mine.enabled && !other.enabled) || (mine.nopass && !other.nopass)) return false
  const hashes = new Set(other.passwords.map((password) => password.hash))
  if (!other.nopass && mine.passwords.some((password) => !hashes.has(password.hash))) return false
  const subject = (user: User) => ({ user, target, hidden: new Set<string>() })
  const { differences, undecided } = beyond(subject(mine), subject(other), {
    assumeLogIn: true,
    budget: { left: 200_000 },
  })
  return differences.length === 0 && undecided.length === 0
}

const allWithin = (mine: Users, others: Users, target: Target): boolean =>
  [...mine].every((user) => isWithin(user, others.get(user.name), target))

test.each(table.map(([text, readings, id = 'redis-8.0']) => [text, id, readings] as const))(
  'fixes of %j on %s grant what a reading asks for, and each reading is offered, the narrowest first',
  async (text, id, readings) => {
    const target = await loadTarget(id)
    expect(usersOf(text, target)).toBeNull()
    const meant = readings.map((reading) => {
      const users = usersOf(reading, target)
      if (users === null) throw new Error(`${reading} is rejected`)
      return users
    })
    const all = fixesOf(text, target)
    for (const fixes of all)
      for (const fix of fixes) {
        const fixed = resultOf(text, fix, target)
        const users = usersOf(fixed, target)
        expect(users, fixed).not.toBeNull()
        if (users !== null)
          expect(
            meant.some((other) => allWithin(users, other, target)),
            `${fix.label}: ${fixed}`,
          ).toBe(true)
      }
    const offered = (all[0] ?? []).flatMap((fix) => usersOf(resultOf(text, fix, target), target) ?? [])
    const places = meant.map((other) =>
      offered.findIndex((users) => allWithin(users, other, target) && allWithin(other, users, target)),
    )
    expect(places).not.toContain(-1)
    expect(places).toEqual([...places].sort((a, b) => a - b))
    for (const [i, wide] of meant.entries())
      for (const narrow of meant.slice(i + 1))
        expect(allWithin(narrow, wide, target) && !allWithin(wide, narrow, target)).toBe(false)
  },
)

test('a fix that removes rules names them, and no password', async () => {
  const target = await loadTarget('redis-8.0')
  const labels = table.flatMap(([text]) => fixesOf(text, target).flatMap((fixes) => fixes.map(({ label }) => label)))
  for (const label of labels) if (label.startsWith('Remove')) expect(label).toMatch(/^Remove (?:the quotes|\S)/)
  expect(labels.join('\n')).not.toMatch(/Remove (?:the line|this line|this rule)$/m)
  const [fixes] = fixesOf('user a on >secret1\nuser a on >secret2 +get', target)
  expect(fixes?.map(({ label }) => label)).toEqual([
    'Add on >… +get to line 1',
    'Remove line 2 (on >… +get)',
    'Remove line 1 (on >…)',
  ])
})
