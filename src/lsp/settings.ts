import type { DiagnosticSettings } from '../analysis/diagnostics/settings'
import { isClientId } from '../analysis/diagnostics/clients'
import { versionOf, type ServerVersion } from './kinds'

/** The settings of a client. */
export interface Settings {
  readonly version: ServerVersion
  readonly diagnostics: DiagnosticSettings
}

/** Reads the settings that a client sent; what is missing or malformed is as in `base`. */
export function readSettings(value: unknown, base: Settings): Settings {
  if (typeof value !== 'object' || value === null) return base
  const { target, serverVersion, ignore, client } = value as Readonly<Record<string, unknown>>
  return {
    version: versionOf(target, serverVersion) ?? base.version,
    diagnostics: {
      silenced: Array.isArray(ignore)
        ? ignore.filter((code): code is string => typeof code === 'string')
        : base.diagnostics.silenced,
      silencedFor: {},
      choices: typeof client === 'string' && isClientId(client) ? { client } : base.diagnostics.choices,
    },
  }
}
