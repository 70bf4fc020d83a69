/** A word of a shell command, and what was noticed in it. */
export interface ShellWord {
  readonly text: string
  /** A variable or command in it that only the shell can fill in. */
  readonly expansion: string | null
  /** A character that the shell would have taken for itself, since it is not quoted. */
  readonly operator: string | null
}

const OPERATORS = '|&<>()#;'

/**
 * Splits a shell command (sh) into words: quotes and backslashes as the shell has them. What a shell would expand or act
 * upon is told of each word, and read as if it were quoted; a pipe, redirection or next command with spaces around it ends
 * the command. Takes any text.
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
