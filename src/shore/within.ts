import type { Cancel, Environment } from '#shared/ports.ts';

/** The outcome of `work`, or `late` where that takes longer; it goes on then, and what comes of it is nobody's. */
export async function within<T>(
  environment: Pick<Environment, 'after'>,
  milliseconds: number,
  work: Promise<T>,
  late: () => Error,
): Promise<T> {
  let cancel: Cancel = () => undefined;
  const over = new Promise<never>((_resolve, reject) => {
    cancel = environment.after(milliseconds, () => reject(late()));
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    cancel();
  }
}
