import { lower, type Bytes } from '../acl/bytes'
import { since, type TargetId } from './list'

/** The command lines of a command whose replies nobody has recorded: longer ones, or those with one of the words. */
interface Unknown {
  readonly longerThan: number
  /** In lower case. Absent: all longer ones. */
  readonly words?: ReadonlySet<string>
}

/** By the full name of the command. */
export type UnknownReplies = ReadonlyMap<string, Unknown>

const all: Unknown = { longerThan: 0 }

/** Valkey 9.2 was recorded without the commands and options that it added: they are checked, and answered as not simulated. */
const valkey92: UnknownReplies = new Map<string, Unknown>([
  ['increx', all],
  ['xackdel', all],
  ['xdelex', all],
  ['move', { longerThan: 3 }],
  ['sismember', { longerThan: 3 }],
  ['set', { longerThan: 3, words: new Set(['ifne']) }],
  ['zrange', { longerThan: 4, words: new Set(['xx']) }],
])

const none: UnknownReplies = new Map()

/** Returns the command lines of a target whose replies are not simulated although other releases' are. */
export function unknownRepliesOf(id: TargetId): UnknownReplies {
  return since(id, null, 'valkey-9.2') ? valkey92 : none
}

/** Returns true for a command line whose reply is not known. */
export function isReplyUnknown(replies: UnknownReplies, name: string, argv: readonly Bytes[]): boolean {
  const found = replies.get(name)
  if (found === undefined || argv.length <= found.longerThan) return false
  const { words } = found
  return words === undefined || argv.slice(found.longerThan).some((word) => words.has(lower(word)))
}
