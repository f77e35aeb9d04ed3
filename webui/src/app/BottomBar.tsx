/** On a phone: the near places under the thumb, the others behind one button. */
import { EllipsisOutlined } from '@ant-design/icons'
import { Drawer } from 'antd'
import { useState } from 'react'
import { NavLink } from 'react-router'
import { useWords } from '../words/words'
import { PLACES } from './places'

export function BottomBar() {
  const t = useWords()
  const [isOpen, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <>
      <nav className="bar" aria-label={t('nav.label')}>
        {PLACES.filter((place) => place.isNear).map((place) => (
          <NavLink key={place.to} to={place.to} end={place.to === '/'} className="place">
            {place.sign}
            {t(place.word)}
          </NavLink>
        ))}
        <button type="button" className="place" aria-expanded={isOpen} onClick={() => setOpen(true)}>
          <EllipsisOutlined aria-hidden />
          {t('nav.more')}
        </button>
      </nav>
      <Drawer placement="bottom" size="auto" title={t('nav.more')} open={isOpen} onClose={close}>
        <ul>
          {PLACES.filter((place) => !place.isNear).map((place) => (
            <li key={place.to}>
              <NavLink to={place.to} className="place" onClick={close}>
                {place.sign}
                {t(place.word)}
              </NavLink>
            </li>
          ))}
        </ul>
      </Drawer>
    </>
  )
}
