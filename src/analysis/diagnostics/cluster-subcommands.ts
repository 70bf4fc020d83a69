import { allows, tokensOf } from './facts'
import { addRules, onToken, type LineCheck } from './line'

const asked = ['cluster|slots', 'cluster|shards', 'cluster|nodes']

/** `+cluster|info` without the subcommands by which a client finds the node of a key. */
export const clusterSubcommands: LineCheck = {
  code: 'cluster-subcommands',
  severity: 'info',
  about: 'bars',
  check: (line) => {
    const token = tokensOf(line, 0).find(({ word }) => word.startsWith('+cluster|') && allows(line, word.slice(1)))
    if (token === undefined || line.user === null || !line.target.behaviours.hasSubcommandRules) return []
    const lacks = asked.filter((name) => !allows(line, name))
    if (lacks.length < asked.length) return []
    return [
      onToken(
        token,
        'CLUSTER SLOTS, SHARDS and NODES are denied: cluster clients send one of them to find the nodes, and some tools need CLUSTER as a whole.',
        null,
        [addRules(line, ['+cluster|slots', '+cluster|shards'], 'Add +cluster|slots +cluster|shards')],
      ),
    ]
  },
}
