import { directiveEvidence, isLoopback, isPrivate, isWildcard, type Facts } from './facts'
import { fix, item, setDirectives } from './edits'
import { exampleNetwork, firewallRules, networkOf } from './firewall'
import type { ChecklistItem } from './types'

/** Returns the items about network access to the server. */
export function networkItems(facts: Facts): ChecklistItem[] {
  return [bind(facts), protectedMode(facts), tls(facts), firewall(facts), unixSocket(facts)]
}

const none = (facts: Facts): boolean => facts.ports.length === 0

function bind(facts: Facts): ChecklistItem {
  const title = 'The server listens only on the interfaces it needs'
  const evidence = [directiveEvidence(facts, 'bind')]
  if (none(facts)) return item('bind', title, 'pass', 'No TCP port is open.', [directiveEvidence(facts, 'port')])
  if (facts.loopbackOnly) return item('bind', title, 'pass', 'Only this host reaches the server.', evidence)
  const everywhere = facts.addresses.length === 0 || facts.addresses.some(isWildcard)
  const open = facts.addresses.filter((address) => !isLoopback(address) && !isWildcard(address) && !isPrivate(address))
  if (!everywhere && open.length === 0)
    return item('bind', title, 'pass', `The server listens on ${facts.addresses.join(', ')}.`, evidence)
  const local = '127.0.0.1 -::1'
  const diagnostics =
    facts.client.sameHost === false
      ? fix('Add this host’s address in the application’s network to loopback.', null, [
          { label: 'redis.conf', text: 'bind 127.0.0.1 -::1 <address in the application’s network>' },
        ])
      : fix(
          'Listen on loopback. If clients run elsewhere, add this host’s address in their network.',
          setDirectives(facts, { bind: local }),
        )
  const what = everywhere
    ? 'The server listens on every interface.'
    : `The server listens on ${open.join(', ')}, which is not a private address.`
  return item('bind', title, 'fail', what, evidence, diagnostics)
}

function protectedMode(facts: Facts): ChecklistItem {
  const title = 'Protected mode is on, unless every connection must log in'
  const evidence = [directiveEvidence(facts, 'protected-mode')]
  const open = facts.defaultUser.enabled && facts.defaultUser.nopass
  if (facts.config.flag('protected-mode')) {
    const lifted = facts.target.behaviours.protectedModeNeedsNoBind && facts.config.get('bind') !== ''
    if (lifted && open && !facts.loopbackOnly) {
      return item(
        'protected-mode',
        title,
        'fail',
        `It is on, but ${facts.target.label} lifts it where bind is set, and the default user needs no password.`,
        [...evidence, directiveEvidence(facts, 'bind')],
        fix('Give the default user a password, or turn it off.'),
      )
    }
    return item(
      'protected-mode',
      title,
      'pass',
      open ? 'It is on: it rejects other hosts while the default user needs no password.' : 'It is on.',
      evidence,
    )
  }
  if (!open) return item('protected-mode', title, 'pass', 'It is off, and every connection must log in.', evidence)
  return item(
    'protected-mode',
    title,
    'fail',
    'It is off, and the default user needs no password.',
    evidence,
    fix('Turn it on.', setDirectives(facts, { 'protected-mode': 'yes' })),
  )
}

