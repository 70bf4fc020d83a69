import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { splitWords } from '../../src/acl/split'
import { parseExpectation } from '../../src/analysis/expectations/parse'
import { isError, type Reply } from '../../src/resp/reply'
import { loadTarget } from '../../src/targets/load'
import type { TargetId } from '../../src/targets/target'
import { course, lessonOf, type Lesson } from '../../src/workspace/course/course'
import { type RanCommand, type RunStep } from '../../src/workspace/course/lesson'
import { grade, serverFor } from '../../src/workspace/course/grade'
import type { WorkspaceFiles } from '../../src/workspace/state'
import type { Recorded } from '../conformance/recordings'
import { claims } from '../workspace/course-claims'
import { workOn } from '../workspace/course-run'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'

const words = (line: string): string[] => splitWords(fromText(line))?.map(({ text }) => text) ?? []

/** The users of a file but `default`, as words of ACL SETUSER. */
const usersOf = (acl: string): string[][] =>
  acl
    .split('\n')
    .filter((line) => line.startsWith('user '))
    .map((line) => line.split(' ').slice(1))
    .filter(([name]) => name !== 'default')

/** A server on which one file after the other is loaded by ACL SETUSER, and asked by ACL DRYRUN. */
class Judge {
  private constructor(
    readonly live: LiveServer,
    readonly client: WireClient,
  ) {}

  static async start(program: string): Promise<Judge> {
    const live = await LiveServer.start(program)
    return new Judge(live, await WireClient.open(live.port))
  }

  async load(acl: string, conf = ''): Promise<void> {
    const channels = /^acl-pubsub-default (\w+)$/m.exec(conf)?.[1] ?? 'resetchannels'
    expect(await this.client.send(['CONFIG', 'SET', 'acl-pubsub-default', channels])).toEqual({ s: 'OK' })
    for (const [name = '', ...rules] of usersOf(acl))
      expect([name, rules, await this.client.send(['ACL', 'SETUSER', name, 'reset', ...rules].map(fromText))]).toEqual([
        name,
        rules,
        { s: 'OK' },
      ])
  }

  async allows(user: string, argv: readonly string[]): Promise<boolean> {
    const answer = await this.client.send(['ACL', 'DRYRUN', fromText(user), ...argv])
    return typeof answer === 'object' && answer !== null && 's' in answer
  }

  async stop(): Promise<void> {
    this.client.close()
    await this.live.stop()
  }
}

/** A recorded reply as a value. */
function replyOf(recorded: Recorded): Reply {
  if (Array.isArray(recorded)) return (recorded as readonly Recorded[]).map(replyOf)
  if (typeof recorded !== 'object' || recorded === null) return recorded
  if ('e' in recorded && typeof recorded.e === 'string') return { type: 'error', text: fromText(recorded.e) }
  if ('s' in recorded && typeof recorded.s === 'string') return { type: 'simple', text: fromText(recorded.s) }
  return 'i' in recorded && typeof recorded.i === 'number' ? recorded.i : null
}

/** Every user of a file gets this password too, so that the test can log in. */
const password = 'live-test-password'
const withPassword = (acl: string): string => acl.replace(/^user (?!default).*$/gm, (line) => `${line} >${password}`)

