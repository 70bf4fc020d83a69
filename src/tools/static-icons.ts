/**
 * A Vite plugin that compiles each Lucide icon to one element with constant markup. Lucide's own component makes every path
 * by itself and spreads the attributes of each, which takes a phone half a millisecond for every icon of the page's start.
 */
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

type Node = readonly [tag: string, attributes: Readonly<Record<string, string>>]

interface Icon {
  readonly size: number
  readonly node: readonly Node[]
}

/** Icons take no other property than `size`: all are decoration. */
export const staticIcons: Plugin = {
  name: 'static-icons',
  load: {
    filter: { id: /\/@lucide\/svelte\/dist\/icons\/[\w-]+\.svelte$/ },
    handler: (id) => componentOf(readFileSync(id, 'utf8')),
  },
}

/** Returns the Svelte component of an icon. */
export function componentOf(source: string): string {
  const data = /^const iconData = (\{.*\});$/m.exec(source)?.[1]
  if (data === undefined) throw new Error('Lucide writes its icons in another way: adapt this plugin.')
  const { size, node } = JSON.parse(data) as Icon
  // As text: for a number, Svelte would search all properties of an SVG element for a setter.
  const text = '{`${size}`}'
  const box = `width=${text} height=${text} viewBox="0 0 ${size} ${size}"`
  const stroke = 'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
  return `<script>let { size = ${size} } = $props()</script>
<svg ${box} fill="none" ${stroke} aria-hidden="true">${node.map(elementOf).join('')}</svg>
`
}

function elementOf([tag, attributes]: Node): string {
  return `<${[tag, ...Object.entries(attributes).map(([name, value]) => `${name}="${value}"`)].join(' ')} />`
}
