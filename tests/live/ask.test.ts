import { describe, expect, test } from 'vitest'
import { fromText, toText, type Bytes } from '../../src/acl/bytes'
import { ask } from '../../src/ask'
import { canLogIn } from '../../src/acl/user'
import { aclOf, policies, questionsAbout, serverOf } from '../ask/corpus'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'

const cases = installedOracles().flatMap(({ program, target }) =>
  Object.keys(policies).flatMap((policy) => (policies[policy] === target ? [{ program, target, policy }] : [])),
)

/** Returns whether a server would let a user run a line; null where it does not decide by the rules. */
async function dryRun(client: WireClient, user: Bytes, argv: readonly Bytes[]): Promise<boolean | null> {
  const reply: unknown = await client.send(['ACL', 'DRYRUN', user, ...argv])
  if (typeof reply === 'object' && reply !== null && 's' in reply) return true
  return /has no permissions/.test(JSON.stringify(reply)) ? false : null
}

describe.each(cases)('$program, $policy', ({ program, target, policy }) => {
  test('decides the command lines of the questions as the answers say', async () => {
    const acl = aclOf(policy)
    const simulated = await serverOf(acl, target)
    const live = await LiveServer.start(program)
    const client = await WireClient.open(live.port)
    let compared = 0
    try {
      for (const line of acl.trim().split('\n')) {
        const [, name = '', ...rules] = line.split(' ')
        if (name !== 'default')
          expect(await client.send(['ACL', 'SETUSER', name, 'reset', ...rules].map(fromText))).toEqual({ s: 'OK' })
      }
      for (const { text } of questionsAbout(policy)) {
        const asked = ask({ server: simulated, acl, conf: '' }, text)
        if (asked.kind !== 'answered' || !('argv' in asked.meaning)) continue
        const { user: one, argv } = asked.meaning
        if (argv[0]?.startsWith('@') === true) continue
        for (const user of simulated.users) {
          if (user.name === 'default' || !canLogIn(user) || (one !== null && one !== user.name)) continue
          const { answer } = asked
          const said =
            one === null ? answer.users?.some(({ name }) => name === toText(user.name)) : answer.verdict === 'yes'
          const decided = await dryRun(client, user.name, argv)
          if (decided === null) continue
          expect(said, `${text}: ${toText(user.name)}`).toBe(decided)
          compared++
        }
      }
      expect(compared).toBeGreaterThan(10)
    } finally {
      client.close()
      await live.stop()
    }
  })
})
