import type { Bytes } from '../../acl/bytes'
import { takesKeys } from '../../acl/command'
import { isUnlimited } from '../escalation'
import { tokensOf } from './facts'
import { onEach, onEachSelector, onToken, removeToken, replaceToken, type LineCheck, type Token } from './line'

/** The effect of a rule on others, what to do instead, and the rules that suffice for an application. */
interface Effect {
  /** A command that the rule allows and that has the effect. */
  readonly command: string
  readonly message: string
  readonly hint: string
  readonly enough?: Bytes
}

const script: Effect = {
  command: 'script|flush',
  message: 'SCRIPT FLUSH drops the scripts of all users, and SCRIPT KILL ends those that run.',
  hint: 'Clients that run scripts need no more than SCRIPT LOAD and SCRIPT EXISTS.',
  enough: '+script|load +script|exists',
}
const functions: Effect = {
  command: 'function|flush',
  message: 'FUNCTION LOAD, DELETE, FLUSH and RESTORE change the functions that all users call.',
  hint: 'FCALL needs none of them: load functions as another user.',
}
const pause: Effect = {
  command: 'client|pause',
  message: 'CLIENT PAUSE holds up the commands of all clients.',
  hint: 'Only failover tools need it.',
}
const save: Effect = {
  command: 'save',
  message: 'SAVE holds up all clients until the data is written.',
  hint: 'BGSAVE does not.',
}
const migrate: Effect = {
  command: 'migrate',
  message: 'MIGRATE sends keys to any server that this one can reach, and deletes them here.',
  hint: 'Only tools that move slots of a cluster need it.',
}
const cluster: Effect = {
  command: 'cluster|meet',
  message: 'In a cluster, CLUSTER MEET lets a server of anybody join, which can then replace all data.',
  hint: 'Clients of a cluster need CLUSTER SLOTS, SHARDS and the like only.',
}

/** By rule. Rules for categories are left to other checks. */
const effects: ReadonlyMap<Bytes, Effect> = new Map([
  ['+script', script],
  ['+script|flush', script],
  ['+script|kill', script],
  ['+function', functions],
  ['+function|flush', functions],
  ['+client|pause', pause],
  ['+save', save],
  ['+migrate', migrate],
  ['+cluster', { ...cluster, enough: '+cluster|slots +cluster|shards +cluster|nodes +cluster|myid' }],
  ['+cluster|meet', cluster],
])

/** Commands by name that affect other users, for a user whose rules are limited. */
export const disturbsOthers: LineCheck = {
  code: 'disturbs-others',
  severity: 'info',
  check: (line) => {
    const { user } = line
    if (user === null || isUnlimited(user)) return []
    return onEachSelector(line, ({ commands }, i) =>
      onEach(tokensOf(line, i), (token) => {
        const effect = effects.get(token.word)
        const command = effect === undefined ? undefined : line.target.table.find(effect.command)
        if (effect === undefined || command === undefined || !commands.has(command.index)) return []
        return [
          {
            ...onToken(token, effect.message, effect.hint, fixesOf(token, effect)),
            group: effect.message,
            // MIGRATE is allowed on keys that the patterns match.
            claims: () => (takesKeys(command) ? [] : [{ argv: effect.command.split('|'), allowed: true }]),
          },
        ]
      }),
    )
  },
}

function fixesOf(token: Token, { enough }: Effect): ReturnType<typeof removeToken>[] {
  return enough === undefined || token.word.includes('|')
    ? [removeToken(token)]
    : [replaceToken(token, `Write ${enough}`, enough), removeToken(token)]
}
