import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileGlob } from '../../../../src/acl/glob'
import { Users } from '../../../../src/acl/users'
import { clientHandshake, clientNeeds } from '../../../../src/analysis/diagnostics/client-handshake'
import { clientIds } from '../../../../src/analysis/diagnostics/clients'
import { readUserLine } from '../../../../src/analysis/diagnostics/line'
import { targetMismatch } from '../../../../src/analysis/diagnostics/target-mismatch'
import { loadTarget } from '../../../../src/targets/load'
import type { TargetId } from '../../../../src/targets/target'
import { userLine } from '../lines'
import { runs } from '../../../runs'
import { commandsIn, verdict } from './said'

const targets: readonly TargetId[] = ['redis-6.2', 'redis-8.0', 'valkey-9.1']

test.each(targets)('what a user is said to lack for a client library is denied: %s', async (id) => {
  const target = await loadTarget(id)
  const users = new Users(target.table, target.behaviours)
  let claims = 0
  fc.assert(
    fc.property(userLine, fc.constantFrom(...clientIds), (text, client) => {
      const line = readUserLine(text, users, target, client)
      const user = line?.user
      if (!line || !user) return
      for (const { message } of [...clientHandshake.check(line), ...clientNeeds.check(line)]) {
        const [, named] =
          / sends (.*) by itself\./.exec(message) ?? / does not work without (.*)\.$/.exec(message) ?? []
        for (const argv of commandsIn(named ?? '')) {
          if ((target.table.resolve(argv)?.subcommands?.size ?? 0) > 0) continue
          expect([message, argv, verdict(target, user, [...argv, 'x', '1', 'x'])]).toEqual([message, argv, false])
          claims++
        }
        const [, kind, patterns = ''] =
          /(own keys under|uses the channels) (.*): no pattern grants them/.exec(message) ?? []
        if (kind === undefined) continue
        for (const pattern of patterns.split(', ')) {
          const name = pattern.replaceAll('*', 'x')
          for (const { keys, channels, allKeys } of user.selectors) {
            if (kind === 'uses the channels') expect(channels.some((one) => one.pattern === pattern)).toBe(false)
            else expect(allKeys || keys.some((one) => compileGlob(one.pattern).matches(name))).toBe(false)
          }
          claims++
        }
      }
    }),
    { numRuns: Math.max(100, runs(150)), examples: [['user app on ~a:* +get', 'celery']] },
  )
  expect(claims).toBeGreaterThan(0)
})

test.each(targets)('a rule that is said to belong to another release is refused: %s', async (id) => {
  const target = await loadTarget(id)
  const users = new Users(target.table, target.behaviours)
  const rule = fc.constantFrom(
    '+getex',
    '+hexpire',
    '(+get ~a)',
    '%R~a',
    '&a',
    '-config|set',
    'db=1',
    '+msetex',
    '+stralgo',
  )
  let claims = 0
  fc.assert(
    fc.property(userLine, rule, (text, extra) => {
      const line = readUserLine(`${text} ${extra}`, users, target)
      if (line === null) return
      for (const { from } of targetMismatch.check(line)) {
        const token = line.tokens.find((one) => one.from === from)
        const written = token?.text ?? ''
        if ((token?.selector ?? 0) === 0)
          expect([written, users.newUser('x').apply(written)]).not.toEqual([written, null])
        claims++
      }
    }),
    { numRuns: Math.max(100, runs(150)) },
  )
  expect(claims).toBeGreaterThan(0)
})
