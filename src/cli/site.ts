import { homepage, repository } from '../../package.json'

/**
 * The addresses at which the owner publishes the project. They are written in one place, `homepage` and `repository` of
 * package.json (`npm run owner -- NAME` sets them there and in the documentation), and null until they are.
 */
export const site: Readonly<Record<'page' | 'repository', string | null>> = {
  page: published(homepage),
  repository: published(repository.url.replace(/^git\+|\.git$/g, '')),
}

function published(address: string): string | null {
  return address.includes('OWNER') ? null : address
}

/** The address at which `npm start` serves the page. */
export const localPage = 'http://127.0.0.1:4173/'

/** Returns the address of the documentation of a diagnostic; null where the repository's address is not known. */
export function documentationOf(code: string): string | null {
  return site.repository === null ? null : `${site.repository}/blob/main/docs/diagnostics.md#${code}`
}
