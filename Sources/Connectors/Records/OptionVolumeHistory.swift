/// The volumes of options on days that were seen.
public struct OptionVolumeHistory: Sendable, Hashable, Codable {
    /// Contracts traded on each day by the option's OCC symbol, oldest first. A day on which it was listed among the
    /// expirations that were seen and not traded counts with 0.
    public var volumes: [String: [Int]]
    /// The most days that are known of one underlying.
    public var days: Int

    /// A history with all its values.
    public init(volumes: [String: [Int]] = [:], days: Int = 0) {
        self.volumes = volumes
        self.days = days
    }
}
