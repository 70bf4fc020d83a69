import { textAt, wordAt } from '../../acl/argv'
import { lower, type Bytes } from '../../acl/bytes'
import { items, type Line, type Rewrite } from './done'

/** Returns the place of the word FIELDS; the number of fields and the fields follow. */
const fieldsAt = (argv: Line): number => argv.findIndex((word, i) => i > 1 && lower(word) === 'fields')

const deletions = (key: Bytes, fields: Line): readonly Line[] => fields.map((field) => ['HDEL', key, field])

/** The expiry of fields: those that were set with an absolute time, those that were deleted with HDEL. */
const fieldExpiry: Rewrite = ({ name, argv, reply, now }) => {
  const key = textAt(argv, 1)
  const at = fieldsAt(argv)
  const fields = argv.slice(at + 2)
  const results = items(reply)
  const having = (result: number): Line => fields.filter((_, i) => results[i] === result)
  const deleted = deletions(key, having(2))
  const changed = having(1)
  if (changed.length === 0) return deleted
  const unit = name.startsWith('hp') ? 1 : 1000
  const time = Number(argv[2]) * unit + (name.endsWith('at') ? 0 : now)
  const head = name === 'hpexpireat' ? argv[0] : 'HPEXPIREAT'
  return [[head ?? '', key, String(time), ...argv.slice(3, at + 1), String(changed.length), ...changed], ...deleted]
}

/** Returns the place and the absolute time in milliseconds of EX, PX, EXAT or PXAT before the fields; null without one. */
function timeOption(argv: Line, now: number): { readonly at: number; readonly time: number } | null {
  const at = argv.findIndex((word, i) => i > 1 && i < fieldsAt(argv) && /^(?:ex|px|exat|pxat)$/i.test(word))
  if (at < 0) return null
  const option = wordAt(argv, at)
  const time = Number(argv[at + 1]) * (option.startsWith('p') ? 1 : 1000) + (option.endsWith('at') ? 0 : now)
  return { at, time }
}

/** HGETEX: the expiry or its removal; fields whose time is past are deleted. */
const getEx: Rewrite = ({ argv, reply, now }) => {
  const key = textAt(argv, 1)
  const from = fieldsAt(argv)
  const option = timeOption(argv, now)
  if (option === null) return [['HPERSIST', key, ...argv.slice(from)]]
  const values = items(reply)
  if (option.time <= now)
    return deletions(
      key,
      argv.slice(from + 2).filter((_, i) => values[i] !== null),
    )
  return [['HPEXPIREAT', key, String(option.time), ...argv.slice(from)]]
}

/** HSETEX: the time is absolute; fields whose time is past are deleted. */
const setEx: Rewrite = ({ argv, now }) => {
  const option = timeOption(argv, now)
  if (option === null) return [argv]
  const { at, time } = option
  const pairs = argv.slice(fieldsAt(argv) + 2)
  if (time <= now)
    return deletions(
      textAt(argv, 1),
      pairs.filter((_, i) => i % 2 === 0),
    )
  return [[...argv.slice(0, at), 'PXAT', String(time), ...argv.slice(at + 2)]]
}

/** The commands on hashes that are not sent on as they came. */
export const hashRewrites: Readonly<Record<string, Rewrite>> = {
  hexpire: fieldExpiry,
  hpexpire: fieldExpiry,
  hexpireat: fieldExpiry,
  hpexpireat: fieldExpiry,
  hgetdel: ({ argv }) => [['HDEL', textAt(argv, 1), ...argv.slice(fieldsAt(argv) + 2)]],
  hgetex: getEx,
  hsetex: setEx,
}
