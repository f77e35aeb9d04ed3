/** The daily close, and the folder whose new files are brought in. */
import { Button, Form, Input } from 'antd'
import { useResource } from '../../api/asking'
import { Fetched } from '../../pieces/States'
import { useWords } from '../../words/words'
import { type Kept, useChange } from './resources'

export function Schedule() {
  const settings = useResource<Kept>('/settings')
  return <Fetched of={settings}>{(kept) => <ScheduleForm kept={kept} />}</Fetched>
}

function ScheduleForm({ kept }: { kept: Kept }) {
  const t = useWords()
  const change = useChange()
  return (
    <section className="card">
      <h2>{t('settings.tab.schedule')}</h2>
      <Form<Pick<Kept, 'close_at' | 'watch_folder'>>
        layout="vertical"
        style={{ maxWidth: 480 }}
        initialValues={{ close_at: kept.close_at, watch_folder: kept.watch_folder }}
        onFinish={(body) => change.mutate({ method: 'PUT', path: '/settings', body })}
      >
        <Form.Item name="close_at" label={t('schedule.close_at')} extra={`${t('schedule.close_hint')} ${kept.timezone}`}>
          <Input type="time" allowClear />
        </Form.Item>
        <Form.Item name="watch_folder" label={t('schedule.watch')} extra={t('schedule.watch_hint')}>
          <Input allowClear />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {t('do.save')}
        </Button>
      </Form>
    </section>
  )
}
