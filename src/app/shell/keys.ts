const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** The modifier of shortcuts as it stands on the keyboard. */
export const modKey = isApple ? '⌘' : 'Ctrl '

/** Returns a shortcut as it stands on the keyboard: `Mod K` is `Ctrl K`, or `⌘K` on a Mac. */
export const printKeys = (keys: string): string => keys.replace('Mod ', modKey).replace('Escape', 'Esc')

/** Tells whether an event is a shortcut, such as `Mod K`, `Alt 1` or `F8`. */
export function matchesKeys(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.split(' ')
  const key = parts.at(-1) ?? ''
  const mod = isApple ? event.metaKey : event.ctrlKey
  if (mod !== parts.includes('Mod') || event.altKey !== parts.includes('Alt')) return false
  // The question mark needs Shift on most keyboards.
  if (key !== '?' && event.shiftKey !== parts.includes('Shift')) return false
  // With Alt, some keyboards write other characters than the digit.
  return /^\d$/.test(key) ? event.code === `Digit${key}` : event.key.toLowerCase() === key.toLowerCase()
}
