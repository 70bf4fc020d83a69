import type { Kind } from '../../host/protocol'
import type { Working } from '../../host/client'
import type { Banner, BannerPlace } from './banner'
import { client } from './engine'

/** The questions as something to work on. */
const names: Readonly<Record<Kind, string>> = {
  check: 'the diagnostics of the files',
  fix: 'the safe fixes',
  checklist: 'the security checklist',
  coverage: 'the coverage',
  compare: 'the comparison',
  upgrade: 'the comparison of server versions',
  simplify: 'simpler rules',
  'extract-roles': 'roles in users.acl',
  'expand-roles': 'a file without roles',
  'sentence-fix': 'a fix for a sentence',
  ask: 'the question',
  sentences: 'the sentence',
  pattern: 'who reaches a pattern',
  export: 'the export',
  import: 'the import',
  link: 'the link',
  file: 'the workspace file',
  grade: 'the goals of the lesson',
  shorten: 'shorter rules',
}

/** The most characters of a sentence or question that a banner names. */
const MOST = 120

function nameOf({ kind, at }: Working): string {
  if (at === '') return names[kind]
  return `${names[kind]} “${at.length > MOST ? `${at.slice(0, MOST)}…` : at}”`
}

/** Tells where the engine gives no sign of life, with a button that stops it, and what was stopped. */
export function followEngine(page: BannerPlace): void {
  let shown: Banner | null = null
  client.observe({
    silent: (working) => {
      if (page.banner === shown && shown !== null) page.tell(null)
      shown = null
      if (working === null) return
      const action = { label: 'Stop', run: () => client.stop() }
      shown = { kind: 'info', text: `Still working on ${nameOf(working)}.`, action }
      page.tell(shown)
    },
    ended: (working, reason) => {
      const why = reason === 'late' ? ': there was no answer for 8 seconds' : ''
      page.tell({ kind: 'error', text: `Stopped working on ${nameOf(working)}${why}.`, action: null })
    },
  })
}
