import type { Lesson } from '../../workspace/course/course'
import type { RunStep } from '../../workspace/course/lesson'
import type { ShorterRules } from '../../workspace/course/shorter'
import type { App } from '../state/App.svelte'
import { runHere } from './run-here'

/** Fills in a lesson's solution: runs its commands, and writes its files, which can be undone in the editor. */
export async function fillIn(app: App, lesson: Lesson): Promise<void> {
  const { playground, editors } = app
  const { first = [], files = {}, runs = [] } = lesson.solution(playground.host.targetId)
  await run(app, first)
  for (const file of ['acl', 'expect', 'conf'] as const) {
    const text = files[file]
    if (text !== undefined) editors.write(file, text)
  }
  if (files.conf !== undefined) playground.start()
  await run(app, runs)
}

async function run(app: App, steps: readonly RunStep[]): Promise<void> {
  for (const { as, line, from } of steps) await runHere(app, { user: as, origin: from ?? null, db: 0, line })
}

/** Writes shorter rules in place of a user's. */
export function writeShorter({ playground, editors }: App, { user, rules }: ShorterRules): void {
  const lines = playground.files.acl.text.split('\n')
  const isOf = (line: string): boolean => line.trim().split(/\s+/).slice(0, 2).join(' ') === `user ${user}`
  editors.write('acl', lines.map((line) => (isOf(line) ? `user ${user} ${rules}` : line)).join('\n'))
}
