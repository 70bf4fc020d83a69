import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileGlob } from '../../../src/acl/glob'
import type { User } from '../../../src/acl/user'
import { parseExpectation } from '../../../src/analysis/expectations/parse'
import { printExpectation } from '../../../src/analysis/expectations/print'
import { runExpectations } from '../../../src/analysis/expectations/run'
import { channelReach, channelStatementOf, type ChannelReach } from '../../../src/analysis/key-access/reach'
import { disabledCommands, typedLine } from '../../../src/analysis/typed-line'
import type { ChannelUse } from '../../../src/proof/channels'
import { channelUses } from '../../../src/proof/reached'
import { allows } from '../../../src/proof/command-line'
import type { SimulatedServer } from '../../../src/server/server'
import { startServer } from '../../../src/server/start'
import { loadTarget } from '../../../src/targets/load'
import type { TargetId } from '../../../src/targets/target'
import { runs } from '../../runs'

async function serverOn(acl: string, id: TargetId = 'redis-8.0'): Promise<SimulatedServer> {
  const started = startServer({
    target: await loadTarget(id),
    conf: 'aclfile users.acl\n',
    files: { read: () => acl, write: () => undefined },
    clock: { now: () => 0 },
    random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
  })
  if (!started.started) throw new Error('the server does not start')
  return started.server
}

/** Each user's access to a pattern, in one line: sending, receiving, receiving by pattern, and ways around the rules. */
function shown(server: SimulatedServer, pattern: string): string[] {
  return [...channelReach(server, pattern)].map(({ user, extents, escalations }) => {
    const words = channelUses.map((use) => {
      const extent = extents[use]
      if (extent.kind === 'none' || extent.line === null) return extent.kind
      const { text } = typedLine(server, extent.line.line)
      return extent.kind === 'some' ? `some: ${text}, not ${extent.missing}` : `${extent.kind}: ${text}`
    })
    const beyond = escalations.map(({ command }) => command.name).join(', ')
    return `${user.name}: ${words.join('; ')}${beyond === '' ? '' : `; ${beyond}`}`
  })
}

const users = `user default off
user chat on >a resetchannels &news:* &chat? -@all +@pubsub
user all on >b allchannels -@all +subscribe +psubscribe
user one on >c resetchannels &news:a -@all +publish (&news:b* +psubscribe)
user spy on >d resetchannels -@all +monitor
user gone off >e allchannels +@all
`

test('who sends to and receives from the channels of a pattern, by name and by pattern', async () => {
  const server = await serverOn(users)
  expect(shown(server, 'news:*')).toEqual([
    'default: none; none; none',
    'chat: all: PUBLISH news: x; all: SUBSCRIBE news:; all: PSUBSCRIBE news:*',
    'all: none; all: SUBSCRIBE news:; all: PSUBSCRIBE news:*',
    'one: some: PUBLISH news:a x, not news:; none; some: PSUBSCRIBE news:b*, not news:',
    'spy: none; none; none; monitor',
    'gone: none; none; none',
  ])
  const statement = channelStatementOf([...channelReach(server, 'news:*')], 'news:*')
  expect(statement === null ? null : printExpectation(statement)).toBe(
    'only chat, all, one, spy can use channels news:*',
  )
})

test('before 6.2, whoever may run the command reaches every channel', async () => {
  const server = await serverOn('user default off\nuser app on nopass -@all +subscribe +publish|a\n', 'redis-6.0')
  expect(shown(server, '[ab]')[1]).toBe('app: some: PUBLISH a x, not b; all: SUBSCRIBE a; none')
})

test('a pattern allowed as a first argument receives from the channels that it matches only', async () => {
  const server = await serverOn('user default off\nuser app on nopass allchannels -@all +psubscribe|a?\n', 'redis-6.2')
  expect(shown(server, 'a*')[1]).toBe('app: none; none; some: PSUBSCRIBE a?, not a')
})

const letters = ['a', 'b', 'B']
const pairs = letters.flatMap((x) => letters.map((y) => x + y))
const channels = [...letters, ...pairs, ...pairs.flatMap((x) => letters.map((y) => x + y))]

