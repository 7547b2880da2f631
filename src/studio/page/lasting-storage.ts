import { askToPersist } from '../../storage/usage';

/**
 * Asks the browser to keep this page's data when the disk fills, and tells once it will. Returns at once: Firefox asks the person, and its
 * answer may never come, so nothing may wait for it.
 */
export function askForLastingStorage(onGranted?: () => void): void {
  void askToPersist().then(
    (isGranted) => {
      if (isGranted) onGranted?.();
    },
    () => undefined, // a browser that cannot be asked keeps the data as before, and the status line says so
  );
}
