/** What the launcher is told. */
export interface LaunchPlan {
  /** Folder of the cgroup. */
  readonly cgroup: string;
  readonly uid: number;
  readonly gid: number;
  /** `struct sock_filter[]`, base64. */
  readonly seccomp: string;
  readonly command: readonly string[];
}
