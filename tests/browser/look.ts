import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { diagnostics } from './harness'

/** What runs off the right edge of the window, and what in a dialog is too small for a finger. */
function misfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const named = (node: Element): string =>
      `${node.tagName.toLowerCase()} “${(node.getAttribute('aria-label') ?? node.textContent ?? '').trim().slice(0, 40)}”`
    const found = document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : []
    for (const [name, box] of [
      ['the dialog', document.querySelector('[role=dialog] .dialog-body')],
      ['the form', document.querySelector('#lower-user-panel:not([hidden])')],
      ['the lesson', document.querySelector('[aria-label=Lesson]')],
    ] as const)
      if (box !== null && box.scrollWidth > box.clientWidth) found.push(`${name} scrolls sideways`)
    // A link within words or a table is as high as they are.
    for (const node of document.querySelectorAll(
      '[role=dialog] :is(button:not(.link), select, textarea, summary, [role=tab], label:has([type=radio], [type=checkbox]))',
    )) {
      const { width, height } = node.getBoundingClientRect()
      if (width > 0 && (height < 43.5 || width < 43.5))
        found.push(`${named(node)} is ${Math.round(width)} × ${Math.round(height)}`)
    }
    return found
  })
}

/** The views with colors that depend on the window's size. No others have any, by tests/app/colors.test.ts. */
const colorsOfPhones: ReadonlySet<string> = new Set(['a replay'])

/**
 * Expects that axe finds nothing in a view: in a window light, dark and with forced colors, on a phone light; and
 * that it fits on a phone.
 * @param widths of the window; empty for a phone, which has one
 */
export async function lookAt(page: Page, view: string, widths: readonly number[]): Promise<void> {
  const isPhone = widths.length === 0
  const size = page.viewportSize()
  const [first = size?.width ?? 0] = widths
  for (const width of isPhone ? [first] : widths) {
    if (!isPhone) await page.setViewportSize({ width, height: size?.height ?? 0 })
    // Behind a dialog is the page, which is looked at by itself.
    const part = width === first ? undefined : '[role=dialog]'
    expect.soft(await diagnostics(page, undefined, part), `${view}, ${width}`).toEqual([])
    // What these change are the colors, which are the same in every window.
    if (isPhone ? !colorsOfPhones.has(view) : width !== first) continue
    for (const media of [{ colorScheme: 'dark' }, { forcedColors: 'active' }] as const) {
      await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', ...media })
      const found = await diagnostics(page, ['color-contrast'], '[role=dialog]')
      expect.soft(found, `${view}, ${width}, ${JSON.stringify(media)}`).toEqual([])
    }
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' })
  }
  if (isPhone) expect.soft(await misfits(page), view).toEqual([])
  else if (size !== null) await page.setViewportSize(size)
}

/** The windows in which every view is looked at: wide and narrow, and a phone. */
export const windows = [
  { name: 'at 1440 and 1024 pixels', widths: [1440, 1024], options: {} },
  {
    name: 'on a phone',
    widths: [],
    options: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  },
] as const
