import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { checklist, unknownClientSide } from '../../src/analysis/checklist'
import type { ChecklistId, ChecklistItem, ClientSide } from '../../src/analysis/checklist/types'
import { failingItems } from '../../src/analysis/checklist/failing'
import { applyFix } from '../../src/analysis/diagnostic'
import { parseExpectations } from '../../src/analysis/expectations/parse'
import { runExpectations } from '../../src/analysis/expectations/run'
import { startServer } from '../../src/server/start'
import { loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'
import { runs } from '../runs'
import { codePoint } from '../code-point'

async function items(
  conf: string,
  acl: string | null = null,
  client: Partial<ClientSide> = {},
  id: TargetId = 'redis-8.0',
): Promise<Map<ChecklistId, ChecklistItem>> {
  const target = await loadTarget(id)
  return new Map(
    checklist({ target, conf, acl, client: { ...unknownClientSide, ...client } }).map((item) => [item.id, item]),
  )
}

async function states(
  conf: string,
  acl: string | null = null,
  client: Partial<ClientSide> = {},
  id?: TargetId,
): Promise<Record<string, string>> {
  return Object.fromEntries(
    [...(await items(conf, acl, client, id)).values()].map(({ id: name, state }) => [name, state]),
  )
}

const fiveUsers = `# Default user (required)
user default on nopass ~* +@all

# Admin user
user admin on >strong_admin_password ~* +@all

# Application user - limited permissions
user app on >app_password ~app:* +@read +@write -@dangerous

# Read-only monitoring user
user monitor on >monitor_password ~* +@read +ping +info

# Worker for background jobs
user worker on >worker_password ~jobs:* ~results:* +@list +@string +get +set +del
`

test('the chapter’s five users, under the default configuration', async () => {
  expect(await states('aclfile users.acl\n', fiveUsers)).toEqual({
    bind: 'fail',
    'protected-mode': 'pass',
    authentication: 'fail',
    'application-users': 'pass',
    'dangerous-commands': 'fail',
    'default-user': 'fail',
    'password-length': 'fail',
    'password-clear': 'unknown',
    'password-shared': 'pass',
    secrets: 'unknown',
    tls: 'fail',
    firewall: 'unknown',
    'unix-socket': 'unknown',
    'rename-command': 'pass',
    'protected-directives': 'pass',
    'acl-log': 'unknown',
    'login-failures': 'unknown',
    'log-level': 'pass',
    updates: 'unknown',
  })
})

test('evidence points into the file, comment lines that the server refuses or not', async () => {
  const found = await items('aclfile users.acl\n', fiveUsers, { committed: true })
  const marked = (id: ChecklistId): string[] =>
    (found.get(id)?.evidence ?? []).map(
      ({ text, span }) => `${text}: ${span === null ? '-' : fiveUsers.slice(span.from, span.to)}`,
    )
  expect(marked('password-clear')).toEqual([
    'user admin: >strong_admin_password',
    'user app: >app_password',
    'user monitor: >monitor_password',
    'user worker: >worker_password',
  ])
  expect(marked('authentication')[1]).toContain('Redis 8.0 rejects these users')
  expect(marked('dangerous-commands')).toEqual(['user monitor: KEYS: on'])
  expect((await items('aclfile users.acl\n', fiveUsers, {}, 'redis-8.8')).get('authentication')?.evidence.length).toBe(
    1,
  )
})

test('bind', async () => {
  const state = async (bind: string): Promise<string | undefined> => (await states(bind))['bind']
  expect(await state('')).toBe('fail')
  expect(await state('bind * -::*\n')).toBe('fail')
  expect(await state('bind 0.0.0.0\n')).toBe('fail')
  expect(await state('bind 203.0.113.9\n')).toBe('fail')
  expect(await state('bind 127.0.0.1 -::1\n')).toBe('pass')
  expect(await state('bind 192.168.1.100 10.0.0.1\n')).toBe('pass')
  expect(await state('bind 172.32.0.1\n')).toBe('fail')
  expect(await state('bind fd00::5 fe80::1 169.254.0.1 172.31.0.1\n')).toBe('pass')
  expect(await state('bind 127.1 0:0:0:0:0:0:0:1\n')).toBe('pass')
  expect(await state('bind 0\n')).toBe('fail')
  expect(await state('port 0\nunixsocket /run/redis.sock\n')).toBe('pass')
})

test('protected mode, and where it is lifted', async () => {
  const state = async (conf: string, acl: string, id?: TargetId): Promise<string | undefined> =>
    (await states(conf, acl, {}, id))['protected-mode']
  expect(await state('aclfile u\nprotected-mode no\n', '')).toBe('fail')
  expect(await state('aclfile u\nprotected-mode no\n', 'user default off\n')).toBe('pass')
  expect(await state('protected-mode no\nrequirepass x\n', '')).toBe('pass')
  expect(await state('aclfile u\nbind 10.0.0.1\n', '', 'redis-6.2')).toBe('fail')
  expect(await state('aclfile u\nbind 10.0.0.1\n', '', 'redis-7.2')).toBe('pass')
})

test('a password in requirepass, unless an ACL file wins over it', async () => {
  expect((await states('requirepass x\n'))['authentication']).toBe('pass')
  expect((await states('requirepass x\naclfile users.acl\n', 'user a off\n'))['authentication']).toBe('fail')
  expect(
    (await items('requirepass x\naclfile users.acl\n', '')).get('authentication')?.evidence.map(({ text }) => text),
  ).toContain('requirepass is set, but the ACL file overrides it')
})

test('everybody must log in exactly where nobody can log in without a password', async () => {
  const target = await loadTarget('redis-8.0')
  const { expectations } = parseExpectations('nobody can log in without a password\n')
  const seen = new Set<string>()
  for (const conf of ['aclfile users.acl\n', 'aclfile users.acl\nrequirepass x\n'])
    for (const first of ['', 'default off', 'default off nopass', 'default on', 'default on nopass', 'default on >p'])
      for (const second of ['', 'a on', 'a off nopass', 'a on nopass', 'a on >p', 'a on >p nopass', 'a nopass on >p']) {
        const acl = [first, second].map((user) => (user === '' ? '' : `user ${user} ~* +@all\n`)).join('')
        const files = { read: () => fromText(acl), write: () => undefined }
        const clock = { now: () => 0 }
        const random = { bytes: (n: number) => '\0'.repeat(n), below: () => 0 }
        const started = startServer({ target, conf, files, clock, random })
        if (!started.started) throw new Error(started.message)
        const [proved] = runExpectations(started.server, expectations)
        const state = (await states(conf, acl))['authentication']
        expect([conf, acl, state]).toEqual([conf, acl, proved?.state === 'holds' ? 'pass' : 'fail'])
        seen.add(state ?? '')
      }
  expect(seen.size).toBe(2)
})

test('passwords: long, hashed, shared', async () => {
  const hash = `#${'a'.repeat(64)}`
  const long = '>0123456789abcdef0123456789abcdef'
  const state = async (acl: string, id: ChecklistId, client: Partial<ClientSide> = {}): Promise<string | undefined> =>
    (await states('', acl, client))[id]
  expect(await state(`user default off\nuser a on ${long}\n`, 'password-length')).toBe('pass')
  expect(await state(`user default off\nuser a on ${hash}\n`, 'password-length')).toBe('unknown')
  expect(await state('user default off\nuser a on >short\n', 'password-length')).toBe('fail')
  expect(await state(`user default off\nuser a on ${hash}\n`, 'password-clear')).toBe('pass')
  expect(await state(`user default off\nuser a on ${long}\n`, 'password-clear', { committed: true })).toBe('fail')
  expect(await state(`user default off\nuser a on ${long}\n`, 'password-clear', { committed: false })).toBe('pass')
  expect(await state(`user default off\nuser a on ${hash}\nuser b on ${hash}\n`, 'password-shared')).toBe('fail')
})

test('TLS', async () => {
  const state = async (conf: string): Promise<string | undefined> => (await states(conf))['tls']
  expect(await state('port 0\ntls-port 6379\n')).toBe('pass')
  expect(await state('tls-port 6380\n')).toBe('fail')
  expect(await state('bind 127.0.0.1\n')).toBe('pass')
})

test('firewall rules are made from the addresses and ports', async () => {
  const found = (await items('bind 10.0.0.5 127.0.0.1 fd00::5\nport 7000\n', null, { network: '10.0.1.0/24' })).get(
    'firewall',
  )
  expect(found?.state).toBe('unknown')
  expect(found?.fix?.snippets.map(({ label }) => label)).toEqual([
    'iptables',
    'nftables',
    'Security group (Terraform, AWS)',
  ])
  expect(found?.fix?.snippets[0]?.text.split('\n')).toEqual([
    'iptables -A INPUT -i lo -p tcp -d 10.0.0.5 --dport 7000 -j ACCEPT',
    'iptables -A INPUT -p tcp -s 10.0.1.0/24 -d 10.0.0.5 --dport 7000 -j ACCEPT',
    'iptables -A INPUT -p tcp -d 10.0.0.5 --dport 7000 -j DROP',
    'ip6tables -A INPUT -i lo -p tcp -d fd00::5 --dport 7000 -j ACCEPT',
    'ip6tables -A INPUT -p tcp -d fd00::5 --dport 7000 -j DROP',
  ])
  expect(found?.fix?.snippets[1]?.text).toContain('ip saddr 10.0.1.0/24 tcp dport 7000 accept')
  expect((await states('', null, { firewall: true }))['firewall']).toBe('pass')
  expect((await states('bind 127.0.0.1'))['firewall']).toBe('pass')
})

test('a network that is no range of addresses is not written into the rules', async () => {
  const snippetsFor = async (network: string, conf = ''): Promise<{ text: string; rules: string }> => {
    const { fix } = (await items(conf, null, { network })).get('firewall') ?? { fix: null }
    return { text: fix?.text ?? '', rules: fix?.snippets.map(({ text }) => text).join('\n') ?? '' }
  }
  const hostile = await snippetsFor('10.0.0.0/8; touch x; #')
  expect(hostile.rules).not.toContain('touch')
  expect(hostile.rules).toContain('-s 10.0.0.0/24 ')
  expect(hostile.text).toContain('The network that was entered is not a range of addresses')
  expect((await snippetsFor('10.0.0.7/8')).rules).toContain('cidr_blocks = ["10.0.0.0/8"]')
  expect((await snippetsFor('10.0.0.7')).rules).toContain('ip saddr 10.0.0.7/32 tcp')
  expect((await snippetsFor('fd00::1/64')).rules).toContain('ip6tables -A INPUT -p tcp -s fd00::/64 --dport')
  // A host name means addresses that are not known here: the rules are for all.
  const named = await snippetsFor('10.0.0.0/8', 'bind 10.0.0.5 "$(touch x)"\n')
  expect(named.rules).toContain('iptables -A INPUT -p tcp --dport 6379 -j DROP')
  expect(named.rules).not.toContain('touch')
})

test('rename-command makes rules of names of commands alone', async () => {
  const conf = 'rename-command "get ~* +@all" ""\nrename-command FLUSHALL ""\n'
  const { fix } = (await items(conf, 'user default on >pw ~a\n')).get('rename-command') ?? { fix: null }
  expect(fix?.edits).toBeNull()
  expect(fix?.snippets).toEqual([{ label: 'Rules for every user', text: '-flushall' }])
})

test('the Unix socket’s mode', async () => {
  const state = async (conf: string, client: Partial<ClientSide> = {}): Promise<string | undefined> =>
    (await states(conf, null, client))['unix-socket']
  expect(await state('unixsocket /s\nunixsocketperm 700\n')).toBe('pass')
  expect(await state('unixsocket /s\nunixsocketperm 777\n')).toBe('fail')
  expect(await state('unixsocket /s\n')).toBe('unknown')
  expect(await state('', { sameHost: true })).toBe('fail')
  expect(await state('', { sameHost: false })).toBe('pass')
})

test('rename-command gives way to rules', async () => {
  const conf = 'aclfile users.acl\nrename-command CONFIG b840fc02\nrename-command FLUSHALL ""\n'
  const acl = 'user default off\nuser admin on >x ~* +@all\nuser app on >y ~app:* +@all\n'
  const { fix } = (await items(conf, acl)).get('rename-command') as ChecklistItem
  expect(applyFix(conf, { label: '', edits: fix?.edits?.conf ?? [] })).toBe('aclfile users.acl\n')
  expect(applyFix(acl, { label: '', edits: fix?.edits?.acl ?? [] })).toBe(
    'user default off\nuser admin on >x ~* +@all -flushall\nuser app on >y ~app:* +@all -flushall -config\n',
  )
})

test('protected directives, which 6.2 does not have', async () => {
  expect((await states('enable-debug-command yes\n'))['protected-directives']).toBe('fail')
  expect((await states('enable-debug-command local\n'))['protected-directives']).toBe('pass')
  expect((await states('', null, {}, 'redis-6.2'))['protected-directives']).toBe('fail')
})

test('what only people can say', async () => {
  const said = { auditsAclLog: true, watchesLog: true, updates: true, secretsManaged: true }
  const told = await states('', null, said)
  expect(['acl-log', 'login-failures', 'updates', 'secrets'].map((id) => told[id])).toEqual([
    'pass',
    'pass',
    'pass',
    'pass',
  ])
  expect((await states('acllog-max-len 0\n', null, said))['acl-log']).toBe('fail')
  expect((await states('loglevel warning\n'))['log-level']).toBe('fail')
})

test('users in redis.conf are looked at, and mended there', async () => {
  const conf = 'user default on nopass ~* &* +@all\nuser app on >y ~app:* +@all\n'
  const { fix } = (await items(conf)).get('authentication') as ChecklistItem
  expect(applyFix(conf, { label: '', edits: fix?.edits?.conf ?? [] }).split('\n')[0]).toBe(
    'user default on nopass ~* &* +@all off',
  )
})

/** Fixes that settle their item; the rest of an item may need a person. */
const settling: readonly ChecklistId[] = [
  'bind',
  'protected-mode',
  'authentication',
  'dangerous-commands',
  'default-user',
  'rename-command',
  'protected-directives',
  'log-level',
  'unix-socket',
]

test('a fix leaves a server that starts, and settles its item', async () => {
  const line = fc.constantFrom(
    'bind 0.0.0.0',
    'protected-mode no',
    'requirepass pw',
    'rename-command CONFIG ""',
    'rename-command KEYS k',
    'enable-debug-command yes',
    'loglevel warning',
    'unixsocket /tmp/s',
    'unixsocketperm 777',
    'acllog-max-len 0',
    '# x',
  )
  const rule = fc.constantFrom(
    'on',
    'nopass',
    '>x',
    '~*',
    '~app:*',
    '+@all',
    '+@read',
    '+@admin',
    '-@dangerous',
    '+config|get',
    '+keys',
  )
  const target = await loadTarget('redis-8.0')
  const environment = { clock: { now: () => 0 }, random: { bytes: (n: number) => '\0'.repeat(n), below: () => 0 } }
  const starts = (conf: string, acl: string): boolean =>
    startServer({
      target,
      conf: fromText(conf),
      files: { read: () => fromText(acl), write: () => undefined },
      ...environment,
    }).started
  fc.assert(
    fc.property(
      fc.uniqueArray(line, { maxLength: 5 }),
      fc.array(fc.array(rule, { maxLength: 5 }), { maxLength: 3 }),
      fc.boolean(),
      (lines, users, end) => {
        const conf = ['aclfile users.acl', ...lines].join('\n') + (end ? '\n' : '')
        const acl =
          users.map((rules, i) => `user ${['default', 'admin', 'app'][i]} ${rules.join(' ')}`).join('\n') +
          (end ? '\n' : '')
        if (!starts(conf, acl)) return
        for (const item of checklist({ target, conf, acl, client: unknownClientSide })) {
          const edits = item.fix?.edits ?? null
          if (edits === null) continue
          const fixed = {
            conf: applyFix(conf, { label: '', edits: edits.conf }),
            acl: applyFix(acl, { label: '', edits: edits.acl }),
          }
          expect([item.id, starts(fixed.conf, fixed.acl)]).toEqual([item.id, true])
          if (!settling.includes(item.id)) continue
          const after = checklist({ target, ...fixed, client: unknownClientSide }).find(({ id }) => id === item.id)
          // Users besides default that take any password need a password each, which no fix can choose.
          const settled =
            after?.state === 'pass' ||
            (item.id === 'authentication' && after?.summary === 'Some users accept any password.')
          expect([item.id, conf, acl, settled]).toEqual([item.id, conf, acl, true])
        }
      },
    ),
    { numRuns: runs(80) },
  )
})

test('any text will do', async () => {
  const target = await loadTarget('valkey-9.1')
  fc.assert(
    fc.property(fc.string({ unit: codePoint }), fc.option(fc.string({ unit: codePoint })), (conf, acl) => {
      expect(checklist({ target, conf, acl, client: unknownClientSide }).length).toBe(19)
    }),
  )
})

test('a user limited by keys alone is not a limited user: it may give itself every key', async () => {
  const { state, summary, evidence } = (await items('aclfile users.acl', 'user app on >pw ~app:* +@all\n')).get(
    'application-users',
  )!
  expect([state, summary]).toEqual(['fail', 'Every user is an administrator or can become one.'])
  expect(evidence[0]?.text).toBe('user app: may change its own rules (ACL SETUSER), so its limits have no effect')
})

test('who the default user is depends on whether it needs a password', async () => {
  const summary = async (acl: string) => (await items('aclfile users.acl', acl)).get('default-user')?.summary
  expect(await summary('user default on nopass ~* +@all\n')).toBe(
    'It can, and every connection that does not log in is this user.',
  )
  expect(await summary('user default on >pw ~* +@all\n')).toBe('It can, and so can anyone who knows its password.')
})

test('what an included file may change is not judged, unless a later line settles it', async () => {
  const found = await states('bind 127.0.0.1\ninclude /etc/redis/local.conf\nloglevel notice\n')
  expect(found).toMatchObject({
    bind: 'unknown',
    'protected-mode': 'unknown',
    authentication: 'unknown',
    'rename-command': 'unknown',
    'log-level': 'pass',
  })
  const bind = (await items('bind 127.0.0.1\ninclude /etc/redis/local.conf\n')).get('bind')!
  expect(bind.summary).toMatch(
    /^redis\.conf includes \/etc\/redis\/local\.conf, which is not read here and may change this\. Without it: /,
  )
  expect(bind.evidence.at(-1)?.text).toBe('include /etc/redis/local.conf')
  expect(await states('include x.conf\naclfile users.acl', fiveUsers)).toMatchObject({ 'application-users': 'pass' })
})

test('the user that the checklist recommends passes it', async () => {
  const diagnostics =
    (await items('', 'user default on >pw ~* +@all\n')).get('application-users')?.fix?.snippets[0]?.text ?? ''
  const hash = '#' + 'ab'.repeat(32)
  const acl = `user default off\n${diagnostics.replace('#<sha-256 of its password>', hash)}\n`
  expect(await states('aclfile users.acl', acl)).toMatchObject({
    'application-users': 'pass',
    'dangerous-commands': 'pass',
    'default-user': 'pass',
  })
})

test.each([
  ['redis-8.0', 60],
  ['redis-6.0', 20],
  ['redis-6.2', 20],
  ['valkey-9.1', 20],
] as const)('on %s, items about all users pass exactly where their sentences hold', async (id, times) => {
  const rule = fc.constantFrom(
    ...['-@all', '+@all', '-@dangerous', '+flushall', '+keys', '+@read', '+config|get', '+acl|setuser', '+monitor'],
    ...['+debug|x', '+get', '-keys', '~*', '~a:*', '+sort'],
    ...(id.startsWith('redis-6') ? [] : ['+function|load', '+fcall', '(~* +swapdb)']),
  )
  const login = fc.constantFrom('on >x', 'on nopass', 'off >x', 'on', 'on >y')
  const user = fc.tuple(login, fc.array(rule, { maxLength: 4 })).map(([start, rules]) =>
    // Servers refuse a pattern after ~*.
    [start, ...rules.filter((one) => one !== '~a:*' || !rules.includes('~*'))].join(' '),
  )
  const conf = fc.constantFrom('', 'rename-command FLUSHALL ""\n', 'rename-command KEYS hidden\n')
  const target = await loadTarget(id)
  await fc.assert(
    fc.property(fc.array(user, { minLength: 1, maxLength: 4 }), conf, (users, renames) => {
      const acl = users.map((rules, i) => `user ${i === 0 ? 'default' : `u${i}`} ${rules}\n`).join('')
      const whole = `${renames}aclfile users.acl\n`
      const started = startServer({
        target,
        conf: whole,
        files: { read: () => acl, write: () => undefined },
        clock: { now: () => 0 },
        random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
      })
      // Before 7.0, servers refuse a first argument of a command that is allowed whole.
      fc.pre(started.started)
      if (!started.started) return
      const stated = checklist({ target, conf: whole, acl, client: unknownClientSide }).filter(
        ({ sentences }) => sentences.length > 0,
      )
      expect(stated.map((one) => one.id)).toEqual([
        'authentication',
        ...(target.behaviours.hasSubcommandRules ? ['dangerous-commands'] : []),
        'default-user',
      ])
      for (const { id: item, state, sentences } of stated) {
        const { expectations, problems } = parseExpectations(sentences.join('\n'))
        expect(problems).toEqual([])
        const results = runExpectations(started.server, expectations)
        expect(state === 'pass', `${item}: ${acl}`).toBe(results.every((one) => one.state === 'holds'))
      }
    }),
    { numRuns: runs(times) },
  )
})

test('a redis.conf that says only where users.acl is counts as not given', async () => {
  const count = async (conf: string): Promise<number> =>
    failingItems([...(await items(conf, 'user default on nopass ~* +@all\n')).values()], conf)
  const bare = await count('# mine\naclfile users.acl\n\n')
  const given = await count('port 6379\naclfile users.acl\n')
  expect(bare).toBeGreaterThan(0)
  expect(given).toBeGreaterThan(bare)
})
