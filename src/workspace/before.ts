/** The versions of users.acl that it is compared with. They are not part of the workspace: no link and no file carries them. */
export interface Before {
  /** users.acl as it was when the workspace was opened. */
  readonly opened: string
  /** The version chosen to compare with; the same as `opened` where none was. */
  readonly chosen: string
}

/** The longest version that is kept, in UTF-16 units: the workspace itself needs the room. */
export const longestKept = 500_000

/** What is written down of it: only what cannot be told from the rest, and nothing that is too long. */
export interface SavedBefore {
  readonly opened?: string
  readonly chosen?: string
}

/**
 * What to keep beside a workspace.
 * @param acl users.acl as it is
 */
export function writeBefore({ opened, chosen }: Before, acl: string): SavedBefore | null {
  const saved = {
    ...(opened !== acl && opened.length <= longestKept && { opened }),
    ...(chosen !== opened && chosen.length <= longestKept && { chosen }),
  }
  return Object.keys(saved).length === 0 ? null : saved
}

/**
 * Reads what writeBefore wrote, from a value of unknown origin.
 * @returns what could be read of it; for the rest, users.acl counts as opened just now, and none was chosen
 */
export function readBefore(value: unknown, acl: string): Before {
  const { opened, chosen } = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const isKept = (text: unknown): text is string => typeof text === 'string' && text.length <= longestKept
  const start = isKept(opened) ? opened : acl
  return { opened: start, chosen: isKept(chosen) ? chosen : start }
}
