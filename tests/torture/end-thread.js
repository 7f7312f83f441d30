// Loaded before the program: ends one of its threads after TORTURE_THREAD milliseconds, as if something else had. `render` or `model` says whose.
import { syncBuiltinESMExports } from 'node:module';
import workerThreads, { isMainThread } from 'node:worker_threads';

const [whose, milliseconds] = (process.env.TORTURE_THREAD ?? '').split(' ');
if (isMainThread && whose) {
  const threads = [];
  const { Worker } = workerThreads;
  workerThreads.Worker = class extends Worker {
    constructor(file, options) {
      super(file, options);
      if (String(file).includes(`/${whose}/`)) threads.push(this);
    }
  };
  syncBuiltinESMExports();
  setTimeout(() => {
    const strike = () => {
      const thread = threads.at(-1);
      if (thread === undefined) return void setTimeout(strike, 5).unref();
      process.stderr.write(`torture: ${whose} thread ended\n`);
      void thread.terminate();
    };
    strike();
  }, Number(milliseconds)).unref();
}
