import { owner } from '../../owner.json'
import { homepage, repository } from '../../package.json'

/** The address of the published page, which the documentation links to, whether or not it is published yet. */
export const pageAddress = homepage

/** The addresses at which the owner publishes the project; null until owner.json names one (`npm run owner -- NAME`). */
export const site: Readonly<Record<'page' | 'repository', string | null>> =
  owner === 'OWNER'
    ? { page: null, repository: null }
    : { page: homepage, repository: repository.url.replace(/^git\+|\.git$/g, '') }

/** The address at which `npm start` serves the page. */
export const localPage = 'http://127.0.0.1:4173/'

/** Returns the address of the documentation of a diagnostic; null where the repository's address is not known. */
export function documentationOf(code: string): string | null {
  return site.repository === null ? null : `${site.repository}/blob/main/docs/diagnostics.md#${code}`
}
