/** The syntax of a placeholder: of a shell, of a template engine, or a note to fill in a value. */
export type PlaceholderKind = 'shell' | 'template' | 'blank'

/** A part of a line that must be replaced before a server reads it. Offsets are in UTF-16 units. */
export interface Placeholder {
  readonly kind: PlaceholderKind
  readonly text: string
  readonly from: number
  readonly to: number
}

/** Matches the position before a value, or before a part of it. */
const START = String.raw`(?<=[>#<!~&+:/._ -])`
/** Matches the position after a value, or after a part of it. */
const END = String.raw`(?=[\s):/._*-]|$)`

const forms: readonly (readonly [PlaceholderKind, RegExp])[] = [
  ['template', /\{\{[^\n]*?\}\}/g],
  ['template', /<%[^\n]*?%>/g],
  ['shell', /\$\{[^}\n]*\}/g],
  ['shell', /\$\([^)\n]*\)/g],
  ['shell', /`[^`\n]+`/g],
  ['template', /#\{[^}\n]*\}#?/g],
  ['template', /(?<=[>~&:])\(\([\w./-]+\)\)/g],
  ['shell', new RegExp(String.raw`${START}\$[A-Z_][A-Z0-9_]+${END}`, 'g')],
  ['shell', new RegExp(String.raw`${START}%[A-Z_][A-Z0-9_]*%${END}`, 'g')],
  ['template', new RegExp(String.raw`${START}@[A-Z][A-Z0-9_]*@${END}`, 'g')],
  ['template', new RegExp(String.raw`${START}__[A-Z][A-Z0-9_]*?__${END}`, 'g')],
  ['blank', /(?:(?<=[>#~&:/._-])|(?<=^user ))<[A-Za-z][\w.-]*(?: [\w.-]+)*>/g],
  [
    'blank',
    /(?<=>)(?:change[-_]?(?:me|this|it)\w*|replace[-_]?(?:me|this|with)[\w-]*|your[-_]?(?:\w+[-_])?(?:password|secret)[\w-]*|insert[-_][\w-]+|placeholder|todo|tbd|x{4,}|\*{3,}|\.{3})(?=\s|$)/gi,
  ],
]

/** Match characters of which every placeholder contains some: a fast test, since few lines have one. */
const MARKS = /[$`{<]|\(\(|@[A-Z]|%[A-Z_][A-Z0-9_]*%|__/
const NOTES = />(?:change|replace|your|insert|place|todo|tbd|xxxx|\*\*\*|\.\.\.)/i

/** The number of characters of a line that are searched: some forms take quadratic time. */
const LONGEST = 5_000

/**
 * Returns the placeholders of a line, in order and without overlaps: `${PASSWORD}`, `$(cat secret)`, `{{ tenant }}`,
 * `<password>`, `CHANGE_ME`.
 */
export function placeholdersIn(whole: string): readonly Placeholder[] {
  const line = whole.slice(0, LONGEST)
  if (!MARKS.test(line) && !NOTES.test(line)) return none
  const found: Placeholder[] = []
  for (const [kind, form] of forms) {
    for (const match of line.matchAll(form)) {
      const [from, to] = [match.index, match.index + match[0].length]
      if (!found.some((other) => from < other.to && other.from < to)) found.push({ kind, text: match[0], from, to })
    }
  }
  return found.sort((a, b) => a.from - b.from)
}

const none: readonly Placeholder[] = []

/** Advice for each kind of placeholder. */
export const placeholderHints: Readonly<Record<PlaceholderKind, string>> = {
  shell:
    'Render the file before the server reads it, say envsubst < users.acl.in > users.acl, and check what comes out.',
  template: 'Render the template before the server reads it, and check what comes out.',
  blank: 'Put the value in its place: for a password the hash of a random one, which ACL GENPASS makes.',
}
