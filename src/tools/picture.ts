/** Takes the pictures of the page that the README shows, light and dark, of the built page. `npm run picture` */
import { chromium } from 'playwright-core'
import { preview } from 'vite'
import { bringBrowser } from './browser'

const executablePath = bringBrowser()
if (executablePath === null) {
  console.error('The pictures need Chromium or Chrome: install one, or set CHROME_PATH to it.')
  process.exit(1)
}
const server = await preview({
  preview: { port: 0, host: '127.0.0.1' },
  build: { outDir: 'dist/page' },
  logLevel: 'warn',
})
const [address = ''] = server.resolvedUrls?.local ?? []
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
for (const colorScheme of ['light', 'dark'] as const) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme, reducedMotion: 'reduce' })
  await page.goto(address)
  await page.locator('.cm-content').first().waitFor()
  await page.waitForTimeout(2000)
  await page.screenshot({ path: `docs/pictures/page-${colorScheme}.png` })
  await page.close()
}
await browser.close()
await server.close()
