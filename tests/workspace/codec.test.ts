import { constants, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashPassword } from '../../src/acl/password'
import { targetInfos } from '../../src/targets/infos'
import { decodeFile, decodeLink, embedCode, encodeFile, encodeLink, linkTo, shortLink } from '../../src/workspace/codec'
import { embedOptions, embedQuery } from '../../src/workspace/embed'
import { hideSecrets } from '../../src/workspace/secrets'
import { sharedState } from '../../src/workspace/share'
import { readState } from '../../src/workspace/read-state'
import { type WorkspaceState, blankState, limits } from '../../src/workspace/state'

const origin = fc.oneof(
  fc.constant({ kind: 'loopback' as const }),
  fc.record(
    { kind: fc.constant('unix' as const), as: fc.constantFrom('owner' as const, 'group' as const, 'other' as const) },
    { requiredKeys: ['kind'] },
  ),
  fc.record({ kind: fc.constant('address' as const), address: fc.ipV4(), tls: fc.constant(true) }),
)
const name = fc.option(fc.string({ maxLength: 20 }))
const text = fc.string({ unit: 'grapheme', maxLength: 200 })
const settings = fc.record({
  silenced: fc.array(text, { maxLength: 3 }),
  silencedFor: fc.dictionary(
    fc.oneof(text, fc.constantFrom('constructor', '__proto__')),
    fc.array(text, { maxLength: 3 }),
    { noNullPrototype: true },
  ),
  choices: fc.dictionary(text, text, { noNullPrototype: true }),
})
const workspace: fc.Arbitrary<WorkspaceState> = fc
  .array(fc.record({ origin, login: name }), { minLength: 1, maxLength: 4 })
  .chain((connections) =>
    fc.record(
      {
        target: fc.constantFrom(...targetInfos.map(({ id }) => id)),
        modules: fc.boolean(),
        files: fc.record({ acl: text, conf: text, expect: text }, { requiredKeys: ['acl', 'conf'] }),
        connections: fc.constant(connections),
        entries: fc.array(
          fc.record({ on: fc.nat(connections.length - 1), line: text, login: name }, { requiredKeys: ['on', 'line'] }),
          { maxLength: 10 },
        ),
        settings,
        title: fc.string({ maxLength: 50 }),
        note: text,
        line: fc.integer({ min: 1 }),
        exercise: fc.record({ goals: text, solution: text }, { requiredKeys: ['goals'] }),
      },
      { requiredKeys: ['target', 'modules', 'files', 'connections', 'entries'] },
    ),
  )

const fragmentOf = async (state: WorkspaceState, keepPasswords = true): Promise<string> => {
  const made = await encodeLink(state, { keepPasswords })
  if (!made.ok) throw new Error(made.message)
  return made.fragment
}
const packed = (value: unknown): string => `#v1.${deflateRawSync(JSON.stringify(value)).toString('base64url')}`

test('what goes into a link comes out of it', async () => {
  await fc.assert(
    fc.asyncProperty(workspace, async (state) => {
      expect(await decodeLink(await fragmentOf(state))).toEqual({ kind: 'state', state })
    }),
  )
})

test('without its passwords, unless these are insisted on', async () => {
  const state = {
    ...blankState('redis-8.0'),
    files: { acl: 'user a on >pw\n', conf: 'requirepass pw\n' },
    entries: [{ on: 0, line: 'AUTH a pw', login: 'a' }],
  }
  expect(await decodeLink(await fragmentOf(state, false))).toEqual({ kind: 'state', state: hideSecrets(state) })
  expect(JSON.stringify(hideSecrets(state))).not.toContain('pw')
})

test('the address without a workspace', async () => {
  expect(await decodeLink('')).toEqual({ kind: 'none' })
  expect(await decodeLink('#')).toEqual({ kind: 'none' })
  expect(await decodeLink('#elsewhere')).toEqual({ kind: 'none' })
  expect(await decodeLink('#new')).toEqual({ kind: 'new' })
  expect(await decodeLink('#v2.abc')).toMatchObject({ kind: 'error' })
})

