/** The start of the names of everything that the page stores in this browser. */
export const prefix = 'acl-playground.'

/** Something that was done before the page's script could do it. */
export type EarlyEvent =
  | { readonly kind: 'click'; readonly element: HTMLElement; readonly x: number; readonly y: number }
  /** A line that was confirmed in the console's input. */
  | { readonly kind: 'line'; readonly text: string }
  /** A shortcut. */
  | { readonly kind: 'key'; readonly init: KeyboardEventInit }

/** The window, where the script in the head of the built page ran. */
export type EarlyWindow = typeof globalThis & {
  /** Stops collecting; returns what was collected, the earliest first. */
  takeEarlyEvents?: () => readonly EarlyEvent[]
}

/** Returns true for keys that are likely shortcuts of the page: they are collected until its actions are loaded. */
export function isLikelyShortcut({ key, code, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean {
  if (!ctrlKey && !metaKey && !altKey) return key === '?' || key === 'F8'
  return /^([k.]|Enter)$/i.test(key) || (shiftKey && /^o$/i.test(key)) || (altKey && /^Digit/.test(code))
}
