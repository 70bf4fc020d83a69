import { ask as askPolicy, type Answer, type Asked, type Evidence } from '../ask'
import { withCommas } from '../analysis/numbers'
import { masker } from '../workspace/secrets'
import { locationOf } from './diagnostic'
import { jsonTarget, renderJson } from './formats/json'
import { MOST_SHOWN, painter } from './formats/text'
import { writePieces, type Io, type Source } from './input'
import { maskOf } from './masked'
import { onOneLine } from './printable'
import { readSubject, startOrFail, type ServerOptions, type Subject } from './subject'

export interface AskOptions extends ServerOptions {
  /** The ACL file. */
  readonly acl: string
  readonly format: 'text' | 'json'
}

/** Answers a question about users.acl. Returns 0 where it is understood, 1 where it is not. */
export async function ask(question: string, options: AskOptions, io: Io): Promise<0 | 1> {
  const subject = await readSubject(options.acl, options, io)
  const server = startOrFail(subject)
  const conf = subject.conf?.text ?? ''
  const asked = askPolicy({ server, acl: subject.acl.text, conf }, question)
  const inQuestion = masker([...question.matchAll(/(?<=^|\s)[<>](\S+)/g)].flat())
  const inFiles = maskOf(subject.acl, subject.conf)
  const mask = (text: string): string => inFiles(inQuestion(text))
  if (options.format === 'json') await writePieces(renderJson(jsonOf(question, asked, subject, mask)), io)
  else io.out(render(asked, subject, mask, io.color))
  return asked.kind === 'answered' ? 0 : 1
}

/** The file that a rule is in; null where its lines are not those of the rules. */
function fileOf(subject: Subject, { place }: Evidence): Source | null {
  const source = place?.source === 'users.acl' ? subject.acl : place?.source === 'redis.conf' ? subject.conf : null
  return source?.isConverted === true ? null : source
}

function render(asked: Asked, subject: Subject, mask: (text: string) => string, color: boolean): string {
  const paint = painter(color)
  const shown = (text: string): string => onOneLine(mask(text))
  if (asked.kind !== 'answered') {
    const lead = asked.nearest.length === 0 ? [] : ['Did you mean:', ...asked.nearest.map((one) => `  ${shown(one)}`)]
    return `${[shown(asked.why), ...lead].join('\n')}\n`
  }
  const { means, taken, answer } = asked
  const placeOf = (one: Evidence): string => {
    const file = fileOf(subject, one)
    return file === null ? '' : `${onOneLine(file.name)}:${one.place?.line}: `
  }
  return `${[
    `${paint('dim', 'Understood as:')} ${shown(means)}`,
    ...taken.map(({ written, as }) => paint('dim', `(${shown(written)} is read as ${shown(as)})`)),
    paint('bold', shown(answer.text)),
    ...cut(answer.users ?? [], (user) => {
      const rules = user.rules.map((one) => `\n      ${placeOf(one)}${shown(one.rule)}`)
      return `  ${shown(user.name)}${user.verdict === 'yes' ? '' : ` (${user.verdict})`}: ${shown(user.text)}${rules.join('')}`
    }),
    ...listLines(answer, shown),
    ...(answer.users === undefined ? cut(answer.rules ?? [], (one) => `  ${placeOf(one)}${shown(one.rule)}`) : []),
  ].join('\n')}\n`
}

/** The number of characters up to which the items of a list share a line. */
const SHORT = 40

function listLines({ list = [], text }: Answer, shown: (text: string) => string): readonly string[] {
  // What the text says already is not repeated.
  if (list.length === 0 || list.every((item) => text.includes(item))) return []
  return list.every(({ length }) => length <= SHORT)
    ? [`  ${shown(list.join(', '))}`]
    : cut(list, (item) => `  ${shown(item)}`)
}

function cut<T>(items: readonly T[], line: (item: T) => string): readonly string[] {
  const more = items.length - MOST_SHOWN
  return [...items.slice(0, MOST_SHOWN).map(line), ...(more > 0 ? [`  … and ${withCommas(more)} more`] : [])]
}

function jsonOf(
  question: string,
  asked: Asked,
  subject: Subject,
  mask: (text: string) => string,
): Readonly<Record<string, unknown>> {
  const { target, acl } = subject
  const base = {
    command: 'ask',
    question: mask(question),
    file: acl.name,
    target: jsonTarget(target),
  }
  if (asked.kind !== 'answered')
    return {
      ...base,
      means: null,
      answer: null,
      why: mask(asked.why),
      isAmbiguous: asked.kind === 'ambiguous',
      nearest: asked.nearest.map(mask),
    }
  const rule = (one: Evidence): unknown => {
    const source = fileOf(subject, one)
    return {
      rule: mask(one.rule),
      place:
        source === null || one.place === null
          ? null
          : { file: source.name, ...locationOf({ source, place: one.place }) },
    }
  }
  const { verdict, text, users, list, rules } = asked.answer
  return {
    ...base,
    means: mask(asked.means),
    readAs: asked.taken,
    answer: {
      verdict,
      text: mask(text),
      ...(users !== undefined && {
        users: users.map((user) => ({ ...user, text: mask(user.text), rules: user.rules.map(rule) })),
      }),
      ...(list !== undefined && { list: list.map(mask) }),
      ...(rules !== undefined && { rules: rules.map(rule) }),
    },
  }
}
