import { describe, expect, test } from 'vitest';
import { animate, frames } from '../../../src/animate.ts';
import { refuseAddress } from '../../../src/local-path.ts';

describe('addresses', () => {
  test.each(['http://a/b.wav', 'HTTPS://a/b.png', 'ftp://a/b', 'rtmp://a/b', 's3://bucket/key', 'data+x://a'])('%s is refused', (path) => {
    expect(() => refuseAddress(path, 'a sound')).toThrow(expect.objectContaining({ code: 'unreadable-input', message: `${path}: expected a sound on this machine, got an address; nothing is ever fetched from the network`, hint: expect.stringContaining('Download it first') }));
  });

  test('of files are told how to be given', () => {
    expect(() => refuseAddress('file:///tmp/a.wav', 'a sound')).toThrow(expect.objectContaining({ hint: 'Give the path of the file, without file://.' }));
  });

  test.each(['a.wav', '/tmp/a.wav', './http:/a', 'C:\\films\\a.wav', 'c://a', 'a://', 'pipe:0', 'concat:a|b', 'weird name: //x'])('%s is a path', (path) => {
    expect(() => refuseAddress(path, 'a sound')).not.toThrow();
  });
});

test('the library refuses them before it looks at anything else', async () => {
  const portrait = '/nowhere/face.png';
  await expect(animate({ portrait, sound: 'https://example.org/voice.mp3' })).rejects.toMatchObject({ message: expect.stringMatching(/^https:.*expected a sound on this machine/) });
  await expect(animate({ portrait: 'http://example.org/face.png', sound: 'voice.wav' })).rejects.toMatchObject({ message: expect.stringMatching(/^http:.*expected a picture on this machine/) });
  await expect(animate({ portrait, sound: 'voice.wav', motion: 'http://example.org/take.csv' })).rejects.toMatchObject({ message: expect.stringMatching(/^http:.*expected a file of motion on this machine/) });
  await expect(frames({ portrait, sound: 'https://example.org/voice.mp3' }).next()).rejects.toMatchObject({ code: 'unreadable-input' });
});
