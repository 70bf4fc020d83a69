import { afterEach, describe, expect, test } from 'vitest'
import { freePort } from '../../src/library/free-port'
import { runProgram } from '../../src/cli/program'
import { files, run } from './program'
import { exchange, running, type Running } from './running'

/** Valkey 7.2.15 finds no key in `PFMERGE x`, 7.2.16 does: until then the selector is of use. */
const { acl, without, sentence } = files({
  acl: 'user default off\nuser ops on >pw +info\nuser u on nopass ~a +get (+pfmerge)\n',
  without: 'user default off\nuser ops on >pw +info\nuser u on nopass ~a +get\n',
  sentence: 'u cannot PFMERGE x because key\n',
})
const [older, newer] = ['valkey-7.2.15', 'valkey-7.2.16']
const asOlder = ['--server-version', older]
const asNewer = ['--server-version', newer]

const servers: Running[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

describe('--server-version decides as that release', () => {
  test('in test', async () => {
    const failed = await run(['test', acl, sentence, ...asOlder])
    expect([failed.code, failed.out]).toEqual([1, expect.stringContaining('Valkey 7.2 (7.2.15, derived from 7.2.7)')])
    expect(await run(['test', acl, sentence, ...asNewer])).toMatchObject({ code: 0, err: '' })
  })

  test('in ask', async () => {
    const question = 'can u PFMERGE x'
    expect((await run(['ask', question, acl, ...asOlder])).out).toContain('Allowed')
    expect((await run(['ask', question, acl, ...asNewer])).out).toContain('Denied')
  })

  test('in simplify, which says on which release the rules are equal', async () => {
    expect((await run(['simplify', acl, ...asOlder])).out).not.toContain('(+pfmerge) removed')
    const { out } = await run(['simplify', acl, ...asNewer])
    expect(out).toContain('(+pfmerge) removed')
    expect(out).toContain('Proved equal on Valkey 7.2 (7.2.16, derived from 7.2.7)')
  })

  test('in roles', async () => {
    const line = (name: string): string => `user ${name} on nopass ~a +get +set +del +exists +ttl\n`
    const { users } = files({ users: ['u', 'v', 'w'].map(line).join('') })
    const { code, out } = await run(['roles', users, '--server-version', 'valkey-9.2.0'])
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('Proved equal on Valkey 9.2 (9.2.0, derived from 9.2.0-rc1)'),
    ])
  })

  test('in compare, for both sides or for each', async () => {
    const both = await run(['compare', acl, without, ...asNewer])
    expect(both).toMatchObject({ code: 0, out: expect.stringContaining('on Valkey 7.2 (7.2.16, derived from 7.2.7)') })
    expect((await run(['compare', acl, without, ...asOlder])).code).toBe(1)
    const upgrade = await run(['compare', acl, ...asOlder, '--to-server-version', newer])
    expect([upgrade.code, upgrade.out]).toEqual([
      1,
      expect.stringContaining('on Valkey 7.2 (7.2.15, derived from 7.2.7) → '),
    ])
    expect(upgrade.out).toContain('PFMERGE')
    const sides = await run(['compare', without, acl, ...asOlder, '--to-server-version', newer])
    expect(sides.code).toBe(0)
    expect((await run(['compare', acl, acl, ...asOlder, '--to', 'valkey-7.2'])).out).toContain('Valkey 7.2 (7.2.7)')
  })

  test('in serve, which tells its clients that version', async () => {
    const port = await freePort()
    let out = ''
    let stop: (() => Promise<void>) | undefined
    const io = { out: (text: string) => void (out += text), err: () => undefined, stdin: () => '' as never }
    const words = ['serve', ...asNewer, '--port', String(port), '--aclfile', acl]
    await runProgram(words, { ...io, color: false, errColor: false }, (end) => {
      stop = end
    })
    try {
      expect(out).toContain('a simulator of Valkey 7.2 (7.2.16)')
      expect(await exchange(port, 'AUTH u x\r\nPFMERGE x\r\n')).toMatch(
        /\+OK\r\n-NOPERM No permissions to access a key/,
      )
    } finally {
      await stop?.()
    }
    const before = await running({ id: 'valkey-7.2', version: '7.2.15' }, `aclfile "${acl}"`)
    servers.push(before)
    expect(await exchange(before.port, 'AUTH u x\r\nPFMERGE x\r\n')).toBe('+OK\r\n+OK\r\n')
    expect(await exchange(before.port, 'AUTH ops pw\r\nINFO server\r\n')).toContain('valkey_version:7.2.15\r\n')
  })

  test('in link, which keeps it for whoever opens it, unless they name another', async () => {
    const { out } = await run(['link', acl, ...asOlder, '--page', 'https://acl.example.org/'])
    const made = out.trim()
    expect((await run(['test', made, sentence])).out).toContain('Valkey 7.2 (7.2.15, derived from 7.2.7)')
    expect((await run(['test', made, sentence, ...asNewer])).code).toBe(0)
    expect((await run(['check', made, '--target', 'valkey-7.2'])).out).toContain('Valkey 7.2 (7.2.7)')
    const again = await run(['link', made, '--page', 'https://acl.example.org/'])
    expect((await run(['check', again.out.trim()])).out).toContain('7.2.15')
  })

  test('and a release of another target than --target is an error everywhere', async () => {
    for (const words of [['test', acl, sentence], ['ask', 'who can GET a', acl], ['simplify', acl], ['serve']]) {
      const { code, err } = await run([...words, ...asOlder, '--target', 'redis-8.0'])
      expect([words[0], code, err]).toEqual([
        words[0],
        2,
        expect.stringContaining('no release of the target redis-8.0'),
      ])
    }
    expect(await run(['compare', acl, '--to-server-version', '5.0.1'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no target for Redis 5.0.1'),
    })
  })

  test('also with fixes that a distribution added, which must be known', async () => {
    expect((await run(['test', acl, sentence, '--server-version', 'valkey-7.2.15+pfmerge-key'])).code).toBe(0)
    const unknown = await run(['test', acl, sentence, '--server-version', 'valkey-7.2.15+no-such-defect'])
    expect(unknown).toMatchObject({
      code: 2,
      err: expect.stringContaining('no decision depends on a fix of no-such-defect'),
    })
  })
})

