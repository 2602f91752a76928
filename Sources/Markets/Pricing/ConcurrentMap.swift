import Dispatch
import Synchronization

extension RandomAccessCollection where Index == Int, Self: Sendable, Element: Sendable {
    /// What `work` makes of each element, in the order of the elements, worked out on all cores. The result does not depend on
    /// their number: every element is worked on by itself.
    ///
    /// - Parameter share: How many elements in a row one core takes at a time: few enough to keep all cores busy to the end.
    func concurrentMap<Value: Sendable>(share: Int, _ work: @Sendable (Element) -> Value) -> [Value] {
        guard count > share else { return map(work) }
        let shares = (count + share - 1) / share
        let results = Mutex([[Value]](repeating: [], count: shares))
        DispatchQueue.concurrentPerform(iterations: shares) { index in
            let first = startIndex + index * share
            let values = self[first..<Swift.min(first + share, endIndex)].map(work)
            results.withLock { $0[index] = values }
        }
        return results.withLock { $0.flatMap { $0 } }
    }
}
