import { draw, hashed, reference } from '../sketch'

const password = 'wT8vKq2LxRz5nYc9HdJ4mBs7PgFa3EuQ'
const rest = '~app:* +get +set'

/** A user, on and off, with a password and its hash. */
export const user = draw({
  id: 'user',
  part: 'first-user',
  title: 'A user and its password',
  text: [
    'A line of users.acl makes a user: the word `user`, a name, and rules. A new user is off and has no password, so begin with `on` and a password. `>secret` adds one, `<secret` removes it, and `nopass` accepts any.',
    'The server stores only the SHA-256 hash of a password. A file should do the same, with `#` before the 64 digits: files end up in backups and in version control.',
    'An attacker can try a million passwords a second. Take 32 random characters or more from a generator, a different password for each user, and hand them over through the environment or a secrets manager.',
  ],
  task: `\`app\` is off and has a password that anyone would guess. Switch it on, and replace the password by \`${password}\`. Then write its hash instead: the warning under the line has a fix that does it.`,
  acl: `user default off\nuser app off >summer ${rest}\n`,
  showsPasswords: true,
  consoles: [null],
  goals: [
    {
      kind: 'session',
      say: 'app logs in with the new password',
      lines: [`AUTH app ${password}`],
      isAllowed: true,
    },
    { kind: 'session', say: 'The password summer is refused', lines: ['AUTH app summer'], isAllowed: false },
    {
      kind: 'diagnostics',
      say: 'users.acl holds no password in clear text',
      codes: ['plaintext-password', 'weak-password', 'hash-as-password'],
    },
    'app can run GET SET on keys app:*',
  ],
  idea: 'Every password rule adds one: a user can have several. So the old one has to go.',
  rule: ['Write `on` and `>` with the new password, delete `>summer`, then apply the fix of the warning.', 'hash'],
  answer: `\`${hashed(`user app on >${password} ${rest}`)}\``,
  solution: hashed(`user default off\nuser app on >${password} ${rest}\n`),
  wrong: {
    'forgets to switch it on': hashed(`user default off\nuser app off >${password} ${rest}\n`),
    'keeps the old password': hashed(`user default off\nuser app on >summer >${password} ${rest}\n`),
    'writes the hash like a password': `user default off\n${hashed(`user app on >${password} ${rest}\n`).replace('#', '>')}`,
  },
  diagnostics: [
    'placeholder',
    'empty-password',
    'hash-as-password',
    'password-like-rule',
    'plaintext-password',
    'weak-password',
    'repeated-password',
    'shared-password',
    'overridden-password',
    'overridden-flag',
    'missing-on',
    'no-credential',
  ],
  checklist: ['authentication', 'password-length', 'password-clear', 'password-shared', 'secrets'],
  reference: [reference.setuser, reference.acl],
})