describe('a live server is decided as the release that it runs', () => {
  const policy = 'user default off\nuser ops on >pw ~* &* +@all\nuser u on nopass ~a +get (+pfmerge)\n'
  const geo = 'user default off\nuser ops on >pw ~* &* +@all\nuser u on nopass ~x +xread\n'
  const start = async (version: string, acl: string): Promise<string> => {
    const [id, exact] = version.split('/') as ['redis-8.0', string]
    const { users } = files({ users: acl })
    const server = await running({ id, version: exact }, `aclfile "${users}"`)
    servers.push(server)
    return `redis://ops:pw@127.0.0.1:${server.port}`
  }

  test('by INFO', async () => {
    const [older, newer] = [await start('valkey-7.2/7.2.15', policy), await start('valkey-7.2/7.2.16', policy)]
    const { says } = files({ says: 'u cannot PFMERGE x because key\n' })
    expect((await run(['test', older, says, '--on-server'])).out).toContain('all answers agree')
    expect((await run(['test', older, says])).code).toBe(1)
    expect((await run(['test', newer, says, '--on-server'])).code).toBe(0)
    const { code, out } = await run(['compare', older, newer])
    expect([code, out]).toEqual([1, expect.stringContaining('(7.2.15, derived from 7.2.7)')])
    // What the user says counts.
    expect((await run(['test', older, says, '--server-version', 'valkey-7.2.16'])).code).toBe(0)
  })

  test('and by the keys that it finds, where a distribution added fixes to the version that INFO tells', async () => {
    const [upstream, debian] = [await start('redis-8.0/8.0.2', geo), await start('redis-8.0/8.0.2-3+deb13u3', geo)]
    const { says } = files({ says: 'u can XREAD STREAMS y b 0\n' })
    expect(await run(['test', upstream, says, '--on-server'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('Redis 8.0 (8.0.2, derived from 8.0.2-3+deb13u3)'),
    })
    expect(await run(['test', debian, says, '--on-server'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('Redis 8.0 (8.0.2-3+deb13u3)'),
      err: expect.stringContaining('Redis 8.0.2, target redis-8.0 as 8.0.2-3+deb13u3'),
    })
    const fixed = await start('redis-7.4/7.4.5+last-option-keys', geo)
    expect((await run(['test', fixed, says])).out).toContain('Redis 7.4 (7.4.5+last-option-keys, derived from 7.4.1)')
  })

  test('a user who may not ask for keys is told what is not known', async () => {
    const reader = 'user default off\nuser ops on >pw ~* +acl|list +info +config|get\nuser u on nopass ~x +xread\n'
    const address = await start('redis-8.0/8.0.2', reader)
    const { says } = files({ says: 'u can GET y\nu cannot GET y\n' })
    expect((await run(['test', address, says])).out).toContain(
      'It is not known which later fixes its build of 8.0.2 has (COMMAND GETKEYS: ops lacks +command|getkeys).',
    )
  })
})
