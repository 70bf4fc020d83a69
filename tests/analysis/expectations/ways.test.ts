import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Access } from '../../../src/analysis/expectations/expectation'
import { parseExpectation, parseExpectations } from '../../../src/analysis/expectations/parse'
import { printExpectation } from '../../../src/analysis/expectations/print'
import { runExpectations } from '../../../src/analysis/expectations/run'
import { runs } from '../../runs'
import { engineOn } from '../ways/rows'

const acl = `user default off
user admin on >a ~* &* +@all
user app on >b ~app:* resetchannels +get +set
user ops on >b ~ops:* +get +config|get
user watch on >w ~ops:* +monitor
user idle off >i +@all
`

/** Each sentence's state, message and hint. */
async function results(text: string, lines: string, conf: readonly string[] = []): Promise<string[]> {
  const { expectations, problems } = parseExpectations(lines)
  expect(problems).toEqual([])
  return runExpectations(await engineOn('redis-8.0', text, conf), expectations).map(
    ({ state, message, hint }) => `${state}: ${message}${hint === null ? '' : ` (${hint})`}`,
  )
}

test('who can become another user', async () => {
  expect(
    await results(
      acl,
      `nobody but admin can become admin
app cannot become ops
app can become ops
admin can become idle
idle cannot become admin
nobody can become admin
app can become admin
everyone but admin cannot become idle`,
    ),
  ).toMatchInlineSnapshot(`
    [
      "holds: No way for each of 5 users within these kinds of steps: see “Ways” in What is proved.",
      "fails: app can become ops: app> AUTH ops <password of app>. (It takes the password that app and ops have in common. Without it, this way is closed.)",
      "holds: There is a way for app.",
      "holds: There is a way for admin.",
      "holds: No way for idle within these kinds of steps: see “Ways” in What is proved.",
      "fails: admin is admin itself. (To leave it out, write: nobody but admin can become admin)",
      "fails: app has no way to become admin within these kinds of steps.",
      "holds: No way for each of 5 users within these kinds of steps: see “Ways” in What is proved.",
    ]
  `)
})

test('a password in redis.conf is a way for a user without keys, and for whoever shares its password', async () => {
  const lines =
    'ops cannot become admin\napp cannot become admin\nwatch cannot become admin\nnobody but admin can become admin'
  expect(await results(acl, lines, ['masterauth a'])).toMatchInlineSnapshot(`
    [
      "fails: ops can become admin: ops> CONFIG GET masterauth, then ops> AUTH admin <masterauth>. (It takes +config|get of ops and the password of admin. Without one of them, this way is closed.)",
      "fails: app can become admin: app> AUTH ops <password of app>, then ops> CONFIG GET masterauth, then ops> AUTH admin <masterauth>. (It takes the password that app and ops have in common and +config|get of ops and the password of admin. Without one of them, this way is closed.)",
      "holds: No way for watch within these kinds of steps: see “Ways” in What is proved.",
      "fails: app can become admin: app> AUTH ops <password of app>, then ops> CONFIG GET masterauth, then ops> AUTH admin <masterauth>. It fails for 1 more user too. (It takes the password that app and ops have in common and +config|get of ops and the password of admin. Without one of them, this way is closed.)",
    ]
  `)
  expect((await results(acl, lines, ['masterauth other'])).every((line) => line.startsWith('holds'))).toBe(true)
})

test('who can reach keys', async () => {
  expect(
    await results(
      acl,
      `app cannot reach keys secret:*
app cannot reach keys ops:*
app can reach keys ops:*
app can reach keys secret:*
app can only reach keys app:* ops:*
app can only reach keys app:*
watch cannot reach keys secret:*
admin can reach keys *
nobody but admin, watch can reach keys secret:*`,
    ),
  ).toMatchInlineSnapshot(`
    [
      "holds: No way for app within these kinds of steps: see “Ways” in What is proved.",
      "fails: app can reach keys ops:*: app> AUTH ops <password of app>, then ops> GET ops:1. (It takes the password that app and ops have in common. Without it, this way is closed.)",
      "holds: There is a way for app.",
      "fails: app has no way to reach every key of secret:* within these kinds of steps.",
      "holds: No way for app within these kinds of steps: see “Ways” in What is proved.",
      "fails: app can reach other keys than app:*: app> AUTH ops <password of app>, then ops> GET ops:1. (It takes the password that app and ops have in common. Without it, this way is closed.)",
      "fails: watch can reach keys secret:*: watch> MONITOR. (It takes +monitor of watch. Without it, this way is closed.)",
      "holds: There is a way for admin.",
      "holds: No way for each of 4 users within these kinds of steps: see “Ways” in What is proved.",
    ]
  `)
})

