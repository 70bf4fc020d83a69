import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { builtProgram } from '../cli/built'
import { run } from '../cli/program'
import { after, at, before } from './apply'
import { cleanly, nameOf, Nodes, type Listening } from './nodes'
import { installedOracles } from './oracle'

const { folder, stopping } = cleanly('apply-failures')
const users = join(folder, 'users.acl')
writeFileSync(users, after)

let count = 0
const newJournal = (): string => join(folder, `${count++}.journal`)
const apply = (words: readonly string[], io = {}) =>
  run(['apply', ...words, '--yes', '--journal', newJournal()], { io })

describe.each(installedOracles())('$target', ({ program }) => {
  const nodes = stopping(new Nodes(program, before))
  const listed = (server: Listening): string[] => nodes.listed(server)

  test.each([
    ['the first phase', 'SETUSER new'],
    ['the second phase', 'DELUSER old'],
    ['saving', 'SAVE'],
  ])(
    'a node that dies in %s: the others are as before, and the exit code says that it is not known',
    async (_, moment) => {
      const [first, second] = await nodes.two()
      const old = listed(first)
      const dying = await nodes.proxied(second, async (line) => {
        if (line === moment) await second.stop()
      })
      const journal = newJournal()
      const { code, out } = await run(['apply', users, at(first), at(dying), '--yes', '--journal', journal])
      expect([code, out]).toEqual([3, expect.stringContaining(`${nameOf(first)}: undone`)])
      expect(out).toMatch(new RegExp(`${nameOf(dying)}: not undone: .*`))
      expect(out).not.toContain('pplied')
      expect(listed(first)).toEqual(old)
      nodes.cli(first, 'ACL', 'LOAD')
      expect(listed(first)).toEqual(old)
      expect(statSync(journal).mode & 0o777).toBe(0o600)
      expect(readFileSync(journal, 'utf8')).not.toMatch(/secret|password/)
    },
  )

  test('a change by somebody else stops it, stays, and all else is undone', async () => {
    const [first, second] = await nodes.two()
    const old = listed(first)
    const node = await nodes.proxied(first, (line) => {
      if (line === 'SETUSER new') nodes.cli(second, 'ACL', 'SETUSER', 'guest', 'on')
    })
    const { code, out, err } = await apply([users, at(node), at(second)])
    expect([code, err]).toEqual([2, expect.stringContaining('somebody else changed users in the meantime')])
    expect(out).toContain(`${nameOf(second)}: not changed`)
    expect(listed(first)).toEqual(old)
    expect(listed(second).filter((line) => !line.startsWith('user guest '))).toEqual(old)

    const late = await nodes.proxied(first, (line) => {
      if (line === 'DELUSER old') nodes.cli(second, 'ACL', 'SETUSER', 'app', '+ping')
    })
    nodes.cli(second, 'ACL', 'DELUSER', 'guest')
    const mixed = await apply([users, at(late), at(second)])
    expect([mixed.code, mixed.out]).toEqual([3, expect.stringContaining('somebody else changed app in the meantime')])
    expect(listed(first)).toEqual(old)
    const withoutApp = (lines: string[]): string[] => lines.filter((line) => !line.startsWith('user app '))
    expect(withoutApp(listed(second))).toEqual(withoutApp(old))
  })

  test('with a wrong password on the second node nothing is changed', async () => {
    const [first, second] = [await nodes.start(), await nodes.start(before.replaceAll('>secret', '>other'))]
    const old = listed(first)
    const { code, out, err } = await apply([users, at(first), at(second)])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(`${nameOf(second)}: wrong password for ops`)
    expect(err).toContain('Nothing was changed.')
    expect(listed(first)).toEqual(old)
  })

  test('Ctrl C undoes what was done', async () => {
    const [first, second] = await nodes.two()
    const old = listed(first)
    let end = (): void => undefined
    const interrupted = new Promise<void>((resolve) => (end = resolve))
    const node = await nodes.proxied(second, (line) => {
      if (line === 'DELUSER old') end()
    })
    const { code, out } = await apply([users, at(node), at(first)], { interrupted: () => interrupted })
    expect([code, out]).toEqual([2, expect.stringContaining('Stopped.')])
    expect([listed(first), listed(second)]).toEqual([old, old])
  })

  test('the user that applies, whose password is new already where its connection is lost, undoes with it', async () => {
    const [first, second] = await nodes.two()
    const old = listed(first)
    const file = join(folder, `fresh-${first.port}.acl`)
    writeFileSync(file, after.replace('ops on >secret', 'ops on >fresh'))
    const dying = await nodes.proxied(second, async (line) => {
      if (line !== 'DELUSER old') return
      nodes.cli(first, 'CLIENT', 'KILL', 'USER', 'ops')
      await second.stop()
    })
    const { code, out } = await apply([file, at(first), at(dying)])
    expect([code, out]).toEqual([3, expect.stringContaining(`${nameOf(first)}: undone`)])
    expect(listed(first)).toEqual(old)
  })

  test('with an aclfile on a read-only mount the users change in memory, and an undo brings them back', async () => {
    const path = join(folder, 'mounted.acl')
    writeFileSync(path, before)
    const descriptor = openSync(path, 'r')
    // No file can be made beside it, as on a mount of a Secret.
    const mounted = `/proc/${process.pid}/fd/${descriptor}`
    const first = await nodes.other(['--aclfile', mounted], {})
    const [second] = await nodes.two()
    const old = listed(first)
    const dying = await nodes.proxied(second, async (line) => {
      if (line === 'SAVE') await second.stop()
    })
    const failed = await apply([users, at(first), at(dying)])
    expect([failed.code, failed.out]).toEqual([3, expect.stringContaining(`${nameOf(first)}: undone`)])
    expect(listed(first)).toEqual(old)
    const { code, out } = await apply([users, at(first)])
    expect([code, out]).toEqual([0, expect.stringMatching(/: applied, not saved \(ACL SAVE: ERR /)])
    expect(listed(first)).toEqual(await nodes.listOf(after))
    closeSync(descriptor)
  })

  /** Runs apply as a program that is killed at a command, before it reaches the second node. */
  async function killedAt(moment: string, words: readonly string[] = []) {
    const [first, second] = await nodes.two()
    const journal = newJournal()
    const child: { kill?: () => Promise<void> } = {}
    const node = await nodes.proxied(second, async (line) => {
      if (line === moment) await child.kill?.()
    })
    const running = spawn(
      process.execPath,
      [builtProgram(), 'apply', users, at(first), at(node), '--yes', '--journal', journal, ...words],
      { stdio: 'ignore' },
    )
    const gone = once(running, 'exit')
    child.kill = async () => {
      running.kill('SIGKILL')
      await gone
    }
    await gone
    expect(running.signalCode).toBe('SIGKILL')
    expect(existsSync(journal)).toBe(true)
    process.env['REDISCLI_AUTH'] = 'secret'
    return { first, second, journal }
  }

  test.each(['SETUSER new', 'DELUSER old', 'SAVE'])(
    'killed at %s, a run is resumed or undone with its journal',
    async (moment) => {
      const expected = await nodes.listOf(after)
      const resumed = await killedAt(moment)
      const went = await run(['apply', '--resume', resumed.journal, '--yes'])
      expect([went.code, went.out]).toEqual([0, expect.stringContaining('Applied and verified.')])
      for (const server of [resumed.first, resumed.second]) {
        nodes.cli(server, 'ACL', 'LOAD')
        expect(listed(server)).toEqual(expected)
      }
      expect(existsSync(resumed.journal)).toBe(false)

      const old = await nodes.listOf(before)
      const undone = await killedAt(moment)
      const { code, out } = await run(['apply', '--undo', undone.journal, '--yes'])
      expect([code, out.match(/: undone/g)]).toEqual([0, [': undone', ': undone']])
      for (const server of [undone.first, undone.second]) {
        expect(listed(server)).toEqual(old)
        nodes.cli(server, 'ACL', 'LOAD')
        expect(listed(server)).toEqual(old)
      }
      expect(existsSync(undone.journal)).toBe(false)
    },
  )

  test('a journal is not resumed over the change of somebody else, and not without a yes', async () => {
    const { first, second, journal } = await killedAt('SETUSER new')
    const now = [listed(first), listed(second)]
    const declined = await run(['apply', '--undo', journal], { io: { answer: () => Promise.resolve('no') } })
    expect([declined.code, declined.out]).toEqual([3, expect.stringContaining('as that run left them')])
    const dry = await run(['apply', '--undo', journal, '--dry-run'])
    expect([dry.code, [listed(first), listed(second)]]).toEqual([2, now])
    nodes.cli(second, 'ACL', 'SETUSER', 'old', 'off')
    const refused = await run(['apply', '--resume', journal, '--yes'])
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('somebody else changed old')])
    nodes.cli(second, 'ACL', 'SETUSER', 'old', 'on')
    nodes.cli(first, 'ACL', 'SETUSER', 'ops', 'resetpass', '>other')
    const elsewhere = await run(['apply', '--undo', journal, '--yes'])
    expect([elsewhere.code, elsewhere.err]).toEqual([3, expect.stringContaining('wrong password for ops')])
    const named = await run(['apply', '--undo', journal, at(first).replace('secret', 'other'), '--yes'])
    expect(named.code).toBe(0)
    expect(listed(second)).toEqual(await nodes.listOf(before))
  })
})
