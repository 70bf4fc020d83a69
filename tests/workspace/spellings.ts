import fc from 'fast-check'
import { expect } from 'vitest'

/** A password of one or two words, and pieces of it that must not be found anywhere. */
export interface Password {
  readonly text: string
  readonly pieces: readonly string[]
}

const piece = fc.stringMatching(/^[A-Za-z0-9]{4,8}$/).map((text) => `Zq9${text}7k`)
export const password: fc.Arbitrary<Password> = fc
  .tuple(piece, piece, fc.boolean())
  .map(([a, b, two]) => ({ text: two ? `${a} ${b}` : a, pieces: two ? [a, b] : [a] }))
export const oneWord: fc.Arbitrary<Password> = piece.map((text) => ({ text, pieces: [text] }))

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
export const broken = (whole: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(whole, fc.constantFrom('keep', 'open', 'more', 'start')).map(([text, how]) => {
    const quote = /(["'])(?!.*["'])/s.exec(text)
    if (how === 'start') return `"${text.replaceAll(/["']/g, '')}`
    if (quote === null || how === 'keep') return text
    return how === 'open'
      ? text.slice(0, quote.index) + text.slice(quote.index + 1)
      : `${text.slice(0, quote.index + 1)}x`
  })

/** Command lines that hold a password. */
export const commands = (secret: Password): fc.Arbitrary<string> => {
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

/** Lines of redis.conf that hold a password. */
export const directives = (secret: Password): fc.Arbitrary<string> => {
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

/** A line of users.acl with a password behind any sign, as servers read it and as people mistype it. */
export const rule = (secret: Password): fc.Arbitrary<string> =>
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

/** Expects that a text holds no piece of a password, in any case and in hexadecimal escapes neither. */
export function holdsNone(text: string, { pieces }: Password): void {
  for (const one of pieces) {
    expect(text).not.toContain(one.slice(0, 5))
    expect(text.toUpperCase()).not.toContain(one.slice(1).toUpperCase())
    expect(text).not.toContain(hex(one.slice(1, 5)))
  }
}
