import { pause } from "./scope";

/** Ms that are free where nothing is under way: more than a frame of what moves leaves. */
const FREE = 30;
/** Ms after which it is done all the same. */
const LATEST = 4_000;

/** Comes when nobody does anything: what takes long and is not wanted yet is done then. */
export async function quiet(): Promise<void> {
  if (typeof requestIdleCallback !== "function") return pause(1_000);
  const end = performance.now() + LATEST;
  for (;;) {
    const timeout = Math.max(1, end - performance.now());
    const { didTimeout, timeRemaining } = await new Promise<{
      readonly didTimeout: boolean;
      readonly timeRemaining: number;
    }>((resolve) =>
      requestIdleCallback(
        (deadline) =>
          resolve({ didTimeout: deadline.didTimeout, timeRemaining: deadline.timeRemaining() }),
        { timeout },
      ),
    );
    if (didTimeout || timeRemaining > FREE) return;
  }
}
