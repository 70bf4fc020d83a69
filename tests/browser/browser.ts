import { chromium, type Browser } from 'playwright-core'
import { findBrowser } from '../../src/tools/browser'

/**
 * What the browser leaves out. The first two are pages of its own address bar, loaded for each window in a process of
 * their own, which takes as long as this page; the others are what Playwright leaves out, whose list this one replaces.
 */
const withoutFeatures = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
]

let launched: Promise<Browser> | null = null

/** Returns the browser that the test files of this worker share. It ends with the worker. */
export function sharedBrowser(): Promise<Browser> {
  launched ??= chromium.launch({
    executablePath: findBrowser() ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--disable-features=${withoutFeatures.join(',')}`,
    ],
  })
  return launched
}
