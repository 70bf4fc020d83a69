import { wordAt } from '../acl/argv'
import { toText, toTextExact, type Bytes } from '../acl/bytes'
import type { Reply, Verbatim } from './reply'

/** The kind of a piece of a rendered reply, for its colour. `index` is the numbering of arrays with its indentation. */
export type PieceKind =
  'index' | 'string' | 'integer' | 'double' | 'boolean' | 'status' | 'error' | 'nil' | 'empty' | 'text'

export interface Piece {
  readonly kind: PieceKind
  readonly text: string
}

/** One line of redis-cli's output. */
export type RenderedLine = readonly Piece[]

/**
 * Renders a reply as redis-cli shows it on a terminal (cliFormatReplyTTY), line by line: strings in quotes with escapes, arrays
 * numbered and nested, and in RESP3 maps as `1# key => value` and sets as `1~ item`.
 */
export function renderReply(reply: Reply, protocol: 2 | 3): RenderedLine[] {
  const lines = new Lines()
  render(lines, reply, protocol, '')
  return lines.finish()
}

/** The limits of rendering, which bound its time and memory for any reply. */
export interface RenderLimits {
  readonly lines: number
  /** The most characters of all lines together. */
  readonly characters: number
}

/** The beginning of a rendered reply, and the number of lines and of bytes of strings that were omitted. */
export function renderStart(
  reply: Reply,
  protocol: 2 | 3,
  limits: RenderLimits,
): { readonly lines: RenderedLine[]; readonly omittedLines: number; readonly omittedBytes: number } {
  const lines = new Lines(limits)
  render(lines, reply, protocol, '')
  return { lines: lines.finish(), omittedLines: lines.omittedLines, omittedBytes: lines.omittedBytes }
}

/** Renders the reply to a command line as redis-cli does: strings meant for reading (INFO, CLIENT LIST) are not quoted. */
export function renderReplyTo(argv: readonly Bytes[], reply: Reply, protocol: 2 | 3): RenderedLine[] {
  const text = typeof reply === 'string' ? reply : isVerbatim(reply) ? reply.text : null
  if (text === null || !isForReading(argv)) return renderReply(reply, protocol)
  const lines = new Lines()
  leaf(lines, 'text', toText(text.replace(/\r?\n$/, '')).replaceAll('\r', ''))
  return lines.finish()
}

/** Renders a reply as plain text, lines separated by line feeds. */
export function renderText(reply: Reply, protocol: 2 | 3): string {
  return renderReply(reply, protocol)
    .map((line) => line.map((piece) => piece.text).join(''))
    .join('\n')
}

const isVerbatim = (reply: Reply): reply is Verbatim =>
  typeof reply === 'object' && reply !== null && 'type' in reply && reply.type === 'verbatim'

/** Commands whose string redis-cli prints unquoted, with the numbers of words for which it does. */
const forReading: Readonly<Record<string, readonly [string, (length: number) => boolean][]>> = {
  info: [['', () => true]],
  lolwut: [['', () => true]],
  debug: [
    ['htstats', () => true],
    ['htstats-key', () => true],
  ],
  memory: [
    ['malloc-stats', () => true],
    ['doctor', () => true],
  ],
  cluster: [
    ['nodes', (n) => n === 2],
    ['info', (n) => n === 2],
  ],
  client: [
    ['list', () => true],
    ['info', (n) => n === 2],
  ],
  latency: [
    ['graph', (n) => n === 3],
    ['doctor', (n) => n === 2],
  ],
}

function isForReading(argv: readonly Bytes[]): boolean {
  const name = wordAt(argv, 0)
  const cases = Object.hasOwn(forReading, name) ? (forReading[name] ?? []) : []
  return cases.some(([sub, fits]) => (sub === '' || sub === wordAt(argv, 1)) && fits(argv.length))
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x07': '\\a',
  '\b': '\\b',
}

/**
 * Puts bytes in double quotes and escapes everything but printable ASCII (sdscatrepr).
 * @param escapesQuotes false: leaves quotes and backslashes as they are
 */
