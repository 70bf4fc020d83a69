/** The settings of a workspace. */
export interface WorkspaceSettings {
  /** Codes of diagnostics that are muted for the workspace. */
  readonly silenced: readonly string[]
  /** Codes of diagnostics that are muted for a user, by name. */
  readonly silencedFor: Readonly<Record<string, readonly string[]>>
  /** Other choices by name, such as the client library. */
  readonly choices: Readonly<Record<string, string>>
}

/** The default settings. */
export const plainSettings: WorkspaceSettings = { silenced: [], silencedFor: {}, choices: {} }
