/** The parts of the console for lines that have yet to run; loaded when there are some. */
export { default as PendingRows } from './PendingRows.svelte'
export { default as QueuedLines } from './QueuedLines.svelte'
export { default as SessionBar } from './SessionBar.svelte'
