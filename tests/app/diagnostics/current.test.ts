import { expect, test } from 'vitest'
import type { Diagnostic } from '../../../src/analysis/diagnostic'
import { type Checked, Diagnostics } from '../../../src/app/diagnostics/Diagnostics.svelte'
import { Playground } from '../../../src/app/state/Playground.svelte'

const open: Diagnostic = {
  code: 'nopass',
  severity: 'error',
  message: 'Any password logs in as a.',
  hint: null,
  span: { source: 'users.acl', line: 1, from: 0, to: 6 },
  fixes: [],
}

/** Diagnostics of a text that was checked. */
class Found extends Diagnostics {
  override get acl(): Checked {
    return { text: 'user a on nopass', diagnostics: [open] }
  }
}

test('a list of users shows no diagnostics of a file that was just replaced', () => {
  const playground = new Playground()
  const diagnostics = new Found(playground)
  playground.files.acl.edit('user a on nopass')
  expect(diagnostics.current('acl')).toEqual([open])
  playground.files.acl.edit('user b on >long-password')
  expect(diagnostics.current('acl')).toEqual([])
  expect(diagnostics.all('acl')).toEqual([open])
})
