import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8')

test('robots.txt is valid and allows the whole page', () => {
  const lines = read('static/robots.txt').trimEnd().split('\n')
  expect(lines).toEqual(['User-agent: *', 'Allow: /'])
})

test('the page has a language, a title and one description that fits a search result, and no absolute canonical link', () => {
  const page = read('index.html')
  expect(page).toContain('<html lang="en">')
  expect(page).toMatch(/<title>ACL Playground[^<]*<\/title>/)
  const descriptions = [...page.matchAll(/<meta\s+name="description"\s+content="([^"]+)"/g)].map(
    ([, text]) => text ?? '',
  )
  expect(descriptions).toHaveLength(1)
  expect(descriptions[0]?.length).toBeLessThanOrEqual(160)
  expect(descriptions[0]).toContain('allowed, what is denied')
  expect(page).not.toMatch(/rel="canonical"\s+href="https?:/)
})
