/** A part of a text: plain, code, or a link. */
export type TextPart =
  | { readonly kind: 'plain' | 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string; readonly isOutside: boolean }

/** Splits a text with code in backticks and links as `[text](#learn/keys)`. Other addresses than views and https stay text. */
export function richText(text: string): readonly TextPart[] {
  return text.split(/(`[^`]+`|\[[^\]]+\]\((?:#[a-z]|https:\/\/)[^)\s]*\))/).flatMap((part): readonly TextPart[] => {
    if (part === '') return []
    const [, words, href] = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part) ?? []
    if (words !== undefined && href !== undefined)
      return [{ kind: 'link', text: words.replaceAll('`', ''), href, isOutside: !href.startsWith('#') }]
    return part.startsWith('`') && part.endsWith('`') && part.length > 2
      ? [{ kind: 'code', text: part.slice(1, -1) }]
      : [{ kind: 'plain', text: part }]
  })
}
