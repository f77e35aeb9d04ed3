/** Bringing files in: the place to drop them, how far each is, and everything that came in before. */
import { useState } from 'react'
import { useMay } from '../../api/asking'
import { useJobs } from '../../api/jobs'
import { DropZone } from './DropZone'
import { FilesReceived } from './FilesReceived'
import { ImportJob } from './ImportJob'
import { Sendings } from './Sendings'
import { ShopChoice } from './ShopChoice'
import { sendFiles } from './uploads'

const MOST_JOBS = 5

export function Files() {
  const [shop, setShop] = useState('')
  const imports = useJobs().filter((job) => job.kind === 'import')
  return (
    <div className="stack">
      {useMay('import') && (
        <section className="card stack">
          <DropZone onPicked={(picked) => void sendFiles(picked, shop)} />
          <ShopChoice shop={shop} onShop={setShop} />
          <Sendings />
          {imports.slice(0, MOST_JOBS).map((job) => (
            <ImportJob key={job.job_id} job={job} />
          ))}
        </section>
      )}
      <FilesReceived />
    </div>
  )
}
