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
 * Returns true if a text of the page looks different from all those of earlier calls with this name: its color, its size
 * class, and what its ancestors paint behind it up to the first that covers the others. Its contrast follows from these.
 * @param part a selector of the part of the page that is looked at; the whole page where there is none
 * @param way how the page is shown
 */
function hasNewLook(page: Page, part: string, way: string): Promise<boolean> {
  return page.evaluate(
    ([selector, name]) => {
      const { looks = {} } = window as unknown as { looks?: Record<string, Set<string>> }
      Object.assign(window, { looks })
      const known = (looks[name] ??= new Set())
      const before = known.size
      const behind = new Map<Element | null, string>([[null, '']])
      const paintedBy = (node: Element | null): string => {
        const old = behind.get(node)
        if (old !== undefined || node === null) return old ?? ''
        const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(node)
        const own = `${backgroundColor} ${backgroundImage} ${opacity} ${filter}`
        const covers = /^rgb\(/.test(backgroundColor) && opacity === '1'
        const whole = covers ? own : `${own} on ${paintedBy(node.parentElement)}`
        behind.set(node, whole)
        return whole
      }
      for (const node of (document.querySelector(selector) ?? document.body).querySelectorAll('*')) {
        const hasText = [...node.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && one.nodeValue?.trim())
        if ((!hasText && !node.matches('input, textarea, select')) || !node.checkVisibility()) continue
        const { color, fontSize, fontWeight, textShadow } = getComputedStyle(node)
        // From 18 points on, or bold from 14 points on, less contrast is enough.
        const isLarge = parseFloat(fontSize) >= (Number(fontWeight) >= 700 ? 18.66 : 24)
        known.add(`${color} ${isLarge} ${textShadow} ${node.matches(':disabled')} ${paintedBy(node)}`)
      }
      return known.size > before
    },
    [part, way] as const,
  )
}

/**
 * Expects that axe finds nothing in a view: in a window light, dark and with forced colors, on a phone light; and
 * that it fits on a phone.
 * @param widths of the window; empty for a phone, which has one
 */
export async function lookAt(page: Page, view: string, widths: readonly number[]): Promise<void> {
  const isPhone = widths.length === 0
  const size = page.viewportSize()
  const [first = size?.width ?? 0, ...others] = widths
  if (!isPhone) await page.setViewportSize({ width: first, height: size?.height ?? 0 })
  expect.soft(await diagnostics(page), `${view}, ${first}`).toEqual([])
  // Behind a dialog is the page, which is looked at by itself.
  const part = '[role=dialog]'
  if (!isPhone || colorsOfPhones.has(view)) {
    // What these change are the colors, which are the same in every window; of texts that look alike one is enough.
    for (const media of [{ colorScheme: 'dark' }, { forcedColors: 'active' }] as const) {
      await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', ...media })
      const way = JSON.stringify(media)
      if (!(await hasNewLook(page, part, way))) continue
      const found = await diagnostics(page, { rules: ['color-contrast'], part })
      expect.soft(found, `${view}, ${first}, ${way}`).toEqual([])
    }
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' })
  }
  for (const width of others) {
    await page.setViewportSize({ width, height: size?.height ?? 0 })
    const found = await diagnostics(page, { without: ['color-contrast'], part })
    expect.soft(found, `${view}, ${width}`).toEqual([])
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
