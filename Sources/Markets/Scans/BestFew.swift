/// The `capacity` entries of the highest rank among those offered. O(log capacity) for each that is kept, O(1) for the
/// others.
struct BestFew<Element> {
    private(set) var heap: [(rank: Double, order: Int, element: Element)] = []
    private let capacity: Int
    private var offered = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
    }

    /// Whether an entry of a rank would be kept.
    func accepts(_ rank: Double) -> Bool {
        heap.count < capacity || rank > heap[0].rank
    }

    mutating func offer(_ element: @autoclosure () -> Element, rank: Double) {
        offered += 1
        guard accepts(rank) else { return }
        if heap.count < capacity {
            heap.append((rank, offered, element()))
            rise(heap.count - 1)
        } else {
            heap[0] = (rank, offered, element())
            sink()
        }
    }

    /// Best first; equals in the order they were offered.
    var sorted: [Element] {
        heap.sorted { ($1.rank, $0.order) < ($0.rank, $1.order) }.map(\.element)
    }

    private func isBelow(_ left: Int, _ right: Int) -> Bool {
        // The worst is on top; of equals the later one.
        (heap[left].rank, heap[right].order) < (heap[right].rank, heap[left].order)
    }

    private mutating func rise(_ start: Int) {
        var index = start
        while index > 0, isBelow(index, (index - 1) / 2) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func sink() {
        var index = 0
        while true {
            var smallest = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && isBelow(child, smallest) {
                smallest = child
            }
            guard smallest != index else { return }
            heap.swapAt(index, smallest)
            index = smallest
        }
    }
}
