import type { DiagnosticSettings } from '../analysis/diagnostics/settings'
import { isClientId } from '../analysis/diagnostics/clients'
import { isTargetId, type TargetId } from '../targets/list'

/** The settings of a client. */
export interface Settings {
  readonly target: TargetId
  readonly diagnostics: DiagnosticSettings
}

/** Reads the settings that a client sent; what is missing or malformed is as in `base`. */
export function readSettings(value: unknown, base: Settings): Settings {
  if (typeof value !== 'object' || value === null) return base
  const { target, ignore, client } = value as Readonly<Record<string, unknown>>
  return {
    target: typeof target === 'string' && isTargetId(target) ? target : base.target,
    diagnostics: {
      silenced: Array.isArray(ignore)
        ? ignore.filter((code): code is string => typeof code === 'string')
        : base.diagnostics.silenced,
      silencedFor: {},
      choices: typeof client === 'string' && isClientId(client) ? { client } : base.diagnostics.choices,
    },
  }
}
