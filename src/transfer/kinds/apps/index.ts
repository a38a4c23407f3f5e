/** Apps: facts of APK files, and the apps of a folder. */
export type { ApkBytes } from './apk-archive.ts';
export { readApkBytes } from './apk-file.ts';
export { combineApks, readAppFacts } from './app-facts.ts';
export { type App, groupApks, type GroupOptions } from './group-apks.ts';
export { NotAnApk } from './not-an-apk.ts';
