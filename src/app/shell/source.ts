import { repository } from '../../../package.json'

/** The address of the page's source; null where package.json does not name its owner. */
export const sourceUrl: string | null = /OWNER/.test(repository.url)
  ? null
  : repository.url.replace(/^git\+|\.git$/g, '')
