/**
 * The JavaScript hosts that children run on: this one, a command, or a release of Node or Bun that npm has in packages of
 * binaries. Such a release is fetched when it is asked for, into a cache folder, and never again.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { inliningFlags } from '../../engines/host-inlining';

export interface JavaScriptHost {
  /** As it was asked for. */
  readonly name: string;
  readonly command: string;
  readonly isNode: boolean;
  /** What stands before the script: what lets it ask for collections, and what was asked for. */
  readonly flags: readonly string[];
}

/** A host that is not to be had. */
export class HostError extends Error {}

const nodeFlags = ['--expose-gc'];

const hostAt = (name: string, command: string, isNode: boolean): JavaScriptHost => ({
  ...{ name, command, isNode },
  flags: isNode ? nodeFlags : [],
});

/** The host that this process runs on. */
export const thisHost: JavaScriptHost = hostAt('this', process.execPath, process.versions.bun === undefined);

/** Where fetched hosts are kept: `HEDDLE_CACHE`, or the system's folder for what can be made again. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.HEDDLE_CACHE) return env.HEDDLE_CACHE;
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'heddle');
  if (process.platform === 'win32') return join(env.LOCALAPPDATA ?? homedir(), 'heddle', 'cache');
  return join(homedir(), ...(process.platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']), 'heddle');
}

/** A kind of machine for which packages have binaries. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** Whether the processor has AVX2, which Bun's ordinary builds need. */
  readonly avx2: boolean;
}

const thisMachine = (): Machine => ({
  platform: process.platform,
  arch: process.arch,
  avx2:
    process.platform !== 'linux' ||
    process.arch !== 'x64' ||
    /\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8')),
});

const ending = ({ platform }: Machine): string => (platform === 'win32' ? '.exe' : '');

interface Binary {
  readonly package: string;
  /** In the package. */
  readonly path: string;
}

/** Which package has the binary of a host. @throws HostError where none is made for such a machine */
export function binaryOf(kind: 'node' | 'bun', machine: Machine): Binary {
  const { platform, arch, avx2 } = machine;
  const missing = (): never => {
    throw new HostError(`there is no package of ${kind} for ${platform} on ${arch}`);
  };
  if (kind === 'node') {
    const systems: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'win' };
    const system = systems[platform] ?? missing();
    if (!['x64', 'arm64'].includes(arch)) missing();
    return { package: `node-${system}-${arch}`, path: `bin/node${ending(machine)}` };
  }
  const systems: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
  const archs: Readonly<Record<string, string>> = { x64: 'x64', arm64: 'aarch64' };
  const name = `@oven/bun-${systems[platform] ?? missing()}-${archs[arch] ?? missing()}`;
  return { package: avx2 ? name : `${name}-baseline`, path: `bin/bun${ending(machine)}` };
}

/** What npm said went wrong, without its prefixes. */
function npmReason(text: string): string {
  const lines = text
    .split('\n')
    .flatMap((line) => /^npm (?:error|ERR!) (?!code|errno|A complete log)(.+)/.exec(line)?.[1] ?? []);
  return (lines[0] ?? text.trim().split('\n')[0] ?? '').replace(/https?:\/\/\S+/g, 'the registry');
}

/** Fetches a package into a folder of its own. @throws HostError with what npm says */
function fetchPackage(name: string, version: string, folder: string): void {
  mkdirSync(cacheFolder(), { recursive: true });
  const fresh = mkdtempSync(join(cacheFolder(), 'fetching-'));
  try {
    const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock', '--fetch-retries=1'];
    // Whoever runs this through npm may have told it to say nothing, or to say it in colours.
    const plain = ['--loglevel=error', '--color=false'];
    const args = ['install', '--prefix', fresh, ...quiet, ...plain, `${name}@${version}`];
    const { error, status, stderr } = spawnSync('npm', args, {
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    if (error !== undefined)
      throw new HostError(`cannot fetch ${name}@${version}: npm cannot be run: ${error.message}`);
    if (status !== 0) {
      throw new HostError(
        `cannot fetch ${name}@${version} from npm: ${npmReason(stderr)} (without a network, --host takes the path of a binary)`,
      );
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder); // in one step: what is there is whole
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** @param report is told what is being fetched */
function fetchedHost(kind: 'node' | 'bun', version: string, report: (what: string) => void): JavaScriptHost {
  const binary = binaryOf(kind, thisMachine());
  const folder = join(cacheFolder(), `${binary.package.replace('/', '+')}@${version}`);
  const command = join(folder, 'node_modules', binary.package, binary.path);
  if (!existsSync(command)) {
    report(`${binary.package}@${version}`);
    fetchPackage(binary.package, version, folder);
    if (!existsSync(command)) throw new HostError(`${binary.package}@${version} has no ${binary.path}`);
  }
  const name = version === 'latest' ? kind : `${kind}@${version}`;
  return hostAt(name, command, kind === 'node');
}

/** After the name of a host with V8: the host with its limit of inlining raised (`raiseInlining`). */
const withInlining = '+inlining';

/**
 * The host that a word stands for: `this`, `node@24`, `node@24.1.0`, `bun`, `bun@1.2`, or the path of a binary; any of Node with `+inlining`.
 *
 * @throws HostError where it is not to be had
 */
export function hostNamed(word: string, report: (what: string) => void = () => {}): JavaScriptHost {
  if (word.endsWith(withInlining)) {
    const host = hostNamed(word.slice(0, -withInlining.length), report);
    if (!host.isNode) throw new HostError(`${host.name} is not Node, which ${withInlining} is for`);
    return { ...host, name: word, flags: [...host.flags, ...inliningFlags] };
  }
  if (word === 'this') return thisHost;
  if (/[/\\]/.test(word)) {
    if (!existsSync(word)) throw new HostError(`there is no host ${word}`);
    return hostAt(word, word, !/bun(\.exe)?$/.test(word));
  }
  const [, kind, version = 'latest'] = /^(node|bun)(?:@(\d+(?:\.\d+){0,2}|latest))?$/.exec(word) ?? [];
  if (kind !== 'node' && kind !== 'bun') {
    throw new HostError(
      `'${word}' is no host; hosts are this, node@24, bun, bun@1.2, or the path of a binary, and of Node this+inlining and its like`,
    );
  }
  return fetchedHost(kind, version, report);
}
