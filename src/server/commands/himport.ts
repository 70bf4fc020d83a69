import { HashValue } from '../../keyspace/hash/value'
import { CommandError, OK } from '../../resp/reply'
import { bytesOfFieldsets, dropFieldsets, fieldsetsOf } from '../fieldsets'
import type { HandlerTable } from '../handler'
import type { Clients, Data, Notifications } from '../parts'

/** The most bytes of all fieldsets of a server. */
const MOST_BYTES = 16 * 1024 * 1024

/** HIMPORT (Redis 8.10), by documentation. */
export const himportCommands: HandlerTable<Clients & Data & Notifications> = {
  'himport|prepare': ({ session, argv, args }, { sessions }) => {
    const fields = argv.slice(3)
    if ([...sessions.values()].reduce((sum, one) => sum + bytesOfFieldsets(one), 0) > MOST_BYTES)
      throw new CommandError("OOM command not allowed when used memory > 'maxmemory'.")
    if (new Set(fields).size < fields.length) throw new CommandError('ERR duplicate field name in fieldset')
    fieldsetsOf(session).set(args.text(2), fields)
    return OK
  },
  'himport|set': ({ session, argv }, server) => {
    const [, , key = '', name = '', ...values] = argv
    const fields = fieldsetsOf(session).get(name)
    if (fields === undefined) throw new CommandError('ERR no such fieldset')
    if (fields.length !== values.length) throw new CommandError('ERR value count does not match fieldset')
    const db = server.database(session.db)
    db.getOf(key, HashValue)
    const hash = new HashValue(server.keyspace.limits)
    fields.forEach((field, i) => hash.set(field, values[i] ?? ''))
    db.set(key, hash)
    server.notify('h', 'hset', key, db)
    return OK
  },
  'himport|discard': ({ session, args }) => (fieldsetsOf(session).delete(args.text(2)) ? 1 : 0),
  'himport|discardall': ({ session }) => {
    const count = fieldsetsOf(session).size
    dropFieldsets(session)
    return count
  },
}