const pattern = fc.stringMatching(/^[abB?*]{1,3}$|^\[aB\]\*$|^\[\^a\]$/)
const channelRule = pattern.filter((glob) => glob !== '*').map((glob) => `&${glob}`)
const commandRule = fc.constantFrom(
  ...['+subscribe', '+ssubscribe', '+psubscribe', '+publish', '+spublish', '-publish', '+@pubsub'],
  ...['+publish|a', '+subscribe|ab', '+psubscribe|a*', '+psubscribe|b?'],
)
const selector = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: fc.array(channelRule, { maxLength: 3 }) }, fc.constant(['allchannels'])),
    fc.array(commandRule, { minLength: 1, maxLength: 3 }),
  )
  .map(([patterns, rules]) => ['resetchannels', ...patterns, ...rules].join(' '))
const rules = fc
  .tuple(fc.constantFrom('on nopass', 'on >x', 'on', 'off nopass'), selector, fc.option(selector))
  .map(([login, root, more]) => `${login} -@all ${root}${more === null ? '' : ` (-@all ${more})`}`)

/** All patterns that a generated user could be granted literally, or by its first argument. */
function patternsOf({ selectors }: User): string[] {
  const granted = selectors.flatMap((one) => one.channels.map((channel) => channel.pattern))
  const compared = ['a*', 'A*', 'b?', 'B?', ...granted]
  // A server compares up to the first zero byte, and matches with what follows it too.
  return [...compared, ...compared.map((one) => `${one}\0*`)]
}

/** Returns true if the engine allows a command line that sends to or receives from the channel: by trying them all. */
function reaches(server: SimulatedServer, user: User, channel: string, use: ChannelUse): boolean {
  const subject = { user, target: server.target, hidden: disabledCommands(server) }
  const may = (...argv: string[]): boolean => allows(subject, { argv, db: 0 })
  if (use === 'publish') return may('publish', channel, 'x') || may('spublish', channel, 'x')
  if (use === 'subscribe') return may('subscribe', channel) || may('ssubscribe', channel)
  return (
    may('psubscribe', channel) ||
    patternsOf(user).some((glob) => compileGlob(glob).matches(channel) && may('psubscribe', glob))
  )
}

function expectTrue(server: SimulatedServer, { user, extents }: ChannelReach, glob: string): void {
  const matcher = compileGlob(glob)
  const matching = channels.filter((channel) => matcher.matches(channel))
  for (const use of channelUses) {
    const extent = extents[use]
    const reached = matching.filter((channel) => reaches(server, user, channel, use))
    expect(extent.kind).not.toBe('undecided')
    if (extent.kind === 'none') expect(reached).toEqual([])
    if (extent.kind === 'all') expect(reached).toEqual(matching)
    if (extent.kind === 'some') {
      expect(matcher.matches(extent.missing)).toBe(true)
      expect(reaches(server, user, extent.missing, use)).toBe(false)
    }
    if (extent.kind === 'all' || extent.kind === 'some') {
      const { line, name } = extent.line
      expect(matcher.matches(name ?? '')).toBe(true)
      expect(reaches(server, user, name ?? '', use)).toBe(true)
      expect(server.judge(user, line.argv, { db: line.db })?.allowed).toBe(true)
    }
  }
}

test('the answers for generated users agree with the engine on every channel of up to three bytes', async () => {
  const spy = fc.constant('on nopass resetchannels -@all +monitor')
  const many = fc.array(fc.oneof({ weight: 4, arbitrary: rules }, spy), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(many, pattern, async (written, glob) => {
      const acl = ['user default off', ...written.map((rule, i) => `user u${i} ${rule}`)].join('\n')
      const server = await serverOn(`${acl}\n`)
      const found = [...channelReach(server, glob)]
      expect(found).toHaveLength(written.length + 1)
      for (const one of found) expectTrue(server, one, glob)

      const statement = channelStatementOf(found, glob)
      if (statement?.subject.kind !== 'nobody') throw new Error('the default user is off')
      const verdict = (but: readonly string[]): string | undefined => {
        const read = parseExpectation(printExpectation({ ...statement, subject: { kind: 'nobody', but } }))
        if (read === null || 'message' in read) throw new Error('it does not read back')
        return runExpectations(server, [read])[0]?.state
      }
      const { but } = statement.subject
      expect(verdict(but)).toBe('holds')
      if (but.length > 0) expect(verdict(but.slice(1))).toBe('fails')
    }),
    { numRuns: runs(150) },
  )
})
