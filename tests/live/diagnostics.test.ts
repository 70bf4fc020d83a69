import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromText, type Bytes } from '../../src/acl/bytes'
import { Users } from '../../src/acl/users'
import { Checker } from '../../src/analysis/diagnostics/checker'
import { catalogue } from '../../src/analysis/diagnostics/catalogue'
import { readUserLine } from '../../src/analysis/diagnostics/line'
import { applyFix } from '../../src/analysis/diagnostic'
import { loadTarget } from '../../src/targets/load'
import { userLine } from '../analysis/diagnostics/lines'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'

const onDemand = process.env['npm_lifecycle_event'] === 'test:live'
const rounds = Number(process.env['SCENARIOS'] ?? (onDemand ? 1_500 : 200))
const seed = Number(process.env['SEED'] ?? (onDemand ? Date.now() % 1_000_000_000 : 1))

/** What a safe fix must leave as it was. */
const asked = ['GET a', 'GET app:1', 'SET app:1 x', 'SET b x', 'INCR app:1', 'COPY app:1 b', 'MGET a app:1 b', 'KEYS *']
  .concat([
    'FLUSHALL',
    'CONFIG GET x',
    'CONFIG SET x y',
    'ACL SETUSER x',
    'PUBLISH news x',
    'PSUBSCRIBE news:*',
    'PING',
  ])
  .concat(['EVAL x 1 app:1', 'SELECT 0', 'SUBSCRIBE chat', 'DEL app:1', 'HGET app:1 f', 'CLIENT KILL x', 'INFO'])
  .map((line) => line.split(' '))

describe.each(installedOracles())('$program', ({ program, target: id }) => {
  test(`what diagnostics claim, and safe fixes, hold on the real server, from ${seed}`, async () => {
    const target = await loadTarget(id)
    const users = new Users(target.table, target.behaviours)
    const checker = new Checker(users, target)
    const live = await LiveServer.start(program)
    const client = await WireClient.open(live.port)
    /** Makes a line's user on the server, on whatever the line says of that. */
    const make = async (name: string, line: string): Promise<boolean> => {
      const rules = line.split(' ').slice(2).map(fromText)
      const answer = await client.send(['ACL', 'SETUSER', name, 'reset', ...rules, 'on', 'nopass'])
      return typeof answer === 'object' && answer !== null && 's' in answer
    }
    const may = async (name: string, argv: readonly Bytes[]): Promise<boolean> => {
      const answer = await client.send(['ACL', 'DRYRUN', name, ...argv])
      return typeof answer === 'object' && answer !== null && 's' in answer
    }
    /** A claim names a command; the server asks for as many words as it takes. */
    const filled = (argv: readonly Bytes[]): readonly Bytes[] => {
      const missing = Math.abs(target.table.resolve(argv)?.arity ?? 0) - argv.length
      return [...argv, ...Array.from({ length: Math.max(0, missing) }, () => 'x')]
    }
    let claims = 0
    let fixes = 0
    try {
      for (const text of fc.sample(userLine, { numRuns: rounds, seed })) {
        const line = readUserLine(text, users, target)
        if (!line?.user || !(await make('u', text))) continue
        for (const { code, check } of catalogue) {
          for (const { claims: claim, message } of check(line)) {
            for (const { argv, allowed } of claim?.() ?? []) {
              const verdict = await may('u', filled(argv))
              expect([text, code, message, argv, verdict]).toEqual([text, code, message, argv, allowed])
              claims++
            }
          }
        }
        for (const { code, fixes: offered } of checker.diagnose(text)) {
          for (const fix of offered) {
            if (fix.safe !== true || !(await make('v', applyFix(text, fix)))) continue
            for (const argv of asked)
              expect([text, code, fix.label, argv, await may('v', argv)]).toEqual([
                text,
                code,
                fix.label,
                argv,
                await may('u', argv),
              ])
            fixes++
          }
        }
      }
    } finally {
      client.close()
      await live.stop()
    }
    expect([claims > 20, fixes > 20]).toEqual([true, true])
  })
})
