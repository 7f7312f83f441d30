import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const signer = join(tmpdir(), `animate-test-signer-${userInfo().username}`); // films of tests are not signed in the user's name
const shared = { environment: 'node' as const, env: { ORT_DISABLE_TELEMETRY: '1', ANIMATE_SIGNER: signer } }; // src/model/telemetry.ts; commands that tests start do without it

export default defineConfig({
  test: {
    reporters: ['default', './tests/support/closing-line.ts'],
    coverage: { provider: 'v8', include: ['src/**'], exclude: ['src/cli/**'] },
    projects: [
      { test: { ...shared, name: 'unit', include: ['tests/unit/**/*.test.ts'], testTimeout: 20_000 } },
      { test: { ...shared, name: 'e2e', include: ['tests/e2e/**/*.test.ts'], testTimeout: 240_000, hookTimeout: 240_000, fileParallelism: false } },
      { test: { ...shared, name: 'torture', include: ['tests/torture/**/*.test.ts'], testTimeout: 240_000, hookTimeout: 240_000, fileParallelism: false } },
      { test: { ...shared, name: 'gpu', include: ['tests/gpu/**/*.test.ts'], testTimeout: 120_000 } },
    ],
  },
});
