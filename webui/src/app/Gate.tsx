/** Who may come in: the first-run set-up while nobody exists, the sign-in while nobody is signed in, else the pages. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { RouterProvider } from 'react-router/dom'
import { useSession } from '../api/asking'
import { ApiError, get } from '../api/http'
import type { SetUpState } from '../api/types'
import { Failed, Loading } from '../pieces/States'
import { router } from './routes'
import { SetUp } from './SetUp'
import { SignIn } from './SignIn'

const Guest = lazy(async () => ({ default: (await import('../pages/guest/Guest')).Guest }))

export function Gate() {
  const session = useSession()
  const isStranger = session.error instanceof ApiError && session.error.status === 401
  const setup = useQuery({
    queryKey: ['setup'],
    queryFn: () => get<SetUpState>('/setup'),
    enabled: isStranger,
  })
  const store = useQueryClient()
  const enter = () => {
    store.removeQueries()
    void session.refetch()
  }

  if (session.data?.kind === 'guest' && !isStranger) {
    return (
      <Suspense fallback={<Loading />}>
        <Guest />
      </Suspense>
    )
  }
  if (session.data && !isStranger) return <RouterProvider router={router} />
  if (setup.data?.needed) return <SetUp state={setup.data} onDone={enter} />
  if (setup.data) return <SignIn onDone={enter} />
  const error = setup.error ?? (isStranger ? null : session.error)
  if (error) return <Failed error={error} onRetry={() => void session.refetch()} />
  return <Loading />
}
