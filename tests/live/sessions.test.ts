import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { splitWords } from '../../src/acl/split'
import { provideLuaFromPackage } from '../../src/cli/lua'
import { loadTarget } from '../../src/targets/load'
import { Both } from './both'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'
import { startSimulated } from './simulated'

interface Conversation {
  readonly name: string
  readonly conf: readonly string[]
  readonly lines: readonly string[]
}

const conversations: readonly Conversation[] = readFileSync(new URL('./sessions.txt', import.meta.url), 'utf8')
  .split(/^## /m)
  .slice(1)
  .map((block) => {
    const [name = '', ...lines] = block.split('\n').filter((line) => line !== '')
    return {
      name,
      conf: lines.filter((line) => line.startsWith('conf ')).map((line) => line.slice(5)),
      lines: lines.filter((line) => !line.startsWith('conf ')),
    }
  })

/** Milliseconds that a reply which must come is waited for. */
const PATIENCE = 10_000

const sleep = (milliseconds: number): Promise<null> =>
  new Promise((resolve) => setTimeout(() => resolve(null), milliseconds))

/** Sizes, times and addresses differ by nature. */
function masked(reply: unknown): string {
  const fields =
    /(addr|laddr|fd|age|idle|qbuf|qbuf-free|argv-mem|multi-mem|tot-mem|rbs|rbp|obl|oll|omem|events|tot-net-in|tot-net-out|io-thread|watch|multi)=\S+/g
  return JSON.stringify(reply, (_key, value: unknown) => {
    if (typeof value === 'number' && value > 1e9) return 'large'
    if (Array.isArray(value) && value.includes('age-seconds'))
      return (value as unknown[]).map((one, i, all) => (all[i - 1] === 'age-seconds' ? 'age' : one))
    if (typeof value !== 'string') return value
    return value
      .replace(fields, '$1=_')
      .replace(/\d{9,}(\.\d+)?/g, 'time')
      .replace(/127\.0\.0\.1:\d+/g, 'address')
  })
}

describe.each(installedOracles())('$target beside the real server', ({ program, target: id }) => {
  test.each(conversations)('$name', async ({ conf, lines }) => {
    provideLuaFromPackage()
    const live = await LiveServer.start(
      program,
      conf.flatMap((line) => {
        const [name = '', ...words] = (splitWords(line) ?? []).map((word) => word.text)
        return [`--${name}`, ...words]
      }),
    )
    const server = startSimulated(await loadTarget(id), conf.map((line) => `${fromText(line)}\n`).join(''))
    // The real server was knocked at once to see that it is there, which used up an id.
    server.connect({ kind: 'loopback' }, { push: () => undefined, closed: () => undefined }).close()
    const connections = new Map<string, Both>()
    const open = async (name: string): Promise<Both> => {
      const known = connections.get(name)
      if (known !== undefined) return known
      const fresh = new Both(await WireClient.open(live.port), server)
      connections.set(name, fresh)
      await sleep(10)
      return fresh
    }
    const differences: unknown[] = []
    for (const line of lines) {
      const both = await open(line[0] ?? '')
      const command = line.slice(2)
      let isAnswered = false
      if (command === '@sleep') {
        await sleep(700)
        server.tick()
      } else {
        const argv = (splitWords(fromText(command)) ?? []).map((word) => word.text)
        await server.prepare(argv)
        both.simulate(argv)
        both.real.write(argv)
      }
      for (const [name, { real, received }] of connections) {
        const expected = received.splice(0)
        const got: unknown[] = []
        for (let i = 0; i < expected.length; i++) got.push(await Promise.race([real.next(), sleep(PATIENCE)]))
        if (masked(got) !== masked(expected))
          differences.push({ line, on: name, real: masked(got), simulated: masked(expected) })
        if (expected.length > 0) isAnswered = true
      }
      // A server may serve another connection first, unless this command has reached it.
      if (!isAnswered) await sleep(30)
      if (differences.length > 0) break
    }
    for (const { real } of connections.values()) real.close()
    await live.stop()
    expect(differences).toEqual([])
  })
})
