/** Keeps ONNX Runtime from telling anybody that it runs. */
import process from 'node:process';

/**
 * ONNX Runtime 1.29 holds Microsoft's telemetry on Linux too: it writes an identifier of the machine and what it runs into the user's cache, and sends it on.
 * This variable turns all of it off. It must be set in the main thread before the runtime starts anywhere in the process: native code does not see the copies that other threads have.
 */
export function silenceTelemetry(): void {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
}
