import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { render } from 'svelte/server'
import type { Component } from 'svelte'
import { expect, test } from 'vitest'
import { componentOf } from '../../src/tools/static-icons'
// Lucide's own component, which the page does without and the package does not export.
import LucideIcon from '../../node_modules/@lucide/svelte/dist/Icon.svelte'

type IconComponent = Component<{ size?: number }>

const parts = readdirSync('src/app', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.svelte'))
  .map((file) => readFileSync(`src/app/${file}`, 'utf8'))
const iconsOf = (text: string): RegExpExecArray[] => [
  ...text.matchAll(/import (\w+) from '@lucide\/svelte\/icons\/([\w-]+)'/g),
]
const names = [...new Set(parts.flatMap(iconsOf).map(([, , name = '']) => name))].sort()
const folder = 'node_modules/@lucide/svelte/dist/icons'

/** Elements with their attributes sorted. Classes are left out, and the namespace, which HTML gives without being told. */
function elementsOf(html: string): string[][] {
  return [...html.replace(/<!--.*?-->/g, '').matchAll(/<(\w+)([^>]*)>/g)].map(([, tag = '', attributes = '']) => [
    tag,
    ...[...attributes.matchAll(/[\w-]+="[^"]*"/gi)]
      .map(([attribute]) => attribute)
      .filter((attribute) => !/^(class|xmlns)=/.test(attribute))
      .sort(),
  ])
}

test('the page has icons', () => expect(names.length).toBeGreaterThan(30))

test.each(names)('%s is drawn as Lucide draws it', async (name) => {
  const file = resolve(folder, `${name}.svelte`)
  const { default: ours } = (await import(/* @vite-ignore */ file)) as { default: IconComponent }
  const icon: unknown = JSON.parse(/^const iconData = (.*);$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? '')
  for (const props of [{}, { size: 13 }]) {
    const made = render(ours, { props }).body
    const lucide = render(LucideIcon as Component<object>, { props: { ...props, icon } }).body
    expect(elementsOf(made)).toEqual(elementsOf(lucide))
    expect(elementsOf(made)[0]).toContain('aria-hidden="true"')
  }
})

test('icons are given a size only', () => {
  const used = parts.flatMap((text) => {
    const icons = iconsOf(text).map(([, tag]) => tag)
    return icons.length === 0 ? [] : (text.match(new RegExp(`<(?:Icon|${icons.join('|')})\\s[^>]*>`, 'g')) ?? [])
  })
  expect(used.length).toBeGreaterThan(60)
  for (const tag of used) expect(tag).toMatch(/^<\w+\s+(size=\{\d+\}|\{size\})\s*\/>$/)
})

test('an icon that is written in another way is an error', () => {
  expect(() => componentOf('<svg />')).toThrow('adapt this plugin')
})
