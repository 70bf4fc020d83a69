import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { fromText } from '../../../src/acl/bytes'
import { compileGlob } from '../../../src/acl/glob'
import { applyFix } from '../../../src/analysis/diagnostic'
import { fixOf, type PolicyFix } from '../../../src/analysis/expectations/fix'
import { parseExpectations } from '../../../src/analysis/expectations/parse'
import { runExpectations } from '../../../src/analysis/expectations/run'
import type { SimulatedServer } from '../../../src/server/server'
import { startServer } from '../../../src/server/start'
import { loadTarget } from '../../../src/targets/load'
import type { TargetId } from '../../../src/targets/target'

async function starter(id: TargetId = 'redis-8.0', conf = ''): Promise<(acl: string) => SimulatedServer | null> {
  const target = await loadTarget(id)
  return (acl) => {
    const started = startServer({
      target,
      conf: `${conf}\naclfile users.acl\n`,
      files: { read: (path) => (path === 'users.acl' ? fromText(acl) : null), write: () => undefined },
      clock: { now: () => 0 },
      random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
    })
    return started.started ? started.server : null
  }
}

interface Options {
  readonly id?: TargetId
  readonly conf?: string
  /** Sentences that hold. */
  readonly others?: string
}

async function fixFor(
  acl: string,
  sentence: string,
  { id, conf, others = '' }: Options = {},
): Promise<PolicyFix | null> {
  const start = await starter(id, conf)
  const server = start(acl)
  if (server === null) throw new Error('the server does not start')
  const { expectations, problems } = parseExpectations(`${sentence}\n${others}`)
  expect(problems).toEqual([])
  const results = runExpectations(server, expectations)
  expect(results.map(({ state }) => state)).toEqual(results.map((_, i) => (i === 0 ? 'fails' : 'holds')))
  const [failing] = results
  const fix = failing === undefined ? null : fixOf({ server, acl, results, start }, failing)
  if (fix === null) return null
  const after = start(applyFix(acl, fix))
  if (after === null) throw new Error(`refused: ${applyFix(acl, fix)}`)
  expect(runExpectations(after, expectations).map(({ state }) => state)).toEqual(results.map(() => 'holds'))
  return fix
}

const acl = `user default off
user admin on >a ~* &* +@all
user app on >b ~app:* ~cache:* resetchannels +@read +@write -pfmerge
user chat on >c resetchannels &chat:* +@pubsub
user wide on >d ~* &* +@all
user guest on nopass ~tmp:* resetchannels +get
user sel on >e ~a +get (~b:* ~c:* +set +get)
user idle off >f ~x +get
user bare on ~x +get
`

test.each([
  ['app can only access keys app:*', 'app: remove ~cache:*'],
  ['app can only access keys app:1:* cache:*', 'app: replace ~app:* with ~app:1:*'],
  [
    'app cannot write keys cache:*',
    'app: replace ~cache:* with %R~cache:* -flushall -flushdb -pfdebug -swapdb -xreadgroup',
  ],
  ['app cannot read keys cache:1', 'app: replace ~cache:* with %W~cache:* -zadd -xautoclaim -xclaim'],
  ['app cannot access keys cache:1', 'app: remove ~cache:*'],
  ['only admin, wide can run FLUSHALL', 'app: add -flushall'],
  ['nobody but admin, wide can run FLUSHALL FLUSHDB', 'app: add -flushall -flushdb'],
  ['app can run GET MGET on keys other:*', 'app: add (%R~other:* +get +mget)'],
  ['app can run PUBLISH', null],
  ['guest can run CONFIG|SET', 'guest: add +config|set'],
  ['app can use channels news:*', 'app: add &news:* +publish'],
  ['chat can only use channels chat:x:*', 'chat: replace &chat:* with &chat:x:*'],
  ['wide can only access keys w:* by its own rules', 'wide: replace ~* with ~w:* -pfmerge'],
  [
    'wide can only access keys w:*',
    'wide: replace ~* with ~w:* -pfmerge -acl|setuser -config|set -replicaof -slaveof -psync -sync -monitor -slowlog|get',
  ],
  ['nobody can log in without a password', 'guest: remove nopass'],
  ['idle can run GET on keys x', 'idle: replace off with on'],
  // Only a person can choose a password.
  ['bare can run GET on keys x', null],
  ['sel cannot read keys b:1', 'sel: replace (~b:* ~c:* +set +get) with (%W~b:* ~c:* +set +get)'],
  ['sel can only run GET', 'sel: replace (~b:* ~c:* +set +get) with (~b:* ~c:* +get)'],
  ['sel can only access keys a b:*', 'sel: replace (~b:* ~c:* +set +get) with (~b:* +set +get)'],
  ['chat can read keys z:*', 'chat: add %R~z:* +get'],
  ['app can write keys z:*', 'app: add (%W~z:* +set)'],
  ['everyone but admin, app, wide, chat, sel can run PING', null],
])('%s: %s', async (sentence, label) => {
  expect((await fixFor(acl, sentence))?.label ?? null).toBe(label)
})

