import { lower } from '../../../acl/bytes'
import { commandPage, draw, reference, type Facts } from '../sketch'

const password = 'Zk4vPq8mTx2LcWr9NdHy6sBj3GfUa7Ee'
const app = 'user app on ~app:* +get +set +ping'
const file = (before = 'user default off\n'): string => `${before}${app} >${password}\n`
const openConf = ({ hasProtectedActions }: Facts): string =>
  `bind ${hasProtectedActions ? '* -::*' : '0.0.0.0'}\nprotected-mode no\nport 6379\nrequirepass our-secret\naclfile users.acl\n`
const closedConf =
  'bind 127.0.0.1\nprotected-mode yes\nport 6379\nunixsocket /run/redis.sock\nunixsocketperm 700\naclfile users.acl\n'

/** Exposure: bind, protected mode, sockets, requirepass, logging in. */
export const network = draw({
  id: 'network',
  part: 'running-it',
  title: 'Who can reach the server',
  text: ({ protectedModeNeedsNoBind, hasProtectedActions }) => [
    `\`bind\` chooses the addresses to listen on: \`bind 127.0.0.1\` is this host alone${hasProtectedActions ? ', and a `-` before an address means that it may be missing' : ''}. A local program can use \`unixsocket\`, with \`unixsocketperm 700\` for its owner only. Protected mode serves only this host while the default user needs no password${protectedModeNeedsNoBind ? ', and in this release only if bind is not given' : ''}.`,
    '`requirepass` is older than ACLs: it gives the default user a password. An ACL file overrides it, and a file without a line for `default` leaves that user open. Clients send `AUTH app …`, or HELLO with AUTH.',
    'Beyond this host, passwords need TLS, and the port a firewall that admits only the application’s subnet.',
  ],
  task: `Everybody can reach this server, and \`requirepass\` does not stop them. Listen on 127.0.0.1 and on the socket \`/run/redis.sock\`, for its owner only. Turn protected mode on, switch the default user off, and restart. Then log in as \`app\` with \`${password}\`.`,
  acl: file(''),
  conf: openConf,
  consoles: [null],
  entries: ['0 ACL WHOAMI'],
  goals: [
    'app can GET app:1 from localhost',
    'app can GET app:1 from unix',
    'app cannot GET app:1 from 203.0.113.5 because unreachable',
    'default cannot log in because off',
    {
      kind: 'server',
      say: 'Protected mode is on',
      holds: ({ config }) => config.get('protected-mode') === 'yes',
      directive: 'protected-mode',
    },
    {
      kind: 'server',
      say: 'Only the owner may use the socket',
      holds: ({ config }) => config.get('unixsocket') !== '' && config.get('unixsocketperm') === '700',
      directive: 'unixsocketperm',
    },
    {
      kind: 'command',
      say: 'You logged in as app with AUTH or HELLO',
      isDone: ({ argv, outcome }) =>
        outcome === 'allowed' && /^(?:auth|hello [23] auth) app /.test(lower(argv.join(' '))),
    },
  ],
  idea: 'Four lines of redis.conf are about the network, and one of users.acl is missing.',
  rule: [
    'In redis.conf: `bind`, `protected-mode`, `unixsocket`, `unixsocketperm`. In users.acl: `user default off`.',
    'off',
  ],
  answer: `Write \`bind 127.0.0.1\`, \`protected-mode yes\`, \`unixsocket /run/redis.sock\` and \`unixsocketperm 700\`, remove requirepass, add \`user default off\`, restart, and run \`AUTH app ${password}\`.`,
  solution: { acl: file(), conf: closedConf, runs: [`-: AUTH app ${password}`] },
  wrong: (facts) => ({
    'trusts protected mode alone': {
      acl: file(),
      conf: openConf(facts).replace('protected-mode no', 'protected-mode yes'),
      runs: [`-: AUTH app ${password}`],
    },
    'trusts requirepass': {
      acl: file(''),
      conf: `${closedConf}requirepass our-secret\n`,
      runs: [`-: AUTH app ${password}`],
    },
    'forgets the socket': {
      acl: file(),
      conf: 'bind 127.0.0.1\nprotected-mode yes\nport 6379\naclfile users.acl\n',
      runs: [`-: AUTH app ${password}`],
    },
  }),
  diagnostics: ['requirepass-ignored', 'requirepass-weak', 'bind-everywhere', 'protected-mode-off'],
  checklist: ['bind', 'protected-mode', 'unix-socket', 'tls', 'firewall'],
  reference: [reference.security, commandPage('AUTH'), commandPage('HELLO')],
})
