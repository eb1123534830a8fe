// Where the phone is. Asked for as early as the person's consent allows, so that the answer is there when it is needed.

const ASKED_FOR = { enableHighAccuracy: true, timeout: 12_000, maximumAge: 30_000 };
const REFUSED = 1; // GeolocationPositionError.PERMISSION_DENIED

export class Position {
  refused = false;
  known = null; // the latest answer, for whoever does not wait
  #answer = null;

  // Begins only where consent was given before, so that no question meets the person on the first screen; says whether.
  async startIfAllowed() {
    try {
      const { state } = await navigator.permissions.query({ name: 'geolocation' });
      if (state !== 'granted') return false;
    } catch {
      return false; // a browser that cannot say is asked when the photo has been taken
    }
    this.start();
    return true;
  }

  start() {
    this.#answer ??= this.#ask();
  }

  restart() {
    this.#answer = null;
    this.refused = false;
    this.known = null;
    this.start();
  }

  // { latitude, longitude, accuracy } or null.
  here() {
    this.start();
    return this.#answer;
  }

  #ask() {
    return new Promise((resolve) => {
      if (!navigator.geolocation) return resolve(null);
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => resolve(this.known = { latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy }),
        ({ code }) => { this.refused = code === REFUSED; resolve(null); },
        ASKED_FOR,
      );
    });
  }
}
