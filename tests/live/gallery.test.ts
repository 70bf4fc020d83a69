import { describe, expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { defaultTargetId } from '../../src/targets/infos'
import { gallery } from '../../src/workspace/gallery/gallery'
import { brokenPolicies } from '../workspace/broken-policies'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'

/** The users of a file but `default` and `admin`, as words of ACL SETUSER. */
const usersOf = (acl: string): string[][] =>
  acl
    .trim()
    .split('\n')
    .map((line) => line.split(' ').slice(1))
    .filter(([name = '']) => !['default', 'admin'].includes(name))

describe.each(installedOracles())('$program', ({ program }) => {
  test('what shows a mistake in a policy of the gallery is so on the real server, and not without the mistake', async () => {
    const live = await LiveServer.start(program)
    const client = await WireClient.open(live.port)
    const load = async (acl: string): Promise<void> => {
      for (const [name = '', ...rules] of usersOf(acl))
        expect(await client.send(['ACL', 'SETUSER', name, 'reset', ...rules].map(fromText))).toEqual({ s: 'OK' })
    }
    const allows = async (user: string, line: string): Promise<boolean> => {
      const answer = await client.send(['ACL', 'DRYRUN', user, ...line.split(' ')].map(fromText))
      return typeof answer === 'object' && answer !== null && 's' in answer
    }
    let shown = 0
    try {
      for (const { of, replaced, fails } of brokenPolicies) {
        const example = gallery.find(({ id }) => id === of)
        if (example === undefined || example.target !== defaultTargetId) continue
        for (const [acl, isBroken] of [
          [example.acl, false],
          [example.acl.replace(...replaced), true],
        ] as const) {
          await load(acl)
          for (const { user, line, message } of fails) {
            if (line === null) continue
            const isDenial = message.startsWith(`${user} cannot`)
            expect([line, await allows(user, line)]).toEqual([line, isBroken !== isDenial])
            shown++
          }
        }
      }
    } finally {
      client.close()
      await live.stop()
    }
    expect(shown).toBeGreaterThan(20)
  })
})
