import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'

/** Expects a built folder to carry the license, and the notices of packages that it bundles: workers and lazily loaded chunks included. */
export function expectLicenses(folder: string, names: readonly string[]): void {
  expect(readFileSync(join(folder, 'LICENSE.txt'), 'utf8')).toBe(readFileSync('LICENSE', 'utf8'))
  const sections = readFileSync(join(folder, 'licenses.txt'), 'utf8').split(/^## /m).slice(1)
  expect(sections.map((section) => section.split(' - ')[0])).toEqual(expect.arrayContaining([...names]))
  for (const section of sections) expect(section).toMatch(/copyright/i)
}
