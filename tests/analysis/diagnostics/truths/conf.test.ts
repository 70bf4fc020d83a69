import { expect, test } from 'vitest'
import { fromText, type Bytes } from '../../../../src/acl/bytes'
import { diagnoseConf } from '../../../../src/analysis/diagnostics/conf'
import { confCatalogue } from '../../../../src/analysis/diagnostics/conf/catalogue'
import { applyFix, type Diagnostic } from '../../../../src/analysis/diagnostic'
import { startServer } from '../../../../src/server/start'
import { loadTarget } from '../../../../src/targets/load'
import type { TargetId } from '../../../../src/targets/target'

type From = 'loopback' | '203.0.113.5'

/** Starts a server with a configuration and gives its answers to command lines of one connection. */
async function answers(conf: string, acl: string, from: From, lines: readonly string[], id: TargetId = 'redis-8.0') {
  const target = await loadTarget(id)
  const started = startServer({
    target,
    conf: fromText(conf),
    files: { read: () => fromText(acl), write: () => undefined },
    clock: { now: () => 0 },
    random: { bytes: (n) => '\0'.repeat(n), below: () => 0 },
  })
  if (!started.started) throw new Error(started.message)
  const said: Bytes[] = []
  const shown = (reply: unknown): string => (typeof reply === 'string' ? reply : JSON.stringify(reply))
  const connection = started.server.connect(
    from === 'loopback' ? { kind: 'loopback' } : { kind: 'address', address: from },
    { push: (reply) => said.push(shown(reply)), closed: () => undefined },
  )
  return lines.map((line) => {
    const replies = connection.send(line.split(' ')).replies
    return [...said.splice(0), ...replies.map(shown)].join(' ')
  })
}

async function diagnose(code: string, conf: string, acl = '', id: TargetId = 'redis-8.0'): Promise<Diagnostic[]> {
  return diagnoseConf(conf, acl, await loadTarget(id)).filter((diagnostic) => diagnostic.code === code)
}

/** What a server answers once a fix was applied. */
const fixed = (conf: string, diagnostics: readonly Diagnostic[], label: string): string => {
  const fix = diagnostics.flatMap(({ fixes }) => fixes).find((one) => one.label === label)
  if (fix === undefined) throw new Error(`no fix ${label}`)
  return applyFix(conf, fix)
}

const truths: Readonly<Record<string, () => Promise<void>>> = {
  'requirepass-ignored': async () => {
    const conf = 'aclfile users.acl\nrequirepass secret\n'
    const open = 'user default on nopass ~* &* +@all'
    const closed = 'user default on >other ~* &* +@all'
    const [first] = await diagnose('requirepass-ignored', conf, open)
    expect(first?.message).toContain('open to everybody')
    expect((await answers(conf, open, 'loopback', ['GET a']))[0]).toBe('null')
    const [second] = await diagnose('requirepass-ignored', conf, closed)
    expect(second?.message).toContain('not in effect')
    const lines = ['AUTH secret', 'AUTH other', 'GET a', 'AUTH default x']
    const before = await answers(conf, closed, 'loopback', lines)
    expect(before[0]).toContain('WRONGPASS')
    expect(before[1]).toContain('OK')
    const diagnostics = await diagnose('requirepass-ignored', conf, closed)
    const without = fixed(conf, diagnostics, 'Remove requirepass')
    expect(without).toBe('aclfile users.acl\n')
    expect(await answers(without, closed, 'loopback', lines)).toEqual(before)
  },
  'requirepass-weak': async () => {
    const conf = 'requirepass secret\n'
    expect((await diagnose('requirepass-weak', conf))[0]?.message).toContain('has 6 characters')
    expect((await diagnose('requirepass-weak', 'requirepass "é"\n'))[0]?.message).toContain('has 1 character.')
    const [denied, log] = await answers(conf, '', 'loopback', ['GET a', 'AUTH secret'])
    expect([denied?.includes('NOAUTH'), log?.includes('OK')]).toEqual([true, true])
    expect(await diagnose('requirepass-weak', `aclfile users.acl\n${conf}`)).toEqual([])
    expect(await diagnose('requirepass-weak', `requirepass ${'0'.repeat(32)}\n`)).toEqual([])
  },
  'rename-command': async () => {
    const conf = 'rename-command FLUSHALL ""\nrename-command GET FETCH\n'
    const [none, other] = await diagnose('rename-command', conf)
    expect(none?.message).toContain('-flushall')
    expect(other?.message).toContain('still call this command get')
    const said = await answers(conf, '', 'loopback', [
      'FLUSHALL',
      'GET a',
      'FETCH a',
      'ACL SETUSER u on nopass ~* +get -flushall',
      'AUTH u x',
      'FETCH a',
    ])
    expect(said.map((one) => one.includes('unknown command'))).toEqual([true, true, false, false, false, false])
    expect(said[5]).toBe('null')
  },
  'protected-mode-off': async () => {
    const conf = 'protected-mode no\n'
    const diagnostics = await diagnose('protected-mode-off', conf)
    expect(await answers(conf, '', '203.0.113.5', ['SET a 1', 'ACL WHOAMI'])).toEqual([
      expect.stringContaining('OK'),
      expect.stringContaining('default'),
    ])
    const on = fixed(conf, diagnostics, 'Turn protected mode on')
    expect((await answers(on, '', '203.0.113.5', ['SET a 1']))[0]).not.toContain('OK')
    expect((await answers(on, '', 'loopback', ['SET a 1']))[0]).toContain('OK')
    for (const closed of ['requirepass secret\n', 'user default off\n'])
      expect(await diagnose('protected-mode-off', conf + closed)).toEqual([])
  },
  'protected-directives': async () => {
    const lines: Readonly<Record<string, string>> = {
      'enable-debug-command': 'DEBUG SLEEP 0',
      'enable-module-command': 'MODULE LOAD /x.so',
      'enable-protected-configs': 'CONFIG SET dir /tmp',
    }
    for (const [name, line] of Object.entries(lines)) {
      const conf = `${name} yes\nprotected-mode no\n`
      const diagnostics = await diagnose('protected-directives', conf)
      const isClosed = async (text: string, from: From): Promise<boolean> =>
        /not allowed|can't set protected config/.test((await answers(text, '', from, [line]))[0] ?? '')
      expect([name, await isClosed(conf, '203.0.113.5')]).toEqual([name, false])
      const local = fixed(conf, diagnostics, `Write ${name} local`)
      expect([name, await isClosed(local, '203.0.113.5'), await isClosed(local, 'loopback')]).toEqual([
        name,
        true,
        false,
      ])
      const no = fixed(conf, diagnostics, `Write ${name} no`)
      expect([name, await isClosed(no, '203.0.113.5'), await isClosed(no, 'loopback')]).toEqual([name, true, true])
    }
  },
}

/** Facts about networks and other servers, which one simulated server does not show. */
const untested: Readonly<Record<string, string>> = {
  'bind-everywhere': 'about the interfaces of a host: the simulated server listens on none',
  'not-replicated': 'about other servers: what a replica or node has is not simulated',
  'privilege-escalation': 'its scripts are followed in tests/analysis/ways and tests/live/ways',
}

test('every diagnostic about redis.conf is held to what it says, or has a reason why not', () => {
  expect([...Object.keys(truths), ...Object.keys(untested)].sort()).toEqual(
    confCatalogue.map(({ code }) => code).sort(),
  )
})

test.each(Object.entries(truths))('%s', async (_, holds) => {
  await holds()
})
