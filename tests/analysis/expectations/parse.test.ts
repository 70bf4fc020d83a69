import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromText } from '../../../src/acl/bytes'
import {
  reasons,
  type Access,
  type PolicyStatement,
  type Statement,
  type Subject,
} from '../../../src/analysis/expectations/expectation'
import { maxLineLength, parseExpectation, parseExpectations } from '../../../src/analysis/expectations/parse'
import { printExpectation } from '../../../src/analysis/expectations/print'
import { codePoint } from '../../code-point'

/** What a line states, in short; of a problem its message, column and hint. */
function read(line: string): unknown {
  const result = parseExpectation(line)
  if (result === null) return null
  if ('message' in result)
    return `${result.place.column}-${result.place.column + result.place.to - result.place.from} ${result.message}`
  if (result.kind === 'policy') return `policy: ${JSON.stringify(result.subject)}`
  const { user, verb, action, origin, db, because } = result
  return {
    user,
    verb,
    do: action.kind === 'log-in' ? 'log in' : action.argv,
    ...(origin && { origin }),
    ...(db !== null && { db }),
    ...(because && { because }),
  }
}

test('a sentence a line', () => {
  expect(read('app can GET app:1')).toEqual({ user: 'app', verb: 'can', do: ['GET', 'app:1'] })
  expect(read('  app cannot SET secret:1 x because key\r')).toEqual({
    user: 'app',
    verb: 'cannot',
    do: ['SET', 'secret:1', 'x'],
    because: 'key',
  })
  expect(read('monitor can INFO')).toEqual({ user: 'monitor', verb: 'can', do: ['INFO'] })
  expect(read('worker cannot log in because off')).toEqual({
    user: 'worker',
    verb: 'cannot',
    do: 'log in',
    because: 'off',
  })
  expect(read('app can log in from 203.0.113.5')).toEqual({
    user: 'app',
    verb: 'can',
    do: 'log in',
    origin: { kind: 'address', address: '203.0.113.5' },
  })
  expect(read('app can GET a in db 3 from unix')).toEqual({
    user: 'app',
    verb: 'can',
    do: ['GET', 'a'],
    db: 3,
    origin: { kind: 'unix' },
  })
  expect(read('app cannot GET a because database from ::1 in db 3')).toEqual({
    user: 'app',
    verb: 'cannot',
    do: ['GET', 'a'],
    because: 'database',
    origin: { kind: 'loopback' },
    db: 3,
  })
  expect(['', '   ', '# app can', '  #', '\t\r'].map(read)).toEqual([null, null, null, null, null])
})

test('words are quoted as in redis-cli, and a quoted word is never a word of the language', () => {
  expect(read(String.raw`"odd user" can SET 'it\'s' "a\x00b\n"`)).toEqual({
    user: 'odd user',
    verb: 'can',
    do: ['SET', "it's", 'a\0b\n'],
  })
  expect(read('"#1" can SET mail "from" me')).toEqual({ user: '#1', verb: 'can', do: ['SET', 'mail', 'from', 'me'] })
  expect(read('can can "log" in')).toEqual({ user: 'can', verb: 'can', do: ['log', 'in'] })
  expect(read('app can SET what in')).toEqual({ user: 'app', verb: 'can', do: ['SET', 'what', 'in'] })
  expect(read('app can GET FROM')).toEqual({ user: 'app', verb: 'can', do: ['GET', 'FROM'] })
  expect(read('zoë can GET é')).toEqual({ user: fromText('zoë'), verb: 'can', do: ['GET', fromText('é')] })
})

test('a line that is no sentence says where, and what is wrong', () => {
  expect(
    [
      'app',
      'app may GET a',
      'app Can GET a',
      'app can',
      'app cannot because key',
      'app can GET a because key',
      'app cannot GET a because keys',
      'app cannot GET a because',
      'app cannot log in because key',
      'app can log in now',
      'app can GET a from home',
      'app can GET a from',
      'app can GET a in db x',
      'app can GET a in db',
      'app can log in in db 3',
      'app can GET a from ::1 b',
      'app can GET a from ::1 from ::1',
      "app can't GET a",
      'zoë can GET "é"x',
      'app can ""',
      'app can GET \0',
    ].map(read),
  ).toEqual([
    "1-4 After the user app, 'can' or 'cannot' is missing.",
    "5-8 After the user comes 'can' or 'cannot', not 'may'.",
    "5-8 'Can' cannot be read as written.",
    "5-8 After 'can', a command is missing.",
    "12-19 Before 'because', a command is missing.",
    "23-26 'because' gives the reason of a denial, so it cannot follow 'can'.",
    "26-30 'keys' is not a reason that can be checked.",
    "18-25 After 'because', a reason is missing.",
    '27-30 A log-in cannot be denied because of a key.',
    "16-19 'now' is not expected here.",
    "20-24 'home' is not an address.",
    "15-19 After 'from', an address is missing.",
    "21-22 'x' is not the number of a database.",
    "15-17 After 'in db', a number is missing.",
    '16-18 A log-in is not in a database.',
    "24-25 'b' is not expected here.",
    "24-28 'from' appears twice.",
    '5-16 A quote is not closed, or more follows right after a closing quote.',
    '13-17 A quote is not closed, or more follows right after a closing quote.',
    '9-11 The command has no name.',
    '13-14 There is a NUL character in this line.',
  ])
  expect(parseExpectation('app cannot GET a because chanel')).toMatchObject({
    hint: expect.stringContaining('Did you mean channel?'),
  })
  expect(read(`app can SET a ${'x'.repeat(maxLineLength)}`)).toContain('longer than')
})

