import { toText } from '../../../acl/bytes'
import { draw, reference } from '../sketch'

/** The permissions of a fresh server, and its default user. */
export const freshServer = draw({
  id: 'fresh-server',
  part: 'first-user',
  title: 'What a fresh server allows',
  text: ({ hasChannels }) => [
    `Nobody has to log in to a fresh server. Every connection starts as the user \`default\`, and its line reads \`user default on nopass ~* ${hasChannels ? '&* ' : ''}+@all\`: switched on, no password, every key, ${hasChannels ? 'every channel, ' : ''}every command. Whoever reaches the port can read all data and delete it.`,
    'A server is made for trusted clients in a trusted network, never for the open internet; at first only [protected mode](#learn/network) keeps other hosts out. So begin by closing `default`. An administrator, `admin`, is in the file already.',
    'An ACL file without a line for `default` does not help: then that user stays wide open.',
  ],
  task: 'Run `ACL WHOAMI` to see who you are. Then switch the default user off in users.acl.',
  acl: ({ hasChannels }) =>
    `user default on nopass ~* ${hasChannels ? '&* ' : ''}+@all\nuser admin on ~* ${hasChannels ? '&* ' : ''}+@all >admin-password\n`,
  consoles: [null],
  goals: [
    {
      kind: 'command',
      say: 'You ran `ACL WHOAMI`',
      isDone: ({ argv, outcome }) => toText(argv.join(' ')).toLowerCase() === 'acl whoami' && outcome === 'allowed',
    },
    'default cannot log in because off',
    'nobody can log in without a password',
    'admin can log in',
  ],
  idea: 'A user that is off cannot log in, and connections do not start as that user.',
  rule: ['The rule `off` is the opposite of `on`. It stands anywhere in the line.', 'off'],
  answer: 'Run `ACL WHOAMI`, then change the first line to: `user default off`',
  solution: ({ hasChannels }) => ({
    acl: `user default off\nuser admin on ~* ${hasChannels ? '&* ' : ''}+@all >admin-password\n`,
    first: ['-: ACL WHOAMI'],
  }),
  wrong: ({ hasChannels }) => {
    const admin = `user admin on ~* ${hasChannels ? '&* ' : ''}+@all >admin-password\n`
    return {
      'removes the line of default': { acl: admin, first: ['-: ACL WHOAMI'] },
      'takes only the keys away': { acl: `user default on nopass resetkeys +@all\n${admin}`, first: ['-: ACL WHOAMI'] },
      'switches admin off as well': { acl: 'user default off\nuser admin off\n', first: ['-: ACL WHOAMI'] },
    }
  },
  diagnostics: ['missing-default', 'nopass'],
  checklist: ['default-user'],
  reference: [reference.acl, reference.security],
})
