import { fromText, lower, toText, type Bytes } from '../../acl/bytes'
import { SourceText } from '../../acl/source'
import { splitWords } from '../../acl/split'
import type { Action, Expectation, ExpectationProblem, ParsedExpectations, Place } from './expectation'
import { parseClauses } from './parse-clauses'
import { isWord, parsePolicy, startsClause, startsOwnRules, type PolicyHead, type Token } from './parse-policy'

/** The maximum length of a line, in characters. */
export const maxLineLength = 10_000

/**
 * Parses an expectations file: a sentence per line, blank lines, and comment lines that start with `#`. Reports lines
 * that cannot be parsed as problems and continues with the next line. Accepts any text and never throws.
 *
 *     USER can|cannot COMMAND [ARGUMENT…] [from ORIGIN] [in db N] [because REASON]
 *     USER can|cannot log in [from ORIGIN] [because REASON]
 *     SUBJECT can|cannot|can only ACCESS [by its own rules] [from ORIGIN] [in db N]
 */
export function parseExpectations(text: string): ParsedExpectations {
  const expectations: Expectation[] = []
  const problems: ExpectationProblem[] = []
  let from = 0
  for (const [i, line] of text.split('\n').entries()) {
    const read = parseExpectation(line, { line: i + 1, from })
    if (read !== null && 'message' in read) problems.push(read)
    else if (read !== null) expectations.push(read)
    from += line.length + 1
  }
  return { expectations, problems }
}

/**
 * Parses a line; null for blank lines and comments. `where` gives its number and the offset of its first character in
 * the text, for positions in the result.
 */
export function parseExpectation(
  line: string,
  where: { readonly line: number; readonly from: number } = { line: 1, from: 0 },
): Expectation | ExpectationProblem | null {
  const byteOrderMark = line.startsWith('\ufeff') && where.from === 0 ? 1 : 0
  const start = byteOrderMark + (/^\s*/.exec(line.slice(byteOrderMark))?.[0].length ?? 0)
  const end = line.trimEnd().length
  if (start >= end || line[start] === '#') return null
  return new Sentence(line.slice(start, end), where.line, where.from, start).read()
}

/** Aborts parsing a line at its first error. Thrown and caught in this file only. */
class Wrong extends Error {
  constructor(readonly problem: ExpectationProblem) {
    super(problem.message)
  }
}

class Sentence {
  readonly #bytes: Bytes
  readonly #source: SourceText
  readonly #wrong = (from: number, to: number, message: string, hint: string): Wrong =>
    new Wrong({ message, hint, place: this.#place(from, to) })

  constructor(
    readonly text: string,
    readonly line: number,
    readonly lineStart: number,
    readonly indent: number,
  ) {
    this.#bytes = fromText(text)
    this.#source = new SourceText('command', this.#bytes)
  }

  read(): Expectation | ExpectationProblem {
    try {
      return this.#sentence()
    } catch (thrown) {
      if (thrown instanceof Wrong) return thrown.problem
      throw thrown
    }
  }

  #sentence(): Expectation {
    const tokens = this.#tokens()
    const [user, verb] = tokens
    if (user === undefined)
      throw this.#wrong(0, this.#bytes.length, 'There is nothing to read here.', 'Remove the line.')
    if (verb === undefined) {
      const hint = `Say what the user can or cannot do: ${toText(user.text)} can GET some:key`
      throw this.#wrong(user.from, user.to, `After the user ${toText(user.text)}, 'can' or 'cannot' is missing.`, hint)
    }
    const policy = parsePolicy(tokens, this.#wrong)
    if (policy !== null) return this.#policy(tokens, policy)
    if (!verb.isBare || (verb.text !== 'can' && verb.text !== 'cannot')) throw this.#wrongVerb(verb)
    const action = this.#action(tokens, verb)
    const clauses = parseClauses(tokens, action.end, action.value, this.#wrong)
    if (verb.text === 'can' && clauses.because !== null) {
      const { token } = clauses.because
      throw this.#wrong(
        token.from,
        token.to,
        "'because' gives the reason of a denial, so it cannot follow 'can'.",
        "Remove 'because' and its reason, or write 'cannot'.",
      )
    }
    const last = tokens[action.end - 1] ?? verb
    return {
      kind: 'line',
      user: user.text,
      verb: verb.text,
      action: action.value,
      origin: clauses.origin?.value ?? null,
      db: clauses.db?.value ?? null,
      because: clauses.because?.value ?? null,
      text: this.text,
      place: this.#place(0, this.#bytes.length),
      places: {
        user: this.#place(user.from, user.to),
        verb: this.#place(verb.from, verb.to),
        action: this.#place(tokens[2]?.from ?? verb.to, last.to),
        origin: clauses.origin && this.#place(clauses.origin.token.from, clauses.origin.token.to),
        db: clauses.db && this.#place(clauses.db.token.from, clauses.db.token.to),
        because: clauses.because && this.#place(clauses.because.token.from, clauses.because.token.to),
      },
    }
  }

  #policy(tokens: readonly Token[], { subject, verb, access, at }: PolicyHead): Expectation {
    const start = tokens.findIndex((_, i) => i >= at.end && startsOwnRules(tokens, i))
    const rest = start < 0 ? tokens : [...tokens.slice(0, start), ...tokens.slice(start + 4)]
    const twice = rest.findIndex((_, i) => i >= at.end && startsOwnRules(rest, i))
    const repeated = rest[twice]
    if (repeated !== undefined)
      throw this.#wrong(repeated.from, repeated.to, "'by its own rules' appears twice.", 'Keep one of the two.')
    const clauses = parseClauses(rest, at.end, access.kind === 'log-in' ? { kind: 'log-in' } : null, this.#wrong)
    if (clauses.because !== null) {
      const { token } = clauses.because
      throw this.#wrong(
        token.from,
        token.to,
        "'because' is for a sentence about one command line.",
        "Remove 'because' and its reason.",
      )
    }
    const isWay = access.kind === 'become' || access.kind === 'reach'
    const ownRules = tokens[start]
    if (isWay && ownRules !== undefined)
      throw this.#wrong(
        ownRules.from,
        tokens[start + 3]?.to ?? ownRules.to,
        `'by its own rules' does not go with '${access.kind}', which is about any number of steps.`,
        "Remove it, or write 'access keys'.",
      )
    if (access.kind === 'become' && clauses.db !== null) {
      const { token } = clauses.db
      throw this.#wrong(token.from, token.to, "'in db' does not go with 'become'.", "Remove 'in db' and the number.")
    }
    const [first, verbToken, action] = [tokens[0], tokens[at.verb], tokens[at.action]]
    const [subjectEnd, verbEnd, actionEnd] = [tokens[at.verb - 1], tokens[at.action - 1], tokens[at.end - 1]]
    return {
      kind: 'policy',
      subject,
      verb,
      access,
      byOwnRules: start >= 0,
      origin: clauses.origin?.value ?? null,
      db: clauses.db?.value ?? null,
      text: this.text,
      place: this.#place(0, this.#bytes.length),
      places: {
        user: this.#place(first?.from ?? 0, subjectEnd?.to ?? 0),
        verb: this.#place(verbToken?.from ?? 0, verbEnd?.to ?? 0),
        action: this.#place(action?.from ?? 0, actionEnd?.to ?? 0),
        origin: clauses.origin && this.#place(clauses.origin.token.from, clauses.origin.token.to),
        db: clauses.db && this.#place(clauses.db.token.from, clauses.db.token.to),
        because: null,
      },
    }
  }

