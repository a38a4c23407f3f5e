/**
 * How the built app (out/) becomes packages: `npm run dist` on each system, `npm run pack` for a folder of an Electron
 * that is there already. What is in a package: the bundles, package.json, and the one native addon with its binary.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Arch, type Configuration } from 'electron-builder';

const ADDON = '@napi-rs/blake-hash';
const root = resolve(import.meta.dirname, '..');

/** The addon's packages with the binaries of a system, as npm names them. */
function binariesOf(platform: string, arch: Arch): string[] {
  const suffix = platform === 'linux' ? '-gnu' : platform === 'win32' ? '-msvc' : '';
  const archs = arch === Arch.universal ? [Arch.x64, Arch.arm64] : [arch];
  return archs.map((name) => `${ADDON}-${platform}-${Arch[name] ?? String(name)}${suffix}`);
}

const config: Configuration = {
  appId: 'org.openmover.desktop',
  productName: 'OpenMover',
  copyright: 'The OpenMover authors. Apache License 2.0',
  directories: { output: 'release', buildResources: 'build' },
  artifactName: 'OpenMover-${version}-${os}-${arch}.${ext}',
  files: [
    'out/**',
    'package.json',
    // Everything else that the app uses is in its bundles.
    '!node_modules/**',
    `node_modules/${ADDON}*/**`,
    '!**/*.{map,d.ts,md}',
    '!out/{screens,e2e}/**',
  ],
  // What is in the bundles has its licences too.
  extraResources: ['LICENSE', 'LICENSES.md', 'POLICY.md'],
  asar: true,
  // A library is loaded by the system, which knows no archives.
  asarUnpack: [`node_modules/${ADDON}*/**`],
  // The addon is prebuilt: nothing is compiled or fetched.
  npmRebuild: false,
  electronLanguages: ['en', 'en-US', 'zh-CN', 'zh_CN', 'es', 'ar'],
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    // The window's files come by a scheme of their own.
    grantFileProtocolExtraPrivileges: false,
  },
  // No update feed, and nothing is uploaded.
  publish: null,
  // npm installs the binary of the computer it runs on only; a package without one would start and move nothing.
  beforePack: ({ electronPlatformName, arch }) => {
    for (const name of binariesOf(electronPlatformName, arch)) {
      if (!existsSync(resolve(root, 'node_modules', name))) {
        throw new Error(
          `${name} is not installed: npm install --no-save --force ${name}@<version of ${ADDON}>`,
        );
      }
    }
  },

  linux: {
    target: ['AppImage', 'deb', 'tar.gz'],
    executableName: 'openmover',
    icon: 'icons/linux',
    category: 'Utility',
    synopsis: 'Move what is on one device to another',
    description:
      'Contacts, messages, calls, calendar, apps and files go from an old device to a new one over your own network: found by name, paired by six digits, encrypted, verified, resumable.',
    // Debian wants one; there is no mailbox behind it.
    maintainer: 'The OpenMover authors <openmover@localhost>',
    vendor: 'OpenMover',
    desktop: {
      entry: {
        Keywords: 'phone;transfer;backup;contacts;photos;',
        StartupWMClass: 'openmover',
      },
    },
  },
  deb: { packageCategory: 'utils', priority: 'optional' },

  win: {
    target: [{ target: 'nsis', arch: ['x64'] }],
    icon: 'icons/icon.ico',
    // A person moves what they can read themselves.
    requestedExecutionLevel: 'asInvoker',
  },
  nsis: {
    oneClick: false,
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    deleteAppDataOnUninstall: true,
    differentialPackage: false,
    license: 'LICENSE',
  },

  mac: {
    target: [{ target: 'dmg', arch: ['universal'] }],
    icon: 'icons/icon.icns',
    category: 'public.app-category.utilities',
    hardenedRuntime: true,
    entitlements: 'build/entitlements.mac.plist',
    entitlementsInherit: 'build/entitlements.mac.plist',
    // Both processors' binaries are in both halves of the universal app, as they are.
    x64ArchFiles: `Contents/Resources/app.asar.unpacked/node_modules/${ADDON}*/**`,
    extendInfo: {
      NSLocalNetworkUsageDescription: 'OpenMover finds your other device on this network and moves to it.',
      NSBonjourServices: ['_openmover._tcp'],
      NSDocumentsFolderUsageDescription: 'OpenMover reads or writes here only what you choose to move.',
      NSDownloadsFolderUsageDescription: 'OpenMover reads or writes here only what you choose to move.',
      NSDesktopFolderUsageDescription: 'OpenMover reads or writes here only what you choose to move.',
      NSRemovableVolumesUsageDescription: 'OpenMover reads or writes here only what you choose to move.',
    },
  },
  dmg: { writeUpdateInfo: false },
};

export default config;
