/** A word of a shell command. */
export interface ShellWord {
  readonly text: string
  /** A variable or command substitution in the word; only a shell could expand it. */
  readonly expansion: string | null
  /** An unquoted operator character in the word. */
  readonly operator: string | null
}

const OPERATORS = '|&<>()#;'

/**
 * Splits a shell command (sh) into words, with the shell's quotes and backslashes. Expansions and operators are
 * reported with each word and read as if they were quoted; a pipe, redirection or `;` between spaces ends the command.
 * Accepts any text.
 */
export function splitShell(line: string): ShellWord[] {
  const words: ShellWord[] = []
  let i = 0
  while (i < line.length) {
    while (i < line.length && /\s/.test(line[i] ?? '')) i++
    if (i >= line.length || endsCommand(line.slice(i))) break
    let text = ''
    let expansion: string | null = null
    let operator: string | null = null
    while (i < line.length && !/\s/.test(line[i] ?? '')) {
      const c = line[i] ?? ''
      if (c === "'") {
        const end = closing(line, i, "'")
        text += line.slice(i + 1, end)
        i = end + 1
      } else if (c === '"') {
        for (i++; i < line.length && line[i] !== '"'; i++) {
          if (line[i] === '\\' && /["\\$`]/.test(line[i + 1] ?? '')) i++
          else expansion ??= expansionAt(line, i)
          text += line[i] ?? ''
        }
        i++
      } else if (c === '\\') {
        text += line[i + 1] ?? ''
        i += 2
      } else {
        if (c === ';') break
        expansion ??= expansionAt(line, i)
        if (OPERATORS.includes(c) && (c !== '#' || text === '')) operator ??= c
        text += c
        i++
      }
    }
    words.push({ text, expansion, operator })
    if (line[i] === ';') break
  }
  return words
}

function closing(line: string, from: number, quote: string): number {
  const end = line.indexOf(quote, from + 1)
  return end < 0 ? line.length : end
}

const endsCommand = (rest: string): boolean => /^(?:;|#\s|\||&&|&\s*$|\d?>>?(?:\s|&|\/)|<\s)/.test(rest)

function expansionAt(line: string, i: number): string | null {
  return /^(?:\$(?:\w+|\{[^}]*\}?|\([^)]*\)?)|`[^`]*`?)/.exec(line.slice(i, i + 200))?.[0] ?? null
}
