import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import type { Bytes } from '../../src/acl/bytes'
import { parseRule, printRule } from '../../src/acl/rule'
import { ruleErrorText, type RuleError } from '../../src/acl/rule-errors'
import { Users } from '../../src/acl/users'
import { loadTarget } from '../../src/targets/load'
import { ruleTexts } from '../acl/rules'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'

const runs = Number(process.env['SCENARIOS'] ?? 400)

describe.each(installedOracles())('$target takes a printed rule for the rule', ({ program, target: id }) => {
  const opened: { stop(): Promise<void> | void }[] = []
  afterAll(async () => {
    for (const one of opened.reverse()) await one.stop()
  })

  test('one after the other, beside the engine', async () => {
    const live = await LiveServer.start(program)
    opened.push(live)
    const client = await WireClient.open(live.port)
    opened.push({ stop: () => client.close() })
    const target = await loadTarget(id)
    const { users } = { users: new Users(target.table, target.behaviours) }
    const ask = (...argv: readonly Bytes[]): Promise<unknown> => client.send(argv)
    const refusal = (error: RuleError | null): string | null => (error === null ? null : ruleErrorText[error])
    const said = (reply: unknown): string | null => {
      const { e } = (reply ?? {}) as { e?: string }
      return e === undefined ? null : e.slice(e.lastIndexOf("': ") + 3)
    }
    await fc.assert(
      fc.asyncProperty(fc.array(ruleTexts, { maxLength: 6 }), async (rules) => {
        await ask('ACL', 'DELUSER', 'written', 'printed')
        await ask('ACL', 'SETUSER', 'written')
        await ask('ACL', 'SETUSER', 'printed')
        const user = users.newUser('written')
        for (const rule of rules) {
          // ACL SETUSER puts an open parenthesis together with later arguments.
          if (rule.startsWith('(') && !rule.endsWith(')')) continue
          const written = said(await ask('ACL', 'SETUSER', 'written', rule))
          expect(said(await ask('ACL', 'SETUSER', 'printed', printRule(parseRule(rule))))).toBe(written)
          expect(refusal(user.apply(rule))).toBe(written)
        }
        const [written, printed] = [await ask('ACL', 'GETUSER', 'written'), await ask('ACL', 'GETUSER', 'printed')]
        expect(printed).toEqual(written)
      }),
      { numRuns: runs },
    )
  })
})
