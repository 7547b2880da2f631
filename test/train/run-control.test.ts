import { describe, expect, test } from 'vitest';
import { RunControl } from '../../src/train/run-control';

describe('RunControl', () => {
  test('lets a message in between two parts of busy work, so that a stop arrives', async () => {
    const control = new RunControl();
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      control.stop();
      port1.close();
    };
    port2.postMessage('stop');
    let parts = 0;
    while (parts < 100 && (await control.waitToContinue())) parts++;
    expect(control.stopped).toBe(true);
    expect(parts).toBeLessThan(5);
  });

  test('waits while paused, goes on when resumed, and counts the pause', async () => {
    const control = new RunControl();
    control.pause();
    let went: boolean | undefined;
    const waiting = control.waitToContinue().then((answer) => (went = answer));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(went).toBeUndefined();
    control.resume();
    await waiting;
    expect(went).toBe(true);
    expect(control.pausedMs).toBeGreaterThan(40);
  });

  test('a stop ends a pause', async () => {
    const control = new RunControl();
    control.pause();
    const waiting = control.waitToContinue();
    await new Promise((resolve) => setTimeout(resolve, 10));
    control.stop();
    expect(await waiting).toBe(false);
  });

  test('a pause, a resume and a pause again hold the same wait', async () => {
    const control = new RunControl();
    control.pause();
    let went = false;
    const waiting = control.waitToContinue().then(() => (went = true));
    await new Promise((resolve) => setTimeout(resolve, 10));
    control.resume();
    control.pause();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(went).toBe(false);
    control.resume();
    await waiting;
  });
});