test('cut off or changed links are answered, with an error or a workspace of the right shape', async () => {
  const edit = fc.record({ at: fc.nat(), cut: fc.nat(5), insert: fc.string({ maxLength: 5 }) })
  await fc.assert(
    fc.asyncProperty(workspace, edit, fc.boolean(), async (state, { at, cut, insert }, truncate) => {
      const whole = await fragmentOf(state)
      const i = 4 + (at % (whole.length - 4))
      const result = await decodeLink(truncate ? whole.slice(0, i) : whole.slice(0, i) + insert + whole.slice(i + cut))
      if (result.kind === 'state') expect(readState(result.state)).toEqual(result.state)
      else expect(result.kind).toBe('error')
    }),
  )
})

test('any JSON is either a workspace or an error', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      expect((await decodeLink(packed(value))).kind).toBe('error')
    }),
  )
})

test.each([
  ['an unknown target', { target: 'redis-99' }],
  ['a connection from nowhere', { connections: [{ origin: { kind: 'carrier pigeon' }, login: null }] }],
  ['an entry on no connection', { entries: [{ on: 7, line: 'PING' }] }],
  ['a negative connection', { entries: [{ on: -1, line: 'PING' }] }],
  ['too many entries', { entries: Array.from({ length: 2_001 }, () => ({ on: 0, line: 'PING' })) }],
  ['expectations that are not text', { files: { acl: '', conf: '', expect: 1 } }],
  ['settings of another shape', { settings: { silenced: 'all' } }],
  ['a title that is not text', { title: {} }],
  ['a title without end', { title: 'x'.repeat(limits.titleLength + 1) }],
  ['a note without end', { note: 'x'.repeat(limits.noteLength + 1) }],
  ['goals that are not text', { exercise: { goals: ['app can PING'] } }],
  ['goals without end', { exercise: { goals: 'x'.repeat(limits.goalsLength + 1) } }],
  ['a solution that is not text', { exercise: { goals: '', solution: 1 } }],
  ['an exercise without goals', { exercise: {} }],
  ['files that are not text', { files: { acl: 1, conf: '' } }],
])('%s is refused', async (_, change) => {
  expect(await decodeLink(packed({ ...blankState('redis-8.0'), ...change }))).toMatchObject({ kind: 'error' })
})

test('what does not belong to a workspace is left behind', async () => {
  const result = await decodeLink(packed({ ...blankState('redis-8.0'), extra: 1, __proto__: { polluted: true } }))
  expect(result).toEqual({ kind: 'state', state: blankState('redis-8.0') })
})

test('a small link that expands to very much is rejected, quickly', async () => {
  // Deflated in parts that can be repeated, as one deflation of 200 MB takes long.
  const part = deflateRawSync(Buffer.alloc(2_000_000, 32), { level: 9, finishFlush: constants.Z_FULL_FLUSH })
  const end = deflateRawSync('')
  const bomb = `#v1.${Buffer.concat([...Array<Buffer>(100).fill(part), end]).toString('base64url')}`
  expect(bomb.length).toBeLessThan(300_000)
  expect(await decodeLink(bomb)).toEqual({
    kind: 'error',
    message: 'This link expands to more than a workspace can hold, so it was not opened.',
  })
})

test('a workspace too large for a link says so', async () => {
  const noise = Array.from({ length: 24_000 }, (_, i) => `user u${i} #${hashPassword(String(i))}\n`).join('')
  const made = await encodeLink({ ...blankState('redis-8.0'), files: { acl: noise, conf: '' } })
  expect(made.ok ? made.fragment.length : made.message).toBe(
    'This workspace is too large for a link. Download it as a file.',
  )
})

const blank = blankState('redis-8.0')

