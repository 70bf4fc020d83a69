/** The page as far as it shows a banner. */
export interface BannerPlace {
  readonly banner: Banner | null
  /** Shows a banner in place of the one in view, or (null) none. */
  tell(banner: Banner | null): void
}

export interface BannerAction {
  readonly label: string
  readonly run: () => void
}

/** A message above the panes, with an action where there is one. */
export interface Banner {
  readonly kind: 'info' | 'error'
  readonly text: string
  readonly action: BannerAction | null
  /** A second, less prominent action. */
  readonly more?: BannerAction
}

/** Tells that a part of the page that was asked for could not be loaded. */
export const notLoaded: Banner = {
  kind: 'error',
  text: 'This part of the page could not be loaded. Check the connection and try again.',
  action: null,
}
