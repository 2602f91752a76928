#if canImport(Glibc)
    import Glibc
#endif

/// Memory for what is read from end to end, in large pages where the system has them: fewer for it to lay out, and for the
/// processor to look up.
public enum LargePages {
    private static let size = 2 << 20

    /// Memory of the caller's own, to be freed by `deallocate()`.
    public static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
        guard byteCount >= size else { return .allocate(byteCount: byteCount, alignment: 64) }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: size)
        #if canImport(Glibc)
            // Without them all goes on as it would.
            madvise(memory, byteCount, MADV_HUGEPAGE)
        #endif
        return memory
    }
}
