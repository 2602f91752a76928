import Dispatch

/// Runs tasks on a queue of its own, away from the threads that all other tasks share.
final class QueueExecutor: TaskExecutor {
    private let queue: DispatchQueue

    /// An executor for what nobody waits for.
    init(label: String) {
        queue = DispatchQueue(label: label, qos: .utility)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }
}
