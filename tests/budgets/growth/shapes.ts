/** A text of about `size` characters that some part of the program could take too long over. */
export interface Shape {
  readonly name: string
  readonly make: (size: number) => string
}

/** Repeats numbered parts until there are enough characters. */
function parts(size: number, before: string, part: (i: number) => string): string {
  const all = [before]
  let length = before.length
  for (let i = 0; length < size; i++) {
    const one = part(i)
    all.push(one)
    length += one.length
  }
  return all.join('')
}

const filled = (size: number, before: string, part: string, after = ''): string =>
  before + part.repeat(Math.max(0, Math.ceil((size - before.length - after.length) / part.length))) + after

/** The shapes that everything is fed. Each is a users.acl, or nearly one, and is fed as any other kind of text as well. */
export const shapes: readonly Shape[] = [
  { name: 'one long token', make: (n) => filled(n, 'user a on +get ~', 'x') },
  { name: 'many users', make: (n) => parts(n, '', (i) => `user u${i} on >pw${i} ~u${i}:* +@read\n`) },
  { name: 'many keys', make: (n) => parts(n, 'user a on nopass +@all', (i) => ` ~k${i}:*`) },
  { name: 'many patterns with stars in front', make: (n) => parts(n, 'user a on nopass +@all', (i) => ` ~*${i}*a*`) },
  { name: 'many selectors', make: (n) => parts(n, 'user a on nopass', (i) => ` (~k${i} +get)`) },
  {
    name: 'one selector of many rules',
    make: (n) => parts(n, 'user a on nopass (~x', (i) => ` ~k${i}:* +get|${i}`) + ')',
  },
  {
    name: 'many users of the same rules',
    make: (n) => parts(n, '', (i) => `user u${i} on nopass ~app:* &c* +@all -@admin (~b* +get)\n`),
  },
  { name: 'many passwords', make: (n) => parts(n, 'user a on ~* +@all', (i) => ` >pw${i}`) },
  { name: 'a run of blanks', make: (n) => filled(n, 'user a on', ' ', '+get ~*') },
  { name: 'runs of tabs', make: (n) => filled(n, 'user a on', '\t\t \t', 'x') },
  { name: 'blank lines', make: (n) => filled(n, 'user a on\n', '\n', 'user b on') },
  { name: 'stars', make: (n) => filled(n, 'user a on nopass +get ~', '*', 'b') },
  { name: 'stars and letters', make: (n) => filled(n, 'user a on nopass +get ~', '*a', 'b') },
  { name: 'open brackets', make: (n) => filled(n, 'user a on nopass +get ~', '[') },
  { name: 'character classes', make: (n) => parts(n, 'user a on nopass +get', (i) => ` ~[a-z]*[^${i}]x`) },
  { name: 'one pattern of character classes', make: (n) => parts(n, 'user a on nopass +get ~', (i) => `[a${i}]`) },
  { name: 'braces', make: (n) => filled(n, 'user a on nopass +get ~', '{a,b}', '*') },
  { name: 'open parentheses', make: (n) => filled(n, 'user a on ', '(') },
  { name: 'pairs of parentheses', make: (n) => filled(n, 'user a on', ' ()') },
  { name: 'quoted words', make: (n) => parts(n, 'user a on', (i) => ` "~k${i}"`) },
  { name: 'single quotes that do not close', make: (n) => filled(n, "user a on '", " a'b '") },
  { name: 'first arguments', make: (n) => parts(n, 'user a on nopass ~*', (i) => ` +get|a${i}`) },
  { name: 'comments', make: (n) => filled(n, '', '# comment\n', 'user a on') },
  { name: 'one rule and its opposite', make: (n) => filled(n, 'user a on', ' +get -get') },
  { name: 'unknown commands', make: (n) => parts(n, 'user a on nopass ~*', (i) => ` +nosuch${i}`) },
  { name: 'letters of two bytes', make: (n) => parts(n, 'user é on nopass +get', (i) => ` (~é${i} +get)`) },
  {
    name: 'directives',
    make: (n) => parts(n, 'aclfile users.acl\n', (i) => `user u${i} on >pw ~a:* +get\nrename-command GET G${i}\n`),
  },
  { name: 'command lines', make: (n) => parts(n, '', (i) => `SET app:${i} value\n`) },
  { name: 'sentences', make: (n) => parts(n, '', (i) => `app can GET app:${i}\n`) },
  { name: 'nested JSON', make: (n) => filled(n, '', '[', '') },
  { name: 'a YAML list', make: (n) => parts(n, 'acl:\n', (i) => `  - user u${i} on >pw\n`) },
  { name: 'RESP arrays', make: (n) => filled(n, '', '*1\r\n$4\r\nPING\r\n') },
]
