import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressOf, isServerAddress, parseAddress } from '../../src/cli/server/address'
import { credentialsMask, withoutCredentials } from '../../src/cli/server/credentials'
import { chooseTarget, releaseIn } from '../../src/cli/server/release'
import { isTargetId } from '../../src/targets/list'
import { runs } from '../runs'

describe('the address of a server', () => {
  test.each([
    ['redis://prod', 'tcp', 'prod', 6379, null, null, 'redis://prod:6379'],
    ['redis://prod:7000/3', 'tcp', 'prod', 7000, null, null, 'redis://prod:7000'],
    ['REDISS://ops:p%40w@prod:7000', 'tls', 'prod', 7000, 'ops', 'p@w', 'rediss://prod:7000'],
    ['valkeys://:pw@prod', 'tls', 'prod', 6379, null, 'pw', 'rediss://prod:6379'],
    ['valkey://ops@prod', 'tcp', 'prod', 6379, 'ops', null, 'redis://prod:6379'],
    ['redis://ops:a/b#c@d:e@[::1]:7000', 'tcp', '::1', 7000, 'ops', 'a/b#c@d:e', 'redis://[::1]:7000'],
    ['redis://ops:100%@prod', 'tcp', 'prod', 6379, 'ops', '100%', 'redis://prod:6379'],
    ['redis://ops:@prod', 'tcp', 'prod', 6379, 'ops', '', 'redis://prod:6379'],
    ['redis://', 'tcp', '127.0.0.1', 6379, null, null, 'redis://127.0.0.1:6379'],
  ] as const)('%s', (argument, kind, host, port, user, password, name) => {
    expect(parseAddress(argument)).toEqual({ kind, host, port, path: '', user, password, name })
  })

  test.each([
    ['unix:/run/r.sock', '/run/r.sock', null, null],
    ['unix:///run/r.sock', '/run/r.sock', null, null],
    ['unix://ops:pw@/run/r.sock', '/run/r.sock', 'ops', 'pw'],
    ['unix:r.sock', 'r.sock', null, null],
    ['unix:/run/r@1.sock?db=2', '/run/r@1.sock', null, null],
  ])('%s', (argument, path, user, password) => {
    expect(parseAddress(argument)).toEqual({
      kind: 'unix',
      host: '',
      port: 0,
      path,
      user,
      password,
      name: `unix:${path}`,
    })
  })

  test.each([
    'redis://a:b:c',
    'redis://prod:0',
    'redis://prod:99999',
    'redis://ops:secret@pr od:x',
    'redis://u:secret@[::1',
  ])('%s is refused without its password', (argument) => {
    expect(() => parseAddress(argument)).toThrow(/is not the address of a server/)
    expect(() => parseAddress(argument)).not.toThrow(/secret/)
  })

  test('files, links and web addresses are none', () => {
    for (const argument of ['users.acl', '-', 'redis', './redis://x', '#v1.abc', 'https://redis.io', 'unix'])
      expect(isServerAddress(argument)).toBe(false)
  })

  test('any text is parsed or refused', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('redis://', 'rediss://', 'unix:', 'unix://'),
        fc.string({ unit: 'grapheme-ascii' }),
        (scheme, rest) => {
          try {
            const { name } = parseAddress(scheme + rest)
            expect(name.startsWith(scheme.slice(0, 4))).toBe(true)
          } catch (problem) {
            expect(String(problem)).toMatch(/address of a server|path of a socket/)
          }
        },
      ),
      { numRuns: runs(200) },
    )
  })
})

