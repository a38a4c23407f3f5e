/** What a stand-in phone holds besides files: rows with the columns that Android documents. */

export type Row = Readonly<Record<string, string | number | null>>;

export interface PhoneData {
  readonly androidId?: string;
  readonly density?: number;
  readonly pageSize?: number;
  readonly abis?: readonly string[];
  readonly features?: readonly string[];
  readonly libraries?: readonly string[];
  /** By the URI's authority and path: `sms`, `com.android.contacts/data`. */
  readonly tables?: Readonly<Record<string, readonly Row[]>>;
  /** URIs that a shell may not read. */
  readonly denied?: readonly string[];
  /** URIs that a shell may read and not write. */
  readonly readOnly?: readonly string[];
  /** The shell may not change app ops. */
  readonly fixedOps?: boolean;
  /** Bytes that `content read` gives, as base64, by the URI's authority and path. */
  readonly blobs?: Readonly<Record<string, string>>;
  readonly packages?: readonly {
    readonly package: string;
    readonly versionCode: number;
    /** Below the folder of apps; the base first. */
    readonly files: readonly string[];
  }[];
  /** MIUI: the person has not allowed installing over the cable. */
  readonly installing?: 'restricted';
  /** Folders of shared storage that a shell may not look into. */
  readonly closed?: readonly string[];
}
