import { afterHole, hole } from './holes'

/** A word of a shell command. What only a shell could expand is a hole in its text. */
export interface ShellWord {
  readonly text: string
  /** An unquoted operator character in the word. */
  readonly operator: string | null
}

const OPERATORS = '|&<>()#;'

/** Splits the first of a line's shell commands into words: see `shellCommands`. */
export function splitShell(line: string): ShellWord[] {
  return shellCommands(line)[0] ?? []
}

/**
 * Splits a line of a shell script (sh) into commands and their words, with the shell's quotes and backslashes. Operators
 * inside a word are reported with it and read as if they were quoted. Redirections and comments are skipped. Accepts any
 * text.
 */
export function shellCommands(line: string): ShellWord[][] {
  const commands: ShellWord[][] = []
  let words: ShellWord[] = []
  const finish = (): void => {
    if (words.length > 0) commands.push(words)
    words = []
  }
  let isTarget = false
  let i = 0
  while (i < line.length) {
    while (i < line.length && /\s/.test(line[i] ?? '')) {
      if (line[i] === '\n') finish()
      i++
    }
    if (i >= line.length) break
    const mark = words.length === 0 && line[i] === '#' ? '#' : separator(line, i)
    if (mark?.[0] === '#') {
      const end = line.indexOf('\n', i)
      i = end < 0 ? line.length : end
      continue
    }
    if (mark !== null) {
      i += mark.length
      if (/[<>]/.test(mark)) isTarget = !mark.endsWith('&')
      else finish()
      continue
    }
    const [word, end] = readWord(line, i)
    if (!isTarget) words.push(word)
    isTarget = false
    i = end
  }
  finish()
  return commands
}

function readWord(line: string, from: number): readonly [ShellWord, end: number] {
  let text = ''
  let operator: string | null = null
  let i = from
  while (i < line.length && !/\s/.test(line[i] ?? '')) {
    const c = line[i] ?? ''
    const after = afterHole(line, i)
    if (after > i) {
      text += line.slice(i, after)
      i = after
    } else if (c === "'") {
      const end = line.indexOf("'", i + 1)
      text += line.slice(i + 1, end < 0 ? line.length : end)
      i = end < 0 ? line.length : end + 1
    } else if (c === '"') {
      for (i++; i < line.length && line[i] !== '"';) {
        const end = afterHole(line, i)
        if (end > i) {
          text += line.slice(i, end)
          i = end
          continue
        }
        const expansion = expansionAt(line, i)
        if (expansion !== null) {
          text += hole(expansion)
          i += expansion.length
          continue
        }
        if (line[i] === '\\' && /["\\$`]/.test(line[i + 1] ?? '')) i++
        text += line[i] ?? ''
        i++
      }
      i++
    } else if (c === '\\') {
      text += line[i + 1] ?? ''
      i += 2
    } else {
      if (c === ';') break
      const expansion = expansionAt(line, i)
      if (expansion !== null) {
        text += hole(expansion)
        i += expansion.length
        continue
      }
      if (OPERATORS.includes(c) && (c !== '#' || text === '')) operator ??= c
      text += c
      i++
    }
  }
  return [{ text, operator }, i]
}

/** A line of a script, with its continuations. */
export interface LogicalLine {
  readonly line: string
  /** True inside a heredoc whose variables a shell expands. */
  readonly isExpanded: boolean
}

/** The number of lines over which a quote may be open. */
const LONGEST_QUOTE = 100

/**
 * Yields the lines of a script: those that end in a backslash are joined with the next one, and so are those whose quote is
 * closed in a later line.
 */
export function* logicalLines(script: string): Generator<LogicalLine> {
  const lines = script.split(/\r?\n/)
  let end: { readonly mark: string; readonly isExpanded: boolean } | null = null
  for (let i = 0; i < lines.length; i++) {
    let line = lines[i] ?? ''
    if (end !== null && line.trim() === end.mark) {
      end = null
      continue
    }
    while (/(?:^|[^\\])\\$/.test(line) && i + 1 < lines.length) line = `${line.slice(0, -1)} ${lines[++i] ?? ''}`
    if (end === null && !/^\s*#/.test(line)) {
      const last = closingLine(lines, i, line)
      if (last > i) {
        line = [line, ...lines.slice(i + 1, last + 1)].join('\n')
        i = last
      }
    }
    yield { line, isExpanded: end?.isExpanded ?? false }
    const start: readonly (string | undefined)[] =
      (end === null ? /<<-?\s*(["']?)([A-Za-z_]\w*)\1/.exec(line) : null) ?? []
    const [, quote, mark] = start
    if (mark !== undefined) end = { mark, isExpanded: quote === '' }
  }
}

/** Returns the index of the line that closes the quotes of a line, or of the line itself. */
function closingLine(lines: readonly string[], from: number, first: string): number {
  let open = openQuote(first, null)
  for (let i = from; open !== null && i + 1 < lines.length && i < from + LONGEST_QUOTE; i++) {
    open = openQuote(lines[i + 1] ?? '', open)
    if (open === null) return i + 1
  }
  return from
}

/** Returns the quote that is open at the end of a line. */
function openQuote(line: string, before: string | null): string | null {
  let open = before
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? ''
    if (c === '\\' && open !== "'") i++
    else if (open === null && (c === '"' || c === "'")) open = c
    else if (c === open) open = null
  }
  return open
}

/** Returns the operator or redirection at the start of a word, or the sign of a comment. */
function separator(line: string, i: number): string | null {
  const next = line.slice(i, i + 12)
  const found = /^(?:;|\|\|?|&&|&(?=\s*$)|\d?>>?(?=\s|&|\/)&?|<(?=\s)|#(?=\s))/.exec(next)?.[0] ?? null
  return found === '&' && /\S/.test(line.slice(i + 1, i + 200)) ? null : found
}

function expansionAt(line: string, i: number): string | null {
  const c = line[i]
  if (c !== '$' && c !== '`') return null
  return /^(?:\$(?:\w+|\{[^}]*\}?|\([^)]*\)?)|`[^`]*`?)/.exec(line.slice(i, i + 200))?.[0] ?? null
}
