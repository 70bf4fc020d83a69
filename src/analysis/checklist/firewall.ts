import { isLoopback, isWildcard, type Facts } from './facts'
import type { Snippet } from './types'

/** The network in the rules where the user has not entered the network of the application. */
const EXAMPLE_NETWORK = '10.0.0.0/24'

/**
 * Returns firewall rules that admit the application's network to the ports and drop all other traffic, for the
 * addresses that the server listens on: iptables (and ip6tables), nftables, and a cloud security group.
 */
export function firewallRules(facts: Facts): Snippet[] {
  const network = facts.client.network ?? EXAMPLE_NETWORK
  const ports = facts.ports.map(({ number }) => number)
  const addresses = facts.addresses.filter((address) => !isLoopback(address))
  const everywhere = addresses.length === 0 || addresses.some(isWildcard)
  const v4 = everywhere ? [null] : addresses.filter((address) => !address.includes(':'))
  const v6 = everywhere ? [null] : addresses.filter((address) => address.includes(':'))
  return [
    {
      label: 'iptables',
      text: [
        ...tables('iptables', v4, ports, network.includes(':') ? null : network),
        ...tables('ip6tables', v6, ports, network.includes(':') ? network : null),
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
  network: string,
): string {
  const port = ports.length === 1 ? String(ports[0]) : `{ ${ports.join(', ')} }`
  const family = network.includes(':') ? 'ip6' : 'ip'
  const named = (kind: 'ip' | 'ip6', addresses: readonly (string | null)[]): string[] =>
    addresses.flatMap((address) => (address === null ? [] : [`${kind} daddr ${address} tcp dport ${port} drop`]))
  const drops = v4.includes(null) ? [`tcp dport ${port} drop`] : [...named('ip', v4), ...named('ip6', v6)]
  const rules = [`iif "lo" tcp dport ${port} accept`, `${family} saddr ${network} tcp dport ${port} accept`, ...drops]
  return `table inet acl_playground {\n  chain input {\n    type filter hook input priority filter; policy accept;\n${rules.map((rule) => `    ${rule}\n`).join('')}  }\n}`
}

/** Describes a cloud security group, which drops all traffic that no rule admits. */
function securityGroup(ports: readonly number[], network: string): string {
  const field = network.includes(':') ? 'ipv6_cidr_blocks' : 'cidr_blocks'
  const rules = ports.map(
    (port) =>
      `  ingress {\n    from_port   = ${port}\n    to_port     = ${port}\n    protocol    = "tcp"\n    ${field} = ["${network}"]\n  }\n`,
  )
  return `resource "aws_security_group" "redis" {\n  name = "redis"\n${rules.join('')}}`
}
