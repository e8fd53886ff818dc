/** mount(2): make the mount of a directory also appear elsewhere. */
export const MS_BIND = 4096;
/** mount(2): with everything mounted below. */
export const MS_REC = 16_384;
/** mount(2): pass later mounts below on to copies of this mount. */
export const MS_SHARED = 1 << 20;

/** umount2(2): take the name away now, and the namespace when its last user is gone. */
export const MNT_DETACH = 2;
/** umount2(2): do not follow a symbolic link. */
export const UMOUNT_NOFOLLOW = 8;

/** flock(2): for one holder only. */
export const LOCK_EX = 2;
/** flock(2): fail with `EAGAIN` where it would wait. */
export const LOCK_NB = 4;
