import type { Bytes } from '../acl/bytes'
import type { Session } from './session'

/** The fields of each fieldset that a connection has prepared (HIMPORT), by its name. */
type Fieldsets = Map<Bytes, readonly Bytes[]>

const prepared = new WeakMap<Session, Fieldsets>()

export function fieldsetsOf(session: Session): Fieldsets {
  const fieldsets: Fieldsets = prepared.get(session) ?? new Map<Bytes, readonly Bytes[]>()
  prepared.set(session, fieldsets)
  return fieldsets
}

/** Drops the fieldsets of a connection (RESET). */
export function dropFieldsets(session: Session): void {
  prepared.delete(session)
}

/** Returns the bytes that the fieldsets of a connection use. */
export function bytesOfFieldsets(session: Session): number {
  let bytes = 0
  for (const [name, fields] of prepared.get(session) ?? [])
    bytes += fields.reduce((sum, field) => sum + field.length + 32, name.length + 64)
  return bytes
}
