import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Bytes } from '../../src/acl/bytes'
import type { Config } from '../../src/server/config'
import { parseConfigFile } from '../../src/server/config-file'
import { directivesOf } from '../../src/targets/directives'
import type { TargetId } from '../../src/targets/target'
import { plain, start, type World } from './helper'

/** Answers of redis-server 8.0.2 and valkey-server 8.1.1, which agree in these; null: OK. */
const invalidSave = 'Invalid save parameters'
const invalidScores = 'Invalid oom-score-adj-values, elements must be between -2000 and 2000.'
const invalidPercentiles = 'Invalid latency-tracking-info-percentiles parameters'
const unbindable = 'Failed to bind to specified addresses.'
const invalidTemplate = 'template format is invalid or contains unknown variables'
const answers: readonly [name: string, value: Bytes, error: string | null, get?: Bytes][] = [
  ['bind', '127.0.0.1\nuser evil on nopass +@all', unbindable],
  ['bind', '127.0.0.1  -::1', unbindable],
  ['bind', ' 127.0.0.1', unbindable],
  ['bind', '"127.0.0.1"', unbindable],
  ['bind', '-', unbindable],
  ['bind', Array(17).fill('127.0.0.1').join(' '), 'Too many bind addresses specified.'],
  ['bind', '* -::*', null],
  ['latency-tracking-info-percentiles', '1\n2', invalidPercentiles],
  ['latency-tracking-info-percentiles', '1  2', invalidPercentiles],
  ['latency-tracking-info-percentiles', 'nan', invalidPercentiles],
  [
    'latency-tracking-info-percentiles',
    '101',
    'latency-tracking-info-percentiles parameters should sit between [0.0,100.0]',
  ],
  ['latency-tracking-info-percentiles', '50.0 99.999 1e1 0x10', null, '50 99.999 10 16'],
  ['oom-score-adj-values', '0 1\n 2', invalidScores],
  ['oom-score-adj-values', '0 1 2001', invalidScores],
  ['oom-score-adj-values', '0 1', 'wrong number of arguments'],
  ['oom-score-adj-values', '+1 2 3', null, '1 2 3'],
  ['save', '1 2\n3 4', invalidSave],
  ['save', '0 1', invalidSave],
  ['save', '1  2', invalidSave],
  ['save', ' ', invalidSave],
  ['save', '01 2', null, '1 2'],
  ['client-output-buffer-limit', 'normal 1 1 1\nuser x', 'Wrong number of arguments in buffer limit configuration.'],
  ['client-output-buffer-limit', ' normal 0 0 0', 'Wrong number of arguments in buffer limit configuration.'],
  ['client-output-buffer-limit', '', null],
  ['shutdown-on-sigterm', 'nosave save', "shutdown options SAVE and NOSAVE can't be used simultaneously"],
  ['shutdown-on-sigterm', '', 'argument(s) must be one of the following: default, save, nosave, now, force'],
  ['proc-title-template', '{title} {x}', invalidTemplate],
  ['proc-title-template', '{title}', invalidTemplate],
  ['proc-title-template', 'a\nb', null],
  ['cluster-announce-hostname', 'a b', 'Hostnames may only contain alphanumeric characters, hyphens or dots'],
  ['maxmemory-clients', '\n', 'argument must be a memory or percent value'],
  ['maxmemory-clients', '101%', 'percentage argument must be less or equal to 100'],
  ['maxmemory-clients', '5k', null, '5000'],
  ['maxmemory-clients', '', null, '0'],
  ['tls-port', '1', 'Unable to update TLS configuration. Check server logs.'],
  ['locale-collate', 'C\n', 'Invalid locale name'],
]

test.each(['redis-8.0', 'valkey-8.1'] as const)(
  '%s: CONFIG SET refuses what the real server refuses',
  async (target) => {
    const world = await start(target)
    const client = world.client()
    for (const [name, value, error, get] of answers) {
      const [reply = null] = client.connection.send(['CONFIG', 'SET', name, value]).replies
      const wanted =
        error === null ? '+OK' : `-ERR CONFIG SET failed (possibly related to argument '${name}') - ${error}`
      expect([name, value, plain(reply)]).toEqual([name, value, wanted])
      if (get !== undefined) expect(client.say(`config get ${name}`)).toEqual({ [name]: get })
    }
  },
)

function configOf({ server }: World): Config {
  return server.config
}

const bytes = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\n', '\r', '\t', ' ', '"', "'", '\\', '\0', '#', '127.0.0.1', '1', '-1', 'normal', 'user x on'),
    fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  ),
  maxLength: 8,
})

test.each(['redis-6.2', 'redis-8.0', 'valkey-8.1'] as const)(
  '%s: whatever CONFIG SET takes, CONFIG REWRITE writes so that it is read again, and no other line',
  async (target: TargetId) => {
    const settable = [...directivesOf(target).values()].filter((one) => !one.immutable && !one.protectedConfig)
    const known = new Set([...directivesOf(target).keys(), 'user'])
    // With an empty bind it does not listen anywhere, and does not start again.
    const pair = fc
      .tuple(fc.constantFrom(...settable), bytes)
      .filter(([{ name }, value]) => name !== 'bind' || value !== '')
      // Valkey 8.1 forgets to escape these, and cannot read its own file again.
      .filter(([, value]) => target !== 'valkey-8.1' || !/["\\]/.test(value))
    const pairs = fc.array(pair, { minLength: 1, maxLength: 6 })
    const property = fc.asyncProperty(pairs, async (changes) => {
      const world = await start(target)
      const client = world.client()
      for (const [{ name }, value] of changes) client.connection.send(['CONFIG', 'SET', name, value])
      expect(client.connection.send(['CONFIG', 'REWRITE']).replies.map(plain)).toEqual(['+OK'])
      const file = world.files.contents.get('redis.conf') ?? ''
      const lines = parseConfigFile(file)
      for (const { words } of lines) expect(known).toContain(words?.[0])
      expect(lines.filter(({ words }) => words?.[0] === 'user').length).toBe(1)
      const again = configOf(await start(target, file.split('\n')))
      for (const [{ name }] of changes) expect([name, again.get(name)]).toEqual([name, configOf(world).get(name)])
    })
    await fc.assert(property, { numRuns: 150 })
  },
)
