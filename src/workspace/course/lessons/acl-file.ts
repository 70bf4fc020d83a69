import { lower } from '../../../acl/bytes'
import { commandPage, draw, reference, type Facts } from '../sketch'
import type { RanCommand } from '../lesson'

const rules = 'user app on ~app:* +get +set >app-password'
const admin = ({ hasChannels }: Facts): string =>
  `user default off\nuser admin on ~* ${hasChannels ? '&* ' : ''}+@all >admin-password\n`
const comment = '# Users of the shop\n'

const isSetUser = ({ argv: [a = '', b = '', name], outcome }: RanCommand): boolean =>
  lower(`${a} ${b}`) === 'acl setuser' && name === 'app' && outcome === 'allowed'

/** The ACL file: loading and saving. */
export const aclFile = draw({
  id: 'acl-file',
  part: 'running-it',
  title: 'The file and the memory',
  text: ({ commentsInAclFile, loadKeepsConnections }) => [
    'With `aclfile users.acl` in its configuration, a server reads its users from that file at start and on ACL LOAD: all lines or none. One bad rule, and ACL LOAD changes nothing; at start, the server gives up. Quotes have no meaning here: they are part of a rule.',
    commentsInAclFile
      ? 'Lines that start with `#` are comments in this release, but ACL SAVE drops them.'
      : 'There are no comments: in this release a line that starts with `#` is an error.',
    `ACL SETUSER changes only the memory, and adds to what the user has. ACL SAVE writes the memory to the file; without it, a restart forgets.${loadKeepsConnections ? '' : ' ACL LOAD closes all connections but those of the default user.'} Replicas and other nodes of a cluster have users of their own.`,
  ],
  task: 'The server does not start: correct the file. Then, as `admin`, let `app` run TTL too, with ACL SETUSER, and make that last.',
  acl: (facts) => `${comment}${admin(facts)}${rules.replace('+set', '+sett')}\n`,
  consoles: ['admin', 'app'],
  goals: [
    'app can run GET SET on keys app:*',
    { kind: 'command', say: 'You changed app with ACL SETUSER', isDone: isSetUser },
    {
      kind: 'sentence',
      sentence: 'app can run TTL on keys app:*',
      say: 'It is saved: after a restart, app can run TTL on keys app:*',
    },
    'admin can log in',
  ],
  idea: 'The message under the editor names the line that the server refuses. The file as a whole counts.',
  rule: [
    '`ACL SETUSER app +ttl` adds a rule, and `ACL SAVE`, or the button Save memory to file, writes all users.',
    'allow-command',
  ],
  answer: ({ commentsInAclFile }) =>
    `${commentsInAclFile ? 'Correct' : 'Remove the comment, correct'} \`+sett\` to \`+set\`, and run \`ACL SETUSER app +ttl\` and \`ACL SAVE\` as admin.`,
  solution: (facts) => ({
    acl: `${admin(facts)}${rules}\n`,
    runs: ['admin: ACL SETUSER app +ttl', 'admin: ACL SAVE'],
  }),
  wrong: (facts) => ({
    'does not save': { acl: `${admin(facts)}${rules}\n`, runs: ['admin: ACL SETUSER app +ttl'] },
    'saves too early': { acl: `${admin(facts)}${rules}\n`, runs: ['admin: ACL SAVE', 'admin: ACL SETUSER app +ttl'] },
    'leaves the bad rule': { acl: `${admin(facts)}${rules.replace('+set', '+sett')}\n` },
  }),
  diagnostics: [
    'dropped-comments',
    'save-would-rewrite',
    'load-disconnects',
    'quoted-token',
    'not-replicated',
    'nobody-may-run-acl',
  ],
  reference: [commandPage('ACL LOAD'), commandPage('ACL SAVE'), reference.acl],
})
