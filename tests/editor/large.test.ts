import { CompletionContext } from '@codemirror/autocomplete'
import { EditorState } from '@codemirror/state'
import { expect, test } from 'vitest'
import { completeAcl } from '../../src/editor/complete-files'
import { foldAt } from '../../src/editor/folding'
import { hoverAt } from '../../src/editor/hover'
import { aclLanguage } from '../../src/editor/languages'
import { problems } from '../../src/editor/diagnostics'
import { spotlight } from '../../src/editor/spotlight'
import type { World } from '../../src/editor/world'
import { loadTarget } from '../../src/targets/load'

const target = await loadTarget('redis-8.0')
const hash = 'b63ae681c81e918340f706caefc7e3bf0630dfb28a93c3750b8150a668429910'
const lines = Array.from(
  { length: 2000 },
  (_, i) =>
    `user u${i} on #${hash} ~app${i}:* resetchannels &app${i}:* -@all +@read +@write -@dangerous +info (%R~shared:* +get)`,
)
const world: World = {
  target,
  users: lines.map((_, i) => `u${i}`),
  keys: Array.from({ length: 1000 }, (_, i) => `app${i}:1`),
  channels: { names: [], patterns: [] },
}

/** Milliseconds that the middle one of several tries takes. */
function median(tries: number, run: () => void): number {
  const times = Array.from({ length: tries }, () => {
    const started = performance.now()
    run()
    return performance.now() - started
  }).sort((a, b) => a - b)
  return times[tries >> 1] ?? 0
}

test('a keystroke in a file of 2,000 users: parsed, completed and explained within 50 ms', () => {
  let state = EditorState.create({ doc: lines.join('\n'), extensions: [aclLanguage, problems, spotlight] })
  const line = state.doc.line(1000)
  let at = line.from + line.text.indexOf('+info') + 5
  const took = median(15, () => {
    state = state.update({ changes: { from: at, insert: 'x' } }).state
    at++
    foldAt(state, line.from)
    completeAcl(() => world)(new CompletionContext(state, at, false))
    hoverAt(state, line.from + 12, 1, () => world)
  })
  expect(took).toBeLessThan(50)
})
