import { textAt, wordAt } from '../../acl/argv'
import { fromText, toText, type Bytes } from '../../acl/bytes'
import { splitWords } from '../../acl/split'
import type { Steps } from '../steps'
import type { CapturedLine } from './types'

/** Limits of a capture; text beyond them is ignored. */
export const captureLimits = { characters: 8_000_000, lines: 50_000, lineLength: 200_000, problems: 20 } as const

/** A line of a capture, with its number. */
export interface TextLine {
  readonly text: Bytes
  readonly number: number
}

/** Collects the command lines of a capture, within the limits. */
export class CaptureCollector {
  readonly lines: CapturedLine[] = []
  readonly problems: { readonly line: number; readonly message: string }[] = []
  unread = 0
  cut = false

  add(line: CapturedLine): void {
    if (this.lines.length < captureLimits.lines) this.lines.push(line)
    else this.cut = true
  }

  fail(line: number, message: string): void {
    this.unread++
    if (this.problems.length < captureLimits.problems) this.problems.push({ line, message })
  }
}

/** Returns the lines of a text, without those that are too long. */
export function* linesOf(text: string, into: CaptureCollector): Steps<TextLine[]> {
  const of = Math.min(text.length, captureLimits.characters)
  if (text.length > of) into.cut = true
  const lines: TextLine[] = []
  for (let from = 0, number = 1; from <= of; number++) {
    const found = text.indexOf('\n', from)
    const end = found < 0 || found >= of ? of : found
    const line = text.slice(from, end < of && text[end - 1] === '\r' && end > from ? end - 1 : end)
    if (line.length <= captureLimits.lineLength) lines.push({ text: fromText(line), number })
    else into.fail(number, 'This line is too long.')
    from = end + 1
    yield { done: end, of }
  }
  return lines
}

const captured = (
  argv: readonly Bytes[],
  line: number,
  db: number,
  more: Partial<CapturedLine> = {},
): CapturedLine => ({
  argv,
  line,
  db,
  user: null,
  client: null,
  seen: null,
  count: 1,
  partial: false,
  keys: null,
  ...more,
})

const monitored = /^\+?\d+\.\d+ \[(\d{1,9}) ([^\]]*)\] (".*)$/s

/** Returns true for a line of MONITOR's output. */
export const isMonitorLine = (line: Bytes): boolean => monitored.test(line)

/** Parses MONITOR's output: time, database, client, and the quoted words. All its lines ran. */
export function* readMonitor(lines: readonly TextLine[], into: CaptureCollector): Steps<void> {
  for (const [i, { text, number }] of lines.entries()) {
    yield { done: i, of: lines.length }
    const trimmed = text.trim()
    if (trimmed === '' || trimmed === 'OK' || /^[^ ]*> *monitor$/i.test(trimmed)) continue
    const [, db = '0', client = '', rest = ''] = monitored.exec(trimmed) ?? []
    const words = rest === '' ? null : splitWords(rest)
    if (words === null || words.length === 0)
      into.fail(number, rest === '' ? 'This is no line of MONITOR.' : 'The quotes of this line do not close.')
    else
      into.add(
        captured(
          words.map((word) => word.text),
          number,
          Number(db),
          { client, seen: 'ran' },
        ),
      )
  }
}

const prompt =
  /^(?:[^\s>]*:\d+|(?:redis|valkey) [^\s>]+|not connected)(?:\[(\d{1,9})\])?(?:\(TX\)|\(subscribed mode\))*> ?(.*)$/s

/** Returns true for a line that starts with redis-cli's prompt. */
export const isPrompt = (line: Bytes): boolean => prompt.test(line)

/** Matches commands that redis-cli handles itself. */
const local = /^(?:help|\?|clear|exit|quit|connect|:set|restart)$/i

/**
 * Parses a redis-cli session: the command after each prompt; the reply shows whether it was denied, and who logged in.
 */
export function* readTranscript(lines: readonly TextLine[], into: CaptureCollector): Steps<void> {
  let user: Bytes | null = null
  for (let i = 0; i < lines.length; i++) {
    yield { done: i, of: lines.length }
    const line = lines[i]
    const found = line === undefined ? null : prompt.exec(line.text)
    if (line === undefined || found === null) continue
    let end = i + 1
    while (end < lines.length && !isPrompt(lines[end]?.text ?? '')) end++
    const reply = lines
      .slice(i + 1, end)
      .map(({ text }) => text.trim())
      .filter((text) => text !== '')
    i = end - 1
    const argv = wordsOf(found[2] ?? '', line.number, into)
    if (argv === null || argv.length === 0 || local.test(textAt(argv, 0))) continue
    const error = reply.find((text) => text.startsWith('(error) '))
    const refused = error !== undefined && /^\(error\) (NOPERM|NOAUTH|WRONGPASS)\b/.test(error)
    into.add(
      captured(argv, line.number, Number(found[1] ?? 0), {
        user,
        seen: refused ? 'refused' : reply.length > 0 ? 'ran' : null,
      }),
    )
    if (wordAt(argv, 0) === 'auth' && reply[0] === 'OK') user = argv.length > 2 ? (argv[1] ?? null) : 'default'
  }
}

/** Parses a list of command lines as typed, without comment lines. Follows SELECT. */
export function* readCommands(lines: readonly TextLine[], into: CaptureCollector): Steps<void> {
  let db = 0
  for (const [i, { text, number }] of lines.entries()) {
    yield { done: i, of: lines.length }
    if (/^\s*(#|\/\/|$)/.test(text)) continue
    const argv = wordsOf(text, number, into)
    if (argv === null || argv.length === 0) continue
    into.add(captured(argv, number, db))
    if (wordAt(argv, 0) === 'select' && /^\d{1,9}$/.test(textAt(argv, 1))) db = Number(argv[1])
  }
}

/** Splits a typed line, without redis-cli's repetition count; null where quotes are not closed. */
function wordsOf(text: Bytes, number: number, into: CaptureCollector): Bytes[] | null {
  const words = splitWords(text)
  if (words === null) {
    into.fail(number, `The quotes of this line do not close: ${toText(text.trim().slice(0, 60))}`)
    return null
  }
  const argv = words.map((word) => word.text)
  return argv.length > 1 && /^\d+$/.test(textAt(argv, 0)) ? argv.slice(1) : argv
}
