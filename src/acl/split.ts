import type { Bytes } from './bytes'

/** A word of a line, with its place in it. */
export interface Word {
  readonly text: Bytes
  /** Offsets in bytes, the second one exclusive; quotes count. */
  readonly from: number
  readonly to: number
}

/** Returns true for C's white space (isspace). */
function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13)
}

/** Returns true for a byte that ends an unquoted word: vertical tabs and form feeds do not. */
function endsWord(code: number): boolean {
  return isSpace(code) && code !== 11 && code !== 12
}

const HEX = /^[0-9a-fA-F]{2}$/
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' }

/** The words of a line up to the first one that cannot be split off. */
export interface SplitLine {
  readonly words: readonly Word[]
  /**
   * The word at which splitting stops, because its quote is not closed or a closing quote is followed by anything but white
   * space; null where the whole line can be split. Its text is what could be read of it.
   */
  readonly broken: Word | null
}

/**
 * Splits a line into words as servers split inline commands, redis.conf lines and the inside of a selector: separated by
 * white space, with "double" (escapes `\n \r \t \b \a \xHH`, `\` before any byte) and 'single' (`\'`) quotes that may
 * start within a word. Returns null if a quote is not closed or a closing quote is followed by anything but white space.
 * A NUL byte ends the line.
 */
export function splitWords(line: Bytes): readonly Word[] | null {
  const { words, broken } = splitLine(line)
  return broken === null ? words : null
}

/** Splits a line as splitWords does, up to the first word that a server cannot read. */
export function splitLine(line: Bytes): SplitLine {
  const words: Word[] = []
  const nul = line.indexOf('\0')
  const end = nul < 0 ? line.length : nul
  let i = 0
  for (;;) {
    while (i < end && isSpace(line.charCodeAt(i))) i++
    if (i >= end) return { words, broken: null }
    const from = i
    while (i < end && !endsWord(line.charCodeAt(i)) && line[i] !== '"' && line[i] !== "'") i++
    let text = line.slice(from, i)
    if (i < end && !endsWord(line.charCodeAt(i))) {
      const quoted = line[i] === '"' ? readDouble(line, i + 1, end) : readSingle(line, i + 1, end)
      text += quoted.text
      i = quoted.to
      if (!quoted.closed || (i < end && !isSpace(line.charCodeAt(i)))) return { words, broken: { text, from, to: i } }
    }
    words.push({ text, from, to: i })
  }
}

interface Quoted {
  readonly text: Bytes
  readonly to: number
  readonly closed: boolean
}

function readDouble(line: Bytes, from: number, end: number): Quoted {
  let text = ''
  for (let i = from; i < end; i++) {
    const c = line[i] ?? ''
    if (c === '"') return { text, to: i + 1, closed: true }
    if (c !== '\\' || i + 1 >= end) {
      text += c
      continue
    }
    const next = line[++i] ?? ''
    const hex = line.slice(i + 1, i + 3)
    if (next === 'x' && i + 2 < end && HEX.test(hex)) {
      text += String.fromCharCode(parseInt(hex, 16))
      i += 2
    } else text += ESCAPES[next] ?? next
  }
  return { text, to: end, closed: false }
}

function readSingle(line: Bytes, from: number, end: number): Quoted {
  let text = ''
  for (let i = from; i < end; i++) {
    if (line[i] === "'") return { text, to: i + 1, closed: true }
    if (line[i] === '\\' && line[i + 1] === "'" && i + 1 < end) i++
    text += line[i]
  }
  return { text, to: end, closed: false }
}
