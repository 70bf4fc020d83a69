import { chapter } from './chapter'
import type { GalleryExample } from './example'
import { lessons } from './lessons'

export type { GalleryExample, GalleryStep, Outcome } from './example'
export { stateOf } from './example'

/** All examples, in the order in which to show them. */
export const gallery: readonly GalleryExample[] = [...chapter, ...lessons]
