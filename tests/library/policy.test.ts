import { describe, expect, test } from 'vitest'
import { InputError, loadPolicy, RefusedError, type Policy, type PolicyOptions } from '../../src/library'

const acl = `user default off
user admin on #8ca0af6a1bb1b6e7d0dd0ed68a1fdf8bbb25dd2fce8ee6c1be16c6b4eb9b5b3f ~* &* +@all
user app on >app_password ~app:* %R~shared:* +@read +set (~jobs:* +lpush)
user old off >x ~* +get
`

const policy = (more: Partial<PolicyOptions> = {}): Promise<Policy> => loadPolicy({ acl, target: 'redis-7.2', ...more })

describe('a policy', () => {
  test('has the users and the target of its files', async () => {
    const { users, target } = await policy()
    expect(target).toEqual({
      id: 'redis-7.2',
      label: 'Redis 7.2',
      version: '7.2.6',
      release: '7.2.6',
      evidence: 'recorded',
      modules: false,
    })
    expect(users.map(({ name, enabled, nopass, passwords }) => [name, enabled, nopass, passwords])).toEqual([
      ['default', false, false, 0],
      ['admin', true, false, 1],
      ['app', true, false, 1],
      ['old', false, false, 1],
    ])
    expect(users[2]?.rules).toBe(
      'on sanitize-payload ~app:* %R~shared:* resetchannels -@all +@read +set (~jobs:* resetchannels -@all +lpush)',
    )
  })

  test('names the role that allowed a command, with the place of its rules', async () => {
    const roles = await loadPolicy({
      acl: 'user al on >x role=reader\nrole reader ~app:* +@read\n',
      target: 'valkey-9.2',
    })
    expect(roles.users[0]?.rules).toBe('on resetchannels -@all role=reader')
    const { check } = bound(roles)
    expect(check('al', ['GET', 'app:1'])).toMatchObject({
      allowed: true,
      message: 'Allowed: role reader, line 2: +@read lets al run GET, ~app:* gives app:1.',
      rules: [
        { text: '+@read', location: { file: 'users.acl', line: 2 } },
        { text: '~app:*', location: { file: 'users.acl', line: 2 } },
      ],
    })
    expect(check('al', ['SET', 'app:1', 'x'])).toMatchObject({ allowed: false, reason: 'command' })
  })

  test('is decided as the exact release that is named', async () => {
    const lone = 'user default off\nuser u on nopass ~a +pfmerge\n'
    const load = (serverVersion: string): Promise<Policy> => loadPolicy({ acl: lone, serverVersion })
    expect((await load('valkey-7.2.15')).check('u', 'PFMERGE x').allowed).toBe(true)
    const newer = await load('valkey-7.2.16')
    expect(newer.check('u', 'PFMERGE x').allowed).toBe(false)
    expect(newer.target).toMatchObject({ id: 'valkey-7.2', label: 'Valkey 7.2.16', evidence: 'derived' })
    await expect(load('7.2')).rejects.toThrow('serverVersion: 7.2 is no exact release')
    await expect(loadPolicy({ acl: lone, target: 'redis-8.0', serverVersion: '7.2.6' })).rejects.toThrow(InputError)
  })

  test('reads bytes as well as text, and the files that redis.conf includes', async () => {
    const included = await policy({
      acl: Buffer.from(acl),
      conf: 'include more.conf\n',
      files: { 'more.conf': 'rename-command GET ""\n' },
    })
    expect(() => included.check('app', ['GET', 'app:1'])).toThrow('rename-command in redis.conf disables GET')
  })

  test('allows what its rules allow, and names the rules with their places', async () => {
    const { check } = bound(await policy())
    expect(check('app', ['GET', 'app:1'])).toEqual({
      allowed: true,
      reason: null,
      message: 'Allowed: +@read lets app run GET, ~app:* gives app:1.',
      reply: null,
      rules: [
        { text: '+@read', location: { file: 'users.acl', line: 3, column: 46, endLine: 3, endColumn: 52 } },
        { text: '~app:*', location: { file: 'users.acl', line: 3, column: 27, endLine: 3, endColumn: 33 } },
      ],
      selectors: [
        {
          selector: 0,
          allowed: true,
          command: { allowed: true, rule: expect.objectContaining({ text: '+@read' }) },
          keys: [{ key: 'app:1', needs: 'read', allowed: true, rules: [expect.objectContaining({ text: '~app:*' })] }],
          channels: [],
          databases: [],
        },
        {
          selector: 1,
          allowed: false,
          command: { allowed: false, rule: null },
          keys: [{ key: 'app:1', needs: 'read', allowed: false, rules: [] }],
          channels: [],
          databases: [],
        },
      ],
    })
    expect(check('app', 'SET app:1 "a b"').allowed).toBe(true)
    expect(check('app', ['SET', 'app:1', 42]).allowed).toBe(true)
    expect(check('app', [Buffer.from('LPUSH'), 'jobs:é', new Uint8Array([0, 255])]).allowed).toBe(true)
  })

  test('denies in the server’s words, with the reason', async () => {
    const { check } = bound(await policy())
    expect(check('app', ['SET', 'shared:1', 'x'])).toMatchObject({
      allowed: false,
      reason: 'key',
      reply: 'NOPERM No permissions to access a key',
      message: 'Denied because key: no rule lets app write shared:1.',
      rules: [],
    })
    expect(check('app', 'FLUSHALL')).toMatchObject({
      reason: 'command',
      reply: "NOPERM User app has no permissions to run the 'flushall' command",
    })
    expect(check('old', 'GET x')).toMatchObject({ allowed: false, reason: 'off' })
    expect(check('admin', 'GET x', { from: '203.0.113.5' })).toMatchObject({ allowed: true })
  })

  test('never takes a misspelt name for a denial', async () => {
    const { check } = bound(await policy())
    expect(() => check('appp', 'GET x')).toThrow(new InputError('There is no user appp. Did you mean app?'))
    expect(() => check('app', 'GETT x')).toThrow('Redis 7.2 has no command GETT. Did you mean GET?')
    expect(() => check('app', 'GET')).toThrow('GET has too few arguments here')
    expect(() => check('app', 'GET x', { db: 99 })).toThrow('There is no database 99')
  })

  test('checks sentences, and reports each that does not hold', async () => {
    const loaded = await policy()
    expect(loaded.expect('app can GET app:1\napp cannot FLUSHALL because command\n')).toMatchObject({
      holds: true,
      message: '',
      results: [
        { line: 1, state: 'holds' },
        { line: 2, state: 'holds' },
      ],
    })
    const report = loaded.expect('# a comment\napp can FLUSHALL\nnobody but admin can write keys shared:*\nrubbish\n')
    expect(report.results.map(({ line, state }) => [line, state])).toEqual([
      [2, 'fails'],
      [3, 'holds'],
      [4, 'invalid'],
    ])
    expect(report.holds).toBe(false)
    expect(report.message).toMatch(/^line 2: app can FLUSHALL\n {2}Denied because command: .+\nline 4: rubbish\n/)
    expect(report.results[0]?.location).toEqual({ file: 'users.expect', line: 2, column: 9, endLine: 2, endColumn: 17 })
    expect(() => loaded.expect('# nothing\n')).toThrow('The text has no expectations')
  })

  test('is compared with another by proof', async () => {
    const before = await policy()
    expect(before.compare(await policy({ acl: acl.replace('+@read +set', '+set +@read') }))).toEqual({
      same: true,
      users: [],
      notes: [],
      message: '',
    })
    const after = before.compare(
      await policy({ acl: acl.replace('~app:* %R~shared:*', '~*').replace('user old off >x ~* +get\n', '') }),
    )
    expect(after.same).toBe(false)
    expect(after.users.map(({ user, kind, relation }) => [user, kind, relation])).toEqual([
      ['app', 'changed', 'more'],
      ['old', 'removed', expect.any(String)],
    ])
    expect(after.message).toMatch(/^app: \+ can also run .+ such as /)
  })

  test('reports diagnostics with places and fixes, and masks passwords', async () => {
    const loaded = await policy({ conf: 'requirepass short\n' })
    const all = loaded.diagnostics()
    expect(new Set(all.map(({ location }) => location.file))).toEqual(new Set(['users.acl', 'redis.conf']))
    expect(JSON.stringify(all)).not.toContain('app_password')
    const [fixable] = all.filter(({ fixes, location }) => fixes.length > 0 && location.file === 'users.acl')
    const changed = fixable?.fixes[0]?.apply() ?? ''
    expect(changed).not.toBe(acl)
    expect((await policy({ acl: changed })).diagnostics().length).toBeLessThan(all.length)
    const [{ code } = { code: '' }] = all
    expect(loaded.diagnostics({ ignore: [code] }).some((one) => one.code === code)).toBe(false)
  })
})