export function quote(bytes: Bytes, escapesQuotes = true): string {
  const special = escapesQuotes ? /[\\"]|[^\x20-\x7e]/g : /[^\x20-\x7e]/g
  return `"${bytes.replace(special, (c) => escapes[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`
}

class Lines {
  readonly #done: RenderedLine[] = []
  #line: Piece[] = []
  #linesLeft: number
  #room: number
  omittedLines = 0
  omittedBytes = 0

  constructor({ lines, characters }: RenderLimits = { lines: Infinity, characters: Infinity }) {
    this.#linesLeft = lines
    this.#room = characters
  }

  /** The limits for lines that are appended to these. */
  get limits(): RenderLimits {
    return { lines: this.#linesLeft, characters: this.#room }
  }

  add(kind: PieceKind, text: string): void {
    if (this.#linesLeft <= 0) return
    if (text.length > this.#room) {
      this.omittedBytes += text.length - this.#room
      text = text.slice(0, this.#room)
    }
    this.#room -= text.length
    this.#line.push({ kind, text })
  }

  /** Returns the part of a string that there is room for, so that only that is escaped. */
  start(bytes: Bytes): Bytes {
    const room = this.#linesLeft <= 0 ? 0 : this.#room
    if (bytes.length <= room) return bytes
    this.omittedBytes += bytes.length - room
    return bytes.slice(0, room)
  }

  /** Adds text that may contain line breaks (INFO, CLIENT LIST). */
  addText(kind: PieceKind, text: string): void {
    text.split('\n').forEach((part, i) => {
      if (i > 0) this.end()
      this.add(kind, part)
    })
  }

  end(): void {
    if (this.#linesLeft <= 0) this.omittedLines++
    else {
      this.#linesLeft--
      this.#done.push(this.#line)
    }
    this.#line = []
  }

  get count(): number {
    return this.#done.length
  }

  /** Adds finished lines, the first to the line being written; the last is left open. */
  append(lines: Lines): void {
    this.omittedBytes += lines.omittedBytes
    this.omittedLines += lines.omittedLines
    lines.#done.forEach((line, i) => {
      if (i > 0) this.end()
      this.#line.push(...line)
    })
  }

  finish(): RenderedLine[] {
    return this.#done
  }
}

/** Renders a reply. `prefix`: the start of the further lines of an aggregate. */
function render(lines: Lines, reply: Reply, protocol: 2 | 3, prefix: string): void {
  if (reply === null) return leaf(lines, 'nil', '(nil)')
  if (typeof reply === 'string') return leaf(lines, 'string', quote(lines.start(reply)))
  if (typeof reply === 'number' || typeof reply === 'bigint') return leaf(lines, 'integer', `(integer) ${reply}`)
  if (!('type' in reply)) return aggregate(lines, reply, ')', 'array', protocol, prefix)
  switch (reply.type) {
    case 'null-array':
      return leaf(lines, 'nil', '(nil)')
    case 'simple':
      return leaf(lines, 'status', toText(reply.text))
    case 'error':
      return leaf(lines, 'error', `(error) ${toText(reply.text)}`)
    case 'map':
      return protocol === 3
        ? mapping(lines, reply.pairs, prefix)
        : aggregate(lines, reply.pairs.flat(), ')', 'array', protocol, prefix)
    case 'set':
      return protocol === 3
        ? aggregate(lines, reply.items, '~', 'set', protocol, prefix)
        : aggregate(lines, reply.items, ')', 'array', protocol, prefix)
    case 'push':
      return aggregate(lines, reply.items, ')', protocol === 3 ? 'push' : 'array', protocol, prefix)
    case 'boolean':
      return protocol === 3
        ? leaf(lines, 'boolean', reply.value ? '(true)' : '(false)')
        : leaf(lines, 'integer', `(integer) ${reply.value ? 1 : 0}`)
    case 'double':
      return protocol === 3 ? leaf(lines, 'double', `(double) ${reply.text}`) : leaf(lines, 'string', quote(reply.text))
    case 'attributed':
      return render(lines, reply.reply, protocol, prefix)
    case 'big-number':
      return protocol === 3 ? leaf(lines, 'text', reply.text) : leaf(lines, 'string', quote(reply.text))
    case 'verbatim':
      if (protocol === 2) return leaf(lines, 'string', quote(lines.start(reply.text)))
      lines.addText('text', toText(lines.start(reply.text)))
      return lines.end()
  }
}

function leaf(lines: Lines, kind: PieceKind, text: string): void {
  lines.addText(kind, text)
  lines.end()
}

function aggregate(
  lines: Lines,
  items: readonly Reply[],
  separator: string,
  kind: string,
  protocol: 2 | 3,
  prefix: string,
): void {
  if (items.length === 0) return leaf(lines, 'empty', `(empty ${kind})`)
  const width = String(items.length).length
  items.forEach((item, i) => {
    lines.add('index', `${i === 0 ? '' : prefix}${String(i + 1).padStart(width)}${separator} `)
    render(lines, item, protocol, prefix + ' '.repeat(width + 2))
  })
}

/** Renders a RESP3 map: a value follows on its key's last line, or starts a new line where it has several lines. */
function mapping(lines: Lines, pairs: readonly (readonly [Reply, Reply])[], prefix: string): void {
  if (pairs.length === 0) return leaf(lines, 'empty', '(empty hash)')
  const width = String(pairs.length).length
  const inner = prefix + ' '.repeat(width + 2)
  pairs.forEach(([key, value], i) => {
    lines.add('index', `${i === 0 ? '' : prefix}${String(i + 1).padStart(width)}# `)
    const keyLines = new Lines(lines.limits)
    render(keyLines, key, 3, inner)
    lines.append(keyLines)
    lines.add('index', ' => ')
    const valueLines = new Lines(lines.limits)
    render(valueLines, value, 3, inner)
    if (valueLines.count > 1) {
      lines.end()
      lines.add('index', inner)
    }
    lines.append(valueLines)
    lines.end()
  })
}

/** Formats bytes to be read in a sentence: as text, with the bytes escaped that are not valid UTF-8 (`~\\xff`). */
export function readable(bytes: Bytes): string {
  return toTextExact(bytes) ?? quote(bytes).slice(1, -1)
}

/** Formats a word of a command line as it could be typed, in quotes where needed. */
export function printWord(word: Bytes): Bytes {
  return /^[\x21\x23-\x26\x28-\x7e]+$/.test(word) ? word : quote(word)
}