test('places count from the start of the text, whatever came before', () => {
  const text = '# zoë\n\n  zoë cannot GET "é" because key\nnonsense\n'
  const {
    expectations: [one],
    problems: [problem],
  } = parseExpectations(text)
  expect(one?.text).toBe('zoë cannot GET "é" because key')
  const cut = (place: { from: number; to: number } | null | undefined): string | null =>
    place ? text.slice(place.from, place.to) : null
  expect([cut(one?.place), cut(one?.places.user), cut(one?.places.action), cut(one?.places.because)]).toEqual([
    one?.text,
    'zoë',
    'GET "é"',
    'key',
  ])
  expect(one?.places.action).toMatchObject({ line: 3, column: 14 })
  expect([cut(problem?.place), problem?.place.line, problem?.place.column]).toEqual(['nonsense', 4, 1])
})

test('a byte order mark at the start of a file is no part of a name', () => {
  expect(parseExpectations('\ufeffapp can PING').expectations[0]).toMatchObject({ user: 'app' })
})

const bytes = fc
  .oneof(
    fc.constantFrom('from', 'because', 'in', 'db', 'log', 'can', '#a', "'", '"', '\\', 'é', ' ', ''),
    fc.constantFrom('only', 'nobody', 'everyone', 'but', ',', 'a,', 'cannot', 'read', 'keys', 'run', 'use', 'on', 'by'),
    fc.constantFrom('without', 'its', 'own', 'rules', 'channels', 'databases', 'tenant-{id}', '{id}:*', '@read'),
    fc.string({ unit: codePoint, maxLength: 8 }),
  )
  .map(fromText)
const statement: fc.Arbitrary<Statement> = fc.record({
  user: bytes,
  verb: fc.constant('cannot' as const),
  action: fc.oneof(
    fc.constant({ kind: 'log-in' as const }),
    fc
      .tuple(
        bytes.filter((name) => name !== ''),
        fc.array(bytes, { maxLength: 4 }),
      )
      .map(([name, rest]) => ({ kind: 'command' as const, argv: [name, ...rest] })),
  ),
  origin: fc.option(
    fc.oneof(
      fc.constant({ kind: 'unix' as const }),
      fc.constant({ kind: 'loopback' as const }),
      fc
        .constantFrom('10.0.0.7', '2001:db8::1', '::ffff:1.2.3.4')
        .map((address) => ({ kind: 'address' as const, address })),
    ),
  ),
  db: fc.option(fc.nat(15)),
  because: fc.option(fc.constantFrom(...reasons)),
})

