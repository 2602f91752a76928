public import Foundation

/// How often each option of an underlying was traded on one day.
public struct OptionVolumeRecord: Hashable, Sendable {
    /// The underlying's ticker.
    public var underlying: String
    /// The day in New York, `YYYY-MM-DD`.
    public var date: String
    /// The volumes, in the form of the one who keeps them.
    public var volumes: Data
    /// The source's time of the latest quote among them.
    public var asOf: Date

    /// A day's volumes with all their values.
    public init(underlying: String, date: String, volumes: Data, asOf: Date) {
        self.underlying = underlying
        self.date = date
        self.volumes = volumes
        self.asOf = asOf
    }
}
