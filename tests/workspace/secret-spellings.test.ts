import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitWords } from '../../src/acl/split'
import { decodeLink, encodeFile, encodeLink } from '../../src/workspace/codec'
import { type WorkspaceState, blankState } from '../../src/workspace/state'
import { broken, commands, directives, holdsNone, oneWord, password, rule, type Password } from './spellings'
import { runs } from '../runs'

/** Cuts a line in two within its password where that has two words: an editor wrapped it. */
const wrapped = (text: string, { pieces: [first = '', second] }: Password): string =>
  second === undefined ? text : text.replace(`${first} ${second}`, `${first}\n${second}`)

function state(part: Partial<WorkspaceState['files']>, typed: readonly string[] = []): WorkspaceState {
  return {
    ...blankState('redis-8.0'),
    files: { acl: '', conf: 'rename-command AUTH login\n', ...part },
    entries: typed.map((text) => ({ on: 0, line: text })),
  }
}

async function shared(workspace: WorkspaceState): Promise<string> {
  const link = await encodeLink(workspace)
  const decoded = link.ok ? await decodeLink(link.fragment) : null
  if (decoded?.kind !== 'state') throw new Error('The link cannot be read.')
  const texts = (one: WorkspaceState): string =>
    [one.files.acl, one.files.conf, one.files.expect ?? '', ...one.entries.map((entry) => entry.line)].join('\n')
  return `${texts(decoded.state)}\n${texts(JSON.parse(encodeFile(workspace)) as WorkspaceState)}`
}

describe('a password reaches no link and no saved file, however it is spelled', () => {
  const check = (
    made: (secret: Password) => fc.Arbitrary<string>,
    place: (text: string) => WorkspaceState,
  ): Promise<void> =>
    fc.assert(
      fc.asyncProperty(
        password.chain((secret) => fc.tuple(fc.constant(secret), made(secret), fc.boolean())),
        async ([secret, text, wrap]) => {
          holdsNone(await shared(place(wrap && splitWords(text) !== null ? wrapped(text, secret) : text)), secret)
        },
      ),
      { numRuns: runs(150) },
    )

  test('in redis.conf', () =>
    check(
      (secret) => broken(directives(secret)),
      (text) => state({ conf: `port 1\n${text}\ndir /\n` }),
    ))
  test('in redis.conf, commented out', () =>
    check(directives, (text) => state({ conf: `# ${text.replaceAll('\n', '\n# ')}\n` })))
  test('in the console', () =>
    check(
      (secret) => broken(commands(secret)),
      (text) => state({ conf: 'rename-command "AUTH" \'login\'\n' }, text.split('\n')),
    ))
  test('in a sentence', () =>
    check(
      (secret) => broken(commands(secret)),
      (text) => state({ expect: `app can ${text.replaceAll('\n', ' ')}\n` }),
    ))
  test('in a sentence with a clause, and in one that is none', () =>
    check(
      (secret) =>
        fc
          .tuple(
            fc.constantFrom('app can ', 'app kan ', 'app Can ', ''),
            commands(secret),
            fc.constantFrom(' from ::1', ' because key', ' from nowhere'),
          )
          .map((parts) => parts.join('')),
      (text) => state({ expect: text.replaceAll('\n', ' ') }),
    ))
})

describe('a password that is one word reaches no link', () => {
  test('behind any sign in users.acl', () =>
    fc.assert(
      fc.asyncProperty(
        oneWord.chain((secret) => fc.tuple(fc.constant(secret), rule(secret))),
        async ([secret, text]) => holdsNone(await shared(state({ acl: `${text}\n` })), secret),
      ),
      { numRuns: runs(150) },
    ))
  test('in a sentence that ends after AUTH', async () => {
    for (const text of [
      'app can AUTH from S3cret',
      'app can AUTH because S3cret',
      'app can "auth" in db S3cret',
      'AUTH S3cret',
      '"app can AUTH S3cret',
    ])
      expect(await shared(state({ expect: text }))).not.toContain('S3cret')
  })
  test('in users.acl, as a line of another file', async () => {
    for (const text of [
      'requirepass S3cret',
      'AUTH S3cret',
      'ACL SETUSER app >S3cret',
      'user app on >"S3cret S3cret2" ~*',
    ])
      expect(await shared(state({ acl: text }))).not.toContain('S3cret')
  })
})

test('what holds no password stays as it is', async () => {
  const acl = "# don't\nuser a>b on nopass ~a>b %R~<x> &c<d +get|a>b\n"
  const conf = 'dir "/tmp\n# It\'s the user\'s file\nsave "" x"y"z\n# the users "a\nport 1\n'
  const sentences = 'app can GET "a\n# can\'t\napp can GET from nowhere\nauth can GET a\napp can SET k "auth x"\n'
  const typed = ['GET "a', 'SET auth x', '"GET a', 'SET k "it\'s"']
  const text = await shared(state({ acl, conf, expect: sentences }, typed))
  for (const part of [acl, conf, sentences, ...typed]) expect(text).toContain(part)
})
