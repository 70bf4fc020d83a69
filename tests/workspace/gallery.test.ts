import { describe, expect, test } from 'vitest'
import { fromText, toText } from '../../src/acl/bytes'
import { splitWords } from '../../src/acl/split'
import { applyFix } from '../../src/analysis/diagnostic'
import { refusals } from '../../src/analysis/refusals'
import { isError } from '../../src/resp/reply'
import { startServer, type StartResult } from '../../src/server/start'
import type { Connection, Exchange } from '../../src/server/types'
import { loadTarget } from '../../src/targets/load'
import { type GalleryExample, gallery, stateOf } from '../../src/workspace/gallery/gallery'
import type { Outcome } from '../../src/workspace/gallery/example'
import { hideSecrets } from '../../src/workspace/secrets'
import { replayOf } from '../../src/workspace/secrets/replay'
import { readState } from '../../src/workspace/read-state'
import type { WorkspaceState } from '../../src/workspace/state'

async function start(state: WorkspaceState): Promise<StartResult> {
  const files = new Map([['users.acl', fromText(state.files.acl)]])
  return startServer({
    target: await loadTarget(state.target),
    conf: fromText(state.files.conf),
    files: { read: (path) => files.get(path) ?? null, write: (path, content) => void files.set(path, content) },
    clock: { now: () => 1_700_000_000_000 },
    random: { bytes: (n) => '\x01'.repeat(n), below: () => 0 },
  })
}

function outcomeOf(connection: Connection, { decision, replies }: Exchange): Outcome {
  if (connection.refused !== null || replies.length === 0) return 'closed'
  if (decision?.reason) return decision.reason
  return replies.some(isError) ? 'error' : 'allowed'
}

/** Runs a workspace's entries in order, each connection opened when it is first used. */
async function run(state: WorkspaceState): Promise<string[]> {
  const started = await start(state)
  if (!started.started) throw new Error(started.message)
  const connections = new Map<number, Connection>()
  const lines: string[] = []
  for (const entry of state.entries) {
    let connection = connections.get(entry.on)
    if (!connection)
      connections.set(
        entry.on,
        (connection = started.server.connect(state.connections[entry.on]?.origin ?? { kind: 'loopback' }, {
          push: () => undefined,
          closed: () => undefined,
        })),
      )
    const replay = replayOf(entry)
    const argv = splitWords(fromText(replay.line))?.map((word) => word.text) ?? []
    await started.server.prepare(argv)
    const outcome =
      replay.kind === 'login'
        ? connection.logInAs(fromText(replay.user)) === null
          ? 'allowed'
          : 'error'
        : outcomeOf(connection, connection.send(argv))
    lines.push(`${entry.on} ${entry.line} -> ${outcome}`)
  }
  return lines
}

const said = (example: GalleryExample): string[] =>
  example.steps.map(({ on, line, outcome }) => `${on} ${line} -> ${outcome}`)

describe.each(gallery.map((example) => [example.id, example] as const))('%s', (_, example) => {
  const state = stateOf(example)
  test('is a workspace', () => expect(readState(state)).toEqual(state))

  test('does what it says', async () => {
    if (example.refused === null) expect(await run(state)).toEqual(said(example))
    else
      expect(await start(state)).toMatchObject({
        started: false,
        problems: expect.arrayContaining([expect.objectContaining({ message: example.refused })]),
      })
  })

  test('does the same with its passwords hidden', async () => {
    if (example.refused !== null) return
    const entries = state.entries.map((entry, i) => {
      const user = /^AUTH (?:(\S+) )?(?:\S+|".*")$/i.exec(entry.line)
      return user && example.steps[i]?.outcome === 'allowed'
        ? { ...entry, login: user[1] ?? 'default' }
        : user
          ? { ...entry, login: null }
          : entry
    })
    const outcomes = (lines: string[]): string[] => lines.map((line) => line.replace(/^.* -> /, ''))
    expect(outcomes(await run(hideSecrets({ ...state, entries })))).toEqual(outcomes(said(example)))
  })
})

test('the fix of the comments lesson makes the file that loads', async () => {
  const lesson = gallery.find(({ id }) => id === 'five-users-comments')
  const fixed = gallery.find(({ id }) => id === 'five-users')
  if (!lesson || !fixed) throw new Error('examples are missing')
  const state = stateOf(lesson)
  const refused = await start(state)
  if (refused.started) throw new Error('the comments were accepted')
  const diagnostics = refusals(refused.problems, lesson.acl, await loadTarget(lesson.target))
  expect(
    diagnostics.map(({ message, span, fixes }) => [toText(message), span.line, fixes.map((fix) => fix.label)]),
  ).toEqual([
    ['users.acl:1 should start with user keyword followed by the username.', 1, ['Remove the 5 comment lines']],
  ])
  const fix = diagnostics[0]?.fixes[0]
  const acl = fix ? applyFix(lesson.acl, fix) : ''
  expect((await start({ ...state, files: { ...state.files, acl } })).started).toBe(true)
  expect(acl.replace(/\n\n+/g, '\n').trimStart()).toBe(fixed.acl)
})
