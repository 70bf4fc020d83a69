import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commandTitle } from '../../src/analysis/command-title'
import { uncheckedSort } from '../../src/analysis/escalation'
import { escalations, links } from '../../src/analysis/ways/steps'

/** The steps, as the document lists them. */
function table(): string {
  const where = (tried: readonly string[]): string => (tried.length === 0 ? 'not tried' : tried.join(', '))
  const steps = [...escalations, uncheckedSort].flatMap(({ names, gives, holdsRole, guardedBy, what, tried }) => {
    if (gives === null) return []
    const when = [
      ...(guardedBy === undefined ? [] : [`with ${guardedBy}`]),
      ...(holdsRole === undefined
        ? []
        : [holdsRole ? 'its own role' : 'the role of another that it can become at once']),
    ]
    const commands = names.map(commandTitle).join(', ')
    return [`| ${commands}${when.length === 0 ? '' : ` (${when.join(', ')})`} | ${what} | ${where(tried)} |`]
  })
  const more = Object.values(links).map(({ what, tried }) => `| | ${what} | ${where(tried)} |`)
  return ['| with | a user can | tried on |', '| --- | --- | --- |', ...steps, ...more].join('\n')
}

test('the document lists the steps that are searched, and where each was tried', () => {
  expect(readFileSync(new URL('../../docs/proof.md', import.meta.url), 'utf8')).toContain(table())
})
