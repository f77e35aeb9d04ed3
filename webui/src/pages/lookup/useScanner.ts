/** The camera, and the browser's own reader of barcodes; nothing leaves the machine. */
import { type RefObject, useCallback, useRef, useState } from 'react'

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>
}

declare global {
  interface Window {
    BarcodeDetector?: new (options: { formats: string[] }) => Detector
  }
}

const FORMATS = ['ean_13', 'ean_8', 'upc_a', 'upc_e', 'code_128', 'code_39', 'itf', 'qr_code']
const LOOK_MS = 200

export const canScan = (): boolean => 'BarcodeDetector' in window && 'mediaDevices' in navigator

interface Scanner {
  video: RefObject<HTMLVideoElement | null>
  isOn: boolean
  hasFailed: boolean
  start: () => Promise<void>
  stop: () => void
}

export function useScanner(onFound: (code: string) => void): Scanner {
  const video = useRef<HTMLVideoElement>(null)
  const stream = useRef<MediaStream>(null)
  const timer = useRef<ReturnType<typeof setInterval>>(undefined)
  const [isOn, setOn] = useState(false)
  const [hasFailed, setFailed] = useState(false)

  const stop = useCallback(() => {
    clearInterval(timer.current)
    stream.current?.getTracks().forEach((track) => track.stop())
    stream.current = null
    setOn(false)
  }, [])

  const look = async (detector: Detector) => {
    if (!video.current || video.current.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return
    const code = (await detector.detect(video.current))[0]?.rawValue
    if (!code || !stream.current) return
    stop()
    onFound(code)
  }

  const start = async () => {
    setFailed(false)
    try {
      const Reader = window.BarcodeDetector
      if (!Reader || !video.current) throw new Error('no reader')
      stream.current = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
      video.current.srcObject = stream.current
      await video.current.play()
      const detector = new Reader({ formats: FORMATS })
      timer.current = setInterval(() => void look(detector), LOOK_MS)
      setOn(true)
    } catch {
      stop()
      setFailed(true)
    }
  }
  return { video, isOn, hasFailed, start, stop }
}
