import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitWords } from '../../src/acl/split'
import { decodeLink, encodeFile, encodeLink } from '../../src/workspace/codec'
import type { WorkspaceState } from '../../src/workspace/state'
import { blankState } from '../../src/workspace/state'

/** A password of one or two words, and pieces of it that must not be found anywhere. */
interface Password {
  readonly text: string
  readonly pieces: readonly string[]
}

const piece = fc.stringMatching(/^[A-Za-z0-9]{4,8}$/).map((text) => `Zq9${text}7k`)
const password: fc.Arbitrary<Password> = fc
  .tuple(piece, piece, fc.boolean())
  .map(([a, b, two]) => ({ text: two ? `${a} ${b}` : a, pieces: two ? [a, b] : [a] }))
const oneWord: fc.Arbitrary<Password> = piece.map((text) => ({ text, pieces: [text] }))

const hex = (text: string): string =>
  [...text].map((char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')

/** A word as redis.conf and the console can spell it; all of these are read as the same word. */
const spelled = (word: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    ...(word.includes(' ') ? [] : [word, word]),
    `"${word}"`,
    `'${word}'`,
    `"${hex(word)}"`,
    `"${hex(word.slice(0, 1))}${word.slice(1)}"`,
    `${word.slice(0, 1)}"${word.slice(1)}"`,
    `${word.slice(0, 1)}'${word.slice(1)}'`,
  )
const cased = (word: string): fc.Arbitrary<string> => fc.constantFrom(word, word.toUpperCase())
const gap = fc.constantFrom(' ', ' ', '\t', '  ', ' \v')

/** Words with blanks between them; what is no word of a name is spelled in any case. */
function line(...words: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(
      ...words.map((word) => cased(word).chain(spelled)),
      fc.array(gap, { minLength: words.length, maxLength: words.length }),
    )
    .map((parts) => {
      const gaps = parts.at(-1) as string[]
      return (parts.slice(0, -1) as string[]).map((word, i) => word + (i === words.length - 1 ? '' : gaps[i])).join('')
    })
}

const followed = (before: fc.Arbitrary<string>, last: string, after: readonly string[] = ['']): fc.Arbitrary<string> =>
  fc.tuple(before, gap, spelled(last), fc.constantFrom(...after)).map(([a, b, c, d]) => a + b + c + d)

/** The same line with its last quote left out, or with more behind it: what servers refuse, and people type. */
const broken = (whole: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(whole, fc.constantFrom('keep', 'open', 'more', 'start')).map(([text, how]) => {
    const quote = /(["'])(?!.*["'])/s.exec(text)
    if (how === 'start') return `"${text.replaceAll(/["']/g, '')}`
    if (quote === null || how === 'keep') return text
    return how === 'open'
      ? text.slice(0, quote.index) + text.slice(quote.index + 1)
      : `${text.slice(0, quote.index + 1)}x`
  })

const commands = (secret: Password): fc.Arbitrary<string> => {
  const { text } = secret
  const setUser = (sign: string): fc.Arbitrary<string> =>
    followed(line('acl', 'setuser', 'app', 'on'), sign + text, ['', ' ~* +@all'])
  return fc.oneof(
    followed(line('auth'), text),
    followed(line('auth', 'app'), text),
    followed(line('hello', '3', 'auth', 'app'), text, ['', ' SETNAME x']),
    followed(line('hello', '3', 'auth'), text),
    setUser('>'),
    setUser('<'),
    followed(line('acl', 'setuser', 'app', '>'), text),
    followed(line('acl', 'dryrun', 'app', 'auth'), text),
    ...['requirepass', 'masterauth', 'primaryauth', 'tls-key-file-pass', 'tls-client-key-file-pass'].map((name) =>
      followed(line('config', 'set', 'maxclients', '10', name), text),
    ),
    followed(line('migrate', 'h', '1', 'k', '0', '1', 'auth'), text, ['', ' REPLACE', ' KEYS a b']),
    followed(line('migrate', 'h', '1', 'k', '0', '1', 'copy', 'auth2', 'app'), text),
    followed(line('sentinel', 'set', 'm', 'auth-pass'), text),
    followed(line('sentinel', 'auth-pass', 'm'), text),
    followed(line('command', 'getkeys', 'auth'), text),
    followed(line('login'), text),
    followed(fc.constant('2 AUTH'), text),
    followed(fc.constant('127.0.0.1:6379> AUTH'), text),
    followed(fc.constant('redis-cli --user app -a'), text, ['', ' GET x']),
  )
}

const directives = (secret: Password): fc.Arbitrary<string> => {
  const { text } = secret
  return fc.oneof(
    ...['requirepass', 'masterauth', 'primaryauth', 'tls-key-file-pass', 'tls-client-key-file-pass'].map((name) =>
      followed(line(name), text),
    ),
    followed(line('user', 'app', 'on'), `>${text}`, ['', ' ~* +@all']),
    followed(line('user', 'app', 'on'), `(+get >${text})`),
    followed(line('user', 'app', '>'), text),
    followed(line('sentinel', 'auth-pass', 'm'), text),
    spelled(text).map((word) => `requirepass=${word}`),
  )
}

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

function holdsNone(text: string, { pieces }: Password): void {
  for (const one of pieces) {
    expect(text).not.toContain(one.slice(0, 5))
    expect(text.toUpperCase()).not.toContain(one.slice(1).toUpperCase())
    expect(text).not.toContain(hex(one.slice(1, 5)))
  }
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
      { numRuns: 500 },
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
  const rule = (secret: Password): fc.Arbitrary<string> =>
    fc
      .tuple(
        fc.constantFrom(
          'user app on',
          'user app',
          '# user app on',
          'user app\ton',
          'user app on ~a (+get',
          '  user "a" on',
        ),
        fc.constantFrom(' ', '\t', ' \r', '  ', ' (', ' "', " '", ' > ', ' #', '>', '+@all>', ' >"', ' \v'),
        fc.constantFrom('>', '<', ''),
        fc.constantFrom('', ' ', '\t', ' ~* +@all', ')', '"'),
      )
      .filter(([start, before, sign]) => (sign !== '' || /[>#]/.test(before)) && !/app\S*>/.test(start + before))
      .map(([start, before, sign, after]) => start + before + sign + secret.text + after)
  test('behind any sign in users.acl', () =>
    fc.assert(
      fc.asyncProperty(
        oneWord.chain((secret) => fc.tuple(fc.constant(secret), rule(secret))),
        async ([secret, text]) => holdsNone(await shared(state({ acl: `${text}\n` })), secret),
      ),
      { numRuns: 500 },
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
