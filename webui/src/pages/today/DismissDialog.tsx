/** Why a decision is dismissed; without a word it is not. */
import { Form, Input, Modal } from 'antd'
import { useWords } from '../../words/words'
import type { Given } from './useAnswering'

export interface DialogProps {
  onGive: (given: Given) => void
  onClose: () => void
}

const MOST_CHARS = 500

export function DismissDialog({ onGive, onClose }: DialogProps) {
  const t = useWords()
  const [form] = Form.useForm<{ why: string }>()
  return (
    <Modal
      open
      title={t('today.dismiss_title')}
      okText={t('today.dismiss')}
      cancelText={t('do.cancel')}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={({ why }) => onGive({ command: 'dismiss', body: { why } })}>
        <Form.Item
          name="why"
          label={t('today.dismiss_hint')}
          rules={[{ required: true, whitespace: true, message: t('today.why_needed') }]}
        >
          <Input.TextArea autoFocus rows={3} maxLength={MOST_CHARS} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