  #tokens(): Token[] {
    const bytes = this.#bytes
    if (bytes.length > maxLineLength)
      throw this.#wrong(
        0,
        bytes.length,
        `This line is longer than ${maxLineLength} characters.`,
        'Write one expectation per line.',
      )
    const nul = bytes.indexOf('\0')
    if (nul >= 0)
      throw this.#wrong(
        nul,
        nul + 1,
        'There is a NUL character in this line.',
        String.raw`Write it as "\x00", in double quotes.`,
      )
    const words = splitWords(bytes)
    if (words === null) {
      const [from, to] = brokenWord(bytes)
      throw this.#wrong(
        from,
        to,
        'A quote is not closed, or more follows right after a closing quote.',
        'Close the quote, and leave a space after it. An apostrophe goes in double quotes: "it\'s".',
      )
    }
    return words.map(({ text, from, to }) => ({ text, from, to, isBare: bytes.slice(from, to) === text }))
  }

  #wrongVerb(verb: Token): Wrong {
    const written = toText(verb.text)
    if (/^(can|cannot)$/i.test(verb.text))
      return this.#wrong(
        verb.from,
        verb.to,
        `'${written}' cannot be read as written.`,
        `Write ${lower(verb.text)} in lower case and without quotes.`,
      )
    return this.#wrong(
      verb.from,
      verb.to,
      `After the user comes 'can' or 'cannot', not '${written}'.`,
      'Write it as: app can GET some:key. A user whose name has spaces goes in quotes.',
    )
  }

  /** Parses the command line or `log in`. Returns it with the index of the next token. */
  #action(tokens: readonly Token[], verb: Token): { readonly value: Action; readonly end: number } {
    const [, , first, second] = tokens
    if (first === undefined) {
      throw this.#wrong(
        verb.from,
        verb.to,
        `After '${verb.text}', a command is missing.`,
        `Name one: ${toText(tokens[0]?.text ?? 'app')} ${verb.text} GET some:key; or write 'log in'.`,
      )
    }
    if (isWord(first, 'log') && isWord(second, 'in')) return { value: { kind: 'log-in' }, end: 4 }
    if (startsClause(tokens, 2)) {
      throw this.#wrong(
        first.from,
        first.to,
        `Before '${first.text}', a command is missing.`,
        `Name one: ${toText(tokens[0]?.text ?? 'app')} ${verb.text} GET some:key; or write 'log in'.`,
      )
    }
    if (first.text === '')
      throw this.#wrong(first.from, first.to, 'The command has no name.', 'Name a command, such as GET.')
    let end = 3
    while (end < tokens.length && !startsClause(tokens, end)) end++
    return { value: { kind: 'command', argv: tokens.slice(2, end).map(({ text }) => text) }, end }
  }

  #place(from: number, to: number): Place {
    const span = this.#source.span(this.line, from, to)
    const before = this.lineStart + this.indent
    return { line: this.line, column: this.indent + span.from + 1, from: before + span.from, to: before + span.to }
  }
}

/** Returns the range of the first word with unbalanced quotes, in a line that could not be split. */
function brokenWord(line: Bytes): readonly [number, number] {
  const whole = /[^\s"']*(?:"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\'|\\(?!'))*')?(?=\s|$)/y
  for (let at = 0; at < line.length;) {
    if (/\s/.test(line[at] ?? '')) {
      at++
      continue
    }
    whole.lastIndex = at
    const end = whole.exec(line) === null ? -1 : whole.lastIndex
    if (end <= at) return [at, line.length]
    at = end
  }
  return [0, line.length]
}