describe('the credentials', () => {
  const url = 'redis://ops:from-url@prod:6379'
  test.each([
    ['the address first', 'redis://a:b@prod', { ACL_PLAYGROUND_URL: url, REDISCLI_AUTH: 'x' }, 'a', 'b'],
    [
      'then those of the same server in ACL_PLAYGROUND_URL',
      'redis://prod',
      { ACL_PLAYGROUND_URL: url, REDISCLI_AUTH: 'x' },
      'ops',
      'from-url',
    ],
    ['not those of another server', 'redis://other', { ACL_PLAYGROUND_URL: url }, null, null],
    ['not the password of another user', 'redis://app@prod', { ACL_PLAYGROUND_URL: url }, 'app', null],
    ['then REDISCLI_AUTH', 'redis://app@prod', { ACL_PLAYGROUND_URL: url, REDISCLI_AUTH: 'x' }, 'app', 'x'],
    ['without a host, the server of ACL_PLAYGROUND_URL', 'redis://', { ACL_PLAYGROUND_URL: url }, 'ops', 'from-url'],
    ['without an argument too', undefined, { ACL_PLAYGROUND_URL: url }, 'ops', 'from-url'],
    ['an empty variable is none', 'redis://prod', { ACL_PLAYGROUND_URL: '', REDISCLI_AUTH: '' }, null, null],
  ])('%s', (_, argument, env, user, password) => {
    expect(addressOf(argument, env)).toMatchObject({ user, password })
  })

  test('without an address and ACL_PLAYGROUND_URL, the error says how to give one', () => {
    expect(() => addressOf(undefined, {})).toThrow(/Give the address of a server/)
  })

  test.each([
    ['redis:/ops:pw@h', '***@h'],
    ['redis//ops:pw@h', '***@h'],
    ['http://ops:pw@h', 'http://***@h'],
    ['redis+tls://ops:pw@h', '***@h'],
    ['redis;//ops:p@w@h', '***@h'],
    ['ops:pw@h', '***@h'],
    ['redis://ops:pw', 'redis://ops:***'],
    ['redis:/:pw', 'redis:/:***'],
    ['redis://[::1]:pw', 'redis://[::1]:***'],
    ['redis://prod:6379/0', 'redis://prod:6379/0'],
    ['redis://[::1]:6379', 'redis://[::1]:6379'],
    ['users@prod.acl', 'users@prod.acl'],
    ['redis/users@prod.acl', 'redis/users@prod.acl'],
    ['redis//pw@h', '***@h'],
    ['C:users.acl', 'C:users.acl'],
    ['redis/users.acl', 'redis/users.acl'],
  ])('%s is shown as %s', (argument, shown) => {
    expect(withoutCredentials(argument)).toBe(shown)
  })

  test('a message that repeats an argument is masked', () => {
    const mask = credentialsMask(['check', 'redis://ops:my secret@prod', '-t', 'unix://a:b\n@/x'])
    expect(mask("There is no target redis://ops:my secret@prod. 'unix://a:b\\n@/x'")).toBe(
      "There is no target redis://***@prod. 'unix://***@/x'",
    )
  })
})

describe('the target of a release', () => {
  test.each([
    ['redis_version:8.0.2\r\n', 'redis-8.0', null],
    ['redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.1\r\n', 'valkey-8.1', null],
    [
      'redis_version:7.2.4\nvalkey_version:9.0.0\n',
      'valkey-8.1',
      'this release is not simulated, Valkey 8.1 is the nearest',
    ],
    ['redis_version:5.0.14\n', 'redis-6.0', 'this release is not simulated, Redis 6.0 is the nearest'],
    ['redis_version:99.1.0\n', 'redis-8.10', 'this release is not simulated, Redis 8.10 is the nearest'],
    ['redis_version:8.9-rc1\n', 'redis-8.8', 'this release is not simulated, Redis 8.8 is the nearest'],
    ['redis_version:7.4.0\ndragonfly_version:df-v1.2\n', 'redis-7.4', 'Dragonfly is not simulated'],
  ])('%j', (info, id, warning) => {
    expect(chooseTarget(releaseIn(info))).toEqual({ id, warning })
  })

  test('a server that tells no version has none', () => {
    expect(chooseTarget(releaseIn('redis_version:unstable\n'))).toBe(null)
    expect(chooseTarget(releaseIn(''))).toBe(null)
  })

  test('any version has a target of its product', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), fc.constantFrom('redis', 'valkey'), (major, minor, product) => {
        const chosen = chooseTarget(releaseIn(`${product}_version:${major}.${minor}.1\n`))
        expect(chosen !== null && isTargetId(chosen.id) && chosen.id.startsWith(product)).toBe(true)
      }),
      { numRuns: runs(100) },
    )
  })
})