test.each<[string, WorkspaceState, string]>([
  [
    'users.acl',
    { ...blank, files: { ...blank.files, acl: '\n'.repeat(2_000_001) } },
    'The users.acl of a link may have 2,000,000 characters; this one has 2,000,001.',
  ],
  [
    'redis.conf',
    { ...blank, files: { ...blank.files, conf: '\n'.repeat(500_001) } },
    'The redis.conf of a link may have 500,000 characters; this one has 500,001.',
  ],
  [
    'users.expect',
    { ...blank, files: { ...blank.files, expect: '\n'.repeat(500_001) } },
    'The users.expect of a link may have 500,000 characters; this one has 500,001.',
  ],
  [
    'a solution',
    { ...blank, exercise: { goals: '', solution: '\n'.repeat(2_000_001) } },
    'The solution of a link may have 2,000,000 characters; this one has 2,000,001.',
  ],
  [
    'commands',
    { ...blank, entries: Array.from({ length: 11 }, () => ({ on: 0, line: ' '.repeat(200_000) })) },
    'The list of commands of a link may have 2,000,000 characters; this one has 2,200,000.',
  ],
])(
  'too long a text for a link is named when the link is made, and when it is opened: %s',
  async (_, state, message) => {
    expect(await encodeLink(state)).toEqual({ ok: false, message: `${message} Download the workspace as a file.` })
    const forged = `#v1.${deflateRawSync(JSON.stringify(state)).toString('base64url')}`
    expect(await decodeLink(forged)).toEqual({
      kind: 'error',
      message: `${message} It was not opened: ask for the file instead.`,
    })
  },
)

test('what goes into a file comes out of it', () => {
  fc.assert(
    fc.property(workspace, (state) => {
      expect(decodeFile(encodeFile(state, { keepPasswords: true }))).toEqual({ kind: 'state', state })
    }),
  )
})

test('a file holds no passwords either, those in expectations included', () => {
  const state = {
    ...blankState('redis-8.0'),
    files: {
      acl: 'user a on >S3CRET\n',
      conf: '',
      expect: 'a can AUTH a S3CRET from unix\na can ACL SETUSER b >S3CRET\n# a can AUTH S3CRET\n',
    },
  }
  expect(encodeFile(state)).not.toContain('S3CRET')
  expect(decodeFile(encodeFile(state))).toEqual({ kind: 'state', state: hideSecrets(state) })
})

test('an exercise has the expectations as goals, no readable password, and a solution only where it is given', async () => {
  const state = {
    ...blankState('redis-8.0'),
    files: { acl: 'user a on >S3CRET\n', conf: '', expect: 'a can AUTH a S3CRET from unix\n' },
  }
  const goals = state.files.expect
  const open = async (solution: string | null) =>
    decodeLink(
      await fragmentOf(
        sharedState(state, { title: ' Mine ', note: 'Try.', exercise: { goals, solution }, line: null }),
        false,
      ),
    )
  const [without, given] = [await open(null), await open('user a on >S3CRET ~*\n')]
  expect(JSON.stringify([without, given])).not.toContain('S3CRET')
  expect(without).toMatchObject({
    state: { title: 'Mine', note: 'Try.', exercise: { goals: expect.stringMatching(/^a can AUTH a .*unix/) } },
  })
  expect(without).not.toHaveProperty('state.exercise.solution')
  expect(without).not.toHaveProperty('state.files.expect')
  expect(given).toHaveProperty('state.exercise.solution')
  expect(sharedState(state, { title: '', note: ' ', exercise: null, line: null })).toEqual(state)
})

test('a link opens at its line; one that is no line is dropped', async () => {
  const state = blankState('redis-8.0')
  const shared = sharedState(state, { title: '', note: '', exercise: null, line: 3 })
  expect(await decodeLink(packed(shared))).toEqual({ kind: 'state', state: { ...state, line: 3 } })
  for (const line of [0, -1, 1.5, '3', null])
    expect(await decodeLink(packed({ ...state, line }))).toEqual({ kind: 'state', state })
})

test('a link of before titles and exercises opens', async () => {
  expect(await decodeLink(packed(blankState('redis-8.0')))).toEqual({ kind: 'state', state: blankState('redis-8.0') })
})

