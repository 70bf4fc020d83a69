/** The versions to compare users.acl with. They are not part of the workspace: links and files do not contain them. */
export interface Before {
  /** users.acl at the time the workspace was opened. */
  readonly opened: string
  /** The version chosen for comparison; the same as `opened` by default. */
  readonly chosen: string
}

/** The maximum length of a saved version, in UTF-16 units: storage is limited, and the workspace comes first. */
const longestKept = 500_000

/** The saved form: only what cannot be derived, and nothing beyond longestKept. */
export interface SavedBefore {
  readonly opened?: string
  readonly chosen?: string
}

/**
 * Returns the versions to save with a workspace; null where there are none.
 * @param acl the current users.acl
 */
export function writeBefore({ opened, chosen }: Before, acl: string): SavedBefore | null {
  const saved = {
    ...(opened !== acl && opened.length <= longestKept && { opened }),
    ...(chosen !== opened && chosen.length <= longestKept && { chosen }),
  }
  return Object.keys(saved).length === 0 ? null : saved
}

/**
 * Reads the output of writeBefore from a value of unknown origin.
 * @returns the valid parts; the current users.acl in place of the others
 */
export function readBefore(value: unknown, acl: string): Before {
  const { opened, chosen } = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const isKept = (text: unknown): text is string => typeof text === 'string' && text.length <= longestKept
  const start = isKept(opened) ? opened : acl
  return { opened: start, chosen: isKept(chosen) ? chosen : start }
}