test('what held before still holds, or no fix is offered', async () => {
  expect(await fixFor(acl, 'app can only access keys app:*', { others: 'app can GET cache:1' })).toBeNull()
  expect(
    await fixFor(acl, 'app cannot read keys cache:*', { others: 'app can run SET GET on keys cache:*' }),
  ).toBeNull()
  expect(
    await fixFor(acl, 'app can run GET on keys z:*', { others: 'app can only access keys app:* cache:*' }),
  ).toBeNull()
  const fix = await fixFor(acl, 'app cannot read keys cache:*', { others: 'app can run SET on keys cache:*' })
  expect(fix?.label).toBe('app: replace ~cache:* with %W~cache:* -zadd -xautoclaim -xclaim')
})

test('a fix says what users lose and gain, and repeats no password', async () => {
  const fix = await fixFor(acl, 'only admin can run FLUSHALL')
  expect(fix?.label).toBe('Change the rules of 2 users')
  expect(fix?.effects).toEqual([
    'app can no longer run FLUSHALL',
    'wide can no longer run ACL SETUSER, CONFIG SET, REPLICAOF and 2 more, such as ACL SETUSER x',
  ])
  expect(JSON.stringify(fix)).not.toContain('>')
  expect((await fixFor(acl, 'nobody can log in without a password'))?.effects).toEqual([
    'guest needs a password now',
    'guest: nobody can log in: the user has no password',
  ])
})

test('the default user has a line added where it has none', async () => {
  const fix = await fixFor('user app on >x ~app:* +get', 'nobody can run FLUSHALL by its own rules')
  expect(applyFix('user app on >x ~app:* +get', fix ?? { label: '', edits: [] })).toBe(
    'user app on >x ~app:* +get\nuser default on nopass ~* &* +@all -flushall\n',
  )
  // Its password is in redis.conf.
  expect(
    await fixFor('user app on >x ~app:* +get', 'nobody can run FLUSHALL by its own rules', { conf: 'requirepass y' }),
  ).toBeNull()
})

test('servers without selectors and subcommands have the rules that they know', async () => {
  const old = 'user default off\nuser app on >b ~app:* +@read +@write +config'
  expect((await fixFor(old, 'app can run GET on keys z:*', { id: 'redis-6.2' }))?.label).toBe('app: add ~z:*')
  expect((await fixFor(old, 'app cannot run CONFIG', { id: 'redis-6.2' }))?.label).toBe('app: remove +config')
  expect((await fixFor(old, 'app cannot write keys app:* by its own rules', { id: 'redis-6.0' }))?.label).toBe(
    'app: replace ~app:* with -flushall -flushdb -swapdb -pfdebug',
  )
})

test('a line beyond ASCII is edited at its place, and other lines stay', async () => {
  const file = '# é\r\nuser é on >ü  ~é:*   ~x +get\r\nuser default off\r\n'.replace('# é\r\n', '')
  const fix = await fixFor(file, 'é can only access keys é:*')
  expect(applyFix(file, fix ?? { label: '', edits: [] })).toBe(file.replace('   ~x', ''))
})

/** Keys of up to two bytes. */
const letters = ['a', 'b', ':', '1']
const keys = [...letters, ...letters.flatMap((one) => letters.map((two) => one + two))]

test('each fix of the recorded sentences holds for every key of up to two bytes', async () => {
  const start = await starter()
  const recorded = brotliDecompressSync(readFileSync(join(import.meta.dirname, '../../proof/sentences.jsonl.br')))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { acl: string; text: string; holds: boolean })
  let fixed = 0
  let failing = 0
  for (const { acl: file, text } of recorded) {
    const { expectations } = parseExpectations(text)
    const server = start(file)
    if (server === null) throw new Error(file)
    const results = runExpectations(server, expectations)
    const [result] = results
    if (result?.state !== 'fails') continue
    failing++
    const fix = fixOf({ server, acl: file, results, start }, result)
    if (fix === null) continue
    fixed++
    const after = start(applyFix(file, fix))
    const { expectation } = result
    if (after === null || expectation.kind !== 'policy') throw new Error(text)
    const { access, subject, verb } = expectation
    if (access.kind !== 'keys' || (subject.kind !== 'user' && subject.kind !== 'nobody')) continue
    const names = [...after.users]
      .map(({ name }) => name)
      .filter((name) => (subject.kind === 'user' ? name === subject.user : !subject.but.includes(name)))
    const lines = { read: ['get'], write: ['del', 'set'], access: ['get', 'del', 'exists'] }[access.need]
    for (const name of names)
      for (const key of keys)
        for (const command of verb === 'can' ? [] : lines) {
          const argv = command === 'set' ? [command, key, 'x'] : [command, key]
          const isNamed = access.patterns.some((pattern) => compileGlob(pattern).matches(key))
          if (isNamed === (verb === 'can only')) continue
          const user = after.users.get(name)
          if (user?.enabled !== true || (!user.nopass && user.passwords.length === 0)) continue
          expect([text, file, fix.label, argv, after.judge(name, argv)?.allowed]).toEqual([
            text,
            file,
            fix.label,
            argv,
            false,
          ])
        }
  }
  expect(fixed / failing).toBeGreaterThan(0.5)
})
