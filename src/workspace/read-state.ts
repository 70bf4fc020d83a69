import * as v from 'valibot'
import { isTargetId } from '../targets/infos'
import type { TargetId } from '../targets/target'
import { limits, type WorkspaceState } from './state'
import type { OwnedVersion } from './version'

const text = (most: number) => v.pipe(v.string(), v.maxLength(most))
const name = text(limits.nameLength)
const fileText = text(limits.fileLength)
/** An optional value; an invalid one is dropped rather than rejected. */
const dropped = <const T extends v.GenericSchema>(schema: T) => v.fallback(v.optional(schema), undefined)

/** An array whose length is checked before its items. */
const list = <const T extends v.GenericSchema>(item: T, most: number) =>
  v.pipe(
    v.custom<unknown[]>((value) => Array.isArray(value) && value.length <= most),
    v.array(item),
  )

/** A record that inherits nothing, since a user may be called `constructor`; v.record drops such keys. */
const record = <const T extends v.GenericSchema>(item: T) =>
  v.pipe(
    v.custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
    v.transform((value) => Object.entries(value) as unknown[]),
    list(v.tuple([name, item]), limits.settings),
    v.transform(
      (entries) =>
        Object.assign(Object.create(null), Object.fromEntries(entries as [string, unknown][])) as Record<
          string,
          v.InferOutput<T>
        >,
    ),
  )

const target = v.custom<TargetId>((value) => typeof value === 'string' && isTargetId(value))
const tcp = { tls: dropped(v.literal(true)), certificateUser: dropped(name) }

const workspaceSchema = v.pipe(
  v.object({
    target,
    release: dropped(
      v.pipe(
        text(100),
        v.check((release) => /^\d[\w.:+~-]*$/.test(release)),
      ),
    ),
    modules: v.boolean(),
    files: v.object({ acl: fileText, conf: fileText, expect: v.optional(fileText) }),
    connections: list(
      v.object({
        origin: v.variant('kind', [
          v.object({ kind: v.literal('unix'), as: dropped(v.picklist(['owner', 'group', 'other'])) }),
          v.object({ kind: v.literal('loopback'), ...tcp }),
          v.object({ kind: v.literal('address'), address: text(100), ...tcp }),
        ]),
        login: v.nullable(name),
      }),
      limits.connections,
    ),
    entries: list(
      v.object({
        on: v.pipe(v.number(), v.integer(), v.minValue(0)),
        line: text(limits.lineLength),
        login: v.optional(v.nullable(name)),
        notRun: dropped(v.picklist(['held', 'left'])),
      }),
      limits.entries,
    ),
    settings: v.optional(
      v.object({
        silenced: list(name, limits.settings),
        silencedFor: record(list(name, limits.settings)),
        choices: record(name),
      }),
    ),
    title: v.optional(text(limits.titleLength)),
    note: v.optional(text(limits.noteLength)),
    line: dropped(v.pipe(v.number(), v.integer(), v.minValue(1))),
    exercise: v.optional(v.object({ goals: text(limits.goalsLength), solution: v.optional(fileText) })),
  }),
  v.check(({ connections, entries }) => entries.every(({ on }) => on < connections.length)),
)

/**
 * Validates a value of unknown origin and copies only what belongs to a workspace.
 * @returns null where anything is missing, of the wrong shape or beyond the limits
 */
export function readState(value: unknown): WorkspaceState | null {
  const { success, output } = v.safeParse(workspaceSchema, value, { abortEarly: true })
  return success ? (output as WorkspaceState) : null
}

const versionSchema = v.object({
  of: v.number(),
  at: v.number(),
  target,
  release: v.optional(v.string()),
  modules: v.boolean(),
  files: v.object({ acl: v.string(), conf: v.string(), expect: v.optional(v.string()) }),
})

/** Returns true where a value of unknown origin is a stored version. */
export function isVersion(value: unknown): value is OwnedVersion {
  return v.is(versionSchema, value)
}
