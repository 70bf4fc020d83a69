import { expect, test } from 'vitest'
import { ask } from '../../src/ask'
import { markdownOf } from '../../src/ask/markdown'
import { serverOf } from './corpus'

const acl = 'user default off\nuser admin on >a ~* &* +@all\nuser app on >b ~app:* resetchannels +get\n'

test('an answer is copied as Markdown, with the lines of the rules', async () => {
  const server = await serverOf(acl, 'redis-8.0')
  const copied = (question: string): string => {
    const found = ask({ server, acl, conf: '' }, question)
    return found.kind === 'answered' ? markdownOf(found) : found.why
  }
  expect(copied('can app run GET app:1')).toBe(
    '**can app run GET app:1**\n\nYes. Allowed: +get lets app run GET, \\~app:\\* gives app:1.\n\nBy `+get` (users.acl line 3), `~app:*` (users.acl line 3).\n',
  )
  expect(copied('who can run FLUSHALL')).toBe(
    '**who can run FLUSHALL**\n\nOne user can, by the rules as they are.\n\n- Allowed: +\\@all lets admin run FLUSHALL. `+@all` (users.acl line 2)\n',
  )
})
