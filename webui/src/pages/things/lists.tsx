/** The pages of the four lists. */
import { ListPage } from '../../tables/ListPage'
import { CUSTOMERS, ORDERS, PRODUCTS, STOCK } from './listings'

export const Products = () => <ListPage key="products" listing={PRODUCTS} />

export const Stock = () => <ListPage key="stock" listing={STOCK} />

export const Orders = () => <ListPage key="orders" listing={ORDERS} />

export const Customers = () => <ListPage key="customers" listing={CUSTOMERS} />
