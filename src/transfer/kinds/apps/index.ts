/** Apps: facts of APK files, and the apps of a folder. */
export { readAppFacts } from './app-facts.ts';
export { type App, groupApks, type GroupOptions } from './group-apks.ts';
export { NotAnApk } from './not-an-apk.ts';