describe('files that a server refuses', () => {
  test('reject with the server’s words and the places', async () => {
    const refused = loadPolicy({ acl: 'user app on +@nosuch\nuser app2 on >secret_pw +gett\n', target: 'redis-7.2' })
    await expect(refused).rejects.toBeInstanceOf(RefusedError)
    const error = (await refused.catch((reason: unknown) => reason)) as RefusedError
    expect(error.output).toContain('Aborting Redis startup because of ACL errors: users.acl:1:')
    expect(error.places.map(({ file, line, column }) => [file, line, column])).toEqual([
      ['users.acl', 1, 13],
      ['users.acl', 2, 25],
    ])
    expect(error.message).toMatch(/^Redis 7\.2 does not start on these files:\n/)
    expect(error.message).not.toContain('secret_pw')
  })

  test('reject for redis.conf too', async () => {
    await expect(loadPolicy({ acl, conf: 'no-such-directive 1\n' })).rejects.toMatchObject({
      name: 'RefusedError',
      places: [{ file: 'redis.conf', line: 1 }],
    })
  })
})

describe('arguments of another type', () => {
  const hostile: readonly (readonly [string, unknown])[] = [
    ['The options must be an object', undefined],
    ['The options must be an object', null],
    ['The options must be an object', 'user app on'],
    ['acl must be the content of a file', {}],
    ['acl must be the content of a file', { acl: 1 }],
    ['There is no option "alc"', { acl, alc: '' }],
    ['conf must be the content of a file', { acl, conf: null }],
    ['target must be a release, not "redis-9.9". Choose one of: redis-6.0', { acl, target: 'redis-9.9' }],
    ['target must be a release, not an object', { acl, target: {} }],
    ['modules: Redis 7.2 has no bundled modules', { acl, target: 'redis-7.2', modules: true }],
    ['modules must be true or false', { acl, modules: 'yes' }],
    ['files must be an object', { acl, files: [] }],
    ['files["a.conf"] must be the content of a file', { acl, files: { 'a.conf': 1 } }],
    ['acl is larger than 16 MB', { acl: 'x'.repeat(16 * 1024 * 1024 + 1) }],
  ]
  test.each(hostile)('%s', async (message, options) => {
    const rejected = loadPolicy(options as PolicyOptions)
    await expect(rejected).rejects.toBeInstanceOf(InputError)
    await expect(rejected).rejects.toThrow(message)
  })

  test('of the methods are named', async () => {
    const loaded = await policy()
    const { check } = bound(loaded)
    const any = (value: unknown): never => value as never
    expect(() => check(any(1), 'GET x')).toThrow('user must be a string, not 1.')
    expect(() => check('app', any(null))).toThrow('argv must be an array of arguments or a command line, not null.')
    expect(() => check('app', [])).toThrow('argv: the command line is empty.')
    expect(() => check('app', ' ')).toThrow('argv: the command line is empty.')
    expect(() => check('app', 'GET "x')).toThrow('argv: ')
    expect(() => check('app', ['GET', any({})])).toThrow(
      'argv[1] must be a string, a number or a Uint8Array, not an object.',
    )
    expect(() => check('app', ['GET', NaN])).toThrow('argv[1] must be')
    expect(() => check('app', 'GET x', any({ database: 1 }))).toThrow('There is no option "database"')
    expect(() => check('app', 'GET x', { db: -1 })).toThrow('db must be the number of a database, not -1.')
    expect(() => check('app', 'GET x', { from: 'localhost' })).toThrow(
      'from must be an IPv4 or IPv6 address, not "localhost".',
    )
    expect(() => loaded.compare(any({}))).toThrow('compare takes a policy that loadPolicy returned, not an object.')
    expect(() => loaded.expect(any(1))).toThrow('The expectations must be a string, not 1.')
    expect(() => loaded.diagnostics({ ignore: ['nopas'] })).toThrow('ignore: There is no diagnostic "nopas"')
    expect(() => loaded.diagnostics({ ignore: any('x') })).toThrow('ignore must be an array of codes, not "x".')
    expect(() => loaded.diagnostics({ client: any('x') })).toThrow('client: there is no "x". Choose one of: ioredis')
  })
})

const bound = (loaded: Policy): Pick<Policy, 'check'> => ({ check: loaded.check.bind(loaded) })