test('a tenant and its own keys', async () => {
  const tenants = [
    'user default off',
    ...['a', 'b', 'c'].map((id) => `user tenant-${id} on >${id} ~tenant:${id}:* +@string`),
  ]
  const lines = 'tenant-{id} can only reach keys tenant:{id}:*'
  expect((await results(`${tenants.join('\n')}\n`, lines))[0]).toMatch(/^holds: No way for each of 3 users/)
  const shared = [...tenants, 'user tenant-d on >a ~tenant:d:* +@string']
  expect((await results(`${shared.join('\n')}\n`, lines))[0]).toMatch(
    /^fails: tenant-a can reach other keys than tenant:a:\*: tenant-a> AUTH tenant-d <password of tenant-a>, then tenant-d> /,
  )
})

test('an unknown user, and clauses that do not belong there, are said', async () => {
  expect(await results(acl, 'app cannot become admn')).toEqual([
    'invalid: There is no user admn. (Did you mean admin?)',
  ])
  const problem = (line: string): string => {
    const read = parseExpectation(line)
    return read !== null && 'message' in read ? `${read.message} ${read.hint}` : 'none'
  }
  expect(
    [
      'app cannot become',
      'app can only become admin',
      'app cannot become admin by its own rules',
      'app cannot become admin in db 1',
      'app cannot reach keys',
      'app cannot become admin ops',
    ].map(problem),
  ).toMatchInlineSnapshot(`
    [
      "After 'become', a user is missing. Write for example: nobody but admin can become admin",
      "'can only' does not go with 'become'. Write 'can become' or 'cannot become'.",
      "'by its own rules' does not go with 'become', which is about any number of steps. Remove it, or write 'access keys'.",
      "'in db' does not go with 'become'. Remove 'in db' and the number.",
      "After 'keys', a key pattern is missing. Write for example: reach keys secret:*",
      "'ops' is not expected here. After 'from …', 'in db …' or 'because …' come only those. If that word was meant as an argument of the command, put it in quotes.",
    ]
  `)
})

test('a sentence that is printed reads the same', () => {
  const name = fc.string({
    minLength: 1,
    maxLength: 6,
    unit: fc.constantFrom('a', 'b', ' ', '"', '#', 'from', 'by', '{id}'),
  })
  fc.assert(
    fc.property(name, fc.constantFrom('can', 'cannot'), fc.boolean(), (user, verb, isReach) => {
      const statement = {
        subject: { kind: 'nobody', but: ['admin'] },
        verb: 'can',
        access: (isReach ? { kind: 'reach', patterns: [user] } : { kind: 'become', user }) as Access,
        byOwnRules: false,
        origin: null,
        db: null,
      } as const
      expect(parseExpectation(printExpectation(statement))).toMatchObject(statement)
      const about = { ...statement, subject: { kind: 'user', user: 'app' }, verb } as const
      expect(parseExpectation(printExpectation(about))).toMatchObject(about)
    }),
    { numRuns: runs(100) },
  )
})

test('the lines of a script are plain data, with who sends each', async () => {
  const { expectations } = parseExpectations('ops cannot become admin')
  const [result] = runExpectations(await engineOn('redis-8.0', acl, ['masterauth a']), expectations)
  expect(result?.proof).toEqual({
    kind: 'disproved',
    user: 'ops',
    line: null,
    escalation: null,
    script: [
      { as: 'ops', argv: ['CONFIG', 'GET', 'masterauth'], text: 'ops> CONFIG GET masterauth' },
      { as: 'ops', argv: ['AUTH', 'admin', '<masterauth>'], text: 'ops> AUTH admin <masterauth>' },
    ],
  })
})