/** Runs steps on a real server that starts with these files. Returns what was run, and users.acl as it is then. */
async function runLive(
  program: string,
  files: WorkspaceFiles,
  steps: readonly RunStep[],
): Promise<{ readonly ran: readonly RanCommand[]; readonly acl: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'acl-course-'))
  const [acl, conf] = ['users.acl', 'server.conf'].map((name) => join(folder, name))
  if (acl === undefined || conf === undefined) throw new Error('no folder')
  writeFileSync(acl, withPassword(files.acl))
  writeFileSync(
    conf,
    files.conf.replace('aclfile users.acl', `aclfile ${acl}`).replace('/run/redis.sock', join(folder, 'server.sock')),
  )
  const ran: RanCommand[] = []
  const clients = new Map<string | null, WireClient>()
  try {
    const live = await LiveServer.start(program, [], { conf })
    try {
      for (const { as, line } of steps) {
        let client = clients.get(as)
        if (client === undefined) {
          clients.set(as, (client = await WireClient.open(live.port)))
          if (as !== null) expect(await client.send(['AUTH', as, password])).toEqual({ s: 'OK' })
        }
        const argv = words(line)
        const reply = replyOf(await client.send(argv))
        const outcome = isError(reply) ? 'error' : 'allowed'
        ran.push({ user: as ?? 'default', origin: { kind: 'loopback' }, argv, outcome, replies: [reply] })
      }
    } finally {
      for (const client of clients.values()) client.close()
      await live.stop()
    }
    return { ran, acl: readFileSync(acl, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const errorsOf = (ran: readonly RanCommand[]): string[] =>
  ran.map(({ argv, replies: [reply] }) => {
    const text = reply !== undefined && isError(reply) ? reply.text : 'answered'
    return `${argv.join(' ')} -> ${text}`
  })

async function checkSolution(program: string, id: TargetId, lesson: Lesson): Promise<void> {
  const { files, connections, entries } = lesson.start(id)
  const { first = [], runs = [], files: changed } = lesson.solution(id)
  const target = await loadTarget(id)
  const before = entries.map(({ on, line }): RunStep => ({ as: connections[on]?.login ?? null, line }))
  const starts = typeof serverFor(target, files) !== 'string'
  const started = starts ? await runLive(program, files, [...before, ...first]).then(({ ran }) => ran) : []
  if (!starts) await expect(runLive(program, files, [])).rejects.toThrow()
  const solved = { ...files, ...changed }
  const ended = await runLive(program, solved, runs)
  const ran = [...started.slice(before.length), ...ended.ran]
  const simulated = await workOn(lesson, id, lesson.solution(id))
  expect(errorsOf(ran)).toEqual(errorsOf(simulated.ran))
  const acl = runs.length > 0 ? ended.acl : solved.acl
  const results = grade(lesson, target, { files: { ...solved, acl }, ran })
  expect(results.filter(({ met }) => !met)).toEqual([])
}

describe.each(installedOracles())('$program', ({ program, target: id }) => {
  const lessons = course.filter((lesson) => lesson.isAvailable(id))

  test('each solution works on the real server as the lesson says', async () => {
    for (const lesson of lessons) await checkSolution(program, id, lesson)
  })

  test('goals, counterexamples and the claims of the texts are the real server’s decisions', async () => {
    const target = await loadTarget(id)
    const judge = await Judge.start(program)
    let asked = 0
    try {
      for (const { lesson, rules, line, outcome } of claims) {
        if (lessonOf(lesson)?.isAvailable(id) !== true) continue
        await judge.load(`user u on nopass ${rules}`)
        expect([rules, line, await judge.allows('u', words(line))]).toEqual([rules, line, outcome === 'allowed'])
        asked++
      }
      for (const lesson of lessons) {
        const { acl } = { ...lesson.start(id).files, ...lesson.solution(id).files }
        await judge.load(acl)
        for (const goal of lesson.goals(id)) {
          const one = goal.kind === 'sentence' ? parseExpectation(goal.sentence) : null
          if (one === null || !('kind' in one) || one.kind !== 'line' || one.action.kind !== 'command') continue
          if (one.because === 'configuration' || one.because === 'unreachable') continue
          expect([one.text, await judge.allows(one.user, one.action.argv)]).toEqual([one.text, one.verb === 'can'])
          asked++
        }
        for (const wrong of lesson.wrongAnswers(id)) {
          const work = await workOn(lesson, id, wrong)
          if (typeof serverFor(target, work.files) === 'string') continue
          await judge.load(work.files.acl, work.files.conf)
          for (const { counterexample } of grade(lesson, target, work)) {
            if (counterexample === null || counterexample.user === null || counterexample.origin !== null) continue
            const { user, line, says } = counterexample
            if (user === 'default' || lesson.id === 'expectations') continue
            expect([lesson.id, wrong.what, line, await judge.allows(user, words(line))]).toEqual([
              lesson.id,
              wrong.what,
              line,
              says === 'also allows',
            ])
            asked++
          }
        }
      }
    } finally {
      await judge.stop()
    }
    expect(asked).toBeGreaterThan(120)
  })
})
