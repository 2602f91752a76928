/// Small numbers by keys of 64 bits: a table that is only ever added to, for loops in which a dictionary takes most of the time.
struct KeyedNumbers {
    private static let free = Int32.min

    private var keys: [UInt64]
    private var numbers: [Int32]
    private var count = 0

    /// An empty table.
    /// - Parameter capacity: How many there will be, as far as that is known.
    init(capacity: Int = 32) {
        let slots = 1 << (Int.bitWidth - max(16, capacity * 2 - 1).leadingZeroBitCount)
        keys = [UInt64](repeating: 0, count: slots)
        numbers = [Int32](repeating: Self.free, count: slots)
    }

    /// The number of `key`; nil where there is none.
    subscript(key: UInt64) -> Int32? {
        let number = numbers[slot(of: key)]
        return number == Self.free ? nil : number
    }

    /// The number of `key`, which becomes `number` where there is none yet.
    ///
    /// - Parameter number: More than the least that 32 bits hold.
    mutating func place(of key: UInt64, orInsert number: Int32) -> Int32 {
        let slot = slot(of: key)
        guard numbers[slot] == Self.free else { return numbers[slot] }
        (keys[slot], numbers[slot]) = (key, number)
        count += 1
        if count * 2 > keys.count { grow() }
        return number
    }

    /// Where `key` is, or else would be.
    private func slot(of key: UInt64) -> Int {
        let mask = keys.count - 1
        // The upper bits of the product depend on all of the key.
        var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
        while numbers[slot] != Self.free, keys[slot] != key { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
        let (oldKeys, oldNumbers) = (keys, numbers)
        keys = [UInt64](repeating: 0, count: oldKeys.count * 4)
        numbers = [Int32](repeating: Self.free, count: oldKeys.count * 4)
        for (key, number) in zip(oldKeys, oldNumbers) where number != Self.free {
            let slot = slot(of: key)
            (keys[slot], numbers[slot]) = (key, number)
        }
    }
}