function tls(facts: Facts): ChecklistItem {
  const title = 'TLS between clients and server'
  const evidence = [directiveEvidence(facts, 'tls-port'), directiveEvidence(facts, 'port')]
  const encrypted = facts.ports.some(({ name }) => name === 'tls-port')
  const plain = facts.ports.some(({ name }) => name === 'port')
  if (facts.loopbackOnly)
    return item('tls', title, 'pass', 'Nothing leaves this host.', [directiveEvidence(facts, 'bind')])
  if (encrypted && !plain) return item('tls', title, 'pass', 'The only TCP port requires TLS.', evidence)
  const lines =
    'port 0\ntls-port 6379\ntls-cert-file /etc/redis/tls/server.crt\ntls-key-file /etc/redis/tls/server.key\ntls-ca-cert-file /etc/redis/tls/ca.crt'
  const diagnostics = encrypted
    ? fix('Close the port without TLS, once no client uses it.', setDirectives(facts, { port: '0' }))
    : fix('Replace the plain port by a TLS port. The server does not start without the certificates.', null, [
        { label: 'redis.conf', text: lines },
      ])
  if (encrypted) return item('tls', title, 'fail', 'One port uses TLS, another does not.', evidence, diagnostics)
  if (facts.client.tls === true)
    return item(
      'tls',
      title,
      'unknown',
      'The server offers no TLS. If clients use it, a proxy must terminate it, and traffic between proxy and server is unencrypted.',
      evidence,
      diagnostics,
    )
  return item('tls', title, 'fail', 'Passwords and data cross the network unencrypted.', evidence, diagnostics)
}

function firewall(facts: Facts): ChecklistItem {
  const title = 'A firewall admits only the application'
  if (facts.loopbackOnly)
    return item('firewall', title, 'pass', 'Other hosts cannot reach any port.', [directiveEvidence(facts, 'bind')])
  const evidence = [directiveEvidence(facts, 'bind'), ...facts.ports.map(({ name }) => directiveEvidence(facts, name))]
  const { network: entered } = facts.client
  const network =
    entered === null
      ? ` Put the application’s network in place of ${exampleNetwork.cidr}.`
      : networkOf(entered) === null
        ? ` The network that was entered is not a range of addresses such as ${exampleNetwork.cidr}, which the rules use in its place.`
        : ''
  const diagnostics = fix(`Accept the application’s network and drop the rest.${network}`, null, firewallRules(facts))
  if (facts.client.firewall === true) return item('firewall', title, 'pass', 'Yes, by your answer.', evidence)
  return facts.client.firewall === false
    ? item('firewall', title, 'fail', 'No, by your answer.', evidence, diagnostics)
    : item('firewall', title, 'unknown', 'These files do not show whether there is a firewall.', evidence, diagnostics)
}

function unixSocket(facts: Facts): ChecklistItem {
  const title = 'Clients on the same host use a Unix socket that others cannot open'
  const evidence = [directiveEvidence(facts, 'unixsocket'), directiveEvidence(facts, 'unixsocketperm')]
  if (facts.config.get('unixsocket') === '') {
    const diagnostics = fix('Open a socket, in a directory that exists and only the server’s group can enter.', null, [
      { label: 'redis.conf', text: 'unixsocket /run/redis/redis.sock\nunixsocketperm 700' },
      { label: 'Client', text: 'redis-cli -s /run/redis/redis.sock' },
    ])
    if (facts.client.sameHost === true)
      return item(
        'unix-socket',
        title,
        'fail',
        'There is no socket, and clients run on this host.',
        evidence,
        diagnostics,
      )
    if (facts.client.sameHost === false)
      return item('unix-socket', title, 'pass', 'No client runs on this host.', evidence)
    return item(
      'unix-socket',
      title,
      'unknown',
      'There is no socket. One is useful if clients run on this host.',
      evidence,
      diagnostics,
    )
  }
  const mode = parseInt(facts.config.get('unixsocketperm'), 8)
  const diagnostics = fix(
    'Let only the server’s own system user open it, or its group with 770.',
    setDirectives(facts, { unixsocketperm: '700' }),
  )
  if (mode === 0)
    return item(
      'unix-socket',
      title,
      'unknown',
      'Without unixsocketperm the socket’s mode follows from the umask of the server.',
      evidence,
      diagnostics,
    )
  if ((mode & 0o002) !== 0)
    return item(
      'unix-socket',
      title,
      'fail',
      'Every system user of this host can open the socket.',
      evidence,
      diagnostics,
    )
  return item(
    'unix-socket',
    title,
    'pass',
    (mode & 0o020) !== 0
      ? 'Only the server’s system user and its group can open the socket.'
      : 'Only the server’s system user can open the socket.',
    evidence,
  )
}
