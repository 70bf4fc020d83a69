import fc from 'fast-check'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { toTextExact, type Bytes } from '../../src/acl/bytes'
import { listAcl, loadAclFile } from '../../src/acl/load'
import { Users } from '../../src/acl/users'
import { selectorText } from '../../src/analysis/user-line'
import { plural } from '../../src/cli/formats/text'
import { ListedUsers } from '../../src/cli/server/listed-users'
import type { Reply } from '../../src/resp/reply'
import { loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'
import { ruleTexts } from '../acl/rules'
import { everyKind } from '../acl/targets'
import { runs } from '../runs'
import { files, run } from './program'
import { running } from './running'

const DEFAULT = 'user default on nopass sanitize-payload ~* &* +@all'

async function read(listed: readonly Reply[], id: TargetId = 'redis-8.0'): Promise<ListedUsers> {
  const target = await loadTarget(id)
  return ListedUsers.read('redis://prod:6379', listed, target, target.behaviours.allChannelsByDefault)
}

const pattern = fc
  .string({
    unit: fc.constantFrom('a', '*', '"', "'", '\\', '(', ')', '\xc3\xa9', '#', '%', '|'),
    minLength: 1,
    maxLength: 5,
  })
  .map((text) => `~${text}`)
/** A key rule without access and pattern, which 7.2 accepts, is printed in a form that it refuses. */
const listable = ruleTexts.filter(
  (rule) => (!rule.startsWith('%') || rule.includes('~')) && !/[ \t-\r\0]/.test(rule) && toTextExact(rule) !== null,
)
const selector = fc.array(fc.oneof(listable, pattern), { maxLength: 3 }).map((rules) => selectorText(rules))
const policies = fc.array(
  fc.tuple(
    fc.constantFrom('default', 'app', 'a"b', "it's", 'caf\xc3\xa9', '(', ')', '(x)', '#'),
    fc.array(fc.oneof(listable, pattern, selector, fc.constantFrom('role=(x),reader', 'role=+x)', 'role=role=')), {
      maxLength: 6,
    }),
  ),
  { maxLength: 6 },
)

const roles = fc.array(
  fc.tuple(
    fc.constantFrom('reader', 'writer', '(x)', '+x)', 'role='),
    fc.array(fc.oneof(listable, pattern, selector), { maxLength: 5 }),
  ),
  { maxLength: 3 },
)

test.each(everyKind)('%s: whatever users a server has, they are read exactly', async (id) => {
  const target = await loadTarget(id)
  fc.assert(
    fc.property(policies, roles, (policy, rulesOfRoles) => {
      const users = new Users(target.table, target.behaviours)
      if (target.behaviours.hasRoles)
        for (const [name, rules] of rulesOfRoles) for (const rule of ['+get', ...rules]) users.setRole(name, [rule])
      for (const [name, rules] of policy) for (const rule of rules) users.setUser(name, [rule])
      const lines = listAcl(users)
      const found = ListedUsers.read('', lines, target, target.behaviours.allChannelsByDefault)
      expect(found.gaps).toEqual([])
      const again = loadAclFile(new Users(target.table, target.behaviours), found.exactly().bytes, 'users.acl')
      const plain = (texts: readonly Bytes[]): Bytes[] =>
        texts.map((text) => text.replace(' sanitize-payload', '')).sort()
      if (!again.ok) throw new Error(again.message)
      const loaded = [...again.roles.values(), ...again.users.values()]
      expect(plain(loaded.map((one) => one.describe()))).toEqual(plain(lines))
    }),
    { numRuns: runs(150) },
  )
})

describe('what is not read completely and exactly is said', () => {
  const good = 'user app on sanitize-payload ~a resetchannels -@all +get'
  test.each<[what: string, listed: readonly Reply[], gaps: readonly string[]]>([
    ['everything is there', [good, DEFAULT], []],
    ['a nested list', [good, DEFAULT, ['user b on']], ['an element of ACL LIST is not the line of a user']],
    [
      'another text',
      [good, DEFAULT, 'app on', null, 3],
      Array<string>(3).fill('an element of ACL LIST is not the line of a user'),
    ],
    ['a user twice', [good, good, DEFAULT], ['user app is listed twice']],
    ['no default user', [good], ['user default is not listed, although every server has it']],
    [
      'a command that the release does not know',
      [`${good} +no-such`, DEFAULT],
      [
        "user app has rules that Redis 8.0 refuses: Error in applying operation '+no-such': Unknown command or category name in ACL.",
      ],
    ],
    [
      'a first argument with a space',
      [`${good} +select|1 2`, DEFAULT],
      [expect.stringMatching(/^user app has rules that/)],
    ],
    [
      'words in another order',
      ['user app on ~a sanitize-payload resetchannels -@all +get', DEFAULT],
      ['user app would be printed with other rules by Redis 8.0'],
    ],
    ['two spaces', [good.replace(' ~a', '  ~a'), DEFAULT], ['user app would be printed with other rules by Redis 8.0']],
    ['an open parenthesis', [`${good} (~b`, DEFAULT], ['an element of ACL LIST is not the line of a user']],
    [
      'bytes that are no text',
      [good.replace('~a', '~\xff'), DEFAULT],
      ['user app has a rule that users.acl cannot hold: ~\xff is not UTF-8 text'],
    ],
  ])('%s', async (_, listed, gaps) => {
    const users = await read(listed)
    expect(users.gaps.map(({ of, name, why }) => (name === null ? why : `${of} ${name} ${why}`))).toEqual(gaps)
    if (gaps.length > 0) expect(() => users.exactly()).toThrow(/not read completely and exactly/)
    else expect(users.exactly().bytes).toBe(`${listed.join('\n')}\n`)
  })

  const reader = 'role reader ~c resetchannels -@all +get (~d resetchannels -@all +set)'
  const holder = 'user app on ~a resetchannels -@all +get (~b resetchannels -@all +set) role=reader'
  test.each<[what: string, listed: readonly Reply[], gaps: readonly string[]]>([
    ['roles and who holds them', [reader, holder, 'user default on nopass ~* &* +@all'], []],
    [
      'a role with a parenthesis in its name',
      ['role (x) resetchannels -@all', holder.replace('=reader', '=(x)'), 'user default off resetchannels -@all'],
      [],
    ],
    [
      'a role that is not listed',
      [holder, 'user default on nopass ~* &* +@all'],
      ['user app holds the role reader, which was not read exactly'],
    ],
    [
      'a role with a command that the release does not know',
      [`${reader} +no-such`, holder, 'user default on nopass ~* &* +@all'],
      [
        "role reader has rules that Valkey 9.2 refuses: Error in ACL SETROLE modifier '+no-such': Unknown command or category name in ACL.",
        'user app holds the role reader, which was not read exactly',
      ],
    ],
    [
      'a role twice',
      [reader, reader, holder, 'user default on nopass ~* &* +@all'],
      ['role reader is listed twice', 'user app holds the role reader, which was not read exactly'],
    ],
    [
      'a role that logs in',
      [reader.replace('reader', 'reader on'), 'user default on nopass ~* &* +@all'],
      ["role reader has rules that Valkey 9.2 refuses: Error in ACL SETROLE modifier 'on': Syntax error."],
    ],
    [
      'a role without a name',
      ['role  ~a', 'user default on nopass ~* &* +@all'],
      ['an element of ACL LIST is not the line of a user or role'],
    ],
  ])('of Valkey 9.2: %s', async (_, listed, gaps) => {
    const users = await read(listed, 'valkey-9.2')
    expect(users.gaps.map(({ of, name, why }) => (name === null ? why : `${of} ${name} ${why}`))).toEqual(gaps)
    if (gaps.length > 0) expect(() => users.exactly()).toThrow(/not read completely and exactly/)
    else expect(users.exactly().bytes).toBe(`${listed.join('\n')}\n`)
  })

  test('a role of a server whose target has none is said', async () => {
    const users = await read([reader, 'user default on nopass ~* &* +@all'], 'valkey-9.1')
    expect(() => users.exactly()).toThrow('role reader is listed, although Valkey 9.1 has no roles')
  })

  test('the message names five users, and counts the rest', async () => {
    const listed = Array.from({ length: 8 }, (_, i) => `user u${i} on ~x`)
    const users = await read([...listed, DEFAULT])
    expect(() => users.exactly()).toThrow(
      /^redis:\/\/prod:6379: the users are not read completely and exactly \(9 listed\).*\n(?: {2}user u[0-4] .*\n){5} {2}and 3 more$/,
    )
  })
})

/** Users of a server with an administrator, so that there are `count`, among them one that anybody can log in as. */
function policy(count: number): string {
  const apps = Array.from({ length: Math.max(0, count - 3) }, (_, i) => `user app-${i} on >p${i} ~app-${i}:* +@read\n`)
  return [
    'user default on nopass ~* &* +@all\n',
    ...(count > 1 ? ['user ops on >ops-password ~* &* +@all\n'] : []),
    ...apps,
    ...(count > 2 ? ['user zz-backdoor on nopass ~* &* +@all\n'] : []),
  ].join('')
}

test.each([1, 9, 10, 100, 5000])('of %d users none is missing for any command', async (count) => {
  const { acl, deployed, sentences } = files({
    acl: policy(count),
    deployed: policy(count).replace(/user zz-backdoor .*\n/, ''),
    sentences: 'nobody can log in without a password\n',
  })
  const server = await running('redis-8.0', `aclfile "${acl}"`)
  try {
    const address = `redis://127.0.0.1:${server.port}`
    const out = join(mkdtempSync(join(tmpdir(), 'acl-listed-')), 'users.acl')
    const pulled = await run(['pull', address, '--out', out])
    expect([pulled.code, pulled.err]).toEqual([0, expect.stringContaining(`: ${plural(count, 'user')}, with hashed`)])
    expect(readFileSync(out, 'utf8').match(/^user /gm)).toHaveLength(count)
    expect((await run(['compare', address, out])).code).toBe(0)
    const tested = await run(['test', address, sentences])
    expect([tested.code, tested.out]).toEqual([1, expect.stringContaining(count > 2 ? 'zz-backdoor' : 'default')])
    if (count < 3) return
    const compared = await run(['compare', address, deployed])
    expect([compared.code, compared.out]).toEqual([1, expect.stringContaining('zz-backdoor')])
    const planned = await run(['plan', deployed, address, '--format', 'commands'])
    expect([planned.code, planned.out]).toEqual([1, 'ACL DELUSER zz-backdoor\n'])
  } finally {
    await server.stop()
  }
})

test('the roles of a server are pulled, compared and planned with its users', async () => {
  const deployed = [
    'role reader ~cache:* resetchannels -@all +get (~log resetchannels -@all +set)',
    'user app on nopass resetchannels -@all role=reader',
    'user default on nopass ~* &* +@all',
    '',
  ].join('\n')
  const { acl, wanted } = files({ acl: deployed, wanted: deployed.replace('+get', '+get +mget') })
  const server = await running('valkey-9.2', `aclfile "${acl}"`)
  try {
    const address = `redis://127.0.0.1:${server.port}`
    const out = join(mkdtempSync(join(tmpdir(), 'acl-listed-')), 'users.acl')
    expect((await run(['pull', address, '--out', out])).err).toContain(': 2 users, 1 role, with hashed passwords')
    expect(readFileSync(out, 'utf8')).toBe(deployed)
    expect((await run(['compare', address, out])).code).toBe(0)
    const compared = await run(['compare', address, wanted])
    expect([compared.code, compared.out]).toEqual([1, expect.stringContaining('app')])
    const planned = await run(['plan', wanted, address, '--format', 'commands'])
    expect([planned.code, planned.out]).toEqual([
      1,
      'ACL SETROLE reader clearselectors resetkeys resetchannels alldbs -@all ~cache:* resetchannels -@all +get +mget "(~log resetchannels -@all +set)"\n',
    ])
  } finally {
    await server.stop()
  }
})

test('a server whose users are not read exactly gets no answer but the reason, and no file', async () => {
  const listed = [DEFAULT, 'user app on nopass ~k -@all +no-such-command', 'user rest on nopass ~* &* +@all']
  const server = createServer((socket) => {
    socket.on('data', (data) => {
      const reply = `*${listed.length}\r\n${listed.map((line) => `$${line.length}\r\n${line}\r\n`).join('')}`
      socket.write(data.includes('LIST') ? reply : '-ERR\r\n')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  try {
    const address = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { acl, sentences } = files({ acl: `${DEFAULT}\n`, sentences: 'rest can GET x\n' })
    const out = join(mkdtempSync(join(tmpdir(), 'acl-listed-')), 'users.acl')
    for (const words of [
      ['check', address],
      ['test', address, sentences],
      ['compare', address, acl],
      ['compare', acl, address],
      ['plan', acl, address],
      ['simplify', address],
      ['import', address],
      ['link', address],
      ['pull', address, '--out', out],
      ['pull', address, '--out', '-'],
    ]) {
      const ran = await run(words)
      expect([words[0], ran.code, ran.out]).toEqual([words[0], 2, ''])
      expect(ran.err).toContain(
        "user app has rules that Redis 8.0 refuses: Error in applying operation '+no-such-command'",
      )
    }
    expect(existsSync(out)).toBe(false)
  } finally {
    server.close()
  }
})
