/** The frame: places at the side (at the bottom of a phone), the banner when the server is away, and the page. */
import { Suspense, useEffect, useRef } from 'react'
import { Outlet, ScrollRestoration, useLocation } from 'react-router'
import { Guard } from '../pieces/Guard'
import { Loading } from '../pieces/States'
import { useNarrow } from '../pieces/useNarrow'
import { useWords } from '../words/words'
import { BottomBar } from './BottomBar'
import { OfflineBanner } from './OfflineBanner'
import { SideBar } from './SideBar'
import { TopBar } from './TopBar'
import { useHearing } from './useHearing'

export function Shell() {
  const t = useWords()
  const isNarrow = useNarrow()
  const { pathname } = useLocation()
  const main = useFocusOnArrival(pathname)
  useHearing()
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {t('app.skip')}
      </a>
      {isNarrow ? <TopBar /> : <SideBar />}
      <div>
        <OfflineBanner />
        <main className="main" id="content" tabIndex={-1} ref={main}>
          <Guard place={pathname}>
            <Suspense fallback={<Loading />}>
              <Outlet />
            </Suspense>
          </Guard>
        </main>
      </div>
      {isNarrow && <BottomBar />}
      <ScrollRestoration />
    </div>
  )
}

/** After a change of place the focus goes to the page, as a full load would do; not at the first one. */
function useFocusOnArrival(place: string) {
  const main = useRef<HTMLElement>(null)
  const before = useRef(place)
  useEffect(() => {
    if (before.current !== place) main.current?.focus({ preventScroll: true })
    before.current = place
  }, [place])
  return main
}
