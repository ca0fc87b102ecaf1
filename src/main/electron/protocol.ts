import { readFile } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, sep } from 'node:path';
import { protocol } from 'electron';
import { appScheme, isAppUrl } from './app-url.ts';

/**
 * What the page may load: its own files, and nothing from anywhere else. Not even a request to a stranger
 * leaves the ship, where every megabyte is paid for.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const mimeTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

const headers: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-cache',
};

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: appScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Answers every request to the app's scheme out of `folder`, the built page. */
export function serveAppScheme(folder: string): void {
  protocol.handle(appScheme, (request) => answer(folder, request));
}

async function answer(folder: string, request: Request): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  const file = fileOf(folder, request.url);
  if (file === null) return refuse(404);
  const type = mimeTypes[extname(file)];
  if (type === undefined) return refuse(404);
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null) return refuse(404);
  return new Response(request.method === 'HEAD' ? null : bytes, {
    headers: { ...headers, 'content-type': type, 'content-length': String(bytes.byteLength) },
  });
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: { ...headers } });
}

/** Takes the folder of the page and an address; returns the file meant, or null when it would lie outside. */
export function fileOf(folder: string, url: string): string | null {
  const parsed = URL.parse(url);
  if (parsed === null || !isAppUrl(url)) return null;
  const path = decode(parsed.pathname);
  // Backslashes part folders and colons name drives and streams on Windows; no file of ours has either.
  if (path === null || /[\\:\0]/.test(path)) return null;
  const file = join(folder, path === '/' ? 'index.html' : path);
  const inside = relative(folder, file);
  return inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)
    ? null
    : file;
}

function decode(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
