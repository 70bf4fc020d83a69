import { draw, reference } from '../sketch'

/** Key patterns, and what they are not. */
export const keys = draw({
  id: 'keys',
  part: 'first-user',
  title: 'Which keys: patterns',
  text: [
    'A rule that starts with `~` grants keys: `~app:*` stands for every key that starts with `app:`. In a pattern `*` is any run of bytes, `?` is one byte, and `[ab]` is one of two.',
    'That is all. These are not the globs of a shell, nor regular expressions: in `~{a,b}:*` the braces and the comma are plain characters, and so are `|`, `^` and `.` elsewhere. And there is no minus: a key that one pattern grants cannot be taken back.',
    'So write one rule for each group of keys, and end it at a separator: `~app*` also matches `apple`.',
  ],
  task: 'The application should use the keys under `app:` and `cache:`, and no others. Its pattern looks right, but matches neither. Correct it.',
  acl: 'user default off\nuser app on ~{app,cache}:* +get +set +del >app-password\n',
  consoles: ['app'],
  entries: ['0 SET app:1 hello', '0 SET {app,cache}:1 hello'],
  goals: ['app can run GET SET DEL on keys app:* cache:*', 'app can only access keys app:* cache:*'],
  idea: 'A user may have any number of key patterns. A key is allowed if one of them matches.',
  rule: ['Write a rule with `~` for each of the two groups.', 'key'],
  answer: 'Replace `~{app,cache}:*` by `~app:* ~cache:*`.',
  solution: 'user default off\nuser app on ~app:* ~cache:* +get +set +del >app-password\n',
  wrong: {
    'writes a regular expression': 'user default off\nuser app on ~(app|cache):.* +get +set +del >app-password\n',
    'forgets the separator': 'user default off\nuser app on ~app* ~cache* +get +set +del >app-password\n',
    'grants every key': 'user default off\nuser app on ~* +get +set +del >app-password\n',
  },
  diagnostics: [
    'shell-glob',
    'negated-pattern',
    'negated-class',
    'leading-star',
    'no-delimiter',
    'exact-not-prefix',
    'unclosed-bracket',
    'empty-pattern',
    'shadowed-pattern',
    'voided-pattern',
  ],
  reference: [reference.acl, { title: 'Diagnostics on keys', href: '#docs/diagnostics#keys' }],
})
