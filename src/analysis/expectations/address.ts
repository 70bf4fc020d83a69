/** Whether a word is an IPv4 or IPv6 address (lower case). */
export function isAddress(word: string): boolean {
  if (isIPv4(word)) return true
  const halves = word.split('::')
  if (!word.includes(':') || halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1) ?? ''
  const ends = last.includes('.')
  const isWhole = groups.every(
    (group, i) => /^[0-9a-f]{1,4}$/.test(group) || (ends && i === groups.length - 1 && isIPv4(group)),
  )
  const length = groups.length + (ends ? 1 : 0)
  return isWhole && (halves.length === 2 ? length < 8 : length === 8)
}

function isIPv4(word: string): boolean {
  const parts = word.split('.')
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)
}