const list = fc.array(bytes, { minLength: 1, maxLength: 3 })
const plainWord = fc.stringMatching(/^[a-z-]{0,4}$/)
const subject: fc.Arbitrary<Subject> = fc.oneof(
  fc.record({ kind: fc.constant('user' as const), user: bytes }),
  fc.record({
    kind: fc.constant('template' as const),
    before: plainWord,
    name: fc.constantFrom('id', 't_1'),
    after: plainWord,
  }),
  fc.record({
    kind: fc.constantFrom('nobody' as const, 'everyone' as const),
    but: fc.array(bytes, { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constantFrom('nobody' as const, 'everyone' as const),
    but: fc.array(bytes, { maxLength: 3 }),
    role: bytes,
  }),
  fc.record({ kind: fc.constant('role' as const), role: bytes }),
)
const access: fc.Arbitrary<Access> = fc.oneof(
  fc.record({
    kind: fc.constant('keys' as const),
    need: fc.constantFrom('read' as const, 'write' as const, 'access' as const),
    patterns: list,
  }),
  fc.record({ kind: fc.constant('run' as const), commands: list, keys: fc.option(list) }),
  fc.record({ kind: fc.constant('channels' as const), patterns: list }),
  fc.record({
    kind: fc.constant('databases' as const),
    numbers: fc.array(fc.nat(15), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('log-in' as const), withoutPassword: fc.boolean() }),
)
/** Statements that the language has: `nobody` goes with `can`, `log in` with neither `can only` nor a database. */
const policy: fc.Arbitrary<PolicyStatement> = fc
  .record({
    subject,
    verb: fc.constantFrom('can' as const, 'cannot' as const, 'can only' as const),
    access,
    byOwnRules: fc.boolean(),
    origin: fc.option(fc.constantFrom({ kind: 'unix' as const }, { kind: 'address' as const, address: '10.0.0.7' })),
    db: fc.option(fc.nat(15)),
  })
  .filter(({ subject: { kind }, verb, access: wanted }) => {
    if (kind === 'role' && wanted.kind === 'log-in') return false
    if (kind === 'nobody' && verb !== 'can') return false
    if (wanted.kind !== 'log-in') return true
    return verb !== 'can only' && (wanted.withoutPassword || kind === 'nobody' || kind === 'everyone')
  })

test('a printed policy statement reads back as the same', () => {
  fc.assert(
    fc.property(policy, (stated) => {
      const wanted = { ...stated, db: stated.access.kind === 'log-in' ? null : stated.db }
      expect(parseExpectation(printExpectation(wanted))).toMatchObject({ kind: 'policy', ...wanted })
    }),
    { numRuns: 1000 },
  )
})

test('policy statements are printed as plainly as they can be written', () => {
  const keys = { kind: 'keys', need: 'write', patterns: ['secret:*'] } as const
  const stated = { verb: 'can', access: keys, byOwnRules: false, origin: null, db: null } as const
  const printed = (one: Subject): string => printExpectation({ ...stated, subject: one })
  expect(printed({ kind: 'nobody', but: ['admin', 'ops'] })).toBe('only admin, ops can write keys secret:*')
  expect(printed({ kind: 'nobody', but: ['a b', 'can', 'ops'] })).toBe(
    'only "a b" , "can" , ops can write keys secret:*',
  )
  expect(printed({ kind: 'nobody', but: [] })).toBe('nobody can write keys secret:*')
  expect(printed({ kind: 'user', user: 'nobody' })).toBe('"nobody" can write keys secret:*')
})

test('what is printed reads back as the same', () => {
  fc.assert(
    fc.property(statement, (stated) => {
      const isLogIn = stated.action.kind === 'log-in'
      const wanted = {
        ...stated,
        db: isLogIn ? null : stated.db,
        because: isLogIn && stated.because !== 'off' ? null : stated.because,
      }
      expect(parseExpectation(printExpectation(wanted))).toMatchObject(wanted)
    }),
    { numRuns: 500 },
  )
})

test('a command LOG in a database is no log-in', () => {
  const action = { kind: 'command', argv: ['log'] } as const
  const stated = { user: 'app', verb: 'cannot', action, origin: null, db: 0, because: null } as const
  expect(printExpectation(stated)).toBe('app cannot "log" in db 0')
  expect(parseExpectation(printExpectation(stated))).toMatchObject(stated)
})

test('no text throws, and every line is read once', () => {
  const piece = fc.constantFrom(
    'app',
    'can',
    'cannot',
    ' ',
    '\n',
    '"',
    "'",
    '\\',
    'from',
    'in',
    'db',
    'because',
    'key',
    '1',
    '::',
    'log',
    'in',
    '\0',
    '#',
    '\ud800',
    'é',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: codePoint }),
        fc.array(piece, { maxLength: 40 }).map((parts) => parts.join('')),
      ),
      (text) => {
        const { expectations, problems } = parseExpectations(text)
        const lines = [...expectations, ...problems].map(({ place }) => place.line)
        expect(new Set(lines).size).toBe(lines.length)
        for (const { place } of problems)
          expect(place.from >= 0 && place.from <= place.to && place.to <= text.length).toBe(true)
      },
    ),
    { numRuns: 1000 },
  )
})

test('sentences about roles', () => {
  const about = (line: string): unknown => {
    const read = parseExpectation(line)
    return read === null
      ? null
      : 'message' in read
        ? `${read.message} ${read.hint}`
        : 'subject' in read
          ? read.subject
          : read.user
  }
  expect(about('role reader can only read keys cache:*')).toEqual({ kind: 'role', role: 'reader' })
  expect(about('role "can" cannot run FLUSHALL')).toEqual({ kind: 'role', role: 'can' })
  expect(about('everyone with role reader cannot run FLUSHALL')).toEqual({ kind: 'everyone', but: [], role: 'reader' })
  expect(about('nobody with role reader but a, b can run KEYS')).toEqual({
    kind: 'nobody',
    but: ['a', 'b'],
    role: 'reader',
  })
  // A user may be called role.
  expect(about('role can GET x')).toBe('role')
  expect(about('role can only read keys x')).toEqual({ kind: 'user', user: 'role' })
  expect(about('role reader can GET x')).toMatch(/^A sentence about a role is about every command line\. /)
  expect(about('role reader can log in')).toMatch(/^A sentence about a role/)
  expect(about('role reader can log in without a password')).toMatch(/^Nobody logs in as a role/)
  expect(about('role reader')).toMatch(/^After the role reader, 'can' or 'cannot' is missing\. /)
  expect(about('role reader GET x')).toMatch(/^After the role reader, 'can' or 'cannot' is missing\. /)
  expect(about('everyone with reader can run GET')).toMatch(/^After 'with', 'role' and its name are missing\. /)
})
