import { textAt, wordAt } from '../../acl/argv'
import { lower, type Bytes } from '../../acl/bytes'
import { isError, type Reply } from '../../resp/reply'
import { ZSetValue } from '../../keyspace/zset'
import { items, type Done, type Line, type Rewrite } from './done'
import { hashRewrites } from './propagated-hashes'
import { propagatedStream } from './propagated-streams'

const text = (reply: Reply | undefined): Bytes => {
  if (typeof reply === 'string') return reply
  if (typeof reply === 'number' || typeof reply === 'bigint') return String(reply)
  return typeof reply === 'object' && reply !== null && 'text' in reply ? reply.text : ''
}

/** The expiry that a key has now as one command line, DEL where the key is gone. */
function expiryLine({ argv, db, removal }: Done, keep: Line = []): readonly Line[] {
  const key = textAt(argv, 1)
  const at = db.expiry(key)
  return at === undefined ? [[removal('expire'), key]] : at === null ? [] : [['PEXPIREAT', key, String(at), ...keep]]
}

/** SET: a time is absolute, and GET is not sent on. */
const set: Rewrite = (done) => {
  const { argv, db } = done
  const [name = '', key = '', value = '', ...words] = argv
  const hasTime = words.some((word) => /^(?:ex|px|exat)$/i.test(word))
  if (words.some((word) => lower(word) === 'pxat')) return [argv]
  if (!hasTime) return [[name, key, value, ...words.filter((word) => lower(word) !== 'get')]]
  return [['SET', key, value, 'PXAT', String(db.expiry(key) ?? done.now)]]
}

const setWithTime: Rewrite = ({ argv, db, now }) => {
  const key = textAt(argv, 1)
  return [['SET', key, textAt(argv, 3), 'PXAT', String(db.expiry(key) ?? now)]]
}

const getEx: Rewrite = (done) =>
  wordAt(done.argv, 2) === 'persist' ? [['PERSIST', textAt(done.argv, 1)]] : expiryLine(done)

const expire: Rewrite = (done) => {
  const lines = expiryLine(done, done.argv.slice(3))
  return done.name === 'pexpireat' && lines[0]?.[0] === 'PEXPIREAT' ? [done.argv] : lines
}

/** The most members of one SREM that SPOP is sent on as. */
const MEMBERS_A_LINE = 1024

const spop: Rewrite = ({ argv, reply, db, removal }) => {
  const [, key = '', count] = argv
  if (count === undefined) return [['SREM', key, text(reply)]]
  if (!db.has(key)) return [[removal('server-del'), key]]
  const members = items(reply).map((member) => text(member))
  const lines: Line[] = []
  for (let at = 0; at < members.length; at += MEMBERS_A_LINE)
    lines.push(['SREM', key, ...members.slice(at, at + MEMBERS_A_LINE)])
  return lines
}

/** A pop from the first of several keys that has elements, whose reply starts with its key. */
const popFrom =
  (name: (argv: readonly Bytes[]) => Bytes, withCount: boolean): Rewrite =>
  ({ argv, reply }) => {
    const [key, popped] = items(reply)
    return [[name(argv), text(key), ...(withCount ? [String(items(popped).length)] : [])]]
  }

/** Returns the word after the keys of LMPOP and its kin: `numkeys key … LEFT`. */
const sideAfterKeys = (argv: readonly Bytes[], numkeys: number): Bytes =>
  wordAt(argv, numkeys + 1 + Number(argv[numkeys]))

const listEnd = (numkeys: number) => (argv: readonly Bytes[]) =>
  sideAfterKeys(argv, numkeys) === 'left' ? 'LPOP' : 'RPOP'
const scoreEnd = (numkeys: number) => (argv: readonly Bytes[]) =>
  sideAfterKeys(argv, numkeys) === 'min' ? 'ZPOPMIN' : 'ZPOPMAX'

const restore: Rewrite = ({ argv, db, removal }) => {
  const [name = '', key = '', ttl = '', ...rest] = argv
  if (Number(ttl) === 0 || rest.some((word, i) => i > 0 && lower(word) === 'absttl')) return [argv]
  const at = db.expiry(key)
  return at === undefined ? [[removal('server-del'), key]] : [[name, key, String(at ?? 0), ...rest, 'ABSTTL']]
}

/** GEOADD is sent on as the ZADD that it is. */
const geoAdd: Rewrite = ({ argv, db }) => {
  const key = textAt(argv, 1)
  let from = 2
  while (/^(?:nx|xx|ch)$/i.test(textAt(argv, from))) from++
  const scores = db.getOf(key, ZSetValue)
  const line = ['zadd', key, ...argv.slice(2, from)]
  for (let i = from; i + 2 < argv.length; i += 3) {
    const member = textAt(argv, i + 2)
    line.push(String(scores?.score(member) ?? 0), member)
  }
  return [line]
}

const rewrites: Readonly<Record<string, Rewrite>> = {
  set,
  setex: setWithTime,
  psetex: setWithTime,
  getex: getEx,
  getdel: ({ argv }) => [['DEL', textAt(argv, 1)]],
  getset: ({ argv }) => [['SET', ...argv.slice(1)]],
  incrbyfloat: ({ argv, reply }) => [['SET', textAt(argv, 1), text(reply), 'KEEPTTL']],
  hincrbyfloat: ({ argv, reply }) => [['HSET', textAt(argv, 1), textAt(argv, 2), text(reply)]],
  expire,
  pexpire: expire,
  expireat: expire,
  pexpireat: expire,
  spop,
  blpop: popFrom(() => 'LPOP', false),
  brpop: popFrom(() => 'RPOP', false),
  lmpop: popFrom(listEnd(1), true),
  blmpop: popFrom(listEnd(2), true),
  blmove: ({ argv }) => [['LMOVE', ...argv.slice(1, 5)]],
  brpoplpush: ({ argv }) => [['RPOPLPUSH', ...argv.slice(1, 3)]],
  bzpopmin: popFrom(() => 'ZPOPMIN', false),
  bzpopmax: popFrom(() => 'ZPOPMAX', false),
  zmpop: popFrom(scoreEnd(1), true),
  bzmpop: popFrom(scoreEnd(2), true),
  restore,
  geoadd: geoAdd,
  ...hashRewrites,
}

/** Commands that run others, which are sent on in their place. */
const carriers = new Set(['exec', 'eval', 'evalsha', 'eval_ro', 'evalsha_ro', 'fcall', 'fcall_ro'])

/** Commands that are sent on although they change no key. */
const always = new Set([
  'flushall',
  'flushdb',
  'publish',
  'spublish',
  'function|load',
  'function|delete',
  'function|flush',
  'function|restore',
])

/** Returns the command lines by which a replica makes the same change: deterministic ones, with absolute times. */
export function propagated(done: Done, changed: boolean): readonly Line[] {
  const { name, argv, reply } = done
  if (carriers.has(name) || (reply !== undefined && isError(reply))) return []
  if (!changed && !always.has(name)) return []
  return propagatedStream(done) ?? rewrites[name]?.(done) ?? [argv]
}
