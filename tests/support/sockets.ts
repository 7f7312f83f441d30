/** Network sockets of a running process and its children, by way of /proc: what a look from outside can see without tracing. Linux only. */

import { readdir, readFile, readlink } from 'node:fs/promises';

const tables = ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6', 'packet'];

/** Looks again and again until `ended` resolves. Returns what was seen, and how often somebody was there to look at. */
export async function watchSockets(pid: number, ended: Promise<unknown>): Promise<{ sockets: string[]; looks: number; programs: string[] }> {
  const sockets = new Set<string>();
  const programs = new Set<string>();
  let looks = 0;
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    for (const id of await familyOf(pid)) {
      looks++;
      const name = (await readFile(`/proc/${id}/comm`, 'utf8').catch(() => '')).trim();
      if (name !== '') programs.add(name);
      for (const socket of await networkSockets(id)) sockets.add(`${name}: ${socket}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { sockets: [...sockets], looks, programs: [...programs] };
}

/** The process and all its descendants. */
async function familyOf(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '');
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const family = [pid];
  for (const id of family) for (const [child, parent] of parents) if (parent === id) family.push(child);
  return family.filter((id) => parents.has(id));
}

/** Lines of the kernel's tables for sockets that the process has open. Pipes between processes are sockets too, but in none of these tables. */
async function networkSockets(pid: number): Promise<string[]> {
  const inodes = new Set<string>();
  for (const file of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
    const inode = /^socket:\[(\d+)\]$/.exec(await readlink(`/proc/${pid}/fd/${file}`).catch(() => ''))?.[1];
    if (inode !== undefined) inodes.add(inode);
  }
  if (inodes.size === 0) return [];
  const found: string[] = [];
  for (const table of tables) {
    const lines = (await readFile(`/proc/${pid}/net/${table}`, 'utf8').catch(() => '')).split('\n').slice(1);
    for (const line of lines) if (line.trim().split(/\s+/).some((word) => inodes.has(word))) found.push(`${table} ${line.trim()}`);
  }
  return found;
}