test('other files, cut-off files and files to come are told apart', () => {
  const file = encodeFile(blankState('redis-8.0'))
  expect(decodeFile('user a on')).toEqual({ kind: 'none' })
  expect(decodeFile('{"Users": []}')).toEqual({ kind: 'none' })
  expect(decodeFile(file.slice(0, -20))).toMatchObject({ kind: 'error' })
  expect(decodeFile(file.replace('"version": 1', '"version": 2'))).toMatchObject({
    kind: 'error',
    message: expect.stringContaining('newer'),
  })
  expect(decodeFile(file.replace('redis-8.0', 'redis-99'))).toMatchObject({ kind: 'error' })
})

test('a link says when it is long, and has a form for other pages', () => {
  const short = linkTo('https://acl.example/play/?embed#old', '#v1.abc')
  expect(short).toEqual({ url: 'https://acl.example/play/#v1.abc', warning: null })
  expect(linkTo('https://acl.example/', '#v1.abc', { embed: true }).url).toBe('https://acl.example/?embed#v1.abc')
  expect(linkTo('https://acl.example/', `#v1.${'a'.repeat(shortLink)}`).warning).toMatch(/2,0\d\d characters/)
  expect(embedCode('https://acl.example/?a&"b<')).toContain('src="https://acl.example/?a&amp;&quot;b&lt;"')
})

test('the address of an embedded form carries its theme, height and read-only files, and ignores other values', () => {
  const usual = { theme: null, readOnly: false, height: null }
  expect(embedOptions('')).toBeNull()
  expect(embedOptions('?theme=dark&readonly')).toBeNull()
  for (const query of ['?embed', '?embed=1']) expect(embedOptions(query)).toEqual(usual)
  const chosen = { theme: 'dark', readOnly: true, height: 400 } as const
  expect(embedQuery(chosen)).toBe('?embed&theme=dark&readonly&height=400')
  expect(embedOptions(embedQuery(chosen))).toEqual(chosen)
  expect(embedQuery({ ...usual, height: 600 })).toBe('?embed')
  for (const value of ['%3Cscript%3E', 'DARK', '__proto__', '-1', '1e3', '99999', '100', '400px', '4%0000', '٤٠٠'])
    expect(embedOptions(`?embed&theme=${value}&readonly=${value}&height=${value}`), value).toEqual(usual)
  expect(linkTo('https://acl.example/', '#v1.abc', { embed: chosen }).url).toBe(
    'https://acl.example/?embed&theme=dark&readonly&height=400#v1.abc',
  )
  expect(embedCode('https://acl.example/', 400)).toContain('height="400"')
})

test('a link holds the roles of its files and the commands about roles, without the passwords of those who hold them', async () => {
  const acl = 'role reader ~app:* +@read (~x +get)\nuser al on >secret role=reader\n'
  const state: WorkspaceState = {
    ...blankState('valkey-9.2'),
    files: { acl, conf: 'aclfile users.acl\n', expect: 'role reader can only read keys app:*\n' },
    entries: [
      { on: 0, line: 'ACL SETROLE writer ~app:* +set' },
      { on: 0, line: 'ACL SETUSER al role=reader,writer' },
    ],
  }
  const read = await decodeLink(await fragmentOf(state, false))
  expect(read).toEqual({
    kind: 'state',
    state: { ...state, files: { ...state.files, acl: acl.replace('>secret', `#${hashPassword('secret')}`) } },
  })
})

test('a link keeps the exact release, and drops a text that is none', async () => {
  const state = { ...blankState('redis-8.0'), release: '8.0.2-3+deb13u3' }
  expect(await decodeLink(await fragmentOf(state))).toEqual({ kind: 'state', state })
  expect(readState(JSON.parse(JSON.stringify({ ...state, release: '<b>8.0.6</b>' })))).toEqual(blankState('redis-8.0'))
  expect(readState(JSON.parse(JSON.stringify({ ...state, release: 8 })))).toEqual(blankState('redis-8.0'))
})
