/** The languages whose literals are read. */
export type Language = 'javascript' | 'python' | 'java' | 'kotlin' | 'go' | 'bicep' | 'nix'

/** Guesses the language of a program by what only it has. They differ here in their strings, comments and line ends. */
export function languageOf(text: string): Language {
  if (/^package \w+[ \t]*$|\w :=|\[\]string\{/m.test(text)) return 'go'
  if (/^[ \t]*(?:fun |val |private val |lateinit var )/m.test(text)) return 'kotlin'
  if (/^(?:package|import(?: static)?) [\w.*]+;|\bnew \w+<[^>\n]*>\(|\bString \w+ ?=/m.test(text)) return 'java'
  if (
    /^[ \t]*(?:from [\w.]+ import\b|import [\w.]+(?: as \w+)?[ \t]*$|(?:async )?def \w+\(|class \w+.*:[ \t]*$|with .*:[ \t]*$|for .* in .*:[ \t]*$)|\bself\b|\b(?:True|None)\b|[(,=]\s*f["']/m.test(
      text,
    )
  )
    return 'python'
  return 'javascript'
}

/** A string of a language: how it starts and ends, and what in it is not its own text. */
interface StringSyntax {
  readonly open: RegExp
  readonly close: string
  /** True where a backslash escapes. */
  readonly escapes: boolean
  /** Matches what is filled in when the program runs, up to the opening brace where there is one. */
  readonly fills: RegExp | null
  /** True for a string that may have several lines. */
  readonly isLong: boolean
  /** True where the common indent of the lines and the line feed after the opening mark are not part of it. */
  readonly isIndented?: boolean
}

const quoted = (mark: string, fills: RegExp | null = null): StringSyntax => ({
  open: new RegExp(mark, 'y'),
  close: mark,
  escapes: true,
  fills,
  isLong: false,
})
const dollarBrace = /\$\{/y
const dollar = /\$\{|\$[A-Za-z_]\w*/y
const brace = /\{(?!\{)/y

/** The string syntaxes of each language; the first that fits counts. */
export const strings: Readonly<Record<Language, readonly StringSyntax[]>> = {
  javascript: [{ ...quoted('`', dollarBrace), isLong: true }, quoted("'"), quoted('"')],
  python: [`"""`, `'''`, '"', "'"].flatMap((close): StringSyntax[] =>
    [
      { open: new RegExp(`(?:[fF][rR]|[rR][fF])${close}`, 'y'), escapes: false, fills: brace },
      { open: new RegExp(`[fF]${close}`, 'y'), escapes: true, fills: brace },
      { open: new RegExp(`(?:[bB]?[rR]|[rR][bB])${close}`, 'y'), escapes: false, fills: null },
      { open: new RegExp(`[bBuU]?${close}`, 'y'), escapes: true, fills: null },
    ].map((one) => ({ ...one, close, isLong: close.length > 1 })),
  ),
  java: [{ ...quoted('"""'), isLong: true, isIndented: true }, quoted('"'), quoted("'")],
  kotlin: [
    { ...quoted('"""', dollar), escapes: false, isLong: true, isIndented: true },
    quoted('"', dollar),
    quoted("'"),
  ],
  go: [{ ...quoted('`'), escapes: false, isLong: true }, quoted('"'), quoted("'")],
  bicep: [{ ...quoted("'''"), escapes: false, isLong: true, isIndented: true }, quoted("'", dollarBrace)],
  nix: [
    { ...quoted("''", dollarBrace), escapes: false, isLong: true, isIndented: true },
    { ...quoted('"', dollarBrace), isLong: true },
  ],
}

/** Matches blanks and comments. */
export const spaces: Readonly<Record<Language, RegExp>> = {
  javascript: /(?:\s|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))+/y,
  java: /(?:\s|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))+/y,
  kotlin: /(?:\s|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))+/y,
  go: /(?:\s|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))+/y,
  bicep: /(?:\s|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))+/y,
  python: /(?:\s|#[^\n]*)+/y,
  nix: /(?:\s|#[^\n]*|\/\*[^]*?(?:\*\/|$))+/y,
}
