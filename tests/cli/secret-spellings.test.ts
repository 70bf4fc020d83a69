import fc from 'fast-check'
import { describe, test } from 'vitest'
import { broken, commands, directives, holdsNone, oneWord, password, rule, type Password } from '../workspace/spellings'
import { files, run } from './program'
import { runs } from '../runs'

/** Files with a password that is spelled in some way, and what is sound beside it. */
interface Given {
  readonly acl: string
  readonly conf: string
  readonly sentences: string
}

const sound = 'user default on nopass ~* &* +@all\nuser app on nopass ~app:* +@read\n'
const given = (secret: Password): fc.Arbitrary<Given> =>
  fc
    .tuple(broken(directives(secret)), broken(commands(secret)), fc.constantFrom('can', 'cannot', 'kan'))
    .map(([directive, command, verb]) => ({
      acl: sound,
      conf: `port 1\nrename-command AUTH login\n${directive}\n`,
      sentences: `app ${verb} GET app:1\ndefault ${verb} ${command.replaceAll('\n', ' ')}\n`,
    }))
const inAcl = (secret: Password): fc.Arbitrary<Given> =>
  rule(secret).map((text) => ({ acl: `${sound}${text}\n`, conf: '', sentences: 'app can GET app:1\n' }))

function printsNone(words: (paths: Readonly<Record<keyof Given | 'old', string>>) => readonly string[]): Promise<void> {
  const either = fc.oneof(
    password.chain((secret) => fc.tuple(fc.constant(secret), given(secret))),
    oneWord.chain((secret) => fc.tuple(fc.constant(secret), inAcl(secret))),
  )
  return fc.assert(
    fc.asyncProperty(either, async ([secret, texts]) => {
      const { out, err } = await run(words(files({ ...texts, old: sound })))
      holdsNone(out + err, secret)
    }),
    { numRuns: runs(15) },
  )
}

describe('a password is printed by no command, however it is spelled', () => {
  test.each(['text', 'json', 'sarif', 'github'])('check --format %s', (format) =>
    printsNone(({ acl, conf }) => ['check', acl, '--conf', conf, '--format', format]),
  )
  test.each(['text', 'json', 'junit', 'github'])('test --format %s --coverage', (format) =>
    printsNone(({ acl, conf, sentences }) => [
      'test',
      acl,
      sentences,
      '--conf',
      conf,
      '--coverage',
      '--format',
      format,
    ]),
  )
  test.each(['text', 'json', 'markdown'])('compare --format %s', (format) =>
    printsNone(({ old, acl }) => ['compare', old, acl, '--format', format]),
  )
  test('link', () => printsNone(({ acl, sentences, conf }) => ['link', acl, sentences, '--conf', conf]))
})
