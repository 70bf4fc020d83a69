import ipaddr from 'ipaddr.js'
import { hclString } from '../escape/hcl'
import { isLoopback, isWildcard, type Facts } from './facts'
import type { Snippet } from './types'

/** The network in the rules where the user has not entered the network of the application. */
export const exampleNetwork: Network = { family: 'ip', cidr: '10.0.0.0/24' }

interface Network {
  readonly family: 'ip' | 'ip6'
  /** In CIDR notation, as every firewall reads it. */
  readonly cidr: string
}

/**
 * Returns the network that a text names: an address, or an address and the length of its prefix. Null for any other text:
 * it may come from a link, and the rules are pasted into a shell.
 */
export function networkOf(text: string): Network | null {
  if (ipaddr.isValidCIDR(text)) {
    const [address, length] = ipaddr.parseCIDR(text)
    const { IPv4, IPv6 } = ipaddr
    const network = (address.kind() === 'ipv4' ? IPv4 : IPv6).networkAddressFromCIDR(text)
    return { family: familyOf(address), cidr: `${printAddress(network)}/${length}` }
  }
  const address = addressOf(text)
  return address === null
    ? null
    : { family: familyOf(address), cidr: `${printAddress(address)}/${address.kind() === 'ipv4' ? 32 : 128}` }
}

type Address = ReturnType<typeof ipaddr.parse>

const addressOf = (text: string): Address | null => (ipaddr.isValid(text) ? ipaddr.parse(text) : null)
const familyOf = (address: Address): Network['family'] => (address.kind() === 'ipv4' ? 'ip' : 'ip6')

/** Returns an address without its zone, such as `%eth0`, which firewalls do not read. */
const printAddress = (address: Address): string => address.toString().replace(/%.*$/s, '')

/**
 * Returns firewall rules that admit the application's network to the ports and drop all other traffic, for the
 * addresses that the server listens on: iptables (and ip6tables), nftables, and a cloud security group. Where one of
 * them is a host name, the rules are for every address.
 */
export function firewallRules(facts: Facts): Snippet[] {
  const network = networkOf(facts.client.network ?? '') ?? exampleNetwork
  const ports = facts.ports.map(({ number }) => number)
  const names = facts.addresses.filter((address) => !isLoopback(address))
  const addresses = names.flatMap((name) => addressOf(name) ?? [])
  const everywhere = names.length === 0 || names.some(isWildcard) || addresses.length < names.length
  const listening = (family: Network['family']): (string | null)[] =>
    everywhere ? [null] : addresses.filter((address) => familyOf(address) === family).map(printAddress)
  const v4 = listening('ip')
  const v6 = listening('ip6')
  return [
    {
      label: 'iptables',
      text: [
        ...tables('iptables', v4, ports, network.family === 'ip' ? network.cidr : null),
        ...tables('ip6tables', v6, ports, network.family === 'ip6' ? network.cidr : null),
      ].join('\n'),
    },
    { label: 'nftables', text: nftables(v4, v6, ports, network) },
    { label: 'Security group (Terraform, AWS)', text: securityGroup(ports, network) },
  ]
}

/** Returns iptables rules that admit loopback, then the network, and drop the rest. */
function tables(
  program: string,
  addresses: readonly (string | null)[],
  ports: readonly number[],
  network: string | null,
): string[] {
  return ports.flatMap((port) =>
    addresses.flatMap((address) => {
      const to = `${address === null ? '' : ` -d ${address}`} --dport ${port}`
      return [
        `${program} -A INPUT -i lo -p tcp${to} -j ACCEPT`,
        ...(network === null ? [] : [`${program} -A INPUT -p tcp -s ${network}${to} -j ACCEPT`]),
        `${program} -A INPUT -p tcp${to} -j DROP`,
      ]
    }),
  )
}

function nftables(
  v4: readonly (string | null)[],
  v6: readonly (string | null)[],
  ports: readonly number[],
  { family, cidr }: Network,
): string {
  const port = ports.length === 1 ? String(ports[0]) : `{ ${ports.join(', ')} }`
  const named = (kind: 'ip' | 'ip6', addresses: readonly (string | null)[]): string[] =>
    addresses.flatMap((address) => (address === null ? [] : [`${kind} daddr ${address} tcp dport ${port} drop`]))
  const drops = v4.includes(null) ? [`tcp dport ${port} drop`] : [...named('ip', v4), ...named('ip6', v6)]
  const rules = [`iif "lo" tcp dport ${port} accept`, `${family} saddr ${cidr} tcp dport ${port} accept`, ...drops]
  return `table inet acl_playground {\n  chain input {\n    type filter hook input priority filter; policy accept;\n${rules.map((rule) => `    ${rule}\n`).join('')}  }\n}`
}

/** Describes a cloud security group, which drops all traffic that no rule admits. */
function securityGroup(ports: readonly number[], { family, cidr }: Network): string {
  const field = family === 'ip6' ? 'ipv6_cidr_blocks' : 'cidr_blocks'
  const rules = ports.map(
    (port) =>
      `  ingress {\n    from_port   = ${port}\n    to_port     = ${port}\n    protocol    = "tcp"\n    ${field} = [${hclString(cidr)}]\n  }\n`,
  )
  return `resource "aws_security_group" "redis" {\n  name = "redis"\n${rules.join('')}}`
}
