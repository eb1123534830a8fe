// The camera's picture in a <video>, as long as it is wanted: whoever leaves the screen leaves no camera on.

const LONG_SIDE_PX = 2000;

export class Camera {
  #video;
  #changed;
  #shape;
  #wanted = false;
  #stream = null;

  // `changed` is told when the picture comes, turns or goes. `shape` is the long side by the short one that is wished for.
  constructor(video, changed, shape = 4 / 3) {
    this.#video = video;
    this.#changed = changed;
    this.#shape = shape;
    video.addEventListener('resize', changed); // the phone is turned
  }

  get isLive() {
    return Boolean(this.#stream) && this.#video.videoWidth > 0;
  }

  // Whether there is a picture now: not without a camera, without leave, or on a page that is not served safely.
  async start() {
    this.#wanted = true;
    if (this.#stream) return true;
    const wish = { facingMode: { ideal: 'environment' }, width: { ideal: LONG_SIDE_PX }, height: { ideal: Math.round(LONG_SIDE_PX / this.#shape) } };
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: wish, audio: false });
      if (!this.#wanted || this.#stream) {
        end(stream);
        return this.isLive;
      }
      this.#stream = stream;
      for (const track of stream.getTracks()) track.addEventListener('ended', () => this.stop());
      this.#video.srcObject = stream;
      await this.#video.play();
    } catch {
      this.stop();
      return false;
    }
    this.#changed();
    return true;
  }

  stop() {
    this.#wanted = false;
    if (this.#stream) end(this.#stream);
    this.#stream = this.#video.srcObject = null;
    this.#changed();
  }
}

function end(stream) {
  for (const track of stream.getTracks()) track.stop();
}
