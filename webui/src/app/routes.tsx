/** The places of the console; each page is fetched when it is first opened. */
import { createBrowserRouter } from 'react-router'
import { Loading } from '../pieces/States'
import { Missing } from './Missing'
import { Shell } from './Shell'

export const router = createBrowserRouter([
  {
    path: '/',
    element: <Shell />,
    hydrateFallbackElement: <Loading />,
    children: [
      { index: true, lazy: async () => ({ Component: (await import('../pages/today/Today')).Today }) },
      { path: 'performance', lazy: async () => ({ Component: (await import('../pages/performance/Performance')).Performance }) },
      { path: 'explore', lazy: async () => ({ Component: (await import('../pages/explore/Explore')).Explore }) },
      { path: 'products', lazy: async () => ({ Component: (await import('../pages/things/lists')).Products }) },
      { path: 'products/:id', lazy: async () => ({ Component: (await import('../pages/things/ProductPage')).ProductPage }) },
      { path: 'stock', lazy: async () => ({ Component: (await import('../pages/things/lists')).Stock }) },
      { path: 'stock/:id', lazy: async () => ({ Component: (await import('../pages/things/StockPage')).StockPage }) },
      { path: 'orders', lazy: async () => ({ Component: (await import('../pages/things/lists')).Orders }) },
      { path: 'orders/:shop/:id', lazy: async () => ({ Component: (await import('../pages/things/OrderPage')).OrderPage }) },
      { path: 'customers', lazy: async () => ({ Component: (await import('../pages/things/lists')).Customers }) },
      { path: 'customers/:id', lazy: async () => ({ Component: (await import('../pages/things/CustomerPage')).CustomerPage }) },
      { path: 'lookup', lazy: async () => ({ Component: (await import('../pages/lookup/LookUp')).LookUp }) },
      { path: 'data/:tab?', lazy: async () => ({ Component: (await import('../pages/data/Data')).Data }) },
      { path: 'settings/:tab?', lazy: async () => ({ Component: (await import('../pages/settings/Settings')).Settings }) },
      { path: '*', element: <Missing /> },
    ],
  },
])
