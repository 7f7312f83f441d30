import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeCertificates } from '../../../src/provenance/certificate.ts';
import { selfMade, splitPem } from '../../support/signing.ts';

test('the signer is issued by a root, may sign e-mail and nothing upwards, and is valid for 20 years', () => {
  const { chain: [signer, root], key } = selfMade(new Date('2026-03-04T05:06:07Z')) as { chain: [X509Certificate, X509Certificate]; key: ReturnType<typeof selfMade>['key'] };
  expect(signer.checkPrivateKey(key)).toBe(true);
  expect(signer.checkIssued(root) && signer.verify(root.publicKey) && root.verify(root.publicKey)).toBe(true);
  expect([signer.ca, root.ca, signer.keyUsage]).toEqual([false, true, ['1.3.6.1.5.5.7.3.4']]);
  expect(signer.subject).toMatch(/^O=animate \(self-made certificate\)\nCN=animate [0-9a-f]{8}$/);
  expect([signer.validFrom, signer.validTo]).toEqual(['Mar  3 05:06:07 2026 GMT', 'Mar  4 05:06:07 2046 GMT']);
});

test('from 2050 on the time is written in four digits', () => {
  const [signer] = splitPem(makeCertificates(new Date('2040-01-01T00:00:00Z')).certificates).map((pem) => new X509Certificate(pem));
  expect(signer?.validTo).toBe('Jan  1 00:00:00 2060 GMT');
});

test('no two are the same, and none names the machine or its user', () => {
  const [one, other] = [makeCertificates(), makeCertificates()].map(({ certificates }) => new X509Certificate(certificates)) as [X509Certificate, X509Certificate];
  expect(one.serialNumber).not.toBe(other.serialNumber);
  expect(one.subject).not.toBe(other.subject);
  expect(one.subjectAltName).toBeUndefined();
});
